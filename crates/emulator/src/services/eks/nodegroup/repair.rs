//! Automatic repair of nodes.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::error::ApiError;
use crate::services::eks::invalid;
use crate::services::eks::update::{Params, param};

/// What is done about unhealthy nodes. Source: NodeRepairConfig.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::services::eks) struct NodeRepair {
    enabled: Option<bool>,
    max_unhealthy_node_threshold_count: Option<u32>,
    max_unhealthy_node_threshold_percentage: Option<u32>,
    max_parallel_nodes_repaired_count: Option<u32>,
    max_parallel_nodes_repaired_percentage: Option<u32>,
    node_repair_config_overrides: Option<Vec<Override>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Override {
    node_monitoring_condition: Option<String>,
    node_unhealthy_reason: Option<String>,
    min_repair_wait_time_mins: Option<u32>,
    repair_action: Option<String>,
}

impl NodeRepair {
    /// What a group has that does not say anything.
    pub(super) fn off() -> Self {
        Self { enabled: Some(false), ..Self::default() }
    }

    /// These settings over those of `current`. A count takes the place of a percentage, and the other way round.
    pub(super) fn over(&self, current: &Self) -> Result<Self, ApiError> {
        self.check()?;
        let either = |new: (Option<u32>, Option<u32>), old| if new == (None, None) { old } else { new };
        let thresholds =
            |of: &Self| (of.max_unhealthy_node_threshold_count, of.max_unhealthy_node_threshold_percentage);
        let parallel = |of: &Self| (of.max_parallel_nodes_repaired_count, of.max_parallel_nodes_repaired_percentage);
        let (threshold_count, threshold_percentage) = either(thresholds(self), thresholds(current));
        let (parallel_count, parallel_percentage) = either(parallel(self), parallel(current));
        let overrides = self.node_repair_config_overrides.as_ref().or(current.node_repair_config_overrides.as_ref());
        Ok(Self {
            enabled: self.enabled.or(current.enabled),
            max_unhealthy_node_threshold_count: threshold_count,
            max_unhealthy_node_threshold_percentage: threshold_percentage,
            max_parallel_nodes_repaired_count: parallel_count,
            max_parallel_nodes_repaired_percentage: parallel_percentage,
            node_repair_config_overrides: overrides.cloned(),
        })
    }

    fn check(&self) -> Result<(), ApiError> {
        let exclusive = [
            (
                "maxUnhealthyNodeThreshold",
                self.max_unhealthy_node_threshold_count.zip(self.max_unhealthy_node_threshold_percentage),
            ),
            (
                "maxParallelNodesRepaired",
                self.max_parallel_nodes_repaired_count.zip(self.max_parallel_nodes_repaired_percentage),
            ),
        ];
        if let Some((name, _)) = exclusive.iter().find(|(_, both)| both.is_some()) {
            return invalid(format!("Only one of {name}Count and {name}Percentage can be specified"));
        }
        let whole = |found: &Override| {
            found.node_monitoring_condition.is_some()
                && found.node_unhealthy_reason.is_some()
                && found.min_repair_wait_time_mins.is_some()
                && found.repair_action.is_some()
        };
        match self.node_repair_config_overrides.iter().flatten().all(whole) {
            true => Ok(()),
            false => invalid("Each of nodeRepairConfigOverrides must have all of its values"),
        }
    }

    pub(super) fn params(&self) -> Params {
        vec![param("NodeRepairConfig", json!(self))]
    }
}
