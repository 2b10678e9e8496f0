//! Subnets.

mod read;
mod write;

use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Traits, spec};

use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use write::Call;

pub(crate) use read::{all as of_the_stack, by_ids};

spec! {
    /// A part of a VPC in one Availability Zone. Source: EC2 `CreateSubnet`, `ModifySubnetAttribute`.
    pub struct Spec {
        /// The VPC.
        vpc: Reference => Replace, to = "ec2.Vpc";
        /// The Availability Zone, by the account's name for it.
        availability_zone: String => Replace;
        /// The IPv4 range, within the VPC's.
        cidr_block: String => Replace, limit = "/16 to /28";
        /// Whether instances get a public IPv4 address.
        map_public_ip_on_launch: bool => InPlace, default = "false";
        /// What the private DNS names of instances are made of: `ip-name` or `resource-name`.
        private_dns_hostname_type: String => InPlace, default = "ip-name";
        /// Whether the DNS name that is made of the instance id has an A record.
        resource_name_dns_a_record: bool => InPlace, default = "false";
        /// Tags, those for load balancers among them.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The room of subnets.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "ec2.Subnet";
    const TRAITS: Traits = Traits { create_first: false, precious: None, dies_with: &[], order: &[] };
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
