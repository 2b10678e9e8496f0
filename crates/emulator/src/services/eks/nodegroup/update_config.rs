//! Changes of a node group's configuration: any of them in one call.

use serde::Deserialize;
use serde_json::Value;

use super::Config;
use super::label::UpdateLabels;
use super::repair::NodeRepair;
use super::scaling::ScalingConfig;
use super::taint::UpdateTaints;
use super::update::{self, Plan};
use super::update_policy::UpdateConfig;
use super::warm_pool::WarmPoolConfig;
use crate::call::Call;
use crate::durations;
use crate::error::ApiError;
use crate::services::eks::invalid;
use crate::services::eks::update::{Params, UpdateType};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UpdateNodegroupConfig {
    cluster_name: String,
    nodegroup_name: String,
    labels: Option<UpdateLabels>,
    taints: Option<UpdateTaints>,
    scaling_config: Option<ScalingConfig>,
    update_config: Option<UpdateConfig>,
    node_repair_config: Option<NodeRepair>,
    warm_pool_config: Option<WarmPoolConfig>,
    client_request_token: Option<String>,
}

pub(super) fn update_nodegroup_config(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: UpdateNodegroupConfig = call.args()?;
    let whose = (asked.cluster_name.as_str(), asked.nodegroup_name.as_str());
    update::or_repeated(call, whose, asked.client_request_token.as_deref(), |call| asked.plan(call))
}

impl UpdateNodegroupConfig {
    fn plan(&self, call: &Call<'_>) -> Result<Plan, ApiError> {
        let group = call.clusters().nodegroup(&self.cluster_name, &self.nodegroup_name)?;
        let params = self.params();
        if params.is_empty() {
            return invalid("At least one of the parameters of the node group must be given");
        }
        group.check_updatable()?;
        let current = &group.config;
        let labels = self.labels.as_ref().map(|labels| labels.after(&current.labels));
        let taints = self.taints.as_ref().map(|taints| taints.after(&current.taints));
        let scaling = self.scaling_config.map(|scaling| current.scaling.after(call, scaling));
        let policy = self.update_config.as_ref().map(|asked| current.update_policy.after(asked));
        let repair = self.node_repair_config.as_ref().map(NodeRepair::asked);
        let pool = self.warm_pool_config.as_ref();
        let pool = pool.map(|asked| asked.over(current.warm_pool.as_ref(), group.ami_type, &group.capacity_type));
        let after = Config {
            labels: labels.transpose()?.unwrap_or_else(|| current.labels.clone()),
            taints: taints.transpose()?.unwrap_or_else(|| current.taints.clone()),
            scaling: scaling.transpose()?.unwrap_or(current.scaling),
            update_policy: policy.transpose()?.unwrap_or_else(|| current.update_policy.clone()),
            repair: repair.transpose()?.unwrap_or_else(|| current.repair.clone()),
            warm_pool: pool.transpose()?.unwrap_or_else(|| current.warm_pool.clone()),
            ..current.clone()
        };
        let what = format!("{} {}", group.uid, group.updates.len());
        let seconds = call.seconds(durations::UPDATE_NODEGROUP_CONFIG, &what);
        Ok(Plan { kind: UpdateType::ConfigUpdate, params, after, seconds })
    }

    fn params(&self) -> Params {
        let parts = [
            self.labels.as_ref().map(UpdateLabels::params),
            self.taints.as_ref().map(UpdateTaints::params),
            self.scaling_config.map(ScalingConfig::params),
            self.update_config.as_ref().map(UpdateConfig::params),
            self.node_repair_config.as_ref().map(NodeRepair::params),
            self.warm_pool_config.as_ref().map(WarmPoolConfig::params),
        ];
        parts.into_iter().flatten().flatten().collect()
    }
}
