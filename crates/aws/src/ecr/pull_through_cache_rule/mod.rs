//! Pull-through rules: the registry fetches images from another registry when somebody pulls them first.

mod read;
#[cfg(test)]
mod tests;
mod write;

use eksctl_rs_core::{CallError, Lowered, Lowering, Outputs, Progress, Reference, Run, Traits, World, spec};

use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use write::Call;

spec! {
    /// A rule. It cannot be tagged: it is the stack's if the template of its prefix is, and vouches for it. Source: ECR
    /// `CreatePullThroughCacheRule`, `UpdatePullThroughCacheRule`, `ValidatePullThroughCacheRule`.
    pub struct Spec {
        /// The prefix: that of the template from which its repositories are made.
        prefix: Reference => Identity, to = "ecr.RepositoryCreationTemplate", limit = "2 to 30 characters";
        /// ECR's word for the registry that images come from, such as `docker-hub`.
        upstream_registry: String => Replace;
        /// Where that registry is, such as `registry-1.docker.io`.
        upstream_registry_url: String => Replace;
        /// What the names of images there begin with; `ROOT` is nothing.
        upstream_repository_prefix: String => Replace, default = "ROOT", limit = "2 to 30 characters";
        /// The ARN of the secret with the credentials for it.
        credential: Option<Reference> => InPlace, to = "secretsmanager.Secret", limit = "its name begins with ecr-pullthroughcache/";
        /// The version of the credentials with which ECR is to try the rule. AWS does not tell with which it did, so this is
        /// a difference only when the version is about to change.
        tried_with: Option<Reference> => InPlace, to = "secretsmanager.Secret";
        /// The ARN of the role with which ECR reads an ECR registry of another account.
        custom_role: Option<Reference> => InPlace, to = "iam.Role";
    }
}

/// The room of rules.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "ecr.PullThroughCacheRule";
    const TRAITS: Traits = Traits { create_first: false, precious: None, dies_with: &[], order: &[] };
    const OUTPUTS: &'static [(&'static str, &'static str)] =
        &[("uri", "What stands before the names of images of the other registry.")];
    type Spec = Spec;
    type Call = Call;

    fn computed(spec: &Spec, world: &World) -> Outputs {
        spec.prefix.literal().map(|prefix| outputs(prefix, world)).unwrap_or_default()
    }

    /// A version that is known is the one that is there.
    fn settle(desired: Spec, live: &Spec) -> Spec {
        match desired.tried_with {
            Some(Reference::To { .. }) => desired,
            _ => Spec { tried_with: live.tried_with.clone(), ..desired },
        }
    }

    fn leaves(live: &Spec) -> Option<String> {
        let prefix = live.prefix.literal().unwrap_or_default();
        let which = if prefix == ROOT { String::new() } else { format!(" below {prefix}/") };
        Some(format!("the repositories{which} that it has filled stay, with their images: they are nobody's"))
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
        write::status(aws, call, run).await
    }
}

/// The prefix that is none. Source: ECR `CreatePullThroughCacheRule`.
const ROOT: &str = "ROOT";

/// The prefix, and what stands before the name of an image that is pulled through it.
fn outputs(prefix: &str, world: &World) -> Outputs {
    let registry = format!("{}.dkr.ecr.{}.{}", world.account, world.region, world.dns_suffix());
    let uri = if prefix == ROOT { registry } else { format!("{registry}/{prefix}") };
    let outputs = [("id", prefix.to_owned()), ("prefix", prefix.to_owned()), ("uri", uri)];
    outputs.into_iter().map(|(output, value)| (output.to_owned(), value)).collect()
}
