//! VPC, subnets, and the ways out.

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_aws::ec2::route_table::Target;
use eksctl_rs_aws::ec2::{elastic_ip, internet_gateway, nat_gateway, route_table, subnet, vpc};
use eksctl_rs_core::{Address, Reference};
use ipnet::Ipv4Net;

use super::{Expansion, names, zones};
use crate::schema::{HostnameType, NatGateway};

/// Every address on the internet.
const EVERYWHERE: &str = "0.0.0.0/0";

/// A subnet on its way into the graph.
struct Planned {
    address: Address,
    zone: String,
    cidr: Ipv4Net,
}

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    the_vpc(expansion);
    let (private, public) = subnets(expansion);
    for one in &private {
        add_subnet(expansion, one, "internal-elb", false);
    }
    let has_public_nodes = expansion.spec.managed_node_groups.iter().any(|group| !group.private_networking);
    for one in &public {
        add_subnet(expansion, one, "elb", has_public_nodes);
    }
    if !public.is_empty() {
        gateway_and_public_routes(expansion, &public);
    }
    let nat = nat_gateways(expansion, &public);
    private_routes(expansion, &private, &nat);
}

/// The private subnets of some zones.
pub(super) fn private_subnets(expansion: &Expansion<'_>, zones: &[String]) -> BTreeSet<Reference> {
    references(subnets(expansion).0, zones)
}

/// The public subnets of some zones.
pub(super) fn public_subnets(expansion: &Expansion<'_>, zones: &[String]) -> BTreeSet<Reference> {
    references(subnets(expansion).1, zones)
}

fn references(subnets: Vec<Planned>, zones: &[String]) -> BTreeSet<Reference> {
    let wanted = subnets.into_iter().filter(|one| zones.contains(&one.zone));
    wanted.map(|one| Reference::to(&one.address, "id")).collect()
}

fn the_vpc(expansion: &mut Expansion<'_>) {
    let own = &expansion.spec.vpc;
    let spec = vpc::Spec {
        cidr_block: own.cidr.to_string(),
        secondary_cidr_blocks: BTreeSet::new(),
        amazon_provided_ipv6_cidr_block: false,
        instance_tenancy: "default".to_owned(),
        // EKS needs both. Source: EKS user guide, "View Amazon EKS networking requirements for VPC and subnets".
        enable_dns_support: true,
        enable_dns_hostnames: true,
        enable_network_address_usage_metrics: own.network_address_usage_metrics,
        tags: expansion.tags("vpc"),
    };
    expansion.add(names::vpc(), &spec);
}

/// The private and the public subnets: those that the stack names, else one of each in every zone.
fn subnets(expansion: &Expansion<'_>) -> (Vec<Planned>, Vec<Planned>) {
    let planned = |kind: &str, name: &str, zone: &str, cidr| Planned {
        address: names::subnet(kind, name),
        zone: zone.to_owned(),
        cidr,
    };
    match &expansion.spec.vpc.subnets {
        Some(own) => {
            let list = |kind: &str, subnets: &BTreeMap<String, crate::schema::SubnetSpec>| {
                let one = |(name, subnet): (&String, &crate::schema::SubnetSpec)| {
                    planned(kind, name, subnet.az.as_deref().unwrap_or(name), subnet.cidr)
                };
                subnets.iter().map(one).collect()
            };
            (list("private", &own.private), list("public", &own.public))
        }
        None => {
            let ranges =
                |zone: &String| zones::ranges(expansion.spec.vpc.cidr, zone).map(|ranges| (zone.clone(), ranges));
            let by_zone: Vec<_> = expansion.zones.iter().filter_map(ranges).collect();
            let private = by_zone.iter().map(|(zone, (private, _))| planned("private", zone, zone, *private)).collect();
            let public = by_zone.iter().map(|(zone, (_, public))| planned("public", zone, zone, *public)).collect();
            (private, public)
        }
    }
}

