//! KMS keys, with their alias.

mod read;
#[cfg(test)]
mod tests;
mod write;

use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Run, Tags, Traits, spec};

use crate::kind::{Found, Kind};
use crate::reads::Reads;
use crate::{Aws, PolicyDocument};

pub use write::Call;

spec! {
    /// A symmetric key with which other services encrypt. Source: KMS `CreateKey`, `PutKeyPolicy`, `EnableKeyRotation`,
    /// `CreateAlias`, `ScheduleKeyDeletion`.
    pub struct Spec {
        /// The alias, such as `alias/dev`.
        alias: String => InPlace, limit = "256 characters; not alias/aws/";
        /// What it is for.
        description: String => InPlace, limit = "8192 characters";
        /// Who may do what with it.
        policy: PolicyDocument => InPlace, to = "iam.Role", limit = "32 KiB; it must not lock the caller out";
        /// How often AWS makes new key material, in days; absent, never.
        rotation_period_in_days: Option<i32> => InPlace, default = "365", limit = "90 to 2560";
        /// Whether there may be replicas of it in other Regions.
        multi_region: bool => Replace, default = "false";
        /// How many days it can be taken back after its deletion.
        deletion_window_in_days: i32 => WriteOnly, default = "30", limit = "7 to 30";
        /// Whether it can be used. A key that is wanted again before its deletion is over is taken back.
        enabled: bool => InPlace, default = "true";
        /// Tags.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The room of keys.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "kms.Key";
    const TRAITS: Traits = Traits {
        create_first: false,
        precious: Some("everything that is encrypted with it"),
        dies_with: &[],
        order: &[],
    };
    const OUTPUTS: &'static [(&'static str, &'static str)] = &[("arn", "The ARN.")];
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
