//! NAT gateways.

mod read;
#[cfg(test)]
mod tests;
mod write;

use eksctl_rs_core::{CallError, Lowered, Lowering, Order, Progress, Reference, Run, Tags, Traits, spec};

use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use write::Call;

spec! {
    /// The way of private subnets to the internet. Source: EC2 `CreateNatGateway`.
    pub struct Spec {
        /// The subnet that it stands in; of a public one, a public subnet.
        subnet: Reference => Replace, to = "ec2.Subnet";
        /// Its address; nothing for a private one.
        allocation: Option<Reference> => Replace, to = "ec2.ElasticIp";
        /// `public` or `private`.
        connectivity_type: String => Replace, default = "public";
        /// Tags.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The room of NAT gateways.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "ec2.NatGateway";
    const TRAITS: Traits = Traits {
        create_first: false,
        precious: None,
        dies_with: &[],
        // AWS wants the way to the internet first; and on delete the internet gateway can be detached only when no
        // address is mapped any longer.
        order: &[Order::AfterHolders { field: "subnet", kind: "ec2.RouteTable" }],
    };
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
