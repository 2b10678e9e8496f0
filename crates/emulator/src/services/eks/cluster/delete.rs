//! Deleting clusters.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Cluster, State};
use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::eks::health::Ending;
use crate::services::eks::{IN_USE, INVALID_REQUEST};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DeleteCluster {
    name: String,
}

pub(super) fn delete_cluster(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let DeleteCluster { name } = call.args()?;
    let cluster = call.clusters().cluster(&name)?;
    check(cluster)?;
    let due = call.until(durations::DELETE_CLUSTER, &cluster.uid);
    call.eks().cluster_mut(&name)?.state = State::Deleting(Ending::well(due));
    Ok(json!({ "cluster": call.clusters().cluster(&name)?.show(call) }))
}

fn check(cluster: &Cluster) -> Result<(), ApiError> {
    let name = &cluster.name;
    match &cluster.state {
        State::Active | State::Failed => {}
        State::Creating(_) => return refuse(IN_USE, format!("Cannot delete because cluster {name} is being created")),
        State::Updating(_) => {
            return refuse(IN_USE, format!("Cannot delete because cluster {name} currently has an update in progress"));
        }
        State::Deleting(_) => {
            return refuse(IN_USE, format!("Cannot delete because the deletion of cluster {name} is in progress"));
        }
    }
    // Source: Cluster, "This setting only applies to clusters in an active state".
    if cluster.config.deletion_protection && cluster.state == State::Active {
        let message = format!("Cannot delete cluster {name} because deletion protection is enabled");
        return refuse(INVALID_REQUEST, message);
    }
    if !cluster.nodegroups.is_empty() {
        return refuse(IN_USE, "Cluster has nodegroups attached");
    }
    if !cluster.fargate_profiles.is_empty() {
        return refuse(IN_USE, "Cluster has Fargate profiles attached");
    }
    if !cluster.capabilities.is_empty() {
        return refuse(IN_USE, "Cluster has capabilities attached");
    }
    Ok(())
}
