//! NAT gateways.

mod address;
mod create;
pub(super) mod elastic;
mod life;
pub(super) mod private;
mod regional;
mod show;
mod zonal;

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::describe::{Listing, describe};
use super::region::zone::Zone;
use super::{Ec2, id, parameters, quota};
use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::Tags;
use crate::weather::Resource;

pub(super) use life::advance;

pub(super) const OPERATIONS: Operations = &[
    ("CreateNatGateway", create::create_nat_gateway),
    ("DeleteNatGateway", delete_nat_gateway),
    ("DescribeNatGateways", |call| describe(call, &call.network().nat_gateways, &LISTING)),
];

const LISTING: Listing =
    Listing { kind: id::NAT_GATEWAY, ids: "NatGatewayIds", filters: "Filter", output: "NatGateways" };

/// A NAT gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NatGateway {
    pub(crate) id: String,
    pub(crate) vpc_id: String,
    /// Nothing for a regional one.
    pub(crate) subnet_id: Option<String>,
    pub(crate) connectivity: Connectivity,
    pub(crate) regional: Option<Regional>,
    pub(crate) state: State,
    /// When the state changes, in emulated seconds.
    pub(crate) due: Option<f64>,
    /// Why it cannot be created.
    pub(crate) failure: Option<Failure>,
    pub(crate) created_at: f64,
    pub(crate) deleted_at: Option<f64>,
    pub(crate) addresses: Vec<NatAddress>,
    pub(crate) tags: Tags,
}

/// Where a NAT gateway leads to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Connectivity {
    #[default]
    Public,
    Private,
}

/// What only regional NAT gateways have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Regional {
    /// It covers the zones of the VPC's subnets by itself, with addresses of its own.
    pub(crate) automatic: bool,
    pub(crate) route_table_id: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    Pending,
    Failed,
    Available,
    Deleting,
    Deleted,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Failure {
    code: String,
    message: String,
}

impl Failure {
    /// What the weather has in store for a NAT gateway with these tags.
    fn planted(call: &mut Call<'_>, tags: &Tags) -> Option<Self> {
        let name = tags.get("Name").map(String::as_str).unwrap_or_default();
        let mishap = call.mishap(Resource::NatGateway, &[name])?;
        Some(Self { code: mishap.code, message: mishap.message })
    }

    fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}

/// An address that a NAT gateway puts in the place of others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct NatAddress {
    pub(crate) allocation_id: Option<String>,
    pub(crate) association_id: Option<String>,
    pub(crate) public_ip: Option<Ipv4Addr>,
    pub(crate) network_interface_id: Option<String>,
    pub(crate) private_ip: Option<Ipv4Addr>,
    /// In a regional NAT gateway.
    pub(crate) zone: Option<Zone>,
    pub(crate) primary: bool,
    pub(crate) status: Status,
    /// When it is gone, in emulated seconds.
    pub(crate) until: Option<f64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    Assigning,
    Unassigning,
    Associating,
    Disassociating,
    #[default]
    Succeeded,
    Failed,
}

impl NatGateway {
    pub(super) fn is_available(&self) -> bool {
        self.state == State::Available
    }

    /// Whether a route may lead to it.
    pub(super) fn takes_routes(&self) -> bool {
        matches!(self.state, State::Pending | State::Available)
    }

    /// Whether it counts, and holds what it uses.
    pub(super) fn is_alive(&self) -> bool {
        match self.state {
            State::Pending | State::Available => true,
            State::Deleting => self.failure.is_none(),
            State::Failed | State::Deleted => false,
        }
    }

    fn network_interface_id(&self) -> Option<&String> {
        self.addresses.iter().find_map(|address| address.network_interface_id.as_ref())
    }

    fn is_in_zone(&self, zone: &str, ec2: &Ec2) -> bool {
        let subnet = self.subnet_id.as_ref().and_then(|id| ec2.subnet(id));
        subnet.is_some_and(|subnet| subnet.availability_zone == zone)
            || self.addresses.iter().any(|address| address.zone.as_ref().is_some_and(|found| found.name == zone))
    }
}

/// Refuses one more NAT gateway in a zone that is full of them.
fn check_quota(call: &Call<'_>, zone: &str) -> Result<(), ApiError> {
    let ec2 = call.network();
    let alive = ec2.nat_gateways.values().filter(|gateway| gateway.is_alive() && gateway.is_in_zone(zone, ec2));
    if alive.count() >= call.quota(quota::NAT_GATEWAYS_PER_ZONE) {
        let message = format!("The maximum number of NAT gateways in the Availability Zone {zone} has been reached.");
        return refuse("NatGatewayLimitExceeded", message);
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeleteNatGateway {
    nat_gateway_id: String,
}

fn delete_nat_gateway(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let DeleteNatGateway { nat_gateway_id } = parameters(call)?;
    let state = id::NAT_GATEWAY.find(&call.network().nat_gateways, &nat_gateway_id)?.state;
    if state == State::Deleted {
        return Err(id::NAT_GATEWAY.not_found(&nat_gateway_id));
    }
    if state != State::Deleting {
        let now = call.now;
        // One that failed holds nothing.
        let due = if state == State::Failed { now } else { call.until(durations::DELETE_NAT_GATEWAY, &nat_gateway_id) };
        let gateway = id::NAT_GATEWAY.find_mut(&mut call.ec2().nat_gateways, &nat_gateway_id)?;
        gateway.state = State::Deleting;
        gateway.deleted_at = Some(now);
        gateway.due = Some(due);
    }
    Ok(json!({ "NatGatewayId": nat_gateway_id }))
}
