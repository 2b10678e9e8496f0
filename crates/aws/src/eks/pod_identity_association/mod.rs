//! Pod identity associations: which service account of Kubernetes has which role.

mod read;
#[cfg(test)]
mod tests;
mod write;

use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Traits, spec};

use crate::kind::{Found, Kind};
use crate::reads::Reads;
use crate::{Aws, PolicyDocument};

pub use write::Call;

spec! {
    /// A role for the pods of a service account. Source: EKS `CreatePodIdentityAssociation`, `UpdatePodIdentityAssociation`.
    pub struct Spec {
        /// The name of the cluster.
        cluster: Reference => Replace, to = "eks.Cluster";
        /// The namespace of the service account. It need not be there yet.
        namespace: String => Replace;
        /// The name of the service account. It need not be there yet.
        service_account: String => Replace, limit = "one association for each service account";
        /// The ARN of the role, in the account of the cluster.
        role: Reference => InPlace, to = "iam.Role";
        /// The ARN of another role, of any account, that the first one takes for the pods.
        target_role: Option<Reference> => InPlace, to = "iam.Role";
        /// Whether the session goes without the tags that tell its cluster, namespace and service account.
        disable_session_tags: bool => InPlace, default = "false";
        /// What narrows the role for these pods. It needs a session without tags.
        policy: Option<PolicyDocument> => InPlace, limit = "2048 characters";
        /// Tags.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The room of pod identity associations.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "eks.PodIdentityAssociation";
    const TRAITS: Traits = Traits { create_first: false, precious: None, dies_with: &["cluster"], order: &[] };
    const OUTPUTS: &'static [(&'static str, &'static str)] = &[
        ("arn", "The ARN."),
        (
            "external_id",
            "What a target role can ask for in its trust policy, so that only this association takes it; if there is one.",
        ),
    ];
    type Spec = Spec;
    type Call = Call;

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
