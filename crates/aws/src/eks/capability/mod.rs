//! Capabilities: controllers for a cluster that EKS runs outside of it: Argo CD, ACK, kro.

mod read;
mod request;
#[cfg(test)]
mod tests;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Traits, spec};
use serde::{Deserialize, Serialize};

use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use write::Call;

/// Somebody whom IAM Identity Center knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// `SSO_USER` or `SSO_GROUP`.
    pub kind: String,
    /// The id in IAM Identity Center.
    pub id: String,
}

/// What belongs to Argo CD and cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityCenter {
    /// The ARN of the instance of IAM Identity Center.
    pub instance: String,
    /// Its Region; absent, that of the cluster.
    pub region: Option<String>,
}

spec! {
    /// A controller that EKS runs for the cluster, one of each type at most. Source: EKS `CreateCapability`,
    /// `UpdateCapability`.
    pub struct Spec {
        /// The name, unique in the cluster.
        name: String => Replace, limit = "A-Z a-z 0-9 - _";
        /// The name of the cluster.
        cluster: Reference => Replace, to = "eks.Cluster";
        /// `ACK`, `ARGOCD` or `KRO`.
        capability_type: String => Replace, limit = "one of each in a cluster";
        /// The ARN of the role that it works with.
        role: Reference => InPlace, to = "iam.Role";
        /// Argo CD: the namespace of its resources. Absent, EKS's default.
        namespace: Option<String> => Replace, floating = true;
        /// Argo CD: where its users come from.
        identity_center: Option<IdentityCenter> => Replace;
        /// Argo CD: what the name of its endpoint begins with. Absent, EKS chooses it.
        endpoint_prefix: Option<String> => Replace, floating = true;
        /// Argo CD: who is what: `ADMIN`, `EDITOR`, `VIEWER`.
        role_mappings: BTreeMap<String, BTreeSet<Identity>> => InPlace;
        /// Argo CD: the VPC endpoints by which alone its server can be reached. None is from the internet.
        vpc_endpoints: BTreeSet<Reference> => InPlace, to = "ec2.VpcEndpoint";
        /// ACK: whether resources may refer to those of other namespaces.
        enable_cross_namespace: bool => InPlace, default = "false";
        /// ACK: services whose controllers are off.
        disabled_services: BTreeSet<String> => InPlace;
        /// Tags.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The room of capabilities.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "eks.Capability";
    const TRAITS: Traits = Traits { create_first: false, precious: None, dies_with: &[], order: &[] };
    const OUTPUTS: &'static [(&'static str, &'static str)] = &[
        ("arn", "The ARN."),
        ("version", "The version of the controller that runs."),
        ("server_url", "The URL of Argo CD."),
    ];
    type Spec = Spec;
    type Call = Call;

    /// Without a Region it is the one that EKS tells.
    fn settle(mut desired: Spec, live: &Spec) -> Spec {
        if let (Some(wanted), Some(found)) = (&mut desired.identity_center, &live.identity_center)
            && wanted.region.is_none()
        {
            wanted.region.clone_from(&found.region);
        }
        desired
    }

    fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
        write::lower(lowering)
    }

    async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
        read::find(reads).await
    }

    async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
        write::start(aws, call, run).await
    }

    async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
        read::status(aws, call, run).await
    }
}
