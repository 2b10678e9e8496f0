//! Subnets.

mod read;
#[cfg(test)]
mod tests;
mod write;

use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Traits, spec};
use serde::{Deserialize, Serialize};

use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use write::Call;

pub(crate) use read::{all as of_the_stack, by_ids};

/// A /64 of a VPC's IPv6 range.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ipv6Part {
    /// The /56 of the VPC: its output `ipv6_cidr_block`.
    pub of: Reference,
    /// Which of its 256 parts.
    pub number: u8,
}

spec! {
    /// A part of a VPC in one Availability Zone. Source: EC2 `CreateSubnet`, `ModifySubnetAttribute`,
    /// `AssociateSubnetCidrBlock`.
    pub struct Spec {
        /// The VPC.
        vpc: Reference => Replace, to = "ec2.Vpc";
        /// The Availability Zone, by the account's name for it.
        availability_zone: String => Replace;
        /// The IPv4 range, within one of the VPC's.
        cidr_block: String => Replace, limit = "/16 to /28";
        /// The IPv6 range. It cannot go while something in the subnet has an address of it.
        ipv6_cidr_block: Option<Ipv6Part> => InPlace, to = "ec2.Vpc", default = "none";
        /// Whether network interfaces get an IPv6 address. Nodes of an IPv6 cluster need one.
        assign_ipv6_address_on_creation: bool => InPlace, default = "false", limit = "with an IPv6 range";
        /// Whether names of what has IPv4 addresses only resolve to IPv6 addresses, which a NAT gateway translates.
        enable_dns64: bool => InPlace, default = "false";
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

    async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
        read::status(aws, call, run).await
    }
}
