//! What takes a route's traffic.

use serde::{Deserialize, Serialize};

use super::RouteTable;
use super::route::RouteRequest;
use crate::error::{ApiError, refuse};
use crate::services::ec2::{Ec2, id, unsupported};

/// The target of a route; `local` is no route of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Target {
    InternetGateway(String),
    EgressOnlyInternetGateway(String),
    NatGateway(String),
    NetworkInterface(String),
    /// A VPC endpoint, which has made the route itself.
    GatewayEndpoint(String),
}

impl Target {
    /// The one target in the parameters of a call, for a route in `table`; nothing is `local`.
    pub(super) fn read(args: &RouteRequest, ec2: &Ec2, table: &RouteTable) -> Result<Option<Self>, ApiError> {
        args.check_one_target()?;
        args.check_targets_that_are_not_there()?;
        no_endpoint(args.vpc_endpoint_id.as_deref(), ec2)?;
        if let Some(id) = &args.gateway_id {
            return gateway(id, ec2, table).map(Some);
        }
        if let Some(id) = &args.nat_gateway_id {
            return nat_gateway(id, ec2, table).map(Some);
        }
        if let Some(id) = &args.egress_only_internet_gateway_id {
            let gateway = id::EGRESS_ONLY_GATEWAY.find(&ec2.egress_only_gateways, id)?;
            check_network(table, "egressOnlyInternetGateway", id, Some(&gateway.vpc_id))?;
            return Ok(Some(Self::EgressOnlyInternetGateway(id.clone())));
        }
        if let Some(id) = &args.instance_id {
            id::INSTANCE.find(&ec2.instances, id)?;
            let gone = || ApiError::new("IncorrectInstanceState", format!("The instance {id} is not running."));
            let interface = ec2.interface_of_instance(id).ok_or_else(gone)?;
            check_network(table, "instance", id, Some(&interface.vpc_id))?;
            return Ok(Some(Self::NetworkInterface(interface.id.clone())));
        }
        if let Some(id) = &args.network_interface_id {
            let interface = id::NETWORK_INTERFACE.find(&ec2.network_interfaces, id)?;
            check_network(table, "interface", id, Some(&interface.vpc_id))?;
            return Ok(Some(Self::NetworkInterface(id.clone())));
        }
        Ok(None)
    }

    /// Whether it takes traffic: it is there, in the network of the route.
    pub(super) fn is_active(&self, ec2: &Ec2, vpc_id: &str) -> bool {
        match self {
            Self::InternetGateway(id) => {
                ec2.internet_gateways.get(id).is_some_and(|gateway| gateway.vpc_id.as_deref() == Some(vpc_id))
            }
            Self::EgressOnlyInternetGateway(id) => ec2.egress_only_gateways.contains_key(id),
            Self::NatGateway(id) => ec2.nat_gateways.get(id).is_some_and(|gateway| gateway.takes_routes()),
            Self::NetworkInterface(id) => ec2.network_interfaces.contains_key(id),
            Self::GatewayEndpoint(id) => ec2.vpc_endpoints.contains_key(id),
        }
    }

    pub(super) fn egress_only_internet_gateway(&self) -> Option<&str> {
        if let Self::EgressOnlyInternetGateway(id) = self { Some(id) } else { None }
    }

    pub(in crate::services::ec2) fn endpoint(&self) -> Option<&str> {
        if let Self::GatewayEndpoint(id) = self { Some(id) } else { None }
    }

    /// The instance that the interface of the route belongs to.
    pub(super) fn instance<'e>(&self, ec2: &'e Ec2) -> Option<&'e str> {
        let Self::NetworkInterface(id) = self else { return None };
        ec2.instance_with(id).map(|instance| instance.id.as_str())
    }

    pub(super) fn nat_gateway(&self) -> Option<&str> {
        if let Self::NatGateway(id) = self { Some(id) } else { None }
    }
}

fn gateway(id: &str, ec2: &Ec2, table: &RouteTable) -> Result<Target, ApiError> {
    if id.starts_with("vgw-") {
        id::VPN_GATEWAY.none(Some(id))?;
    }
    if id.starts_with("vpce-") {
        no_endpoint(Some(id), ec2)?;
    }
    let gateway = id::GATEWAY.find(&ec2.internet_gateways, id)?;
    check_network(table, "network gateway", id, gateway.vpc_id.as_deref())?;
    Ok(Target::InternetGateway(id.to_owned()))
}

/// Routes to endpoints for gateways are the endpoint's own, and there are no endpoints for load balancers.
fn no_endpoint(id: Option<&str>, ec2: &Ec2) -> Result<(), ApiError> {
    let Some(id) = id else { return Ok(()) };
    id::VPC_ENDPOINT.find(&ec2.vpc_endpoints, id)?;
    refuse("InvalidParameterValue", format!("The VPC endpoint {id} cannot be the target of a route that is created"))
}

fn nat_gateway(id: &str, ec2: &Ec2, table: &RouteTable) -> Result<Target, ApiError> {
    let gateway = id::NAT_TARGET.find(&ec2.nat_gateways, id)?;
    if !gateway.takes_routes() {
        return Err(id::NAT_TARGET.not_found(id));
    }
    check_network(table, "natGateway", id, Some(&gateway.vpc_id))?;
    Ok(Target::NatGateway(id.to_owned()))
}

fn check_network(table: &RouteTable, what: &str, id: &str, vpc_id: Option<&str>) -> Result<(), ApiError> {
    if vpc_id == Some(&table.vpc_id) {
        return Ok(());
    }
    let message = format!("route table {} and {what} {id} belong to different networks", table.id);
    refuse("InvalidParameterValue", message)
}

impl RouteRequest {
    fn check_one_target(&self) -> Result<(), ApiError> {
        let targets = [
            &self.gateway_id,
            &self.nat_gateway_id,
            &self.network_interface_id,
            &self.instance_id,
            &self.egress_only_internet_gateway_id,
            &self.transit_gateway_id,
            &self.local_gateway_id,
            &self.carrier_gateway_id,
            &self.vpc_endpoint_id,
            &self.vpc_peering_connection_id,
            &self.core_network_arn,
            &self.odb_network_arn,
        ];
        let local = usize::from(self.local_target == Some(true));
        match targets.iter().filter(|target| target.is_some()).count() + local {
            1 => Ok(()),
            0 => {
                let message = "The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId, \
                               vpcPeeringConnectionId, egressOnlyInternetGatewayId, transitGatewayId, ...";
                refuse("MissingParameter", message)
            }
            _ => refuse("InvalidParameterCombination", "The request may contain one target only"),
        }
    }

    fn check_targets_that_are_not_there(&self) -> Result<(), ApiError> {
        id::TRANSIT_GATEWAY.none(self.transit_gateway_id.as_deref())?;
        id::LOCAL_GATEWAY.none(self.local_gateway_id.as_deref())?;
        id::CARRIER_GATEWAY.none(self.carrier_gateway_id.as_deref())?;
        id::VPC_PEERING.none(self.vpc_peering_connection_id.as_deref())?;
        match (&self.core_network_arn, &self.odb_network_arn) {
            (Some(_), _) => Err(unsupported("CoreNetworkArn")),
            (None, Some(_)) => Err(unsupported("OdbNetworkArn")),
            (None, None) => Ok(()),
        }
    }
}
