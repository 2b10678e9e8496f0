//! How a subnet reaches the internet.

use std::net::Ipv4Addr;

use super::Ec2;
use super::route_table::{Destination, RouteTable, Target};

/// What takes traffic from a subnet to the internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WayOut {
    InternetGateway,
    NatGateway {
        /// The public address that it puts in the place of others; private NAT gateways have none.
        address: Option<Ipv4Addr>,
    },
}

impl Ec2 {
    /// What the subnet's default route leads to: an attached internet gateway, an available NAT gateway, or nothing.
    pub(crate) fn way_out(&self, subnet_id: &str) -> Option<WayOut> {
        let table = self.route_table_of(subnet_id)?;
        match &table.route(&Destination::ANYWHERE)?.target {
            Target::InternetGateway(id) => {
                let gateway = self.internet_gateways.get(id)?;
                (gateway.vpc_id.as_ref() == Some(&table.vpc_id)).then_some(WayOut::InternetGateway)
            }
            Target::NatGateway(id) => {
                let gateway = self.nat_gateways.get(id).filter(|gateway| gateway.is_available())?;
                let address = gateway.addresses.iter().find_map(|address| address.public_ip);
                Some(WayOut::NatGateway { address })
            }
            // What it takes is IPv6.
            Target::EgressOnlyInternetGateway(_) => None,
            Target::NetworkInterface(_) | Target::GatewayEndpoint(_) => None,
        }
    }

    /// Whether any route of the subnet leads to an internet gateway: what makes it a public one.
    pub(crate) fn leads_to_internet_gateway(&self, subnet_id: &str) -> bool {
        let table = self.route_table_of(subnet_id);
        table.is_some_and(|table| table.routes.iter().any(|route| matches!(route.target, Target::InternetGateway(_))))
    }

    /// The route table of a subnet: its own, or the main one of its VPC.
    pub(super) fn route_table_of(&self, subnet_id: &str) -> Option<&RouteTable> {
        let vpc_id = &self.subnet(subnet_id)?.vpc_id;
        let own = self.route_tables.values().find(|table| table.serves_subnet(subnet_id));
        own.or_else(|| self.route_tables.values().find(|table| table.vpc_id == *vpc_id && table.is_main()))
    }
}
