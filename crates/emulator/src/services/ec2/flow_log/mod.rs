//! Flow logs of VPCs, subnets, network interfaces and regional NAT gateways.
//!
//! Source: "Logging IP traffic using VPC Flow Logs" in the VPC User Guide.

mod create;
mod delete;
mod destination;
mod format;
mod show;

use serde::{Deserialize, Serialize};

use super::describe::{Listing, describe};
use super::{Ec2, id};
use crate::error::ApiError;
use crate::services::Operations;
use crate::tags::Tags;

use destination::{Destination, DestinationOptions};

pub(super) const OPERATIONS: Operations = &[
    ("CreateFlowLogs", create::create_flow_logs),
    ("DeleteFlowLogs", delete::delete_flow_logs),
    ("DescribeFlowLogs", |call| describe(call, &call.network().flow_logs, &LISTING)),
];

const LISTING: Listing = Listing { kind: id::FLOW_LOG, ids: "FlowLogIds", filters: "Filter", output: "FlowLogs" };

/// The code for what is wrong with flow logs.
const INVALID: &str = "InvalidParameter";

/// A flow log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FlowLog {
    pub(crate) id: String,
    pub(crate) resource_id: String,
    traffic_type: String,
    destination: Destination,
    /// The role that publishes to CloudWatch Logs.
    role_arn: Option<String>,
    cross_account_role_arn: Option<String>,
    format: String,
    /// Seconds.
    max_aggregation_interval: i64,
    options: Option<DestinationOptions>,
    /// Emulated seconds.
    pub(crate) created_at: f64,
    pub(crate) tags: Tags,
}

/// What can be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Resource {
    Vpc,
    Subnet,
    NetworkInterface,
    RegionalNatGateway,
}

impl Resource {
    /// The type of a request; the emulator has no resources of the others.
    fn asked(name: &str) -> Option<Self> {
        match name {
            "VPC" => Some(Self::Vpc),
            "Subnet" => Some(Self::Subnet),
            "NetworkInterface" => Some(Self::NetworkInterface),
            "RegionalNatGateway" => Some(Self::RegionalNatGateway),
            _ => None,
        }
    }

    /// Refuses what is not there.
    fn check(self, ec2: &Ec2, resource_id: &str) -> Result<(), ApiError> {
        match self {
            Self::Vpc => id::VPC.find(&ec2.vpcs, resource_id).map(drop),
            Self::Subnet => id::SUBNET.find(&ec2.subnets, resource_id).map(drop),
            Self::NetworkInterface => id::NETWORK_INTERFACE.find(&ec2.network_interfaces, resource_id).map(drop),
            Self::RegionalNatGateway => id::NAT_GATEWAY.find(&ec2.nat_gateways, resource_id).map(drop),
        }
    }
}

/// The flow logs of what is gone are gone.
pub(super) fn advance(ec2: &mut Ec2) {
    let Ec2 { flow_logs, vpcs, subnets, network_interfaces, nat_gateways, .. } = ec2;
    flow_logs.retain(|_, log| {
        let id = &log.resource_id;
        vpcs.contains_key(id)
            || subnets.contains_key(id)
            || network_interfaces.contains_key(id)
            || nat_gateways.contains_key(id)
    });
}
