//! Which logs of the control plane are exported.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::services::eks::invalid;

/// In the order in which AWS lists them.
const TYPES: [&str; 5] = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Logging {
    cluster_logging: Option<Vec<LogSetup>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LogSetup {
    types: Option<Vec<String>>,
    enabled: Option<bool>,
}

impl Logging {
    /// The types that are enabled after this; those that it does not name stay as they are.
    pub(super) fn applied_to(&self, enabled: &BTreeSet<String>) -> Result<BTreeSet<String>, ApiError> {
        let (mut after, mut seen) = (enabled.clone(), BTreeSet::new());
        for setup in self.cluster_logging.iter().flatten() {
            for log_type in setup.types.iter().flatten() {
                if !seen.insert(log_type) {
                    return invalid(format!("Log type {log_type} is specified more than once"));
                }
                match setup.enabled {
                    Some(true) => after.insert(log_type.clone()),
                    _ => after.remove(log_type),
                };
            }
        }
        Ok(after)
    }
}

/// The enabled types, then the others; an empty setup is left out.
pub(super) fn show(enabled: &BTreeSet<String>) -> Value {
    let setup = |on: bool| {
        let types: Vec<&str> = TYPES.into_iter().filter(|log_type| enabled.contains(*log_type) == on).collect();
        (!types.is_empty()).then(|| json!({ "types": types, "enabled": on }))
    };
    let setups: Vec<Value> = [setup(true), setup(false)].into_iter().flatten().collect();
    json!({ "clusterLogging": setups })
}
