//! Deleting Fargate profiles, one at a time.

use serde::Deserialize;
use serde_json::{Value, json};

use super::State;
use crate::call::Call;
use crate::durations;
use crate::error::ApiError;
use crate::services::eks::health::Ending;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DeleteFargateProfile {
    cluster_name: String,
    fargate_profile_name: String,
}

pub(super) fn delete_fargate_profile(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let DeleteFargateProfile { cluster_name, fargate_profile_name: name } = call.args()?;
    let cluster = call.clusters().cluster(&cluster_name)?;
    let arn = cluster.profile(&name)?.arn.clone();
    cluster.check_no_profile_in_progress("delete", &name)?;
    let (due, epoch) = (call.until(durations::DELETE_FARGATE_PROFILE, &arn), call.epoch);
    if let Some(profile) = call.eks().cluster_mut(&cluster_name)?.fargate_profiles.get_mut(&name) {
        profile.state = State::Deleting(Ending::well(due));
    }
    Ok(json!({ "fargateProfile": call.clusters().cluster(&cluster_name)?.profile(&name)?.show(epoch) }))
}
