//! Where the pods of an add-on can run.

use serde_json::Value;

use super::catalogue::{self, Published};
use super::{Addon, Config};
use crate::services::eks::cluster::Cluster;
use crate::services::eks::health::Issue;
use crate::services::eks::nodegroup::Nodegroup;

/// A taint that the pods of add-ons tolerate. Source: the manifests of EKS's add-ons.
const TOLERATED: &str = "CriticalAddonsOnly";

impl Addon {
    /// What is wrong with an add-on whose pods run nowhere. What is on every node is well without any.
    pub(super) fn missing_replicas(&self, cluster: &Cluster) -> Option<Issue> {
        let published = catalogue::find(&self.name).filter(|published| published.is_deployment())?;
        let runs = self.runs_on_nodes(cluster) || self.runs_on_fargate(published, cluster);
        let message = "The add-on is unhealthy because it doesn't have the desired number of replicas.";
        let issue = || Issue::new("InsufficientNumberOfReplicas", message, Vec::new());
        (!runs && !runs_on_auto_mode(published, cluster)).then(issue)
    }

    fn runs_on_nodes(&self, cluster: &Cluster) -> bool {
        let takes =
            |group: &Nodegroup| group.has_nodes() && group.blocking_taints().all(|key| self.config.tolerates(key));
        cluster.nodegroups.values().any(takes)
    }

    fn runs_on_fargate(&self, published: &Published, cluster: &Cluster) -> bool {
        let selects = |labels| cluster.fargate_profiles.values().any(|one| one.runs(&self.namespace, labels));
        published.runs_on("fargate") && selects(&published.pod_labels)
    }
}

/// Auto Mode brings its own DNS and drivers: the add-ons for these keep off its nodes.
fn runs_on_auto_mode(published: &Published, cluster: &Cluster) -> bool {
    let has_pools = cluster.config.auto_mode.as_ref().is_some_and(|auto_mode| auto_mode.node_role().is_some());
    has_pools && published.runs_on("auto")
}

impl Config {
    /// Whether the pods tolerate a taint: by themselves, or by any tolerations among the values.
    fn tolerates(&self, key: &str) -> bool {
        let values = self.values.as_deref().and_then(|values| catalogue::read(values).ok());
        key == TOLERATED || values.is_some_and(|values| tolerations_among(&values, key))
    }
}

fn tolerations_among(values: &Value, key: &str) -> bool {
    let among = |value: &Value| tolerations_among(value, key);
    match values {
        Value::Object(fields) => fields.iter().any(|(name, value)| match value.as_array() {
            Some(list) if name == "tolerations" => list.iter().any(|one| tolerates(one, key)),
            _ => among(value),
        }),
        Value::Array(items) => items.iter().any(among),
        _ => false,
    }
}

fn tolerates(toleration: &Value, key: &str) -> bool {
    match toleration["key"].as_str() {
        None | Some("") => toleration["operator"] == "Exists",
        Some(found) => found == key,
    }
}
