//! Secrets whose value the stack does not know: it says where the value comes from, and when it is sent again.

mod content;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_core::{Address, CallError, Lowered, Lowering, Plan, Progress, Reference, Run, Tags, Traits, spec};

use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use content::Source;
pub use write::Call;

spec! {
    /// A secret. Its value is a JSON object of texts; the stack knows only where each comes from. Source: Secrets Manager
    /// `CreateSecret`, `PutSecretValue`, `UpdateSecret`, `DeleteSecret`.
    pub struct Spec {
        /// The name, unique in the account and Region.
        name: String => Replace, limit = "1 to 512 of A-Z a-z 0-9 / _ + = . @ -";
        /// What it is for.
        description: String => InPlace, limit = "2048 characters";
        /// Where the texts of the value come from, by their keys. The value itself is read by the call that sends it.
        content: BTreeMap<String, Source> => InPlace;
        /// Another number sends the value again: what has changed in the environment shows in no other way.
        revision: u32 => InPlace, default = "1";
        /// The KMS key that it is encrypted with; absent, AWS's own for Secrets Manager.
        kms_key: Option<Reference> => InPlace, to = "kms.Key", default = "aws/secretsmanager";
        /// How many days it can be taken back after its deletion.
        recovery_window_in_days: i32 => InPlace, default = "7", limit = "7 to 30";
        /// Whether it can be read. A secret that is wanted again before its deletion is over is restored, and its value is
        /// sent again.
        available: bool => InPlace, default = "true";
        /// Tags.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The room of secrets.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "secretsmanager.Secret";
    const TRAITS: Traits = Traits { create_first: false, precious: None, dies_with: &[], order: &[] };
    const OUTPUTS: &'static [(&'static str, &'static str)] = &[("arn", "The ARN.")];
    type Spec = Spec;
    type Call = Call;

    /// Secrets Manager tells the id of the key where it was given as an ARN, or the other way round.
    fn settle(desired: Spec, live: &Spec) -> Spec {
        let same = match (&desired.kms_key, &live.kms_key) {
            (Some(Reference::Id(wanted)), Some(Reference::Id(found))) => {
                wanted.rsplit('/').next() == found.rsplit('/').next()
            }
            _ => false,
        };
        if same { Spec { kms_key: live.kms_key.clone(), ..desired } } else { desired }
    }

    fn moved(fields: &[&str]) -> Vec<&'static str> {
        let sends = fields.iter().any(|field| SENT_AGAIN.contains(field));
        if sends { vec!["version"] } else { Vec::new() }
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

/// The fields with which the value is sent again.
const SENT_AGAIN: &[&str] = &["content", "revision", "available"];

/// The environment variables that the calls of a plan will read, and for which secrets.
pub fn variables(plan: &Plan) -> BTreeMap<String, BTreeSet<Address>> {
    let mut variables: BTreeMap<String, BTreeSet<Address>> = BTreeMap::new();
    for step in plan.steps.iter().filter(|step| step.address.kind() == Room::NAME) {
        let call = step.call.clone().and_then(|call| serde_json::from_value::<Call>(call).ok());
        for name in call.iter().flat_map(Call::variables) {
            variables.entry(name.to_owned()).or_default().insert(step.address.clone());
        }
    }
    variables
}
