//! NAT gateways in a subnet.

use std::net::Ipv4Addr;

use super::create::{CreateNatGateway, check_allocations, obstacle, pending};
use super::{Connectivity, Failure, NatAddress, NatGateway, Status, check_quota};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::ec2::address::AddressAssociation;
use crate::services::ec2::{Ec2, ManagedInterface, Subnet, cidr, id, quota};
use crate::tags::Tags;

/// Creates a NAT gateway in a subnet and gives its id.
pub(super) fn create(call: &mut Call<'_>, args: &CreateNatGateway, tags: Tags) -> Result<String, ApiError> {
    args.check_zonal(call)?;
    let Some(subnet_id) = &args.subnet_id else {
        return refuse("MissingParameter", "The request must contain the parameter subnetId");
    };
    let ec2 = call.network();
    let subnet = id::SUBNET.find(&ec2.subnets, subnet_id)?;
    if subnet.ipv6_native {
        return refuse("InvalidSubnet", format!("The subnet {subnet_id} has no IPv4 addresses."));
    }
    let allocation_ids = args.allocation_ids();
    check_allocations(ec2, &allocation_ids)?;
    let (asked, count) = args.private_ips()?;
    check_private_ips(ec2, subnet, &asked)?;
    if count > call.quota(quota::PRIVATE_ADDRESSES_PER_NAT_GATEWAY) {
        return refuse("PrivateIpAddressLimitExceeded", "A NAT gateway has too many private IPv4 addresses.");
    }
    check_quota(call, &subnet.availability_zone)?;
    let private_ips = choose(ec2, subnet, asked, count);
    let public = args.connectivity_type == Connectivity::Public;
    let blocked = public.then(|| obstacle(ec2, &subnet.vpc_id, &allocation_ids)).flatten();
    let full = (private_ips.len() < count).then(|| {
        let message = "Subnet has insufficient free addresses to create this NAT gateway";
        Failure::new("InsufficientFreeAddressesInSubnet", message)
    });
    let vpc_id = subnet.vpc_id.clone();
    let gateway = pending(call, args, &vpc_id, blocked.or(full), tags);
    Ok(insert(call, gateway, &allocation_ids, private_ips))
}

impl CreateNatGateway {
    /// Refuses what does not go with a subnet, or not with the connectivity.
    fn check_zonal(&self, call: &Call<'_>) -> Result<(), ApiError> {
        let combination = |message: &str| refuse("InvalidParameterCombination", message);
        if self.vpc_id.is_some() || self.availability_zone_addresses.is_some() {
            return combination("vpcId and availabilityZoneAddresses are for regional NAT gateways only");
        }
        if self.secondary_private_ip_address_count.is_some() && !self.secondary_private_ip_addresses.is_empty() {
            return combination("Give secondary private addresses or their count, not both");
        }
        match self.connectivity_type {
            Connectivity::Private if self.allocation_id.is_some() || !self.secondary_allocation_ids.is_empty() => {
                combination("A private NAT gateway has no Elastic IP addresses")
            }
            Connectivity::Private => Ok(()),
            Connectivity::Public if self.allocation_id.is_none() => {
                refuse("MissingParameter", "The request must contain the parameter allocationId")
            }
            Connectivity::Public if self.secondary_private_ip_address_count.is_some() => {
                combination("secondaryPrivateIpAddressCount is for private NAT gateways only")
            }
            Connectivity::Public if self.secondary_private_ip_addresses.len() > self.secondary_allocation_ids.len() => {
                combination("There are more secondary private addresses than secondary allocation IDs")
            }
            Connectivity::Public
                if self.secondary_allocation_ids.len() >= call.quota(quota::ADDRESSES_PER_NAT_GATEWAY) =>
            {
                refuse("AddressLimitExceeded", "A NAT gateway has too many Elastic IP addresses.")
            }
            Connectivity::Public => Ok(()),
        }
    }

    fn allocation_ids(&self) -> Vec<&str> {
        self.allocation_id.iter().chain(&self.secondary_allocation_ids).map(String::as_str).collect()
    }

    /// The private addresses that are asked for, the primary one first if it is, and how many there are to be.
    fn private_ips(&self) -> Result<(PrivateIps, usize), ApiError> {
        let primary = self.private_ip_address.as_deref();
        let primary = primary.map(|text| cidr::address("privateIpAddress", text)).transpose()?;
        let secondary = &self.secondary_private_ip_addresses;
        let secondary = secondary
            .iter()
            .map(|text| cidr::address("secondaryPrivateIpAddress", text))
            .collect::<Result<Vec<_>, _>>()?;
        let more = secondary.len().max(self.secondary_allocation_ids.len());
        let more = self.secondary_private_ip_address_count.unwrap_or(more);
        Ok((PrivateIps { primary, secondary }, 1 + more))
    }
}

