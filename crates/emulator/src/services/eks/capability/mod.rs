//! EKS Capabilities: Argo CD, AWS Controllers for Kubernetes and Kube Resource Orchestrator, which EKS runs outside the
//! cluster. A cluster has one of each at most.
//!
//! Sources: the EKS API reference, and "EKS Capabilities" in the user guide.

mod config;
mod create;
mod delete;
pub(super) mod life;
mod show;
mod update;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::cluster::Cluster;
use super::health::{Ending, Issue};
use super::update::Update;
use super::{NOT_FOUND, listed};
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;
use crate::tags::Tags;

use config::Config;

pub(super) const OPERATIONS: Operations = &[
    ("CreateCapability", create::create_capability),
    ("DeleteCapability", delete::delete_capability),
    ("DescribeCapability", describe_capability),
    ("ListCapabilities", list_capabilities),
    ("UpdateCapability", update::update_capability),
];

/// A capability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Capability {
    name: String,
    pub(super) arn: String,
    cluster_name: String,
    kind: Kind,
    /// Emulated seconds since the world began.
    created_at: f64,
    modified_at: f64,
    pub(super) config: Config,
    pub(super) tags: Tags,
    state: State,
    issues: Vec<Issue>,
    /// The oldest one first.
    pub(super) updates: Vec<Update>,
}

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Kind {
    Ack,
    Kro,
    ArgoCd,
}

/// Where a capability is in its life, and how what is in progress will end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum State {
    Creating(Ending),
    Active,
    Updating(Box<Updating>),
    /// Until when.
    Deleting(f64),
    CreateFailed,
}

/// An update that is in progress.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Updating {
    ending: Ending,
    update_id: String,
    /// The configuration that the capability has if it ends well.
    after: Config,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Ack => "ACK",
            Self::Kro => "KRO",
            Self::ArgoCd => "ARGOCD",
        }
    }

    /// What its role may do in the cluster, by access policies. Source: "Capability IAM role" in the user guide.
    fn access_policies(self) -> &'static [&'static str] {
        match self {
            Self::Ack => &["AmazonEKSACKPolicy"],
            Self::Kro => &["AmazonEKSKROPolicy"],
            Self::ArgoCd => &["AmazonEKSArgoCDClusterPolicy", "AmazonEKSArgoCDPolicy"],
        }
    }

    /// Of the software that runs; chosen.
    fn version(self) -> &'static str {
        match self {
            Self::Ack => "v1.4.0-eks-1",
            Self::Kro => "v0.7.1-eks-1",
            Self::ArgoCd => "v3.2.1-eks-1",
        }
    }
}

impl Cluster {
    /// A capability, or EKS's refusal.
    pub(super) fn capability(&self, name: &str) -> Result<&Capability, ApiError> {
        let message = || format!("No capability: {name} found in cluster: {}", self.name);
        self.capabilities.get(name).ok_or_else(|| ApiError::new(NOT_FOUND, message()))
    }
}

fn describe_capability(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let cluster = call.clusters().cluster(&call.required("clusterName"))?;
    let capability = cluster.capability(&call.required("capabilityName"))?;
    Ok(json!({ "capability": capability.show(call) }))
}

fn list_capabilities(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let cluster = call.clusters().cluster(&call.required("clusterName"))?;
    let all = cluster.capabilities.values().map(|capability| capability.in_list(call.epoch));
    listed(call, "capabilities", all.collect())
}
