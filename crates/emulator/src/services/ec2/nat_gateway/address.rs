//! Changing the addresses of NAT gateways.

use std::net::Ipv4Addr;

use serde_json::{Value, json};

use super::{Connectivity, NatAddress, NatGateway, Status, zonal};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::ec2::{Ec2, Subnet, cidr, id, quota};

/// Seconds that connections get to end by default.
const DRAIN: f64 = 350.0;

/// The gateway called `id`, if its addresses can be changed now.
pub(super) fn changeable<'a>(ec2: &'a Ec2, id: &str, connectivity: Connectivity) -> Result<&'a NatGateway, ApiError> {
    let gateway = id::NAT_GATEWAY.find(&ec2.nat_gateways, id)?;
    if gateway.connectivity != connectivity {
        let message = format!("The NAT gateway {id} has another connectivity type than this operation is for.");
        return refuse("InvalidParameterValue", message);
    }
    let draining = gateway.addresses.iter().any(|address| address.until.is_some());
    if !gateway.is_available() || draining {
        let message = format!("The NAT gateway {id} is not available, or some of its addresses are being drained.");
        return refuse("IncorrectState", message);
    }
    Ok(gateway)
}

/// Where further private addresses go.
pub(super) struct Place {
    pub(super) interface_id: String,
    pub(super) private_ips: Vec<Ipv4Addr>,
}

impl Place {
    /// `count` private addresses in the gateway's subnet: those in `asked`, and free ones for the rest.
    pub(super) fn find(
        call: &Call<'_>,
        gateway: &NatGateway,
        asked: &[String],
        count: usize,
    ) -> Result<Self, ApiError> {
        let ec2 = call.network();
        if gateway.addresses.len() + count > call.quota(quota::PRIVATE_ADDRESSES_PER_NAT_GATEWAY) {
            return refuse("PrivateIpAddressLimitExceeded", "A NAT gateway has too many private IPv4 addresses.");
        }
        let subnet: &Subnet = id::SUBNET.find(&ec2.subnets, gateway.subnet_id.as_deref().unwrap_or_default())?;
        let mut private_ips =
            asked.iter().map(|text| cidr::address("privateIpAddress", text)).collect::<Result<Vec<_>, _>>()?;
        zonal::check_addresses(ec2, subnet, &private_ips)?;
        let free = ec2.next_addresses(subnet, 2 * count).into_iter();
        let free: Vec<Ipv4Addr> = free.filter(|address| !private_ips.contains(address)).collect();
        private_ips.extend(free.into_iter().take(count.saturating_sub(asked.len())));
        if private_ips.len() < count {
            let message = format!("The subnet {} has insufficient free addresses", subnet.id);
            return refuse("InsufficientFreeAddressesInSubnet", message);
        }
        Ok(Self { interface_id: gateway.network_interface_id().cloned().unwrap_or_default(), private_ips })
    }
}

/// Gives the gateway further addresses, and its interface their private ones.
pub(super) fn add(call: &mut Call<'_>, id: &str, status: Status, added: Vec<NatAddress>) -> Result<Value, ApiError> {
    let added: Vec<NatAddress> = added.into_iter().map(|address| NatAddress { status, ..address }).collect();
    let shown: Vec<Value> = added.iter().map(NatAddress::show).collect();
    let ec2 = call.ec2();
    for address in &added {
        let interface = address.network_interface_id.as_ref().and_then(|id| ec2.network_interfaces.get_mut(id));
        interface.into_iter().for_each(|interface| interface.private_ips.extend(address.private_ip));
    }
    id::NAT_GATEWAY.find_mut(&mut ec2.nat_gateways, id)?.addresses.extend(added);
    Ok(json!({ "NatGatewayId": id, "NatGatewayAddresses": shown }))
}

/// Refuses the primary address.
pub(super) fn check_is_secondary(address: &NatAddress) -> Result<(), ApiError> {
    match address.primary {
        true => refuse("InvalidParameterValue", "The primary address of a NAT gateway stays as long as it does."),
        false => Ok(()),
    }
}

/// Those addresses take no new connections from now on, and go when the old ones had their time.
pub(super) fn drain(
    call: &mut Call<'_>,
    id: &str,
    status: Status,
    seconds: Option<f64>,
    is_named: impl Fn(&NatAddress) -> bool,
) -> Result<Value, ApiError> {
    let until = if call.instant { call.now } else { call.now + seconds.unwrap_or(DRAIN) };
    let gateway = id::NAT_GATEWAY.find_mut(&mut call.ec2().nat_gateways, id)?;
    let mut shown = Vec::new();
    for address in gateway.addresses.iter_mut().filter(|address| is_named(address)) {
        address.status = status;
        address.until = Some(until);
        shown.push(address.show());
    }
    Ok(json!({ "NatGatewayId": id, "NatGatewayAddresses": shown }))
}
