//! Which addresses of a subnet are taken.
//!
//! AWS keeps the first four IPv4 addresses and the last one of every subnet for itself.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::Subnet;
use crate::error::{ApiError, refuse};
use crate::services::ec2::Ec2;

/// What AWS keeps for itself in a subnet.
const RESERVED: u32 = 5;

impl Ec2 {
    /// How many IPv4 addresses of the subnet nobody has.
    pub(crate) fn free_addresses(&self, subnet_id: &str) -> u32 {
        self.subnets.get(subnet_id).map_or(0, |subnet| self.free_addresses_in(subnet))
    }

    pub(super) fn free_addresses_in(&self, subnet: &Subnet) -> u32 {
        let Some(cidr) = subnet.cidr_block else { return 0 };
        let size = 1_u32 << (32 - u32::from(cidr.prefix_len()));
        let taken = u32::try_from(self.taken_addresses(&subnet.id).len()).unwrap_or(u32::MAX);
        size.saturating_sub(RESERVED).saturating_sub(taken)
    }

    /// The first free IPv4 addresses of the subnet, fewer than `count` if there are no more.
    pub(in crate::services::ec2) fn next_addresses(&self, subnet: &Subnet, count: usize) -> Vec<Ipv4Addr> {
        let taken = self.taken_addresses(&subnet.id);
        let is_free = |address: &Ipv4Addr| !taken.contains(address) && !self.is_set_aside(&subnet.id, *address);
        subnet.assignable().filter(is_free).take(count).collect()
    }

    /// The first free IPv6 address of the subnet, if it has any.
    pub(in crate::services::ec2) fn next_ipv6_address(&self, subnet: &Subnet) -> Option<Ipv6Addr> {
        let first = u128::from(subnet.ipv6()?.cidr.network());
        let interfaces = self.network_interfaces.values().filter(|interface| interface.subnet_id == subnet.id);
        let taken: BTreeSet<Ipv6Addr> = interfaces.filter_map(|interface| interface.ipv6_address).collect();
        (4..u128::from(u16::MAX)).map(|host| Ipv6Addr::from(first + host)).find(|address| !taken.contains(address))
    }

    /// Refuses an IPv4 address that is not in the subnet, that AWS keeps for itself, or that somebody has.
    pub(in crate::services::ec2) fn check_address(&self, subnet: &Subnet, address: Ipv4Addr) -> Result<(), ApiError> {
        if !subnet.assignable().any(|assignable| assignable == address) {
            let message = format!("Address {address} does not fall within the subnet's address range");
            return refuse("InvalidParameterValue", message);
        }
        if self.taken_addresses(&subnet.id).contains(&address) {
            return refuse("InvalidIPAddress.InUse", format!("Address {address} is in use."));
        }
        Ok(())
    }

    fn taken_addresses(&self, subnet_id: &str) -> BTreeSet<Ipv4Addr> {
        let interfaces = self.network_interfaces.values().filter(|interface| interface.subnet_id == subnet_id);
        interfaces.flat_map(|interface| interface.private_ips.iter().copied()).collect()
    }

    /// Whether a reservation keeps the address from being given without being asked for.
    fn is_set_aside(&self, subnet_id: &str, address: Ipv4Addr) -> bool {
        let mut reservations = self.subnet_cidr_reservations.values().filter(|found| found.subnet_id == subnet_id);
        reservations.any(|reservation| reservation.cidr.contains(&std::net::IpAddr::V4(address)))
    }
}

impl Subnet {
    /// The IPv4 addresses that AWS does not keep for itself.
    fn assignable(&self) -> impl Iterator<Item = Ipv4Addr> {
        let bounds = self.cidr_block.map(|cidr| (u32::from(cidr.network()) + 4, u32::from(cidr.broadcast())));
        let (first, end) = bounds.unwrap_or_default();
        (first..end).map(Ipv4Addr::from)
    }
}
