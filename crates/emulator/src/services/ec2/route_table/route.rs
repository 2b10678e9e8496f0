//! Routes.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Destination, Route, RouteTable, Target, is_local};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::ec2::{Ec2, Vpc, id, parameters, quota};

pub(in crate::services::ec2) const OPERATIONS: Operations =
    &[("CreateRoute", create_route), ("DeleteRoute", delete_route), ("ReplaceRoute", replace_route)];

/// The parameters of `CreateRoute` and `ReplaceRoute`, which differ by `LocalTarget` only.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RouteRequest {
    pub(super) route_table_id: String,
    pub(super) destination_cidr_block: Option<String>,
    pub(super) destination_ipv6_cidr_block: Option<String>,
    pub(super) destination_prefix_list_id: Option<String>,
    pub(super) local_target: Option<bool>,
    pub(super) gateway_id: Option<String>,
    pub(super) nat_gateway_id: Option<String>,
    pub(super) network_interface_id: Option<String>,
    pub(super) instance_id: Option<String>,
    pub(super) egress_only_internet_gateway_id: Option<String>,
    pub(super) transit_gateway_id: Option<String>,
    pub(super) local_gateway_id: Option<String>,
    pub(super) carrier_gateway_id: Option<String>,
    pub(super) vpc_endpoint_id: Option<String>,
    pub(super) vpc_peering_connection_id: Option<String>,
    pub(super) core_network_arn: Option<String>,
    pub(super) odb_network_arn: Option<String>,
}

impl RouteRequest {
    fn destination(&self, call: &Call<'_>) -> Result<Destination, ApiError> {
        let destination = Destination::read(
            self.destination_cidr_block.as_deref(),
            self.destination_ipv6_cidr_block.as_deref(),
            self.destination_prefix_list_id.as_deref(),
        )?;
        destination.check(call)?;
        Ok(destination)
    }
}

fn create_route(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: RouteRequest = parameters(call)?;
    let ec2 = call.network();
    let table = id::ROUTE_TABLE.find(&ec2.route_tables, &args.route_table_id)?;
    let destination = args.destination(call)?;
    let target = Target::read(&args, ec2, table)?;
    if is_local(ec2, &table.vpc_id, &destination) || table.route(&destination).is_some() {
        let message = format!("The route identified by {destination} already exists.");
        return refuse("RouteAlreadyExists", message);
    }
    // Only ReplaceRoute has the parameter for a local target.
    let Some(target) = target else { return refuse("MissingParameter", "The request must contain a target") };
    let route = Route { destination, target };
    route.check(ec2, table)?;
    if table.routes.len() >= call.quota(quota::ROUTES_PER_TABLE) {
        return refuse("RouteLimitExceeded", "The maximum number of routes has been reached.");
    }
    id::ROUTE_TABLE.find_mut(&mut call.ec2().route_tables, &args.route_table_id)?.routes.push(route);
    Ok(json!({ "Return": true }))
}

fn replace_route(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: RouteRequest = parameters(call)?;
    let ec2 = call.network();
    let table = id::ROUTE_TABLE.find(&ec2.route_tables, &args.route_table_id)?;
    let destination = args.destination(call)?;
    let target = Target::read(&args, ec2, table)?;
    let local = is_local(ec2, &table.vpc_id, &destination);
    if !local && table.route(&destination).is_none() {
        let message =
            format!("There is no route defined for '{destination}' in the route table. Use CreateRoute instead.");
        return refuse("InvalidParameterValue", message);
    }
    check_own(table, &destination, "replace")?;
    let route = target.map(|target| Route { destination: destination.clone(), target });
    match &route {
        Some(route) => route.check(ec2, table)?,
        None if local => {}
        None => return refuse("InvalidParameterValue", format!("The route {destination} is not a local route")),
    }
    let table = id::ROUTE_TABLE.find_mut(&mut call.ec2().route_tables, &args.route_table_id)?;
    table.forget_destination(&destination);
    table.routes.extend(route);
    Ok(json!({}))
}

