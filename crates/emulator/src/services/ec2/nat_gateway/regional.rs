//! NAT gateways of a whole VPC, in as many zones as it needs.
//!
//! With addresses for every zone given, its owner manages the zones; without, the gateway itself follows the zones of
//! the VPC's subnets, with Elastic IP addresses of its own. Source: "Regional NAT gateways" in the VPC User Guide.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::json;

use super::create::{CreateNatGateway, check_allocations, obstacle, pending};
use super::zonal::{doomed, with_elastic_ip};
use super::{Connectivity, NatAddress, check_quota};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::random;
use crate::services::ec2::address::AddressAssociation;
use crate::services::ec2::region::zone::{self, Zone};
use crate::services::ec2::{Address, Ec2, RouteTable, id, quota};
use crate::tags::Tags;

/// The Elastic IP addresses for one zone.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ZoneAddresses {
    availability_zone: Option<String>,
    availability_zone_id: Option<String>,
    #[serde(default)]
    allocation_ids: Vec<String>,
}

/// Creates a NAT gateway in a VPC and gives its id.
pub(super) fn create(call: &mut Call<'_>, args: &CreateNatGateway, tags: Tags) -> Result<String, ApiError> {
    args.check_regional()?;
    let Some(vpc_id) = &args.vpc_id else {
        return refuse("MissingParameter", "The request must contain the parameter vpcId");
    };
    let ec2 = call.network();
    id::VPC.find(&ec2.vpcs, vpc_id)?;
    let addresses = args.addresses_by_zone(call)?;
    let allocation_ids: Vec<&str> = addresses.iter().map(|(_, id)| *id).collect();
    check_allocations(ec2, &allocation_ids)?;
    let zones: BTreeSet<&str> = addresses.iter().map(|(zone, _)| zone.name.as_str()).collect();
    zones.iter().try_for_each(|zone| check_quota(call, zone))?;
    let failure = obstacle(ec2, vpc_id, &allocation_ids);
    let way_out = ec2.internet_gateway_of(vpc_id).map(|gateway| gateway.id.clone());
    let mut gateway = pending(call, args, vpc_id, failure, tags);
    let id = gateway.id.clone();
    if let (None, Some(way_out), Some(regional)) = (&gateway.failure, way_out, &mut gateway.regional) {
        let table = RouteTable::of_nat_gateway(call, &id, vpc_id, &way_out);
        regional.route_table_id = Some(table.id.clone());
        call.ec2().route_tables.insert(table.id.clone(), table);
        gateway.addresses =
            addresses.into_iter().map(|(zone, allocation_id)| associate(call, &id, zone, allocation_id)).collect();
    } else {
        gateway.addresses = allocation_ids.iter().map(|id| doomed(id)).collect();
    }
    let ec2 = call.ec2();
    ec2.nat_gateways.insert(id.clone(), gateway);
    follow_subnets(ec2, &id);
    Ok(id)
}

impl CreateNatGateway {
    fn check_regional(&self) -> Result<(), ApiError> {
        let zonal = self.subnet_id.is_some()
            || self.allocation_id.is_some()
            || self.private_ip_address.is_some()
            || !self.secondary_allocation_ids.is_empty()
            || !self.secondary_private_ip_addresses.is_empty()
            || self.secondary_private_ip_address_count.is_some();
        if zonal || self.connectivity_type == Connectivity::Private {
            let message = "A regional NAT gateway is public, and takes vpcId and availabilityZoneAddresses only";
            return refuse("InvalidParameterCombination", message);
        }
        Ok(())
    }

    /// Every Elastic IP address that is given, with its zone.
    fn addresses_by_zone(&self, call: &Call<'_>) -> Result<Vec<(Zone, &str)>, ApiError> {
        let mut found: Vec<(Zone, &str)> = Vec::new();
        let region = &call.region_name;
        for given in self.availability_zone_addresses.iter().flatten() {
            let zone = named_zone(region, given.availability_zone.as_deref(), given.availability_zone_id.as_deref())?;
            if given.allocation_ids.is_empty() {
                return refuse("MissingParameter", format!("The zone {} needs allocation IDs", zone.name));
            }
            if found.iter().any(|(other, _)| *other == zone) {
                return refuse("InvalidParameterValue", format!("The zone {} is given twice.", zone.name));
            }
            check_address_count(call, given.allocation_ids.len())?;
            found.extend(given.allocation_ids.iter().map(|id| (zone.clone(), id.as_str())));
        }
        Ok(found)
    }
}

