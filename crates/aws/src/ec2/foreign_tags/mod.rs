//! Single tags on what is not the stack's: subnets that were there before, the security group that EKS makes.
//!
//! AWS keeps nobody's name beside a tag, and there is no state file. So the stack leaves a mark on the thing, in the call
//! that sets the tags: the keys that it has set there.
//!
//! - What was there before us with the value that we want is not ours. Nothing is set, and it never goes.
//! - What was there with another value is shown as a difference, is overwritten, and is ours from then on.
//! - What another stack has set and we want as well belongs to both. It goes with the last of them.

pub(crate) mod mark;
mod read;
#[cfg(test)]
mod tests;
mod write;

use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Traits, spec};

use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use write::Call;

spec! {
    /// Tags on something that the stack does not own. Source: EC2 `CreateTags`, `DeleteTags`.
    pub struct Spec {
        /// What bears them, by its id: anything that EC2 can tag, once in a stack.
        resource: Reference => Replace, to = "eks.Cluster";
        /// The tags; whatever else it bears is not ours.
        tags: Tags => InPlace, limit = "keys of 128, values of 256 characters; 50 tags with all others, and with our mark";
    }
}

/// The room of tags on what is not ours.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "ec2.Tags";
    const TRAITS: Traits = Traits { create_first: false, precious: None, dies_with: &["resource"], order: &[] };
    const FOUND_BY_SPEC: bool = true;
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

    async fn status(aws: &Aws, _: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
        read::status(aws, run).await
    }
}
