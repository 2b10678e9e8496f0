//! Add-ons: software that EKS installs in the cluster and keeps at a version.

mod configuration;
mod read;
#[cfg(test)]
mod tests;
mod versions;
mod write;

use std::collections::BTreeMap;

use eksctl_rs_core::{
    CallError, Lowered, Lowering, Order, Outputs, Progress, Reference, Run, Tags, Traits, World, spec,
};
use serde_json::Value;

use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use configuration::parse as parse_configuration;
pub(crate) use versions::facts;
pub use write::Call;

spec! {
    /// An add-on. Source: EKS `CreateAddon`, `UpdateAddon`, `DeleteAddon`.
    pub struct Spec {
        /// The name that AWS gave it, such as `vpc-cni`: unique in the cluster.
        name: String => Identity;
        /// The name of the cluster.
        cluster: Reference => Replace, to = "eks.Cluster";
        /// The version. Absent, it is EKS's default at creation and stays.
        version: Option<String> => InPlace, floating = true;
        /// The configuration, as AWS's schema for that version has it. Absent, everything is AWS's default.
        configuration: Option<Value> => InPlace;
        /// The ARN of the role of its service account, by way of the cluster's OIDC provider. Absent, it has the node's.
        service_account_role: Option<Reference> => InPlace, to = "iam.Role";
        /// The ARNs of roles by service account, by way of EKS Pod Identity. Absent, they stay as they are.
        pod_identity_associations: Option<BTreeMap<String, Reference>> => InPlace, to = "iam.Role", floating = true;
        /// The Kubernetes namespace. Absent, it is the add-on's own.
        namespace: Option<String> => Replace, floating = true, limit = "a DNS label of 63 characters";
        /// What becomes of what others have set in its objects: `OVERWRITE`, `PRESERVE`, or `NONE`, which fails.
        resolve_conflicts: String => WriteOnly, default = "OVERWRITE";
        /// Whether the software stays in the cluster when the add-on is deleted. A tag remembers it.
        preserve_on_delete: bool => InPlace, default = "false";
        /// Tags.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// Without them no node becomes ready, or its pods get the wrong credentials; and how many pods a node takes is fixed when
/// it starts, from what vpc-cni is configured to. They are DaemonSets, which need no node to be complete. Source:
/// EKS user guide, "Amazon EKS add-ons"; eksctl, `pkg/apis/eksctl.io/v1alpha5/known_addons.go`.
const BEFORE_NODES: &[&str] = &["vpc-cni", "kube-proxy", "eks-pod-identity-agent"];

/// The tag that remembers that the software stays.
const PRESERVE_TAG: &str = "eksctl-rs.io/preserve";

/// The room of add-ons.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "eks.Addon";
    const TRAITS: Traits = Traits { create_first: false, precious: None, dies_with: &["cluster"], order: &[] };
    const OUTPUTS: &'static [(&'static str, &'static str)] = &[("arn", "The ARN.")];
    type Spec = Spec;
    type Call = Call;

    /// What nodes need comes before them and goes after them; what runs on them is made when they are, and goes to a new
    /// version before they do. Source: EKS user guide, "Update existing cluster to new Kubernetes version".
    fn order(spec: &Spec) -> &'static [Order] {
        match spec.name.as_str() {
            // Without it no pod gets the role of an association. Source: EKS user guide, "Set up the Amazon EKS Pod Identity Agent".
            "eks-pod-identity-agent" => {
                &[Order::BeforeAll { kind: "eks.Nodegroup" }, Order::BeforeAll { kind: "eks.PodIdentityAssociation" }]
            }
            name if BEFORE_NODES.contains(&name) => &[Order::BeforeAll { kind: "eks.Nodegroup" }],
            _ => &[Order::Upon { kind: "eks.Nodegroup" }, Order::Upon { kind: "eks.FargateProfile" }],
        }
    }

    fn computed(spec: &Spec, _: &World) -> Outputs {
        Outputs::from([("name".to_owned(), spec.name.clone())])
    }

    fn moved(fields: &[&str]) -> Vec<&'static str> {
        if fields.contains(&"version") { vec!["version"] } else { Vec::new() }
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
