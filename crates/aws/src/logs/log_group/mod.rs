//! Log groups.

mod read;
#[cfg(test)]
mod tests;
mod write;

use eksctl_rs_core::{CallError, Lowered, Lowering, Outputs, Progress, Reference, Run, Tags, Traits, World, spec};

use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use write::Call;

spec! {
    /// A group of log streams. Source: CloudWatch Logs `CreateLogGroup`, `PutRetentionPolicy`, `AssociateKmsKey`,
    /// `PutLogGroupDeletionProtection`.
    pub struct Spec {
        /// The name, unique in the account and Region.
        name: String => Identity, limit = "1 to 512 of a-z A-Z 0-9 _ - / . #";
        /// `STANDARD`, `INFREQUENT_ACCESS` or `DELIVERY`.
        log_group_class: String => Replace, default = "STANDARD";
        /// How many days events are kept; absent, for ever.
        retention_in_days: Option<i32> => InPlace, limit = "1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653";
        /// The ARN of the KMS key that events are encrypted with; absent, CloudWatch Logs has a key of its own.
        kms_key: Option<Reference> => InPlace, to = "kms.Key";
        /// Whether the group is protected against deletion.
        deletion_protection: bool => InPlace, default = "false";
        /// Tags.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The room of log groups.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "logs.LogGroup";
    const TRAITS: Traits =
        Traits { create_first: false, precious: Some("all events that it keeps"), dies_with: &[], order: &[] };
    const OUTPUTS: &'static [(&'static str, &'static str)] = &[("arn", "The ARN, without `:*` at its end.")];
    type Spec = Spec;
    type Call = Call;

    fn computed(spec: &Spec, world: &World) -> Outputs {
        outputs(&spec.name, world)
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

/// The ARN in the form that tagging and KMS take: without `:*`. Source: CloudWatch Logs `LogGroup`.
fn arn(name: &str, world: &World) -> String {
    world.arn("logs", &format!("log-group:{name}"))
}

fn outputs(name: &str, world: &World) -> Outputs {
    Outputs::from([("name".to_owned(), name.to_owned()), ("arn".to_owned(), arn(name, world))])
}
