//! Templates from which ECR makes repositories by itself: when an image is pulled through, replicated or pushed first.

pub(crate) mod mark;
pub(crate) mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeSet;

use eksctl_rs_core::{CallError, Lowered, Lowering, Outputs, Progress, Reference, Run, Tags, Traits, World, spec};

use super::LifecycleDocument;
use crate::kind::{Found, Kind};
use crate::reads::Reads;
use crate::{Aws, PolicyDocument};

pub use mark::DESCRIPTION;
pub use write::Call;

spec! {
    /// A template of repositories. It cannot be tagged: its description ends with a mark that names the stack, and vouches
    /// for the pull-through rule of the same prefix. Source: ECR `CreateRepositoryCreationTemplate`,
    /// `UpdateRepositoryCreationTemplate`.
    pub struct Spec {
        /// What the names of its repositories begin with, without the last slash; `ROOT` is for all that no other template is
        /// for.
        prefix: String => Identity, limit = "1 to 256: words of a-z 0-9 . _ - with / between them, or ROOT";
        /// What it is for.
        description: String => InPlace, limit = "80 characters: AWS takes 256, and the mark needs the others";
        /// Whether its mark vouches for the pull-through rule of its prefix, which can bear no mark.
        vouches: bool => InPlace, default = "false";
        /// When it is used: `PULL_THROUGH_CACHE`, `REPLICATION`, `CREATE_ON_PUSH`.
        applied_for: BTreeSet<String> => InPlace;
        /// By what images are encrypted: `AES256`, `KMS` or `KMS_DSSE`.
        encryption_type: String => InPlace, default = "AES256";
        /// The KMS key; absent with KMS, AWS's own for ECR.
        kms_key: Option<Reference> => InPlace, to = "kms.Key";
        /// Whether tags of images may move: `MUTABLE`, `IMMUTABLE`, or one of them `_WITH_EXCLUSION`.
        image_tag_mutability: String => InPlace, default = "MUTABLE";
        /// The tags for which that is the other way round, in which `*` stands for any text.
        image_tag_mutability_exclusions: BTreeSet<String> => InPlace, limit = "5, of 128 characters";
        /// Which images go after a while.
        lifecycle_policy: Option<LifecycleDocument> => InPlace, limit = "30720 characters";
        /// Who may use the repositories.
        repository_policy: Option<PolicyDocument> => InPlace, to = "iam.Role", limit = "10240 characters";
        /// The role with which ECR makes the repositories: it needs one for tags and for a KMS key of the account's own.
        custom_role: Option<Reference> => InPlace, to = "iam.Role";
        /// The tags of the repositories.
        resource_tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The room of templates.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "ecr.RepositoryCreationTemplate";
    const TRAITS: Traits = Traits { create_first: false, precious: None, dies_with: &[], order: &[] };
    type Spec = Spec;
    type Call = Call;

    fn computed(spec: &Spec, _: &World) -> Outputs {
        outputs(&spec.prefix)
    }

    /// With KMS and no key, ECR may tell which key of its own it takes.
    fn settle(desired: Spec, live: &Spec) -> Spec {
        let chosen_by_aws = desired.encryption_type != "AES256"
            && desired.encryption_type == live.encryption_type
            && desired.kms_key.is_none()
            && live.kms_key.as_ref().is_some_and(is_of_aws);
        if chosen_by_aws { Spec { kms_key: live.kms_key.clone(), ..desired } } else { desired }
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

/// The alias of the key that AWS has for ECR.
fn is_of_aws(key: &Reference) -> bool {
    matches!(key, Reference::Id(id) if id.ends_with("alias/aws/ecr"))
}

fn outputs(prefix: &str) -> Outputs {
    Outputs::from([("id".to_owned(), prefix.to_owned()), ("prefix".to_owned(), prefix.to_owned())])
}
