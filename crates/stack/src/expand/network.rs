//! The network: the VPC, its subnets, and the ways out.

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_aws::ec2::route_table::Target;
use eksctl_rs_aws::ec2::{
    egress_only_internet_gateway, elastic_ip, foreign_tags, internet_gateway, nat_gateway, route_table, subnet, vpc,
};
use eksctl_rs_core::{Address, Facts, Reference, Refusal, Tags};
use ipnet::Ipv4Net;

use super::{Expansion, existing, karpenter, names, zones};
use crate::schema::{HostnameType, NatGateway, StackSpec, SubnetSpec};

/// Every IPv4 address on the internet.
const EVERYWHERE: &str = "0.0.0.0/0";
/// Every IPv6 address on the internet.
const EVERYWHERE_IPV6: &str = "::/0";

/// What the stack stands in.
#[derive(Clone, Debug, Default)]
pub(super) struct Network {
    /// Whether the stack makes it.
    pub(super) is_own: bool,
    /// The VPC; nothing while it has not been looked for.
    pub(super) vpc: Option<Reference>,
    /// The IPv4 ranges of the VPC, as far as they are known.
    pub(super) ranges: Vec<String>,
    /// The subnets for nodes and the control plane.
    pub(super) private: Vec<Subnet>,
    /// The subnets for load balancers and NAT gateways.
    pub(super) public: Vec<Subnet>,
}

/// A subnet.
#[derive(Clone, Debug)]
pub(super) struct Subnet {
    /// What it is called in the stack, beside its side.
    pub(super) name: String,
    /// The name of its zone.
    pub(super) zone: String,
    /// Its id.
    pub(super) reference: Reference,
    /// Its IPv4 range, if the stack makes it.
    pub(super) cidr: Option<Ipv4Net>,
    /// Which part of the VPC's IPv6 range it has.
    pub(super) ipv6_part: Option<u8>,
}

/// What a subnet is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Private,
    Public,
}

impl Side {
    fn word(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Public => "public",
        }
    }

    /// What the AWS Load Balancer Controller looks for. Source: EKS user guide, "Route internet traffic with AWS Load
    /// Balancer Controller".
    fn role(self) -> &'static str {
        match self {
            Self::Private => "kubernetes.io/role/internal-elb",
            Self::Public => "kubernetes.io/role/elb",
        }
    }
}

/// The network of a stack: its own, or one that is there.
pub(super) fn of(spec: &StackSpec, facts: &Facts, problems: &mut Vec<Refusal>) -> Network {
    existing::network(spec, facts, problems).unwrap_or_else(|| own(spec, facts))
}

/// How many NAT gateways there are: none where the stack makes no network, or one without a way out.
pub(crate) fn nat(spec: &StackSpec) -> NatGateway {
    let none = spec.private_cluster.enabled || is_existing(spec);
    spec.vpc.nat.gateway.unwrap_or(if none { NatGateway::Disable } else { NatGateway::Single })
}

/// Whether the stack is put into a VPC that is not its own.
pub(crate) fn is_existing(spec: &StackSpec) -> bool {
    spec.vpc.id.is_some() || spec.vpc.existing.is_some()
}

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    let network = expansion.network.clone();
    if !network.is_own {
        return tag_subnets(expansion, &network);
    }
    the_vpc(expansion);
    let has_public_nodes = expansion.spec.managed_node_groups.iter().any(|group| !group.private_networking);
    for one in &network.private {
        add_subnet(expansion, one, Side::Private, false);
    }
    for one in &network.public {
        add_subnet(expansion, one, Side::Public, has_public_nodes);
    }
    if !network.public.is_empty() {
        gateway_and_public_routes(expansion, &network.public);
    }
    egress_only_gateway(expansion);
    let nat = nat_gateways(expansion, &network.public);
    private_routes(expansion, &network.private, &nat);
}

/// The private subnets of some zones.
pub(super) fn private_subnets(expansion: &Expansion<'_>, zones: &[String]) -> BTreeSet<Reference> {
    references(&expansion.network.private, zones)
}

/// The public subnets of some zones.
pub(super) fn public_subnets(expansion: &Expansion<'_>, zones: &[String]) -> BTreeSet<Reference> {
    references(&expansion.network.public, zones)
}

fn references(subnets: &[Subnet], zones: &[String]) -> BTreeSet<Reference> {
    subnets.iter().filter(|one| zones.contains(&one.zone)).map(|one| one.reference.clone()).collect()
}

