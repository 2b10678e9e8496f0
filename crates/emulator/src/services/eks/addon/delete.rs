//! Deleting add-ons, with their software or without.

use serde::Deserialize;
use serde_json::{Value, json};

use super::State;
use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::eks::INVALID_REQUEST;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DeleteAddon {
    cluster_name: String,
    addon_name: String,
    preserve: Option<bool>,
}

pub(super) fn delete_addon(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let DeleteAddon { cluster_name, addon_name: name, preserve } = call.args()?;
    let cluster = call.clusters().cluster(&cluster_name)?;
    let addon = cluster.addon(&name)?;
    if matches!(addon.state, State::Creating(_) | State::Updating(_) | State::Deleting { .. }) {
        let message = format!("Addon {name} cannot be deleted as it is currently in {} state", addon.status());
        return refuse(INVALID_REQUEST, message);
    }
    let due = call.until(durations::DELETE_ADDON, &addon.arn);
    if let Some(addon) = call.eks().cluster_mut(&cluster_name)?.addons.get_mut(&name) {
        addon.state = State::Deleting { due, preserve: preserve.unwrap_or_default() };
    }
    let cluster = call.clusters().cluster(&cluster_name)?;
    Ok(json!({ "addon": cluster.addon(&name)?.show(cluster, call.epoch) }))
}
