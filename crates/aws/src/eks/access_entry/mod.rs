//! Access entries: who may use a cluster, and as what; with the access policies that are associated with them.

mod admins;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_core::{CallError, Fate, Lowered, Lowering, Progress, Reference, Refusal, Run, Tags, Traits, spec};
use serde::{Deserialize, Serialize};

use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use write::Call;

/// Where an access policy counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessScope {
    /// `cluster` or `namespace`.
    pub kind: String,
    /// The namespaces, in which `*` may stand for any text; none for the whole cluster.
    pub namespaces: BTreeSet<String>,
}

spec! {
    /// A principal of IAM that may use the cluster. Source: EKS `CreateAccessEntry`, `UpdateAccessEntry`,
    /// `AssociateAccessPolicy`.
    pub struct Spec {
        /// The name of the cluster.
        cluster: Reference => Replace, to = "eks.Cluster";
        /// The ARN of the role or user. It cannot be a session of a role.
        principal: Reference => Replace, to = "iam.Role";
        /// The unique id of the role. EKS knows a role by it: to an entry, a role that was made again under the same ARN is
        /// somebody else. Absent, it is that of the role which is there; a role that is newer than its entry is found
        /// anyway.
        principal_id: Option<Reference> => Replace, to = "iam.Role", floating = true;
        /// `STANDARD` for people and tools; `EC2_LINUX`, `EC2_WINDOWS`, `EC2` (Auto Mode), `FARGATE_LINUX`, `HYBRID_LINUX`,
        /// `HYPERPOD_LINUX` for the roles of nodes.
        entry_type: String => Replace, default = "STANDARD";
        /// The name of the user in Kubernetes. Absent, EKS chooses one when the entry is made.
        username: Option<String> => InPlace, floating = true, limit = "not system:, eks:, aws:, amazon:, iam: at its beginning";
        /// The groups in Kubernetes. Those of nodes are EKS's.
        kubernetes_groups: BTreeSet<String> => InPlace, limit = "STANDARD only";
        /// The access policies, by ARN, and where each counts.
        access_policies: BTreeMap<String, AccessScope> => InPlace, limit = "STANDARD and EC2 only";
        /// Tags.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// What stands for the unique id where the entry is older than its role: it lets nobody in.
const EARLIER_ROLE: &str = "an earlier role of this name";

/// What stands for the unique id where there is no such role any longer.
const NO_ROLE: &str = "a role that is gone";

/// The policy whose holders may do everything. Source: EKS user guide, "Review access policy permissions".
pub const CLUSTER_ADMIN_POLICY: &str = "AmazonEKSClusterAdminPolicy";

/// The end of the path of the roles of IAM Identity Center whose random part is not known yet.
pub const ANY_SUFFIX: &str = "_*";

impl Spec {
    /// Whether it may do everything in the whole cluster.
    fn is_admin(&self) -> bool {
        let everywhere = |(policy, scope): (&String, &AccessScope)| {
            policy.rsplit('/').next() == Some(CLUSTER_ADMIN_POLICY) && scope.kind == "cluster"
        };
        self.access_policies.iter().any(everywhere)
    }

    /// Whether its principal is there and known to it.
    fn is_alive(&self) -> bool {
        let id = self.principal_id.as_ref().and_then(|id| id.literal().ok());
        id.is_none_or(|id| id != EARLIER_ROLE && id != NO_ROLE)
    }
}

/// The room of access entries.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "eks.AccessEntry";
    const TRAITS: Traits = Traits { create_first: false, precious: None, dies_with: &["cluster"], order: &[] };
    const OUTPUTS: &'static [(&'static str, &'static str)] = &[("arn", "The ARN.")];
    const JUDGES_TOGETHER: bool = true;
    type Spec = Spec;
    type Call = Call;

    /// An entry that knows an earlier role is made again, whoever makes the role.
    fn settle(mut desired: Spec, live: &Spec) -> Spec {
        let stale = Some(Reference::from(EARLIER_ROLE));
        if live.principal_id == stale && desired.principal_id == stale {
            desired.principal_id = None;
        }
        desired
    }

    fn refuse_together(fates: &[Fate<'_, Spec>], caller: Option<&str>) -> Vec<Refusal> {
        admins::refuse(fates, caller)
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
