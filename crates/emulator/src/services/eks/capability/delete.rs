//! Deleting capabilities: what they made in the cluster stays.

use serde_json::{Value, json};

use super::State;
use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::eks::IN_USE;

pub(super) fn delete_capability(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (cluster, name) = (call.required("clusterName"), call.required("capabilityName"));
    let capability = call.clusters().cluster(&cluster)?.capability(&name)?;
    if !matches!(capability.state, State::Active | State::CreateFailed) {
        let message =
            format!("Capability {name} cannot be deleted as it is currently in {} status", capability.status());
        return refuse(IN_USE, message);
    }
    let due = call.until(durations::DELETE_CAPABILITY, &capability.arn);
    if let Some(capability) = call.eks().cluster_mut(&cluster)?.capabilities.get_mut(&name) {
        capability.state = State::Deleting(due);
    }
    Ok(json!({ "capability": call.clusters().cluster(&cluster)?.capability(&name)?.show(call) }))
}
