//! Cancelling updates: only the rollback of a cluster with Auto Mode, and only while its nodes are rolled back.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Cancellation, UpdateStatus, UpdateType, no_such_update};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::eks::INVALID_REQUEST;
use crate::services::eks::cluster::{Cluster, State};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CancelUpdate {
    name: String,
    update_id: String,
}

pub(super) fn cancel_update(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let CancelUpdate { name, update_id } = call.args()?;
    let (now, epoch) = (call.now, call.epoch);
    check(call.clusters().cluster(&name)?, &update_id)?;
    let Cluster { state, updates, .. } = call.eks().cluster_mut(&name)?;
    let Some(update) = updates.iter_mut().find(|update| update.id == update_id) else {
        return Err(no_such_update(&update_id));
    };
    let nodes_roll =
        matches!(state, State::Updating(updating) if updating.nodes_until.is_some_and(|until| now < until));
    if nodes_roll {
        *state = State::Active;
        update.status = UpdateStatus::Cancelled;
    }
    let reason = match nodes_roll {
        true => "The rollback of the nodes was stopped",
        false => "The rollback of the control plane has already begun",
    };
    update.cancellation = Some(Cancellation { successful: nodes_roll, reason: reason.to_owned() });
    Ok(json!({ "update": update.show(epoch) }))
}

fn check(cluster: &Cluster, id: &str) -> Result<(), ApiError> {
    let update = cluster.updates.iter().find(|update| update.id == id).ok_or_else(|| no_such_update(id))?;
    if update.status != UpdateStatus::InProgress {
        return refuse(INVALID_REQUEST, format!("Update {id} cannot be cancelled because it is not in progress"));
    }
    if update.kind != UpdateType::VersionRollback {
        return refuse(INVALID_REQUEST, format!("Updates of the type {:?} cannot be cancelled", update.kind));
    }
    if cluster.config.auto_mode.is_none() {
        let message = "can be cancelled only for EKS Auto Mode clusters";
        return refuse(INVALID_REQUEST, format!("Updates of the type VersionRollback {message}"));
    }
    Ok(())
}