/// Private addresses that are asked for.
struct PrivateIps {
    primary: Option<Ipv4Addr>,
    secondary: Vec<Ipv4Addr>,
}

fn check_private_ips(ec2: &Ec2, subnet: &Subnet, asked: &PrivateIps) -> Result<(), ApiError> {
    let all: Vec<Ipv4Addr> = asked.primary.iter().chain(&asked.secondary).copied().collect();
    check_addresses(ec2, subnet, &all)
}

/// Refuses private addresses that are not free in the subnet or are named twice.
pub(super) fn check_addresses(ec2: &Ec2, subnet: &Subnet, addresses: &[Ipv4Addr]) -> Result<(), ApiError> {
    for (index, address) in addresses.iter().enumerate() {
        ec2.check_address(subnet, *address)?;
        if addresses.iter().take(index).any(|before| before == address) {
            return refuse("InvalidParameterValue", format!("The address {address} is given twice."));
        }
    }
    Ok(())
}

/// `count` private addresses: those asked for, and free ones for the rest; fewer if the subnet is full.
fn choose(ec2: &Ec2, subnet: &Subnet, asked: PrivateIps, count: usize) -> Vec<Ipv4Addr> {
    let PrivateIps { primary, secondary } = asked;
    let taken = |address: &Ipv4Addr| primary == Some(*address) || secondary.contains(address);
    let mut free = ec2.next_addresses(subnet, 2 * count).into_iter().filter(|address| !taken(address));
    let primary = primary.or_else(|| free.next());
    let chosen: Vec<Ipv4Addr> = primary.into_iter().chain(secondary.iter().copied()).collect();
    chosen.iter().copied().chain(free).take(count).collect()
}

/// Puts the gateway into the network, with an interface that carries its addresses, unless it is bound to fail.
fn insert(call: &mut Call<'_>, mut gateway: NatGateway, allocation_ids: &[&str], private_ips: Vec<Ipv4Addr>) -> String {
    let id = gateway.id.clone();
    if gateway.failure.is_some() {
        gateway.addresses = allocation_ids.iter().map(|id| doomed(id)).collect();
        call.ec2().nat_gateways.insert(id.clone(), gateway);
        return id;
    }
    let interface = interface(call, &gateway);
    let interface_id = interface.id.clone();
    call.ec2().place_interface(interface, private_ips.clone());
    for (index, private_ip) in private_ips.into_iter().enumerate() {
        let allocation_id = allocation_ids.get(index).copied();
        let address = attach(call, &id, &interface_id, private_ip, allocation_id);
        gateway.addresses.push(NatAddress { primary: index == 0, ..address });
    }
    call.ec2().nat_gateways.insert(id.clone(), gateway);
    id
}

/// An Elastic IP address that a gateway does not get.
pub(super) fn doomed(allocation_id: &str) -> NatAddress {
    NatAddress { allocation_id: Some(allocation_id.to_owned()), status: Status::Failed, ..NatAddress::default() }
}

fn interface(call: &mut Call<'_>, gateway: &NatGateway) -> ManagedInterface {
    ManagedInterface {
        id: call.id("eni"),
        holder: gateway.id.clone(),
        subnet_id: gateway.subnet_id.clone().unwrap_or_default(),
        description: format!("Interface for NAT Gateway {}", gateway.id),
        requester_id: "amazon-aws".to_owned(),
        groups: Vec::new(),
        interface_type: "nat_gateway".to_owned(),
        tags: Tags::new(),
        public_ip: false,
    }
}

/// A private address of a gateway's interface, with the Elastic IP address that goes with it, if one does.
pub(super) fn attach(
    call: &mut Call<'_>,
    gateway_id: &str,
    interface_id: &str,
    private_ip: Ipv4Addr,
    allocation_id: Option<&str>,
) -> NatAddress {
    let attached = NatAddress {
        network_interface_id: Some(interface_id.to_owned()),
        private_ip: Some(private_ip),
        ..NatAddress::default()
    };
    let Some(allocation_id) = allocation_id else { return attached };
    let association = AddressAssociation {
        id: call.id("eipassoc"),
        nat_gateway_id: Some(gateway_id.to_owned()),
        network_interface_id: Some(interface_id.to_owned()),
        private_ip: Some(private_ip),
    };
    with_elastic_ip(call.ec2(), attached, allocation_id, association)
}

/// `address`, with the Elastic IP address that now belongs to it.
pub(super) fn with_elastic_ip(
    ec2: &mut Ec2,
    address: NatAddress,
    allocation_id: &str,
    association: AddressAssociation,
) -> NatAddress {
    let association_id = Some(association.id.clone());
    let Some(found) = ec2.addresses.get_mut(allocation_id) else { return address };
    found.association = Some(association);
    NatAddress { allocation_id: Some(found.id.clone()), association_id, public_ip: Some(found.public_ip), ..address }
}
