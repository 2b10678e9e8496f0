//! Settings of the Kubernetes components of a control plane, and their limits.
//!
//! Source: "Configure Kubernetes control plane components" in the user guide, as far as known, and the model. What AWS
//! allows for each version is in DescribeClusterVersions: here the same for all.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::services::eks::invalid;
use crate::services::eks::update::{Params, param};

const EVENT_TTL: [&str; 2] = ["10m", "60m"];
const DEFAULT_EVENT_TTL: &str = "1h";
/// Bounds of either end of the range.
const NODE_PORTS: [u32; 2] = [10_260, 32_767];
const DEFAULT_NODE_PORTS: [u32; 2] = [30_000, 32_767];
const STRATEGIES: [&str; 2] = ["LeastAllocated", "MostAllocated"];
/// Source: ResourceWeightValue.
const WEIGHTS: [u32; 2] = [1, 100];
/// Source: TerminatedPodGcThresholdValue.
const TERMINATED_PODS: [u32; 2] = [1, 1_000_000];
const DEFAULT_TERMINATED_PODS: u32 = 12_500;
/// Only a provisioned control plane may have another one than the default.
const SYNC_PERIOD: [&str; 2] = ["10s", "15s"];
const DEFAULT_SYNC_PERIOD: &str = "15s";

