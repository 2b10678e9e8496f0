//! VPC endpoints: private ways to services of AWS.

mod policy;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeSet;

use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Traits, spec};

use crate::kind::{Found, Kind};
use crate::reads::Reads;
use crate::{Aws, PolicyDocument};

pub use write::{Call, Change, Moved, PolicyChange};

spec! {
    /// A private way to a service. Source: EC2 `CreateVpcEndpoint`, `ModifyVpcEndpoint`.
    pub struct Spec {
        /// The VPC.
        vpc: Reference => Replace, to = "ec2.Vpc";
        /// The service, such as `com.amazonaws.eu-west-1.s3`.
        service_name: String => Replace;
        /// `Interface` leads there by interfaces in subnets, `Gateway` by routes.
        endpoint_type: String => Replace;
        /// The subnets of its interfaces, one in an Availability Zone.
        subnets: BTreeSet<Reference> => InPlace, to = "ec2.Subnet";
        /// The security groups of its interfaces. None is AWS's choice: the VPC's default group.
        security_groups: BTreeSet<Reference> => InPlace, to = "ec2.SecurityGroup, eks.Cluster", early = true, firm = true;
        /// The tables in which AWS puts a route to it.
        route_tables: BTreeSet<Reference> => InPlace, to = "ec2.RouteTable";
        /// What can be done through it; absent is everything.
        policy: Option<PolicyDocument> => InPlace, default = "full access", limit = "20480 characters";
        /// Whether the public name of the service leads to its interfaces.
        private_dns_enabled: bool => InPlace;
        /// `ipv4`, `dualstack` or `ipv6`. Its DNS records are of the same kind.
        ip_address_type: String => InPlace, default = "ipv4";
        /// Tags.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The type of an endpoint with interfaces.
const INTERFACE: &str = "Interface";

impl Spec {
    fn is_interface(&self) -> bool {
        self.endpoint_type == INTERFACE
    }
}

/// The room of VPC endpoints.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "ec2.VpcEndpoint";
    const TRAITS: Traits = Traits { create_first: false, precious: None, dies_with: &[], order: &[] };
    type Spec = Spec;
    type Call = Call;

    fn settle(mut desired: Spec, live: &Spec) -> Spec {
        desired.policy = desired.policy.and_then(policy::unless_full_access);
        // AWS chose among the groups of the VPC.
        if desired.is_interface() && desired.security_groups.is_empty() && desired.vpc == live.vpc {
            desired.security_groups.clone_from(&live.security_groups);
        }
        desired
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
