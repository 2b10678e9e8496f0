//! Elastic IP addresses of public NAT gateways.

use std::net::Ipv4Addr;

use serde::Deserialize;
use serde_json::Value;

use super::address::{Place, add, changeable, check_is_secondary, drain};
use super::create::check_allocations;
use super::{Connectivity, NatAddress, NatGateway, Status, regional, zonal};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::ec2::region::zone::Zone;
use crate::services::ec2::{id, parameters, quota};

pub(in crate::services::ec2) const OPERATIONS: Operations = &[
    ("AssociateNatGatewayAddress", associate_nat_gateway_address),
    ("DisassociateNatGatewayAddress", disassociate_nat_gateway_address),
];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct AssociateNatGatewayAddress {
    nat_gateway_id: String,
    allocation_ids: Vec<String>,
    #[serde(default)]
    private_ip_addresses: Vec<String>,
    availability_zone: Option<String>,
    availability_zone_id: Option<String>,
}

fn associate_nat_gateway_address(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: AssociateNatGatewayAddress = parameters(call)?;
    let ec2 = call.network();
    let gateway = changeable(ec2, &args.nat_gateway_id, Connectivity::Public)?;
    let allocation_ids: Vec<&str> = args.allocation_ids.iter().map(String::as_str).collect();
    check_allocations(ec2, &allocation_ids)?;
    let is_taken = |id: &&&str| ec2.addresses.get(**id).is_some_and(|address| address.association.is_some());
    if let Some(taken) = allocation_ids.iter().find(is_taken) {
        return refuse("Resource.AlreadyAssociated", format!("Elastic IP address {taken} is already associated"));
    }
    let added = if gateway.regional.is_some() {
        let zone = args.check_regional(call, gateway)?;
        allocation_ids.iter().map(|id| regional::associate(call, &args.nat_gateway_id, zone.clone(), id)).collect()
    } else {
        let place = args.check_zonal(call, gateway)?;
        let pairs = place.private_ips.iter().zip(&allocation_ids);
        let attach = |(private_ip, id): (&Ipv4Addr, &&str)| {
            zonal::attach(call, &args.nat_gateway_id, &place.interface_id, *private_ip, Some(id))
        };
        pairs.map(attach).collect()
    };
    add(call, &args.nat_gateway_id, Status::Associating, added)
}

impl AssociateNatGatewayAddress {
    /// The zone for the addresses of a regional gateway.
    fn check_regional(&self, call: &Call<'_>, gateway: &NatGateway) -> Result<Zone, ApiError> {
        let automatic = gateway.regional.as_ref().is_some_and(|regional| regional.automatic);
        if automatic || !self.private_ip_addresses.is_empty() {
            let message = "A regional NAT gateway has no private addresses, and if it manages its zones itself, no \
                           other addresses than its own";
            return refuse("InvalidParameterCombination", message);
        }
        let zone = regional::named_zone(
            &call.region_name,
            self.availability_zone.as_deref(),
            self.availability_zone_id.as_deref(),
        )?;
        let there = gateway.addresses.iter().filter(|address| address.zone.as_ref() == Some(&zone)).count();
        regional::check_address_count(call, there + self.allocation_ids.len())?;
        Ok(zone)
    }

    fn check_zonal(&self, call: &Call<'_>, gateway: &NatGateway) -> Result<Place, ApiError> {
        if self.availability_zone.is_some() || self.availability_zone_id.is_some() {
            let message = "availabilityZone and availabilityZoneId are for regional NAT gateways only";
            return refuse("InvalidParameterCombination", message);
        }
        if self.private_ip_addresses.len() > self.allocation_ids.len() {
            let message = "There are more private addresses than allocation IDs";
            return refuse("InvalidParameterCombination", message);
        }
        if gateway.addresses.len() + self.allocation_ids.len() > call.quota(quota::ADDRESSES_PER_NAT_GATEWAY) {
            return refuse("AddressLimitExceeded", "A NAT gateway has too many Elastic IP addresses.");
        }
        Place::find(call, gateway, &self.private_ip_addresses, self.allocation_ids.len())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DisassociateNatGatewayAddress {
    nat_gateway_id: String,
    association_ids: Vec<String>,
    max_drain_duration_seconds: Option<f64>,
}

fn disassociate_nat_gateway_address(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: DisassociateNatGatewayAddress = parameters(call)?;
    let gateway = changeable(call.network(), &args.nat_gateway_id, Connectivity::Public)?;
    if gateway.regional.as_ref().is_some_and(|regional| regional.automatic) {
        let message = format!("The NAT gateway {} manages its addresses itself.", gateway.id);
        return refuse("OperationNotPermitted", message);
    }
    for id in &args.association_ids {
        id::ADDRESS_ASSOCIATION.check(id)?;
        let found = gateway.addresses.iter().find(|address| address.association_id.as_ref() == Some(id));
        let address = found.ok_or_else(|| id::ADDRESS_ASSOCIATION.not_found(id))?;
        check_is_secondary(address)?;
    }
    let is_named =
        |address: &NatAddress| address.association_id.as_ref().is_some_and(|id| args.association_ids.contains(id));
    drain(call, &args.nat_gateway_id, Status::Disassociating, args.max_drain_duration_seconds, is_named)
}