/// The subnets that the stack names, else one of each side in every zone.
fn own(spec: &StackSpec, facts: &Facts) -> Network {
    let (private, public) = match &spec.vpc.subnets {
        Some(own) => (named(Side::Private, &own.private), named(Side::Public, &own.public)),
        None => by_rule(spec, &zones::of(spec, facts)),
    };
    let ranges = std::iter::once(&spec.vpc.cidr).chain(&spec.vpc.extra_cidrs);
    Network {
        is_own: true,
        vpc: Some(Reference::to(&names::vpc(), "id")),
        ranges: ranges.map(Ipv4Net::to_string).collect(),
        private,
        // Nothing of a private cluster can be reached from the internet.
        public: if spec.private_cluster.enabled { Vec::new() } else { public },
    }
}

fn named(side: Side, subnets: &BTreeMap<String, SubnetSpec>) -> Vec<Subnet> {
    let one = |(name, subnet): (&String, &SubnetSpec)| Subnet {
        name: name.clone(),
        zone: subnet.az.clone().unwrap_or_else(|| name.clone()),
        reference: Reference::to(&names::subnet(side.word(), name), "id"),
        cidr: subnet.cidr,
        ipv6_part: subnet.ipv6_part,
    };
    subnets.iter().map(one).collect()
}

fn by_rule(spec: &StackSpec, zones: &[String]) -> (Vec<Subnet>, Vec<Subnet>) {
    let subnet = |side: Side, zone: &String, (cidr, ipv6_part): (Ipv4Net, u8)| Subnet {
        name: zone.clone(),
        zone: zone.clone(),
        reference: Reference::to(&names::subnet(side.word(), zone), "id"),
        cidr: Some(cidr),
        ipv6_part: Some(ipv6_part),
    };
    let by_zone = zones.iter().filter_map(|zone| {
        let parts = zones::parts(spec.vpc.cidr, zone)?;
        Some((subnet(Side::Private, zone, parts.private), subnet(Side::Public, zone, parts.public)))
    });
    by_zone.unzip()
}

fn the_vpc(expansion: &mut Expansion<'_>) {
    let own = &expansion.spec.vpc;
    let spec = vpc::Spec {
        cidr_block: own.cidr.to_string(),
        secondary_cidr_blocks: own.extra_cidrs.iter().map(Ipv4Net::to_string).collect(),
        amazon_provided_ipv6_cidr_block: expansion.has_ipv6(),
        instance_tenancy: "default".to_owned(),
        // EKS needs both. Source: EKS user guide, "View Amazon EKS networking requirements for VPC and subnets".
        enable_dns_support: true,
        enable_dns_hostnames: true,
        enable_network_address_usage_metrics: own.network_address_usage_metrics,
        tags: expansion.tags("vpc"),
    };
    expansion.add(names::vpc(), &spec);
}

/// The tags of the subnets of one side, besides names and those of the stack.
fn side_tags(expansion: &Expansion<'_>, side: Side) -> Tags {
    let own = &expansion.spec.vpc;
    let discovered = if side == Side::Private { karpenter::discovery_tags(expansion.spec) } else { Tags::new() };
    if !own.tag_subnets {
        return discovered;
    }
    let more = if side == Side::Private { &own.subnet_tags.private } else { &own.subnet_tags.public };
    let role = (side.role().to_owned(), "1".to_owned());
    std::iter::once(role).chain(discovered).chain(more.clone()).collect()
}

/// On subnets that are there already, the stack owns these tags and nothing else.
fn tag_subnets(expansion: &mut Expansion<'_>, network: &Network) {
    for (side, subnets) in [(Side::Private, &network.private), (Side::Public, &network.public)] {
        let wanted = side_tags(expansion, side);
        for subnet in subnets.iter().filter(|_| !wanted.is_empty()) {
            let spec = foreign_tags::Spec { resource: subnet.reference.clone(), tags: wanted.clone() };
            expansion.add(names::tags(&format!("{}-{}", side.word(), subnet.name)), &spec);
        }
    }
}

fn add_subnet(expansion: &mut Expansion<'_>, planned: &Subnet, side: Side, map_public_ip_on_launch: bool) {
    let Some(cidr) = planned.cidr else { return };
    let address = names::subnet(side.word(), &planned.name);
    let mut tags = expansion.tags(address.name());
    tags.extend(side_tags(expansion, side));
    let hostname_type = match expansion.spec.vpc.hostname_type {
        HostnameType::IpName => "ip-name",
        HostnameType::ResourceName => "resource-name",
    };
    let has_ipv6 = expansion.has_ipv6();
    let ipv6_block = Reference::to(&names::vpc(), "ipv6_cidr_block");
    let spec = subnet::Spec {
        vpc: Reference::to(&names::vpc(), "id"),
        availability_zone: planned.zone.clone(),
        cidr_block: cidr.to_string(),
        ipv6_cidr_block: planned
            .ipv6_part
            .filter(|_| has_ipv6)
            .map(|number| subnet::Ipv6Part { of: ipv6_block.clone(), number }),
        map_public_ip_on_launch,
        // Nodes need one for their pods. Source: EKS user guide, "Learn about IPv6 addresses to clusters, Pods, and services".
        assign_ipv6_address_on_creation: has_ipv6,
        enable_dns64: false,
        private_dns_hostname_type: hostname_type.to_owned(),
        resource_name_dns_a_record: hostname_type == "resource-name",
        tags,
    };
    expansion.add(address, &spec);
}

