//! Elastic IP addresses.

mod read;
mod write;

use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Run, Tags, Traits, spec};

use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use write::Call;

spec! {
    /// A public IPv4 address of the account's own. Source: EC2 `AllocateAddress`.
    pub struct Spec {
        /// Tags.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The room of Elastic IP addresses.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "ec2.ElasticIp";
    const TRAITS: Traits = Traits { create_first: false, precious: None, dies_with: &[], order: &[] };
    const OUTPUTS: &'static [(&'static str, &'static str)] = &[("public_ip", "The address.")];
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
