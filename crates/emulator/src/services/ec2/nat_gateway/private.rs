//! Private addresses of private NAT gateways.

use std::net::Ipv4Addr;

use serde::Deserialize;
use serde_json::Value;

use super::address::{Place, add, changeable, check_is_secondary, drain};
use super::{Connectivity, NatAddress, Status, zonal};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::ec2::{cidr, parameters};

pub(in crate::services::ec2) const OPERATIONS: Operations = &[
    ("AssignPrivateNatGatewayAddress", assign_private_nat_gateway_address),
    ("UnassignPrivateNatGatewayAddress", unassign_private_nat_gateway_address),
];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct AssignPrivateNatGatewayAddress {
    nat_gateway_id: String,
    #[serde(default)]
    private_ip_addresses: Vec<String>,
    private_ip_address_count: Option<usize>,
}

fn assign_private_nat_gateway_address(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: AssignPrivateNatGatewayAddress = parameters(call)?;
    let ec2 = call.network();
    let gateway = changeable(ec2, &args.nat_gateway_id, Connectivity::Private)?;
    let count = match (args.private_ip_addresses.len(), args.private_ip_address_count) {
        (0, Some(count)) => count,
        (0, None) => {
            let message = "The request must contain privateIpAddresses or privateIpAddressCount";
            return refuse("MissingParameter", message);
        }
        (listed, None) => listed,
        (_, Some(_)) => {
            let message = "Give private addresses or their count, not both";
            return refuse("InvalidParameterCombination", message);
        }
    };
    let place = Place::find(call, gateway, &args.private_ip_addresses, count)?;
    let assign =
        |private_ip: Ipv4Addr| zonal::attach(call, &args.nat_gateway_id, &place.interface_id, private_ip, None);
    let added = place.private_ips.iter().copied().map(assign).collect();
    add(call, &args.nat_gateway_id, Status::Assigning, added)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct UnassignPrivateNatGatewayAddress {
    nat_gateway_id: String,
    private_ip_addresses: Vec<String>,
    max_drain_duration_seconds: Option<f64>,
}

fn unassign_private_nat_gateway_address(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: UnassignPrivateNatGatewayAddress = parameters(call)?;
    let gateway = changeable(call.network(), &args.nat_gateway_id, Connectivity::Private)?;
    let mut doomed: Vec<Ipv4Addr> = Vec::new();
    for text in &args.private_ip_addresses {
        let private_ip = cidr::address("privateIpAddress", text)?;
        let found = gateway.addresses.iter().find(|address| address.private_ip == Some(private_ip));
        let Some(address) = found else {
            let message = format!("The NAT gateway {} does not have the address {text}", gateway.id);
            return refuse("InvalidParameterValue", message);
        };
        check_is_secondary(address)?;
        doomed.push(private_ip);
    }
    let is_named = |address: &NatAddress| address.private_ip.is_some_and(|private_ip| doomed.contains(&private_ip));
    drain(call, &args.nat_gateway_id, Status::Unassigning, args.max_drain_duration_seconds, is_named)
}