fn gateway_and_public_routes(expansion: &mut Expansion<'_>, public: &[Subnet]) {
    let gateway = names::internet_gateway();
    let spec = internet_gateway::Spec {
        vpc: Some(Reference::to(&names::vpc(), "id")),
        tags: expansion.tags("internet-gateway"),
    };
    expansion.add(gateway.clone(), &spec);
    let families = if expansion.has_ipv6() { &[EVERYWHERE, EVERYWHERE_IPV6][..] } else { &[EVERYWHERE][..] };
    let route = |to: &&str| ((*to).to_owned(), Target::InternetGateway(Reference::to(&gateway, "id")));
    let spec = route_table::Spec {
        vpc: Reference::to(&names::vpc(), "id"),
        routes: families.iter().map(route).collect(),
        subnets: public.iter().map(|one| one.reference.clone()).collect(),
        tags: expansion.tags("public"),
    };
    expansion.add(names::route_table("public"), &spec);
}

/// The way out of private subnets for IPv6, which costs nothing and which no strategy for NAT gateways changes.
fn egress_only_gateway(expansion: &mut Expansion<'_>) {
    if expansion.has_egress_for_ipv6() {
        let vpc = Reference::to(&names::vpc(), "id");
        let spec = egress_only_internet_gateway::Spec { vpc, tags: expansion.tags("egress-only-internet-gateway") };
        expansion.add(names::egress_only_internet_gateway(), &spec);
    }
}

/// The NAT gateways by the zone that they stand in.
fn nat_gateways(expansion: &mut Expansion<'_>, public: &[Subnet]) -> BTreeMap<String, Address> {
    let zones: Vec<String> = match nat(expansion.spec) {
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
            subnet: place.reference.clone(),
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
fn private_routes(expansion: &mut Expansion<'_>, private: &[Subnet], nat: &BTreeMap<String, Address>) {
    for (zone, subnets) in by_zone(private) {
        let gateway = nat.get(&zone).or_else(|| nat.values().next());
        let route = gateway.map(|gateway| (EVERYWHERE.to_owned(), Target::NatGateway(Reference::to(gateway, "id"))));
        let egress_only = expansion.has_egress_for_ipv6().then(|| {
            let gateway = Reference::to(&names::egress_only_internet_gateway(), "id");
            (EVERYWHERE_IPV6.to_owned(), Target::EgressOnlyInternetGateway(gateway))
        });
        let address = private_route_table(&zone);
        let spec = route_table::Spec {
            vpc: Reference::to(&names::vpc(), "id"),
            routes: route.into_iter().chain(egress_only).collect(),
            subnets,
            tags: expansion.tags(address.name()),
        };
        expansion.add(address, &spec);
    }
}

fn private_route_table(zone: &str) -> Address {
    names::route_table(&format!("private-{zone}"))
}

fn by_zone(subnets: &[Subnet]) -> BTreeMap<String, BTreeSet<Reference>> {
    let mut zones: BTreeMap<String, BTreeSet<Reference>> = BTreeMap::new();
    for subnet in subnets {
        zones.entry(subnet.zone.clone()).or_default().insert(subnet.reference.clone());
    }
    zones
}

impl Expansion<'_> {
    /// Whether the network has IPv6 addresses of its own making.
    pub(super) fn has_ipv6(&self) -> bool {
        self.network.is_own && (self.spec.vpc.auto_allocate_ipv6 || self.is_ipv6_cluster())
    }

    /// Whether IPv6 leads out of private subnets.
    fn has_egress_for_ipv6(&self) -> bool {
        self.has_ipv6() && !self.spec.private_cluster.enabled
    }

    /// The route tables of the private subnets that the stack makes.
    pub(super) fn private_route_tables(&self) -> Vec<Address> {
        let zones = by_zone(&self.network.private);
        zones.keys().filter(|_| self.network.is_own).map(|zone| private_route_table(zone)).collect()
    }
}
