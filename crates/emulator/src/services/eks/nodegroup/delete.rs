//! Deleting node groups: first the nodes are drained, then everything else goes.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Nodegroup, State};
use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::eks::IN_USE;
use crate::services::eks::health::Ending;

/// The part of a deletion after which the nodes are gone.
const DRAINED: f64 = 0.8;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DeleteNodegroup {
    cluster_name: String,
    nodegroup_name: String,
}

pub(super) fn delete_nodegroup(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let DeleteNodegroup { cluster_name, nodegroup_name } = call.args()?;
    let group = call.clusters().nodegroup(&cluster_name, &nodegroup_name)?;
    check(group)?;
    let seconds = call.seconds(durations::DELETE_NODEGROUP, &group.uid);
    call.completes_at(call.now + seconds);
    let (now, nodes_until) = (call.now, call.now + seconds * DRAINED);
    let group = call.eks().nodegroup_mut(&cluster_name, &nodegroup_name)?;
    group.state = State::Deleting { ending: Ending::well(now + seconds), nodes_until };
    group.modified_at = now;
    Ok(json!({ "nodegroup": call.clusters().nodegroup(&cluster_name, &nodegroup_name)?.show(call) }))
}

fn check(group: &Nodegroup) -> Result<(), ApiError> {
    let name = &group.name;
    match &group.state {
        State::Active | State::CreateFailed | State::DeleteFailed | State::Degraded => Ok(()),
        State::Creating { .. } => refuse(IN_USE, format!("Nodegroup {name} is being created")),
        State::Updating(_) => refuse(IN_USE, format!("Nodegroup {name} currently has an update in progress")),
        State::Deleting { .. } => refuse(IN_USE, format!("Nodegroup {name} is being deleted")),
    }
}
