//! Interface endpoints: interfaces in subnets, and names that lead to them.

use std::collections::BTreeSet;

use super::service::Service;
use super::{INVALID, Kind, State, VpcEndpoint};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::ec2::{Ec2, ManagedInterface, SecurityGroup, Vpc, id};
use crate::tags::Tags;

/// Who puts the interfaces there.
const REQUESTER: &str = "727180483921";

/// Refuses subnets that an endpoint with interfaces in the subnets `present` cannot have as well.
pub(super) fn check_subnets(
    call: &Call<'_>,
    vpc_id: &str,
    service: Service,
    present: &[String],
    new: &[String],
) -> Result<(), ApiError> {
    let ec2 = call.network();
    let offered: BTreeSet<String> = service.zones(&call.region_name).into_iter().map(|zone| zone.id).collect();
    let there = present.iter().filter_map(|id| ec2.subnet(id));
    let mut taken: BTreeSet<&String> = there.map(|subnet| &subnet.availability_zone_id).collect();
    for subnet_id in new {
        let subnet = id::SUBNET.find(&ec2.subnets, subnet_id)?;
        if subnet.vpc_id != vpc_id {
            return refuse(INVALID, format!("Subnet {subnet_id} and network {vpc_id} belong to different networks"));
        }
        if !offered.contains(&subnet.availability_zone_id) {
            let name = service.full_name(&call.region_name);
            let message = format!(
                "The VPC endpoint service {name} does not support the availability zone of the subnet: {subnet_id}."
            );
            return refuse(INVALID, message);
        }
        if !taken.insert(&subnet.availability_zone_id) {
            let message = format!("Found another VPC endpoint subnet in the availability zone of {subnet_id}");
            return refuse("DuplicateSubnetsInSameZone", message);
        }
        if !subnet.ipv6_native && ec2.free_addresses(subnet_id) == 0 {
            let message = format!("Insufficient free addresses in subnet {subnet_id}");
            return refuse("InsufficientFreeAddressesInSubnet", message);
        }
    }
    Ok(())
}

/// Refuses an IP address type that subnets cannot serve.
pub(super) fn check_address_type(ec2: &Ec2, address_type: &str, subnets: &[String]) -> Result<(), ApiError> {
    for subnet in subnets.iter().filter_map(|id| ec2.subnet(id)) {
        let (ipv4, ipv6) = (subnet.cidr_block.is_some(), subnet.ipv6_cidr_block.is_some());
        let serves = match address_type {
            "ipv4" => ipv4,
            "ipv6" => ipv6,
            _ => ipv4 && ipv6,
        };
        if !serves {
            let message = format!("The subnet {} does not support the IP address type {address_type}", subnet.id);
            return refuse(INVALID, message);
        }
    }
    Ok(())
}

/// Refuses security groups that are not there or of another VPC.
pub(super) fn check_groups(ec2: &Ec2, vpc_id: &str, groups: &[String]) -> Result<(), ApiError> {
    for group_id in groups {
        if id::SECURITY_GROUP.find(&ec2.security_groups, group_id)?.vpc_id != vpc_id {
            let message = format!("Security group {group_id} and network {vpc_id} belong to different networks");
            return refuse(INVALID, message);
        }
    }
    Ok(())
}

/// "If this parameter is not specified, we use the default security group for the VPC."
pub(super) fn default_group(ec2: &Ec2, vpc_id: &str) -> Vec<String> {
    let mut groups = ec2.security_groups.values();
    let default = groups.find(|group: &&SecurityGroup| group.vpc_id == vpc_id && group.is_default());
    default.map(|group| group.id.clone()).into_iter().collect()
}

/// Refuses private DNS in a VPC without DNS, or with another endpoint that has the name.
pub(super) fn check_private_dns(call: &Call<'_>, vpc: &Vpc, service: Service, own: &str) -> Result<(), ApiError> {
    if !vpc.enable_dns_support || !vpc.enable_dns_hostnames {
        let message = format!(
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for \
             {}",
            vpc.id
        );
        return refuse(INVALID, message);
    }
    let others = call.network().vpc_endpoints.values();
    let mut others = others.filter(|other| other.id != own && other.state != State::Failed);
    if others.any(|other| other.vpc_id == vpc.id && other.service == service.name && other.private_dns) {
        let name = service.private_dns_name(&call.region_name);
        let message = format!(
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain for {name} in the VPC \
             {}",
            vpc.id
        );
        return refuse(INVALID, message);
    }
    Ok(())
}

impl VpcEndpoint {
    /// Puts an interface into each of the subnets.
    pub(super) fn add_interfaces(&self, call: &mut Call<'_>, subnets: &[String]) {
        for subnet_id in subnets {
            let id = call.id("eni");
            call.ec2().add_interface(ManagedInterface {
                id,
                holder: self.id.clone(),
                subnet_id: subnet_id.clone(),
                description: format!("VPC Endpoint Interface {}", self.id),
                requester_id: REQUESTER.to_owned(),
                groups: self.security_groups.clone(),
                interface_type: "vpc_endpoint".to_owned(),
                tags: Tags::new(),
                public_ip: false,
            });
        }
    }

    pub(super) fn remove_interfaces(&self, call: &mut Call<'_>, subnets: &[String]) {
        let interfaces = call.network().interfaces_of(&self.id);
        let doomed: Vec<String> = interfaces
            .filter(|interface| subnets.contains(&interface.subnet_id))
            .map(|interface| interface.id.clone())
            .collect();
        doomed.iter().for_each(|id| call.ec2().remove_interface(id));
    }

    /// Its interfaces have its security groups.
    pub(super) fn dress_interfaces(&self, call: &mut Call<'_>) {
        let interfaces = call.ec2().network_interfaces.values_mut();
        for interface in interfaces.filter(|interface| interface.holder == self.id) {
            interface.groups.clone_from(&self.security_groups);
        }
    }

    pub(super) fn is_interface(&self) -> bool {
        self.kind == Kind::Interface
    }
}
