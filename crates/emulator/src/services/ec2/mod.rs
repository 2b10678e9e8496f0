//! EC2: networks and what is in them.
//!
//! Error codes: "Error codes for the Amazon EC2 API" in the EC2 developer guide.

mod address;
mod cidr;
mod describe;
mod egress_only_internet_gateway;
pub(crate) mod existing_network;
mod flag;
mod flow_log;
mod id;
mod instance;
mod internet_gateway;
mod launch_template;
mod nat_gateway;
mod network_acl;
mod network_interface;
mod prefix_list;
mod quota;
mod region;
mod route_table;
mod security_group;
mod subnet;
mod tag;
mod taggable;
#[cfg(test)]
mod tests;
mod vpc;
mod vpc_endpoint;
mod way_out;

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::sync::LazyLock;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Refusals, Service};
use crate::call::Call;
use crate::error::ApiError;
use crate::page::Paging;
use crate::validate::{Problem, ProblemKind};

pub(crate) use address::Address;
pub(crate) use egress_only_internet_gateway::EgressOnlyInternetGateway;
pub(crate) use flow_log::FlowLog;
pub(crate) use instance::{Instance, Launch};
pub(crate) use internet_gateway::InternetGateway;
pub(crate) use launch_template::{LaunchTemplate, Named};
pub(crate) use nat_gateway::NatGateway;
pub(crate) use network_acl::NetworkAcl;
pub(crate) use network_interface::{LOAD_BALANCING, ManagedInterface, NetworkInterface};
pub(crate) use region::zone::open_zones;
pub(crate) use route_table::RouteTable;
pub(crate) use security_group::{Peer, Rule, SecurityGroup, Traffic};
pub(crate) use subnet::{CidrReservation, Subnet};
pub(crate) use vpc::{DhcpOptions, Vpc};
pub(crate) use vpc_endpoint::VpcEndpoint;
pub(crate) use way_out::WayOut;

pub(crate) const SERVICE: Service = Service {
    name: "ec2",
    operations: &[
        address::OPERATIONS,
        address::association::OPERATIONS,
        address::attribute::OPERATIONS,
        egress_only_internet_gateway::OPERATIONS,
        flow_log::OPERATIONS,
        instance::OPERATIONS,
        internet_gateway::OPERATIONS,
        launch_template::OPERATIONS,
        nat_gateway::OPERATIONS,
        nat_gateway::elastic::OPERATIONS,
        nat_gateway::private::OPERATIONS,
        network_acl::OPERATIONS,
        network_interface::OPERATIONS,
        region::OPERATIONS,
        route_table::OPERATIONS,
        route_table::association::OPERATIONS,
        route_table::route::OPERATIONS,
        security_group::OPERATIONS,
        security_group::change::OPERATIONS,
        security_group::rule::OPERATIONS,
        subnet::OPERATIONS,
        subnet::attribute::OPERATIONS,
        subnet::ipv6::OPERATIONS,
        subnet::reservation::OPERATIONS,
        tag::OPERATIONS,
        vpc::OPERATIONS,
        vpc::attribute::OPERATIONS,
        vpc::cidr_block::OPERATIONS,
        vpc_endpoint::OPERATIONS,
        vpc_endpoint::service::OPERATIONS,
    ],
    invalid,
    unknown_caller: ("AuthFailure", 401),
    refusals: Refusals {
        prefix: "ec2",
        throttled: ("RequestLimitExceeded", 503),
        broken: &[("InternalError", 500), ("Unavailable", 503)],
        denied: ("UnauthorizedOperation", 403),
    },
    quotas: quota::ALL,
};

