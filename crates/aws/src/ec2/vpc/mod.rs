//! VPCs.

mod blocks;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeSet;

use eksctl_rs_core::{CallError, Lowered, Lowering, Outputs, Progress, Run, Tags, Traits, World, spec};

use crate::Aws;
use crate::ec2::cidr;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use blocks::Block;
pub use write::Call;

spec! {
    /// A virtual network. Source: EC2 `CreateVpc`, `ModifyVpcAttribute`, `AssociateVpcCidrBlock`.
    pub struct Spec {
        /// The IPv4 network range.
        cidr_block: String => Replace, limit = "/16 to /28";
        /// More IPv4 ranges for subnets. Source: VPC user guide, "VPC CIDR blocks".
        secondary_cidr_blocks: BTreeSet<String> => InPlace, default = "none", limit = "4; /16 to /28, none overlapping another";
        /// Whether the VPC has an IPv6 range, a /56 that Amazon chooses: the output `ipv6_cidr_block`.
        amazon_provided_ipv6_cidr_block: bool => InPlace, default = "false";
        /// Whether instances run on hardware of their own: `default` or `dedicated`.
        instance_tenancy: String => Replace, default = "default";
        /// Whether the DNS server of AWS answers in the VPC. EKS needs it.
        enable_dns_support: bool => InPlace, default = "true";
        /// Whether instances with public addresses get public DNS names. EKS needs it.
        enable_dns_hostnames: bool => InPlace, default = "true";
        /// Whether CloudWatch counts the network addresses in use.
        enable_network_address_usage_metrics: bool => InPlace, default = "false";
        /// Tags.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The room of VPCs.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "ec2.Vpc";
    const TRAITS: Traits =
        Traits { create_first: false, precious: Some("the network and everything in it"), dies_with: &[], order: &[] };
    const OUTPUTS: &'static [(&'static str, &'static str)] =
        &[("ipv6_cidr_block", "The IPv6 range from Amazon's pool, if it has one.")];
    type Spec = Spec;
    type Call = Call;

    fn computed(spec: &Spec, _: &World) -> Outputs {
        Outputs::from([("cidr_block".to_owned(), spec.cidr_block.clone())])
    }

    fn refuse(desired: &Spec, live: &Spec) -> Vec<(String, String)> {
        overlaps(desired, live)
    }

    fn moved(fields: &[&str]) -> Vec<&'static str> {
        if fields.contains(&"amazon_provided_ipv6_cidr_block") { vec!["ipv6_cidr_block"] } else { Vec::new() }
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

/// A range that goes is there until the subnets in it are gone; one that comes must be there before others are made.
fn overlaps(desired: &Spec, live: &Spec) -> Vec<(String, String)> {
    let going = || live.secondary_cidr_blocks.difference(&desired.secondary_cidr_blocks);
    let coming = desired.secondary_cidr_blocks.difference(&live.secondary_cidr_blocks);
    let pairs = coming.flat_map(|new| going().filter(|old| cidr::overlap(new, old)).map(move |old| (new, old)));
    pairs
        .map(|(new, old)| {
            let message = format!("the range {new} overlaps {old}, which the VPC has: AWS takes no range twice");
            (message, format!("take {old} and the subnets in it away, apply, and then add {new}"))
        })
        .collect()
}
