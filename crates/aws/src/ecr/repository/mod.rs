//! Repositories, with their lifecycle policy and the policy that says who may use them.

pub(crate) mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeSet;

use eksctl_rs_core::{
    CallError, Lowered, Lowering, Order, Outputs, Progress, Reference, Run, Tags, Traits, World, spec,
};

use super::LifecycleDocument;
use crate::kind::{Found, Kind};
use crate::reads::Reads;
use crate::{Aws, PolicyDocument};

pub use write::Call;

spec! {
    /// A repository of images. Source: ECR `CreateRepository`, `PutImageTagMutability`, `PutImageScanningConfiguration`,
    /// `PutLifecyclePolicy`, `SetRepositoryPolicy`.
    pub struct Spec {
        /// The name, unique in the account and Region.
        name: String => Replace, limit = "2 to 256 small letters, digits and single . _ - between them, in parts separated by /";
        /// Whether a tag may be given to another image: `MUTABLE`, `IMMUTABLE`, `MUTABLE_WITH_EXCLUSION` or
        /// `IMMUTABLE_WITH_EXCLUSION`.
        image_tag_mutability: String => InPlace, default = "MUTABLE";
        /// The tags for which the contrary is true, as texts in which `*` stands for any text.
        image_tag_mutability_exclusions: BTreeSet<String> => InPlace, limit = "5 of 1 to 128 characters";
        /// Whether images are scanned when they are pushed, as far as the registry does not say otherwise. Absent, whatever is
        /// set: where the registry scans with Amazon Inspector, ECR refuses to change it.
        scan_on_push: Option<bool> => InPlace, floating = true, default = "false";
        /// By what images are encrypted: `AES256`, `KMS` or `KMS_DSSE`.
        encryption_type: String => Replace, default = "AES256";
        /// The KMS key: its ARN, its id, or an alias. Absent, with `KMS`, AWS's own for ECR.
        kms_key: Option<Reference> => Replace, to = "kms.Key";
        /// Which images go by themselves; absent, none.
        lifecycle_policy: Option<LifecycleDocument> => InPlace, limit = "100 to 30720 characters";
        /// Who may use it besides those whom IAM allows it; absent, nobody.
        repository_policy: Option<PolicyDocument> => InPlace, to = "iam.Role", late = true, limit = "10240 characters";
        /// Tags.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The room of repositories.
pub struct Room;

/// The output that tells whether a repository holds images. It is asked for where one is to go.
const HOLDS_IMAGES: &str = "holds_images";

impl Kind for Room {
    const NAME: &'static str = "ecr.Repository";
    const TRAITS: Traits = Traits {
        create_first: false,
        precious: Some("all images that it holds"),
        dies_with: &[],
        // Whether a repository may say how it is scanned follows from what the registry says.
        order: &[Order::AfterAll { kind: "ecr.RegistryScanning" }],
    };
    const LOST_BY_CONSENT_ALONE: bool = true;
    const OUTPUTS: &'static [(&'static str, &'static str)] =
        &[("arn", "The ARN."), ("uri", "What images are pushed to and pulled from, without a tag.")];
    type Spec = Spec;
    type Call = Call;

    fn computed(spec: &Spec, world: &World) -> Outputs {
        outputs(&spec.name, world)
    }

    /// An empty one loses nothing. Should it get an image after the plan, ECR refuses to delete it.
    fn loses(outputs: &Outputs) -> Option<&'static str> {
        Self::TRAITS.precious.filter(|_| holds_images(outputs))
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

/// What is not known to be empty may hold images.
fn holds_images(outputs: &Outputs) -> bool {
    outputs.get(HOLDS_IMAGES).is_none_or(|told| told != "false")
}

fn arn(name: &str, world: &World) -> String {
    world.arn("ecr", &format!("repository/{name}"))
}

/// Source: ECR `Repository.repositoryUri`.
fn outputs(name: &str, world: &World) -> Outputs {
    let uri = format!("{}.dkr.ecr.{}.{}/{name}", world.account, world.region, world.dns_suffix());
    [("name", name.to_owned()), ("arn", arn(name, world)), ("uri", uri)]
        .into_iter()
        .map(|(output, value)| (output.to_owned(), value))
        .collect()
}
