//! VPC endpoints.

mod policy;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeSet;

use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Traits, spec};

use crate::Aws;
use crate::PolicyDocument;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use write::Call;

spec! {
    /// A way to a service of AWS that stays within the VPC. Source: EC2 `CreateVpcEndpoint`, `ModifyVpcEndpoint`.
    pub struct Spec {
        /// The VPC.
        vpc: Reference => Replace, to = "ec2.Vpc";
        /// The whole name of the service, such as `com.amazonaws.eu-west-1.s3`.
        service_name: String => Replace;
        /// `Gateway`, which is reached by routes, or `Interface`, which is reached by network interfaces.
        endpoint_type: String => Replace;
        /// The subnets of the network interfaces, one of a zone at most.
        subnets: BTreeSet<Reference> => InPlace, to = "ec2.Subnet";
        /// The security groups of the network interfaces.
        security_groups: BTreeSet<Reference> => InPlace, to = "ec2.SecurityGroup, eks.Cluster", limit = "5";
        /// The route tables that lead to a gateway.
        route_tables: BTreeSet<Reference> => InPlace, to = "ec2.RouteTable";
        /// What may be done through it; absent, everything.
        policy: Option<PolicyDocument> => InPlace, limit = "20480 characters";
        /// Whether the public name of the service leads to the network interfaces.
        private_dns_enabled: bool => InPlace;
        /// `ipv4`, `dualstack` or `ipv6`.
        ip_address_type: String => InPlace, default = "ipv4";
        /// Tags.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The room of VPC endpoints.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "ec2.VpcEndpoint";
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
