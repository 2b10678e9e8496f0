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

    /// The settings after a request: it says all of them, and what it does not say is off.
    pub(super) fn asked(&self) -> Result<Self, ApiError> {
        self.check()?;
        let overrides = self.node_repair_config_overrides.clone().filter(|overrides| !overrides.is_empty());
        Ok(Self {
            enabled: Some(self.enabled.unwrap_or_default()),
            node_repair_config_overrides: overrides,
            ..self.clone()
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
