//! VPCs.

mod read;
#[cfg(test)]
mod tests;
mod write;

use eksctl_rs_core::{CallError, Lowered, Lowering, Outputs, Progress, Run, Tags, Traits, World, spec};

use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use write::Call;

spec! {
    /// A virtual network. Source: EC2 `CreateVpc`, `ModifyVpcAttribute`.
    pub struct Spec {
        /// The IPv4 network range.
        cidr_block: String => Replace, limit = "/16 to /28";
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
    type Spec = Spec;
    type Call = Call;

    fn computed(spec: &Spec, _: &World) -> Outputs {
        Outputs::from([("cidr_block".to_owned(), spec.cidr_block.clone())])
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

    async fn status(aws: &Aws, _: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
        read::status(aws, run).await
    }
}