/// Refuses a change of a route that is a gateway endpoint's.
fn check_own(table: &RouteTable, destination: &Destination, what: &str) -> Result<(), ApiError> {
    match table.route(destination).and_then(|route| route.target.endpoint()) {
        Some(_) => {
            let message = format!("cannot {what} VPC endpoint route {destination} in route table {}", table.id);
            refuse("InvalidParameterValue", message)
        }
        None => Ok(()),
    }
}

impl Route {
    /// Refuses a target that may not take what goes to the destination.
    fn check(&self, ec2: &Ec2, table: &RouteTable) -> Result<(), ApiError> {
        let Self { destination, target } = self;
        if target.nat_gateway().is_some() && !destination.is_for_nat() {
            let message = format!("NAT gateways do not take IPv6 traffic: {destination}");
            return refuse("InvalidParameterValue", message);
        }
        if target.egress_only_internet_gateway().is_some() && destination.ipv6().is_none() {
            let message = format!("Egress-only internet gateways take IPv6 traffic only: {destination}");
            return refuse("InvalidParameterValue", message);
        }
        let vpc = id::VPC.find(&ec2.vpcs, &table.vpc_id)?;
        if destination.is_within(vpc) && !self.may_be_within(ec2, vpc) {
            let message = format!(
                "The destination CIDR block {destination} is equal to or more specific than one of this VPC's CIDR \
                 blocks. This route can target only an interface or an instance."
            );
            return refuse("InvalidParameterValue", message);
        }
        let serves_gateway = table.associations.iter().any(|association| association.with.internet_gateway().is_some());
        if serves_gateway && !self.fits_gateway(vpc) {
            let message = format!("The route table {} serves a gateway and cannot have this route.", table.id);
            return refuse("InvalidParameterValue", message);
        }
        Ok(())
    }

    /// Whether it may lead elsewhere what is for the VPC: all of it, or what is for one subnet, past an interface.
    fn may_be_within(&self, ec2: &Ec2, vpc: &Vpc) -> bool {
        let mut subnets = ec2.subnets.values().filter(|subnet| subnet.vpc_id == vpc.id);
        let whole = is_local(ec2, &vpc.id, &self.destination)
            || subnets.any(|subnet| match self.destination {
                Destination::Ipv4(cidr) => subnet.cidr_block == Some(cidr),
                Destination::Ipv6(cidr) => subnet.ipv6_cidr_block.as_ref().is_some_and(|block| block.cidr == cidr),
                Destination::PrefixList(_) => false,
            });
        whole && !matches!(self.target, Target::InternetGateway(_) | Target::EgressOnlyInternetGateway(_))
    }

    /// Whether a table that serves a gateway may have it: inside the VPC, past an interface.
    pub(super) fn fits_gateway(&self, vpc: &Vpc) -> bool {
        self.destination.is_within(vpc) && matches!(self.target, Target::NetworkInterface(_))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeleteRoute {
    destination_prefix_list_id: Option<String>,
    route_table_id: String,
    destination_cidr_block: Option<String>,
    destination_ipv6_cidr_block: Option<String>,
}

fn delete_route(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: DeleteRoute = parameters(call)?;
    let ec2 = call.network();
    let table = id::ROUTE_TABLE.find(&ec2.route_tables, &args.route_table_id)?;
    let destination = Destination::read(
        args.destination_cidr_block.as_deref(),
        args.destination_ipv6_cidr_block.as_deref(),
        args.destination_prefix_list_id.as_deref(),
    )?;
    if is_local(ec2, &table.vpc_id, &destination) {
        let message = format!("cannot remove local route {destination} in route table {}", table.id);
        return refuse("InvalidParameterValue", message);
    }
    check_own(table, &destination, "remove")?;
    if table.route(&destination).is_none() {
        let message = format!("no route with destination-cidr-block {destination} in route table {}", table.id);
        return refuse("InvalidRoute.NotFound", message);
    }
    let table = id::ROUTE_TABLE.find_mut(&mut call.ec2().route_tables, &args.route_table_id)?;
    table.forget_destination(&destination);
    Ok(json!({}))
}
