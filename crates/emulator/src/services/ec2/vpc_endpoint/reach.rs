//! What subnets reach through endpoints.

use super::{Kind, VpcEndpoint};
use crate::services::ec2::route_table::Target;
use crate::services::ec2::{Ec2, Peer, Rule};

const HTTPS: i64 = 443;

impl Ec2 {
    /// Whether what is in a subnet, with the security groups `groups`, reaches a service through an endpoint of the
    /// VPC: by routes, or by the public name of the service, which private DNS takes to interfaces that let it in.
    pub(crate) fn reaches_by_endpoint(&self, subnet_id: &str, groups: &[String], service: &str) -> bool {
        let Some(subnet) = self.subnet(subnet_id) else { return false };
        let mut endpoints = self.vpc_endpoints.values().filter(|endpoint| {
            endpoint.vpc_id == subnet.vpc_id && endpoint.service == service && endpoint.is_available()
        });
        endpoints.any(|endpoint| match endpoint.kind {
            Kind::Gateway => self.is_routed(subnet_id, endpoint),
            Kind::Interface => {
                endpoint.private_dns
                    && endpoint.subnets(self).next().is_some()
                    && self.has_dns(&subnet.vpc_id)
                    && self.lets_in(endpoint, subnet_id, groups)
            }
        })
    }

    fn is_routed(&self, subnet_id: &str, endpoint: &VpcEndpoint) -> bool {
        let routes = self.route_table_of(subnet_id).map(|table| table.routes.as_slice()).unwrap_or_default();
        routes.iter().any(|route| route.target == Target::GatewayEndpoint(endpoint.id.clone()))
    }

    fn has_dns(&self, vpc_id: &str) -> bool {
        self.vpc(vpc_id).is_some_and(|vpc| vpc.enable_dns_support && vpc.enable_dns_hostnames)
    }

    fn lets_in(&self, endpoint: &VpcEndpoint, subnet_id: &str, groups: &[String]) -> bool {
        let of_endpoint = endpoint.security_groups.iter().filter_map(|id| self.security_groups.get(id));
        let mut rules = of_endpoint.flat_map(|group| &group.rules);
        rules.any(|rule| !rule.egress && rule.traffic.takes_tcp(HTTPS) && self.is_from(rule, subnet_id, groups))
    }

    fn is_from(&self, rule: &Rule, subnet_id: &str, groups: &[String]) -> bool {
        let cidr = self.subnet(subnet_id).and_then(|subnet| subnet.cidr_block);
        match &rule.peer {
            Peer::Ipv4(block) => cidr.is_some_and(|cidr| block.contains(&cidr)),
            Peer::Group(id) => groups.contains(id),
            Peer::Ipv6(_) | Peer::PrefixList(_) => false,
        }
    }
}
