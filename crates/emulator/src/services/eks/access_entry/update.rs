//! Changing access entries: at once, without the machinery of updates.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::create::{check_groups, check_username};
use crate::call::Call;
use crate::error::ApiError;
use crate::services::eks::{INVALID_PARAMETER, token};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UpdateAccessEntry {
    cluster_name: String,
    principal_arn: String,
    kubernetes_groups: Option<BTreeSet<String>>,
    client_request_token: Option<String>,
    username: Option<String>,
}

pub(super) fn update_access_entry(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: UpdateAccessEntry = call.args()?;
    let (name, principal) = (&asked.cluster_name, &asked.principal_arn);
    let cluster = call.clusters().cluster(name)?;
    cluster.check_entries_can_change()?;
    let entry = cluster.entry(principal)?;
    entry.principal.check_not_a_services()?;
    check_groups(entry.kind, asked.kubernetes_groups.as_ref())?;
    check_username(entry.kind, asked.username.as_deref())?;
    let client_token = asked.client_request_token.as_deref();
    if call.made_before(client_token, INVALID_PARAMETER)?.is_none() {
        let (now, arn) = (call.now, call.clusters().cluster(name)?.entry(principal)?.arn.clone());
        token::remember_update(call, client_token, &arn, "changed");
        let entry = call.eks().cluster_mut(name)?.entry_mut(principal)?;
        entry.groups = asked.kubernetes_groups.unwrap_or_else(|| std::mem::take(&mut entry.groups));
        entry.username = asked.username.unwrap_or_else(|| std::mem::take(&mut entry.username));
        entry.modified_at = now;
    }
    Ok(json!({ "accessEntry": call.clusters().cluster(name)?.entry(principal)?.show(name, call.epoch) }))
}