/// What somebody set. What nobody did has the default of Kubernetes, and is not shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Components {
    pub(super) api_server: Option<KubeApiServer>,
    pub(super) scheduler: Option<KubeScheduler>,
    pub(super) controller_manager: Option<KubeControllerManager>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct KubeApiServer {
    event_ttl: Option<String>,
    service_node_port_range: Option<PortRange>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PortRange {
    min_port: Option<u32>,
    max_port: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct KubeScheduler {
    node_resources_fit: Option<NodeResourcesFit>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NodeResourcesFit {
    scoring_strategy: Option<ScoringStrategy>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ScoringStrategy {
    #[serde(rename = "type")]
    kind: Option<String>,
    resources: Option<Vec<ResourceWeight>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ResourceWeight {
    name: Option<String>,
    weight: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct KubeControllerManager {
    pod_gc_controller_config: Option<PodGc>,
    horizontal_pod_autoscaler_controller_config: Option<HorizontalPodAutoscaler>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PodGc {
    terminated_pod_gc_threshold: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct HorizontalPodAutoscaler {
    horizontal_pod_autoscaler_sync_period: Option<String>,
}

impl Components {
    /// These settings over those of `current`.
    pub(super) fn over(self, current: &Self) -> Self {
        let current = current.clone();
        Self {
            api_server: both(self.api_server, current.api_server, |new, old| KubeApiServer {
                event_ttl: new.event_ttl.or(old.event_ttl),
                service_node_port_range: new.service_node_port_range.or(old.service_node_port_range),
            }),
            scheduler: both(self.scheduler, current.scheduler, |new, old| KubeScheduler {
                node_resources_fit: new.node_resources_fit.or(old.node_resources_fit),
            }),
            controller_manager: both(self.controller_manager, current.controller_manager, |new, old| {
                KubeControllerManager {
                    pod_gc_controller_config: new.pod_gc_controller_config.or(old.pod_gc_controller_config),
                    horizontal_pod_autoscaler_controller_config: new
                        .horizontal_pod_autoscaler_controller_config
                        .or(old.horizontal_pod_autoscaler_controller_config),
                }
            }),
        }
    }

    /// Refuses settings that a control plane of the tier cannot have.
    pub(super) fn check(&self, tier: &str) -> Result<(), ApiError> {
        self.api_server.as_ref().map_or(Ok(()), KubeApiServer::check)?;
        self.scheduler.as_ref().map_or(Ok(()), KubeScheduler::check)?;
        self.controller_manager.as_ref().map_or(Ok(()), |manager| manager.check(tier))
    }

    /// The parameters of an update to these settings.
    pub(super) fn params(&self) -> Params {
        let parts = [
            ("KubeApiServerConfig", json!(self.api_server)),
            ("KubeSchedulerConfig", json!(self.scheduler)),
            ("KubeControllerManagerConfig", json!(self.controller_manager)),
        ];
        parts.into_iter().filter(|(_, part)| !part.is_null()).map(|(name, part)| param(name, part)).collect()
    }
}

/// Settings of one component over others. Nothing is set where all of them are missing.
fn both<T: Default + PartialEq>(new: Option<T>, old: Option<T>, merge: impl FnOnce(T, T) -> T) -> Option<T> {
    let merged = match (new, old) {
        (Some(new), Some(old)) => Some(merge(new, old)),
        (new, old) => new.or(old),
    };
    merged.filter(|settings| *settings != T::default())
}

impl KubeApiServer {
    fn check(&self) -> Result<(), ApiError> {
        if let Some(ttl) = &self.event_ttl {
            check_duration("eventTtl", ttl, EVENT_TTL)?;
        }
        let Some(range) = &self.service_node_port_range else { return Ok(()) };
        let [min, max] = NODE_PORTS;
        match (range.min_port, range.max_port) {
            (Some(first), Some(last)) if min <= first && first <= last && last <= max => Ok(()),
            (Some(_), Some(_)) => {
                invalid(format!("serviceNodePortRange must be a range of ports between {min} and {max}"))
            }
            _ => invalid("serviceNodePortRange must have minPort and maxPort"),
        }
    }
}

impl KubeScheduler {
    fn check(&self) -> Result<(), ApiError> {
        let strategy = self.node_resources_fit.as_ref().and_then(|fit| fit.scoring_strategy.as_ref());
        let mut names = BTreeSet::new();
        for resource in strategy.and_then(|strategy| strategy.resources.as_ref()).into_iter().flatten() {
            let (Some(name), Some(_)) = (&resource.name, resource.weight) else {
                return invalid("Each resource of a scoringStrategy must have a name and a weight");
            };
            if !names.insert(name) {
                return invalid(format!("The resource {name} is more than once in the scoringStrategy"));
            }
        }
        Ok(())
    }
}

impl KubeControllerManager {
    fn check(&self, tier: &str) -> Result<(), ApiError> {
        let autoscaler = self.horizontal_pod_autoscaler_controller_config.as_ref();
        let Some(period) = autoscaler.and_then(|found| found.horizontal_pod_autoscaler_sync_period.as_ref()) else {
            return Ok(());
        };
        check_duration("horizontalPodAutoscalerSyncPeriod", period, SYNC_PERIOD)?;
        if tier == super::STANDARD_TIER && seconds(period) != seconds(DEFAULT_SYNC_PERIOD) {
            return invalid(format!(
                "horizontalPodAutoscalerSyncPeriod {period} requires a provisioned control plane scaling tier"
            ));
        }
        Ok(())
    }
}

fn check_duration(parameter: &str, text: &str, [min, max]: [&str; 2]) -> Result<(), ApiError> {
    let Some(found) = seconds(text) else {
        return invalid(format!("{parameter} must be a single-unit duration such as 30m or 1h: {text}"));
    };
    if seconds(min).is_some_and(|min| found < min) || seconds(max).is_some_and(|max| found > max) {
        return invalid(format!("{parameter} must be between {min} and {max}: {text}"));
    }
    Ok(())
}

/// The seconds of a duration with one unit.
fn seconds(text: &str) -> Option<u64> {
    let unit = match text.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => return None,
    };
    let digits = &text[..text.len() - 1];
    let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| digits.parse::<u64>().ok())??.checked_mul(unit)
}

/// What any control plane can have. Source: ControlPlaneConfigInfo.
pub(in crate::services::eks) fn constraints() -> Value {
    let range = |[min, max]: [u32; 2]| json!({ "min": min, "max": max });
    let [min, max] = DEFAULT_NODE_PORTS;
    let default_strategy = json!({
        "type": STRATEGIES[0],
        "resources": [{ "name": "cpu", "weight": 1 }, { "name": "memory", "weight": 1 }],
    });
    json!({
        "kubeApiServerConfig": {
            "eventTtl": { "defaultValue": DEFAULT_EVENT_TTL, "constraints": range_of(EVENT_TTL) },
            "serviceNodePortRange": {
                "defaultValue": { "minPort": min, "maxPort": max },
                "constraints": { "minPort": range(NODE_PORTS), "maxPort": range(NODE_PORTS) },
            },
        },
        "kubeSchedulerConfig": { "nodeResourcesFit": { "scoringStrategy": {
            "defaultValue": default_strategy,
            "constraints": {
                "scoringStrategy": { "allowedValues": STRATEGIES },
                "resources": { "weight": range(WEIGHTS) },
            },
        } } },
        "kubeControllerManagerConfig": {
            "podGcControllerConfig": { "terminatedPodGcThreshold": {
                "defaultValue": DEFAULT_TERMINATED_PODS,
                "constraints": range(TERMINATED_PODS),
            } },
            "horizontalPodAutoscalerControllerConfig":
                sync_period([DEFAULT_SYNC_PERIOD, DEFAULT_SYNC_PERIOD]),
        },
    })
}

/// What only a provisioned control plane can have.
pub(in crate::services::eks) fn provisioned_constraints() -> Value {
    let autoscaler = sync_period(SYNC_PERIOD);
    json!({ "kubeControllerManagerConfig": { "horizontalPodAutoscalerControllerConfig": autoscaler } })
}

fn sync_period(limits: [&str; 2]) -> Value {
    json!({ "horizontalPodAutoscalerSyncPeriod": {
        "defaultValue": DEFAULT_SYNC_PERIOD,
        "constraints": range_of(limits),
    } })
}

fn range_of([min, max]: [&str; 2]) -> Value {
    json!({ "min": min, "max": max })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_one_unit() {
        assert_eq!(seconds("10m"), seconds("600s"));
        assert_eq!((seconds("1h"), seconds("60m")), (Some(3600), Some(3600)));
        for text in ["", "m", "1", "1h30m", "1.5h", "-1m", "+1m", "1d", "1 m", "99999999999999999999s", "1é"] {
            assert_eq!(seconds(text), None, "{text:?}");
        }
    }
}