/// Refuses more Elastic IP addresses than a regional NAT gateway may have in a zone.
pub(super) fn check_address_count(call: &Call<'_>, count: usize) -> Result<(), ApiError> {
    match count > call.quota(quota::ADDRESSES_PER_REGIONAL_NAT_GATEWAY_ZONE) {
        true => refuse("AddressLimitExceeded", "A regional NAT gateway has too many Elastic IP addresses in a zone."),
        false => Ok(()),
    }
}

/// The one zone that is named by its name or by its id.
pub(super) fn named_zone(region: &str, name: Option<&str>, id: Option<&str>) -> Result<Zone, ApiError> {
    let (given, is_it): (&str, fn(&Zone, &str) -> bool) = match (name, id) {
        (Some(name), None) => (name, |zone, name| zone.name == name),
        (None, Some(id)) => (id, |zone, id| zone.id == id),
        (None, None) => {
            return refuse("MissingParameter", "The request must contain availabilityZone or availabilityZoneId");
        }
        (Some(_), Some(_)) => {
            let message = "The request may contain one of availabilityZone and availabilityZoneId only";
            return refuse("InvalidParameterCombination", message);
        }
    };
    let wrong = || ApiError::new("InvalidParameterValue", format!("Invalid availability zone: {given}"));
    zone::open_zones(region).into_iter().find(|zone| is_it(zone, given)).ok_or_else(wrong)
}

/// Gives an Elastic IP address to a regional NAT gateway.
pub(super) fn associate(call: &mut Call<'_>, gateway_id: &str, zone: Zone, allocation_id: &str) -> NatAddress {
    let id = call.id("eipassoc");
    give(call.ec2(), gateway_id, zone, allocation_id, id)
}

fn give(ec2: &mut Ec2, gateway_id: &str, zone: Zone, allocation_id: &str, association_id: String) -> NatAddress {
    let association = AddressAssociation {
        id: association_id,
        nat_gateway_id: Some(gateway_id.to_owned()),
        network_interface_id: None,
        private_ip: None,
    };
    let address = NatAddress { zone: Some(zone), ..NatAddress::default() };
    with_elastic_ip(ec2, address, allocation_id, association)
}

/// A gateway that manages its zones itself has one Elastic IP address in every zone in which the VPC has subnets.
pub(super) fn follow_subnets(ec2: &mut Ec2, gateway_id: &str) {
    let Some(gateway) = ec2.nat_gateways.get(gateway_id) else { return };
    let automatic = gateway.regional.as_ref().is_some_and(|regional| regional.automatic);
    if !automatic || gateway.failure.is_some() || !gateway.takes_routes() {
        return;
    }
    let subnets = ec2.subnets.values().filter(|subnet| subnet.vpc_id == gateway.vpc_id);
    let wanted: BTreeSet<Zone> = subnets
        .map(|subnet| Zone { name: subnet.availability_zone.clone(), id: subnet.availability_zone_id.clone() })
        .collect();
    let covered: BTreeSet<Zone> = gateway.addresses.iter().filter_map(|address| address.zone.clone()).collect();
    for zone in wanted.difference(&covered) {
        let address = provision(ec2, gateway_id, zone);
        ec2.nat_gateways.entry(gateway_id.to_owned()).and_modify(|gateway| gateway.addresses.push(address));
    }
    for zone in covered.difference(&wanted) {
        retract(ec2, gateway_id, zone);
    }
}

/// Ids follow from the gateway and the zone: this happens between calls, too.
fn provision(ec2: &mut Ec2, gateway_id: &str, zone: &Zone) -> NatAddress {
    let digits = random::hex(&json!([gateway_id, zone.id]), 16);
    let allocation_id = format!("eipalloc-0{digits}");
    let public_ip = ec2.fresh_public_ip(&allocation_id);
    let address = Address { service_managed: true, ..Address::new(allocation_id.clone(), public_ip, Tags::new()) };
    ec2.addresses.insert(allocation_id.clone(), address);
    give(ec2, gateway_id, zone.clone(), &allocation_id, format!("eipassoc-0{digits}"))
}

fn retract(ec2: &mut Ec2, gateway_id: &str, zone: &Zone) {
    let Some(gateway) = ec2.nat_gateways.get_mut(gateway_id) else { return };
    for address in gateway.addresses.extract_if(.., |address| address.zone.as_ref() == Some(zone)) {
        address.allocation_id.map(|id| ec2.addresses.remove(&id));
    }
}
