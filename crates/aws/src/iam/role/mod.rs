//! Roles, with the policies that are attached to them and those that are written into them.

mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_core::{
    CallError, Lowered, Lowering, Order, Outputs, Progress, Reference, Run, Tags, Traits, World, spec,
};

use crate::kind::{Found, Kind};
use crate::reads::Reads;
use crate::{Aws, PolicyDocument};

pub(crate) use read::by_name;
pub use write::Call;

spec! {
    /// What a service or a pod may do in AWS. Source: IAM `CreateRole`.
    pub struct Spec {
        /// The name, unique in the account.
        name: String => Replace, limit = "1 to 64 of A-Z a-z 0-9 + = , . @ _ -";
        /// The path, by which the stack's roles are found.
        path: String => Replace, limit = "begins and ends with /";
        /// Who may assume it.
        assume_role_policy: PolicyDocument => InPlace, to = "iam.OidcProvider", limit = "2048 characters";
        /// What it is for.
        description: String => InPlace, limit = "1000 characters";
        /// How long a session may last, in seconds.
        max_session_duration: i32 => InPlace, default = "3600", limit = "3600 to 43200";
        /// The ARN of the policy that bounds what it may be allowed.
        permissions_boundary: Option<String> => InPlace;
        /// The ARNs of the policies that are attached.
        managed_policies: BTreeSet<Reference> => InPlace, to = "iam.Policy", limit = "10";
        /// The policies that are written into it, by name.
        inline_policies: BTreeMap<String, PolicyDocument> => InPlace, late = true, limit = "10240 characters in all";
        /// Tags.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The room of roles.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "iam.Role";
    const TRAITS: Traits = Traits { create_first: false, precious: None, dies_with: &[], order: &[] };
    const OUTPUTS: &'static [(&'static str, &'static str)] =
        &[("arn", "The ARN."), ("unique_id", "The id that no other role ever has, even one of the same name.")];
    type Spec = Spec;
    type Call = Call;

    /// A role for pods is of use until their cluster is gone. Source: EKS user guide, "Delete a cluster".
    fn order(spec: &Spec) -> &'static [Order] {
        // The issuers of clusters, with IPv4 and IPv6. Source: EKS `DescribeCluster`, `identity.oidc.issuer`.
        let issuers = ["oidc-provider/oidc.eks.", "oidc-provider/oidc-eks."];
        let trust = spec.assume_role_policy.text();
        match issuers.iter().any(|issuer| trust.contains(issuer)) {
            true => &[Order::Outlives { kind: "eks.Cluster" }],
            false => &[],
        }
    }

    fn computed(spec: &Spec, world: &World) -> Outputs {
        Outputs::from([
            ("name".to_owned(), spec.name.clone()),
            ("arn".to_owned(), world.iam_arn(&format!("role{}{}", spec.path, spec.name))),
        ])
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

/// The path of every role of a stack.
///
/// `ListRoles` tells neither tags nor owners, but it can be asked for a path: one call finds the roles of the stack,
/// however many others the account has. EKS takes role ARNs with a path for clusters and, with access entries, for
/// nodes; see `docs/decisions/0004-roles-have-a-path.md`.
pub fn path_of(world: &World) -> String {
    format!("/eksctl-rs/{}/", world.stack)
}
