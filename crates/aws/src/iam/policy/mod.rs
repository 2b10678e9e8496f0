//! Customer managed policies: what may be done, apart from who may do it.

mod read;
#[cfg(test)]
mod tests;
mod write;

use eksctl_rs_core::{CallError, Lowered, Lowering, Outputs, Progress, Run, Tags, Traits, World, spec};

use crate::kind::{Found, Kind};
use crate::reads::Reads;
use crate::{Aws, PolicyDocument};

pub use write::Call;

spec! {
    /// What may be done, for roles and groups to attach. Source: IAM `CreatePolicy`.
    pub struct Spec {
        /// The name, unique in the account.
        name: String => Replace, limit = "1 to 128 of A-Z a-z 0-9 + = , . @ _ -";
        /// The path, by which the stack's policies are found.
        path: String => Replace, limit = "begins and ends with /";
        /// What it is for.
        description: String => Replace, limit = "1000 characters";
        /// What it allows. Another one is a new version of the policy, which counts at once.
        document: PolicyDocument => InPlace, limit = "6144 characters";
        /// Tags.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The room of customer managed policies.
pub struct Room;

/// The version that counts.
const DEFAULT_VERSION: &str = "default_version";
/// The other versions, separated by spaces, the oldest first.
const OLD_VERSIONS: &str = "old_versions";

impl Kind for Room {
    const NAME: &'static str = "iam.Policy";
    const TRAITS: Traits = Traits { create_first: false, precious: None, dies_with: &[], order: &[] };
    const OUTPUTS: &'static [(&'static str, &'static str)] = &[("arn", "The ARN.")];
    type Spec = Spec;
    type Call = Call;

    fn computed(spec: &Spec, world: &World) -> Outputs {
        Outputs::from([("name".to_owned(), spec.name.clone()), ("arn".to_owned(), arn_of(spec, world))])
    }

    fn moved(fields: &[&str]) -> Vec<&'static str> {
        if fields.contains(&"document") { vec![DEFAULT_VERSION, OLD_VERSIONS] } else { Vec::new() }
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

fn arn_of(spec: &Spec, world: &World) -> String {
    world.iam_arn(&format!("policy{}{}", spec.path, spec.name))
}
