//! Network interfaces: those of NAT gateways and instances, those that other services hold, and those that nobody holds
//! any more.

mod delete;
mod show;

use std::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::describe::{Listing, describe};
use super::{Ec2, id};
use crate::random;
use crate::services::Operations;
use crate::tags::Tags;

pub(super) const OPERATIONS: Operations = &[
    ("DeleteNetworkInterface", delete::delete_network_interface),
    ("DescribeNetworkInterfaces", |call| describe(call, &call.network().network_interfaces, &LISTING)),
];

/// Who puts the interfaces of load balancers there.
pub(crate) const LOAD_BALANCING: &str = "amazon-elb";

const LISTING: Listing = Listing {
    kind: id::NETWORK_INTERFACE,
    ids: "NetworkInterfaceIds",
    filters: "Filters",
    output: "NetworkInterfaces",
};

/// A network interface.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NetworkInterface {
    pub(crate) id: String,
    /// What it is removed with; empty where it is attached to nothing.
    pub(crate) holder: String,
    pub(crate) subnet_id: String,
    pub(crate) vpc_id: String,
    pub(crate) description: String,
    pub(crate) requester_id: String,
    /// The ids of its security groups.
    pub(crate) groups: Vec<String>,
    pub(crate) interface_type: String,
    /// The primary one first.
    pub(crate) private_ips: Vec<Ipv4Addr>,
    pub(crate) ipv6_address: Option<Ipv6Addr>,
    /// A public address that is no Elastic IP address, on the primary private one.
    pub(crate) public_ip: Option<Ipv4Addr>,
    /// Emulated seconds; nothing until the call after the one that made it.
    pub(crate) attached_at: Option<f64>,
    pub(crate) tags: Tags,
}

/// A network interface that a service puts into a subnet.
#[derive(Clone, Debug)]
pub(crate) struct ManagedInterface {
    pub(crate) id: String,
    /// What it is removed with; empty where it is attached to nothing.
    pub(crate) holder: String,
    pub(crate) subnet_id: String,
    pub(crate) description: String,
    pub(crate) requester_id: String,
    /// The ids of its security groups.
    pub(crate) groups: Vec<String>,
    /// `interface`, unless a service is behind it.
    pub(crate) interface_type: String,
    pub(crate) tags: Tags,
    /// With a public address of Amazon's.
    pub(crate) public_ip: bool,
}

impl NetworkInterface {
    /// Whether nobody but the service behind it may change it.
    pub(super) fn is_requester_managed(&self) -> bool {
        self.interface_type != "interface" || self.requester_id == LOAD_BALANCING
    }

    /// Whether it is attached to something, or about to be.
    pub(super) fn is_attached(&self) -> bool {
        !self.holder.is_empty()
    }

    /// What the last call began is complete.
    pub(super) fn settle(&mut self, now: f64) {
        if self.is_attached() {
            self.attached_at.get_or_insert(now);
        }
    }

    fn mac_address(&self) -> String {
        let digits = random::hex(&json!(self.id), 10);
        let bytes: Vec<&str> = (0..5).filter_map(|index| digits.get(2 * index..2 * index + 2)).collect();
        format!("0a:{}", bytes.join(":"))
    }
}

impl Ec2 {
    /// Puts an interface into its subnet, with the first free address there; not into one that is full, or not there.
    pub(crate) fn add_interface(&mut self, interface: ManagedInterface) {
        let Some(subnet) = self.subnets.get(&interface.subnet_id) else { return };
        let private_ips = self.next_addresses(subnet, 1);
        if subnet.ipv6_native || !private_ips.is_empty() {
            self.place_interface(interface, private_ips);
        }
    }

    /// Puts an interface into its subnet, with `private_ips`.
    pub(super) fn place_interface(&mut self, interface: ManagedInterface, private_ips: Vec<Ipv4Addr>) {
        let Some(subnet) = self.subnets.get(&interface.subnet_id) else { return };
        let wants_ipv6 = subnet.assign_ipv6_address_on_creation;
        let ipv6_address = wants_ipv6.then(|| self.next_ipv6_address(subnet)).flatten();
        let public_ip = interface.public_ip.then(|| self.fresh_public_ip(&interface.id));
        let ManagedInterface { id, holder, subnet_id, description, requester_id, groups, .. } = interface;
        let placed = NetworkInterface {
            id: id.clone(),
            holder,
            subnet_id,
            vpc_id: subnet.vpc_id.clone(),
            description,
            requester_id,
            groups,
            interface_type: interface.interface_type,
            private_ips,
            ipv6_address,
            public_ip,
            attached_at: None,
            tags: interface.tags,
        };
        self.network_interfaces.insert(id, placed);
    }

    /// The interfaces of `holder`.
    pub(crate) fn interfaces_of<'e>(&'e self, holder: &'e str) -> impl Iterator<Item = &'e NetworkInterface> {
        self.network_interfaces.values().filter(move |interface| interface.holder == holder)
    }

    /// Takes away all interfaces of `holder`.
    pub(crate) fn remove_interfaces(&mut self, holder: &str) {
        self.network_interfaces.retain(|_, interface| interface.holder != holder);
        self.release_addresses();
    }

    /// Takes away one interface.
    pub(crate) fn remove_interface(&mut self, id: &str) {
        self.network_interfaces.remove(id);
        self.release_addresses();
    }

    /// Elastic IP addresses on interfaces that are gone are free again.
    fn release_addresses(&mut self) {
        let there = &self.network_interfaces;
        for address in self.addresses.values_mut() {
            let interface = address.association.as_ref().and_then(|found| found.network_interface_id.as_ref());
            if interface.is_some_and(|id| !there.contains_key(id)) {
                address.association = None;
            }
        }
    }
}
