//! Route tables, with their routes and the subnets that they are associated with.

mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Traits, spec};
use serde::{Deserialize, Serialize};

use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use write::Call;

/// Where a route leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// To an internet gateway.
    InternetGateway(Reference),
    /// To an egress-only internet gateway, which takes IPv6.
    EgressOnlyInternetGateway(Reference),
    /// To a NAT gateway.
    NatGateway(Reference),
    /// Elsewhere: to something that is not ours, by its id.
    Other(Reference),
}

spec! {
    /// Where packets go. Source: EC2 `CreateRouteTable`, `CreateRoute`, `AssociateRouteTable`.
    pub struct Spec {
        /// The VPC.
        vpc: Reference => Replace, to = "ec2.Vpc";
        /// The routes besides the local ones, by their destination.
        routes: BTreeMap<String, Target> => InPlace, to = "ec2.InternetGateway, ec2.EgressOnlyInternetGateway, ec2.NatGateway";
        /// The subnets that it is associated with.
        subnets: BTreeSet<Reference> => InPlace, to = "ec2.Subnet";
        /// Tags.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The room of route tables.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "ec2.RouteTable";
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
