//! Insights: what EKS checks of a cluster by itself, once a day. A small part of the real ones.

use serde::Deserialize;
use serde_json::{Value, json};

use super::cluster::{Cluster, State};
use super::version::Version;
use super::{NOT_FOUND, listed};
use crate::call::Call;
use crate::error::ApiError;
use crate::random;
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[("DescribeInsight", describe_insight), ("ListInsights", list_insights)];

const UPGRADE: &str = "UPGRADE_READINESS";
const ROLLBACK: &str = "ROLLBACK_READINESS";
const DAY: f64 = 24.0 * 3600.0;

/// One of EKS's checks.
struct Check {
    category: &'static str,
    name: &'static str,
    description: &'static str,
    passing: &'static str,
    recommendation: &'static str,
}

const CHECKS: &[Check] = &[
    Check {
        category: UPGRADE,
        name: "Amazon Linux 2 compatibility",
        description: "Checks if nodes in the cluster are running Amazon Linux 2 AMIs that are no longer published for \
                      upcoming Kubernetes versions.",
        passing: "Nodes are not running Amazon Linux 2.",
        recommendation: "Migrate nodes to Amazon Linux 2023 or Bottlerocket.",
    },
    Check {
        category: UPGRADE,
        name: "Cluster health issues",
        description: "Checks for any cluster health issues that prevent successful upgrade to the next Kubernetes version \
                      on EKS.",
        passing: "No cluster health issues detected.",
        recommendation: "Resolve the health issues that DescribeCluster reports.",
    },
    Check {
        category: UPGRADE,
        name: "Deprecated APIs removed in the next Kubernetes version",
        description: "Checks for usage of deprecated APIs that are scheduled for removal in upcoming Kubernetes versions.",
        passing: "No deprecated API usage detected within the last 30 days.",
        recommendation: "Update manifests and API clients to use newer Kubernetes APIs.",
    },
    Check {
        category: UPGRADE,
        name: "EKS add-on version compatibility",
        description: "Checks version of installed EKS add-ons to ensure they are compatible with the next version of \
                      Kubernetes.",
        passing: "All installed EKS add-on versions are compatible with next Kubernetes version.",
        recommendation: "Upgrade to EKS add-on versions that are compatible with next Kubernetes version.",
    },
    Check {
        category: UPGRADE,
        name: "Kubelet version skew",
        description: "Checks for kubelet versions of worker nodes in the cluster to see if upgrade would cause non \
                      compliance with supported Kubernetes kubelet version skew policy.",
        passing: "Node kubelet versions match the cluster control plane version.",
        recommendation: "Upgrade worker nodes to match the Kubernetes version of the control plane.",
    },
    Check {
        category: UPGRADE,
        name: "kube-proxy version skew",
        description: "Checks version of kube-proxy in cluster to see if upgrade would cause non compliance with supported \
                      Kubernetes kube-proxy version skew policy.",
        passing: "kube-proxy versions match the cluster control plane version.",
        recommendation: "Upgrade kube-proxy to match the Kubernetes version of the control plane.",
    },
    Check {
        category: ROLLBACK,
        name: "Kubelet version skew",
        description: "Checks for nodes whose kubelet would be newer than the control plane after a rollback.",
        passing: "Node kubelet versions are not newer than the version of the rollback.",
        recommendation: "Replace nodes that are newer than the version of the rollback.",
    },
];

/// A check of one cluster.
struct Insight<'c> {
    check: &'static Check,
    cluster: &'c Cluster,
    /// What the cluster would be updated to.
    version: Version,
    passes: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Filter {
    categories: Option<Vec<String>>,
    kubernetes_versions: Option<Vec<String>>,
    statuses: Option<Vec<String>>,
}

fn list_insights(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let filter = match &call.input["filter"] {
        Value::Null => Filter::default(),
        filter => serde_json::from_value(filter.clone()).unwrap_or_default(),
    };
    let cluster = call.clusters().cluster(&call.required("clusterName"))?;
    let found = insights(cluster).into_iter().filter(|insight| filter.wants(insight));
    listed(call, "insights", found.map(|insight| insight.summary(call)).collect())
}

fn describe_insight(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, id) = (call.required("clusterName"), call.required("id"));
    let cluster = call.clusters().cluster(&name)?;
    let missing = || ApiError::new(NOT_FOUND, format!("No insight found for ID: {id}"));
    let insight = insights(cluster).into_iter().find(|insight| insight.id() == id).ok_or_else(missing)?;
    Ok(json!({ "insight": insight.in_full(call) }))
}

/// The insights of a cluster; one that is being made has none.
fn insights(cluster: &Cluster) -> Vec<Insight<'_>> {
    let (version, upgraded) = (cluster.config.version, cluster.config.upgraded);
    let insight = |check: &'static Check| match check.category {
        ROLLBACK => upgraded.map(|upgraded| Insight {
            check,
            cluster,
            version: upgraded.from,
            passes: cluster.nodegroups.values().all(|group| group.version() <= upgraded.from),
        }),
        _ => Some(Insight { check, cluster, version: version.next(), passes: true }),
    };
    let is_there = !matches!(cluster.state, State::Creating(_) | State::Failed);
    CHECKS.iter().filter(|_| is_there).filter_map(insight).collect()
}

impl Insight<'_> {
    fn id(&self) -> String {
        random::uuid(&json!([self.cluster.uid, self.check.category, self.check.name, self.version]))
    }

    fn status(&self) -> &'static str {
        if self.passes { "PASSING" } else { "ERROR" }
    }

    fn summary(&self, call: &Call<'_>) -> Value {
        let begun = self.cluster.created_at;
        let reason = if self.passes { self.check.passing } else { self.check.recommendation };
        json!({
            "id": self.id(),
            "name": self.check.name,
            "category": self.check.category,
            "kubernetesVersion": self.version,
            "lastRefreshTime": call.epoch + begun + ((call.now - begun) / DAY).floor() * DAY,
            "lastTransitionTime": call.epoch + begun,
            "description": self.check.description,
            "insightStatus": { "status": self.status(), "reason": reason },
        })
    }

    fn in_full(&self, call: &Call<'_>) -> Value {
        let mut insight = self.summary(call);
        insight["recommendation"] = self.check.recommendation.into();
        insight["additionalInfo"] = json!({
            "EKS cluster insights": "https://docs.aws.amazon.com/eks/latest/userguide/cluster-insights.html",
        });
        insight["resources"] = json!([]);
        insight["categorySpecificSummary"] = json!({ "deprecationDetails": [], "addonCompatibilityDetails": [] });
        insight
    }
}

impl Filter {
    fn wants(&self, insight: &Insight<'_>) -> bool {
        let has = |wanted: &Option<Vec<String>>, found: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted.is_empty() || wanted.iter().any(|wanted| wanted == found))
        };
        has(&self.categories, insight.check.category)
            && has(&self.kubernetes_versions, &insight.version.to_string())
            && has(&self.statuses, insight.status())
    }
}