/// `role` is what the AWS Load Balancer Controller looks for.
fn add_subnet(expansion: &mut Expansion<'_>, planned: &Planned, role: &str, map_public_ip_on_launch: bool) {
    let mut tags = expansion.tags(planned.address.name());
    tags.insert(format!("kubernetes.io/role/{role}"), "1".to_owned());
    let hostname_type = match expansion.spec.vpc.hostname_type {
        HostnameType::IpName => "ip-name",
        HostnameType::ResourceName => "resource-name",
    };
    let spec = subnet::Spec {
        vpc: Reference::to(&names::vpc(), "id"),
        availability_zone: planned.zone.clone(),
        cidr_block: planned.cidr.to_string(),
        ipv6_cidr_block: None,
        assign_ipv6_address_on_creation: false,
        enable_dns64: false,
        map_public_ip_on_launch,
        private_dns_hostname_type: hostname_type.to_owned(),
        resource_name_dns_a_record: hostname_type == "resource-name",
        tags,
    };
    expansion.add(planned.address.clone(), &spec);
}

fn gateway_and_public_routes(expansion: &mut Expansion<'_>, public: &[Planned]) {
    let gateway = names::internet_gateway();
    let spec = internet_gateway::Spec {
        vpc: Some(Reference::to(&names::vpc(), "id")),
        tags: expansion.tags("internet-gateway"),
    };
    expansion.add(gateway.clone(), &spec);
    let spec = route_table::Spec {
        vpc: Reference::to(&names::vpc(), "id"),
        routes: [(EVERYWHERE.to_owned(), Target::InternetGateway(Reference::to(&gateway, "id")))].into(),
        subnets: public.iter().map(|one| Reference::to(&one.address, "id")).collect(),
        tags: expansion.tags("public"),
    };
    expansion.add(names::route_table("public"), &spec);
}

/// The NAT gateways by the zone that they stand in.
fn nat_gateways(expansion: &mut Expansion<'_>, public: &[Planned]) -> BTreeMap<String, Address> {
    let zones: Vec<String> = match expansion.spec.vpc.nat.gateway {
        NatGateway::Disable => Vec::new(),
        NatGateway::Single => expansion.zones.first().cloned().into_iter().collect(),
        NatGateway::HighlyAvailable => expansion.zones.clone(),
    };
    let mut gateways = BTreeMap::new();
    for zone in zones {
        let Some(place) = public.iter().find(|one| one.zone == zone) else { continue };
        let (address, gateway) = (names::elastic_ip(&zone), names::nat_gateway(&zone));
        let tags = expansion.tags(address.name());
        expansion.add(address.clone(), &elastic_ip::Spec { tags });
        let spec = nat_gateway::Spec {
            subnet: Reference::to(&place.address, "id"),
            allocation: Some(Reference::to(&address, "id")),
            connectivity_type: "public".to_owned(),
            tags: expansion.tags(&format!("nat-{zone}")),
        };
        expansion.add(gateway.clone(), &spec);
        gateways.insert(zone, gateway);
    }
    gateways
}

/// One table in every zone, always: so that another number of NAT gateways only leads routes elsewhere.
fn private_routes(expansion: &mut Expansion<'_>, private: &[Planned], nat: &BTreeMap<String, Address>) {
    for zone in expansion.zones.clone() {
        let own: BTreeSet<Reference> =
            private.iter().filter(|one| one.zone == zone).map(|one| Reference::to(&one.address, "id")).collect();
        if own.is_empty() {
            continue;
        }
        let gateway = nat.get(&zone).or_else(|| nat.values().next());
        let route = gateway.map(|gateway| (EVERYWHERE.to_owned(), Target::NatGateway(Reference::to(gateway, "id"))));
        let name = format!("private-{zone}");
        let spec = route_table::Spec {
            vpc: Reference::to(&names::vpc(), "id"),
            routes: route.into_iter().collect(),
            subnets: own,
            tags: expansion.tags(&name),
        };
        expansion.add(names::route_table(&name), &spec);
    }
}