/// The networks of one Region, everything by its id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Ec2 {
    pub(crate) vpcs: BTreeMap<String, Vpc>,
    pub(crate) dhcp_options: BTreeMap<String, DhcpOptions>,
    pub(crate) subnets: BTreeMap<String, Subnet>,
    pub(crate) subnet_cidr_reservations: BTreeMap<String, CidrReservation>,
    pub(crate) internet_gateways: BTreeMap<String, InternetGateway>,
    pub(crate) egress_only_gateways: BTreeMap<String, EgressOnlyInternetGateway>,
    /// By allocation id.
    pub(crate) addresses: BTreeMap<String, Address>,
    /// What the account had and may ask for again.
    pub(crate) released_addresses: BTreeSet<Ipv4Addr>,
    pub(crate) nat_gateways: BTreeMap<String, NatGateway>,
    pub(crate) route_tables: BTreeMap<String, RouteTable>,
    pub(crate) network_interfaces: BTreeMap<String, NetworkInterface>,
    pub(crate) security_groups: BTreeMap<String, SecurityGroup>,
    pub(crate) network_acls: BTreeMap<String, NetworkAcl>,
    pub(crate) launch_templates: BTreeMap<String, LaunchTemplate>,
    pub(crate) vpc_endpoints: BTreeMap<String, VpcEndpoint>,
    pub(crate) flow_logs: BTreeMap<String, FlowLog>,
    pub(crate) instances: BTreeMap<String, Instance>,
}

impl Ec2 {
    /// What is due by `now` happens.
    pub(crate) fn advance(&mut self, now: f64) {
        self.vpcs.values_mut().for_each(Vpc::settle);
        self.subnets.values_mut().for_each(Subnet::settle);
        self.addresses.values_mut().for_each(Address::settle);
        self.network_interfaces.values_mut().for_each(|interface| interface.settle(now));
        self.security_groups.values_mut().for_each(SecurityGroup::settle);
        nat_gateway::advance(self, now);
        vpc_endpoint::advance(self, now);
        flow_log::advance(self);
    }

    /// What is due by `now` happens to instances, once it has to those who launch them.
    pub(crate) fn advance_instances(&mut self, now: f64) {
        instance::advance(self, now);
    }
}

impl Call<'_> {
    /// The networks of the call's Region.
    pub(crate) fn network(&self) -> &Ec2 {
        static NOTHING: LazyLock<Ec2> = LazyLock::new(Ec2::default);
        self.account.regions.get(&self.region_name).map_or(&NOTHING, |region| &region.ec2)
    }
}

/// How EC2 names the parts of a page. Source: EC2 API reference, "Pagination".
const PAGING: Paging = Paging { size: "MaxResults", token: "NextToken", default: 1000, bad_token: "InvalidNextToken" };

/// The parameters of a call, but for `DryRun`, as `T`.
///
/// `T` denies unknown fields and the compiler complains about unused ones: so no parameter is silently ignored.
fn parameters<T: DeserializeOwned>(call: &Call<'_>) -> Result<T, ApiError> {
    let mut input = call.input.clone();
    if let Some(fields) = input.as_object_mut() {
        fields.shift_remove("DryRun");
    }
    let internal = |error| ApiError::with_status("InternalFailure", 500, format!("{}: {error}", call.operation));
    serde_json::from_value(input).map_err(internal)
}

/// The refusal of a parameter that AWS has and the emulator does not.
fn unsupported(parameter: &str) -> ApiError {
    ApiError::new("UnsupportedOperation", format!("The emulator does not support the parameter {parameter}"))
}

/// A time as filters have it.
fn timestamp(seconds: f64) -> String {
    let time = jiff::Timestamp::from_millisecond((seconds * 1000.0) as i64).unwrap_or_default();
    time.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}

fn invalid(problems: &[Problem]) -> ApiError {
    let missing: Vec<&str> = problems
        .iter()
        .filter(|problem| problem.kind == ProblemKind::Missing)
        .map(|problem| problem.path.as_str())
        .collect();
    if let Some(first) = missing.first() {
        return ApiError::new("MissingParameter", format!("The request must contain the parameter {first}"));
    }
    match problems.first() {
        Some(Problem { path, kind: ProblemKind::Invalid { value, constraint } }) => {
            ApiError::new("InvalidParameterValue", format!("Invalid value '{value}' for {path}. {constraint}"))
        }
        Some(Problem { path, .. }) => {
            ApiError::new("UnknownParameter", format!("The parameter {path} is not recognized"))
        }
        None => ApiError::new("InvalidParameterValue", "Invalid request"),
    }
}
