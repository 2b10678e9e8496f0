//! Zones, ranges and ways out.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::{IpNet, Ipv4Net};

use super::Report;
use super::instances::{has_no_prefixes, refuse_types};
use crate::expand::endpoints::{OF_PRIVATE_CLUSTERS, short_name};
use crate::expand::network::{is_existing, nat};
use crate::expand::zones::letter;
use crate::places::Path;
use crate::schema::{IpFamily, NatGateway, StackSpec, SubnetSpec, Subnets};

pub(super) fn check(spec: &StackSpec, report: &mut Report<'_, '_>) {
    zones(spec, report);
    if !is_existing(spec) {
        vpc_range(spec, report);
        extra_ranges(spec, report);
    }
    service_range(spec, report);
    ipv6(spec, report);
    remote_ranges(spec, report);
    endpoints(spec, report);
    if let Some(subnets) = spec.vpc.subnets.as_ref().filter(|_| !is_existing(spec)) {
        own_subnets(spec, subnets, report);
    }
    way_out(spec, report);
    public_nodes(spec, report);
}

fn zones(spec: &StackSpec, report: &mut Report<'_, '_>) {
    for (index, zone) in spec.availability_zones.iter().flatten().enumerate() {
        let path = Path::from("availabilityZones").item(index);
        let region = &spec.metadata.region;
        match zone.strip_prefix(region.as_str()) {
            Some(rest) if letter(rest).is_some() => {}
            Some(_) => {
                report.error(&path, format!("{zone} is no Availability Zone"), format!("write one such as {region}a"))
            }
            None => report.error(
                &path,
                format!("{zone} is not in {region}"),
                format!("name zones of {region}, such as {region}a"),
            ),
        }
    }
}

fn vpc_range(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let (path, cidr) = (Path::from("vpc.cidr"), spec.vpc.cidr);
    let smallest = if spec.vpc.subnets.is_some() { 28 } else { 22 };
    if !(16..=smallest).contains(&cidr.prefix_len()) {
        let message = format!("{cidr} is not between /16 and /{smallest}");
        let hint = match spec.vpc.subnets {
            None if cidr.prefix_len() < 16 => "AWS takes no larger VPC; more ranges go into vpc.extraCIDRs",
            None => "a smaller VPC needs subnets of your own: set vpc.subnets",
            Some(_) => "AWS takes VPCs of /16 to /28",
        };
        report.error(&path, message, hint);
    }
    canonical(cidr, &path, report);
}

/// `10.0.0.5/16` is the address of a host, not of a network.
fn canonical(cidr: Ipv4Net, path: &Path, report: &mut Report<'_, '_>) {
    if cidr.trunc() != cidr {
        report.error(
            path,
            format!("{cidr} has bits set beyond /{}", cidr.prefix_len()),
            format!("write {}", cidr.trunc()),
        );
    }
}

/// Source: VPC user guide, "VPC CIDR blocks".
fn extra_ranges(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let mut taken = vec![spec.vpc.cidr];
    for (index, cidr) in spec.vpc.extra_cidrs.iter().enumerate() {
        let path = Path::from("vpc.extraCIDRs").item(index);
        canonical(*cidr, &path, report);
        if !(16..=28).contains(&cidr.prefix_len()) {
            report.error(&path, format!("{cidr} is not between /16 and /28"), "choose a size in between");
        }
        if let Some(other) = taken.iter().find(|other| overlap(**other, *cidr)) {
            report.error(&path, format!("{cidr} overlaps {other}"), "choose ranges that are apart");
        } else if is_restricted(spec.vpc.cidr, *cidr) {
            let message =
                format!("AWS lets a VPC of {} have no part of another private range, as {cidr} is", spec.vpc.cidr);
            report.error(&path, message, "choose a part of the same private range, or of 100.64.0.0/10");
        }
        taken.push(*cidr);
    }
}

/// Whether a VPC of `primary` may not have `more`, too. Source: VPC user guide, "IPv4 CIDR block association restrictions".
fn is_restricted(primary: Ipv4Net, more: Ipv4Net) -> bool {
    let touches = |cidr: Ipv4Net, range: &str| range.parse().is_ok_and(|range| overlap(cidr, range));
    let of_another = |range: &&str| touches(more, range) && !touches(primary, range);
    let private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "198.19.0.0/16"];
    private.iter().any(of_another)
        || touches(primary, "172.16.0.0/12") && touches(more, "172.31.0.0/16")
        || touches(primary, "10.0.0.0/15") && touches(more, "10.0.0.0/16")
}

/// Source: EKS user guide, "Learn about IPv6 addresses to clusters, Pods, and services".
fn ipv6(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let is_ipv6 = spec.kubernetes_network_config.ip_family == IpFamily::IPv6;
    if is_ipv6 && spec.kubernetes_network_config.service_ipv4_cidr.is_some() {
        let path = Path::from("kubernetesNetworkConfig.serviceIPv4CIDR");
        report.error(&path, "services of an IPv6 cluster have IPv6 addresses, which EKS chooses", "remove it");
    }
    if is_ipv6 && spec.remote_network_config.is_some() {
        let path = Path::from("remoteNetworkConfig");
        report.error(&path, "hybrid nodes need an IPv4 cluster", "remove it, or set ipFamily to IPv4");
    }
    if is_ipv6 {
        for (index, group) in spec.managed_node_groups.iter().enumerate() {
            if format!("{:?}", group.ami_family).starts_with("Windows") {
                let path = Path::from("managedNodeGroups").item(index).key("amiFamily");
                report.error(&path, "Windows nodes need an IPv4 cluster", "choose another amiFamily");
            }
        }
        let why = "no prefixes can be delegated to it, and pods of an IPv6 cluster have their addresses from those";
        refuse_types(spec, has_no_prefixes, why, report);
    }
    if is_ipv6 && !spec.kubernetes.eni_configs.is_empty() {
        let message = "pods of an IPv6 cluster are in the subnets of their nodes";
        report.error(&Path::from("kubernetes.eniConfigs"), message, "remove it, or set ipFamily to IPv4");
    }
}

/// Source: EKS `KubernetesNetworkConfigRequest.serviceIpv4Cidr`.
fn service_range(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let Some(cidr) = spec.kubernetes_network_config.service_ipv4_cidr else { return };
    let path = Path::from("kubernetesNetworkConfig.serviceIPv4CIDR");
    canonical(cidr, &path, report);
    if !(12..=24).contains(&cidr.prefix_len()) {
        report.error(&path, format!("{cidr} is not between /12 and /24"), "choose a size in between");
    }
    private(cidr, &path, report);
    for own in own_ranges(spec).filter(|own| overlap(cidr, *own)) {
        report.error(&path, format!("{cidr} overlaps the VPC's {own}"), "choose a range apart from vpc.cidr");
    }
}

/// The IPv4 ranges of a VPC of the stack's own.
fn own_ranges(spec: &StackSpec) -> impl Iterator<Item = Ipv4Net> {
    let all = std::iter::once(&spec.vpc.cidr).chain(&spec.vpc.extra_cidrs).copied();
    all.filter(|_| !is_existing(spec))
}

/// Source: EKS `RemoteNodeNetwork.cidrs`, `RemotePodNetwork.cidrs`.
fn remote_ranges(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let Some(config) = &spec.remote_network_config else { return };
    let root = Path::from("remoteNetworkConfig");
    let lists =
        [("remoteNodeNetworks", &config.remote_node_networks), ("remotePodNetworks", &config.remote_pod_networks)];
    for (key, networks) in lists {
        for (index, network) in networks.iter().enumerate() {
            for (number, text) in network.cidrs.iter().enumerate() {
                let path = root.key(key).item(index).key("cidrs").item(number);
                match text.parse::<Ipv4Net>() {
                    Err(_) => report.error(&path, format!("{text} is no IPv4 range"), "write one such as 10.80.0.0/16"),
                    Ok(cidr) => remote_range(spec, cidr, &path, report),
                }
            }
        }
    }
}

fn remote_range(spec: &StackSpec, cidr: Ipv4Net, path: &Path, report: &mut Report<'_, '_>) {
    canonical(cidr, path, report);
    private(cidr, path, report);
    for own in own_ranges(spec).filter(|own| overlap(cidr, *own)) {
        report.error(path, format!("{cidr} overlaps the VPC's {own}"), "choose another range");
    }
    if let Some(services) = spec.kubernetes_network_config.service_ipv4_cidr.filter(|own| overlap(cidr, *own)) {
        let message = format!("{cidr} overlaps {services} of kubernetesNetworkConfig.serviceIPv4CIDR");
        report.error(path, message, "choose another range");
    }
}

/// Source: RFC 1918, which EKS goes by.
fn private(cidr: Ipv4Net, path: &Path, report: &mut Report<'_, '_>) {
    if !(cidr.network().is_private() && cidr.broadcast().is_private()) {
        let hint = "take a part of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16";
        report.error(path, format!("{cidr} is not private"), hint);
    }
}

/// Source: EKS user guide, "Cluster API server endpoint".
fn endpoints(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let access = &spec.vpc.cluster_endpoints;
    if !access.private_access && !access.public_access {
        let message = "the API server could be reached from nowhere";
        report.error(&Path::from("vpc.clusterEndpoints"), message, "set privateAccess or publicAccess to true");
    }
    let path = Path::from("vpc.publicAccessCIDRs");
    let Some(cidrs) = &spec.vpc.public_access_cidrs else {
        if access.public_access && report.is_news(&path) {
            let message = "the API server can be reached from the whole internet";
            report.warn(&Path::from("vpc.clusterEndpoints.publicAccess"), message, "set vpc.publicAccessCIDRs");
        }
        return;
    };
    if access.public_access && !access.private_access && !spec.managed_node_groups.is_empty() {
        let message = "nodes reach the API server only from these ranges";
        let hint = "list the addresses of the NAT gateways, or set vpc.clusterEndpoints.privateAccess to true";
        report.warn(&path, message, hint);
    }
    if !access.public_access {
        let message = "there is no public endpoint to which ranges could be let in";
        report.error(&path, message, "set vpc.clusterEndpoints.publicAccess to true, or remove the ranges");
    }
    for (index, text) in cidrs.iter().enumerate() {
        let at = path.item(index);
        match text.parse::<IpNet>() {
            Ok(IpNet::V4(cidr)) => canonical(cidr, &at, report),
            Ok(IpNet::V6(_)) if spec.kubernetes_network_config.ip_family == IpFamily::IPv6 => {}
            Ok(IpNet::V6(_)) => {
                report.error(&at, "EKS takes IPv6 ranges only for IPv6 clusters", "use IPv4 ranges");
            }
            Err(_) => report.error(&at, format!("{text} is no range"), "write one such as 203.0.113.0/24"),
        }
    }
}

fn own_subnets(spec: &StackSpec, subnets: &Subnets, report: &mut Report<'_, '_>) {
    let root = Path::from("vpc.subnets");
    let Some(zones) = &spec.availability_zones else {
        let hint = "list the zones of the subnets in availabilityZones";
        report.error(&root, "subnets of your own need zones that are named", hint);
        return;
    };
    let mut taken: Vec<(Ipv4Net, Path)> = Vec::new();
    for (kind, list) in [("private", &subnets.private), ("public", &subnets.public)] {
        for (name, subnet) in list {
            let path = root.key(kind).key(name);
            one_subnet(spec, zones, name, subnet, &path, report);
            let Some(cidr) = subnet.cidr else { continue };
            if let Some((other, at)) = taken.iter().find(|(other, _)| overlap(*other, cidr)) {
                let message = format!("{cidr} overlaps {other} of {at}");
                report.error(&path.key("cidr"), message, "choose ranges that are apart");
            }
            taken.push((cidr, path));
        }
    }
    covered(spec, subnets, zones, report);
    ipv6_parts(spec, subnets, report);
}

/// Each subnet has a part of the VPC's IPv6 range of its own.
fn ipv6_parts(spec: &StackSpec, subnets: &Subnets, report: &mut Report<'_, '_>) {
    let wants = spec.vpc.auto_allocate_ipv6 || spec.kubernetes_network_config.ip_family == IpFamily::IPv6;
    let mut taken = BTreeSet::new();
    for (side, list) in [("private", &subnets.private), ("public", &subnets.public)] {
        for (name, subnet) in list {
            let path = Path::from("vpc.subnets").key(side).key(name);
            match subnet.ipv6_part {
                None if wants => report.error(&path, "ipv6Part is missing", "number the subnets from 0 to 255"),
                Some(_) if !wants => {
                    let hint = "remove it, or set vpc.autoAllocateIPv6 to true";
                    report.error(&path.key("ipv6Part"), "the VPC has no IPv6 range", hint);
                }
                Some(part) if !taken.insert(part) => {
                    report.error(
                        &path.key("ipv6Part"),
                        format!("another subnet has part {part}"),
                        "choose another number",
                    );
                }
                _ => {}
            }
        }
    }
}

fn one_subnet(
    spec: &StackSpec,
    zones: &[String],
    name: &str,
    subnet: &SubnetSpec,
    path: &Path,
    report: &mut Report<'_, '_>,
) {
    let zone = subnet.az.as_deref().unwrap_or(name);
    if !zones.iter().any(|known| known == zone) {
        let message = format!("{zone} is not among availabilityZones");
        let hint = match subnet.az {
            None => format!("name the subnet after its zone, or set az: one of {}", zones.join(", ")),
            Some(_) => format!("set az to one of {}", zones.join(", ")),
        };
        report.error_in_key(path, message, hint);
    }
    let (Some(cidr), at) = (subnet.cidr, path.key("cidr")) else { return };
    canonical(cidr, &at, report);
    if !own_ranges(spec).any(|own| own.contains(&cidr)) {
        let message = format!("{cidr} is not within the VPC's {}", spec.vpc.cidr);
        report.error(&at, message, "choose a part of vpc.cidr, or of a range in vpc.extraCIDRs");
    }
    if !(16..=28).contains(&cidr.prefix_len()) {
        report.error(&at, format!("{cidr} is not between /16 and /28"), "choose a size in between");
    }
}

/// Every zone needs a private subnet, and where NAT gateways are, a public one.
fn covered(spec: &StackSpec, subnets: &Subnets, zones: &[String], report: &mut Report<'_, '_>) {
    let in_zones = |list: &BTreeMap<String, SubnetSpec>| -> BTreeSet<String> {
        list.iter().map(|(name, subnet)| subnet.az.clone().unwrap_or_else(|| name.clone())).collect()
    };
    let missing = |covered: &BTreeSet<String>, zones: &[String]| -> Vec<String> {
        zones.iter().filter(|zone| !covered.contains(*zone)).cloned().collect()
    };
    let private = missing(&in_zones(&subnets.private), zones);
    if !private.is_empty() {
        let message = format!("{} has no private subnet", private.join(" and "));
        report.error(&Path::from("vpc.subnets.private"), message, "add one for every zone of availabilityZones");
    }
    let with_nat = match nat(spec) {
        NatGateway::HighlyAvailable => zones,
        NatGateway::Single => &zones[..zones.len().min(1)],
        NatGateway::Disable => &[],
    };
    let public = missing(&in_zones(&subnets.public), with_nat);
    if !public.is_empty() {
        let message = format!("{} has no public subnet for its NAT gateway", public.join(" and "));
        report.error(&Path::from("vpc.subnets.public"), message, "add one for every NAT gateway");
    }
}

/// Nodes must reach EKS, ECR and STS before they can join. Source: EKS user guide, "View Amazon EKS networking
/// requirements for VPC and subnets".
fn way_out(spec: &StackSpec, report: &mut Report<'_, '_>) {
    if nat(spec) != NatGateway::Disable || spec.private_cluster.enabled || is_existing(spec) {
        return;
    }
    if reaches_by_endpoints(spec) {
        return;
    }
    if let Some(index) = spec.managed_node_groups.iter().position(|group| group.private_networking) {
        let name = &spec.managed_node_groups[index].name;
        let message = format!("the nodes of {name} would have no way out of their private subnets");
        let hint = "set vpc.nat.gateway to Single or HighlyAvailable, privateCluster.enabled to true, or privateNetworking of the \
                    group to false";
        report.error(&Path::from("vpc.nat.gateway"), message, hint);
    }
}

/// Groups with `privateNetworking: false` need public subnets.
fn public_nodes(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let by_tags = spec.vpc.existing.as_ref().is_some_and(|one| one.tags.is_some() && one.public_subnet_tags.is_none());
    let is_none = spec.vpc.subnets.as_ref().map_or(by_tags, |subnets| subnets.public.is_empty());
    if !is_none || spec.private_cluster.enabled {
        return;
    }
    for (index, _) in spec.managed_node_groups.iter().enumerate().filter(|(_, group)| !group.private_networking) {
        let path = Path::from("managedNodeGroups").item(index).key("privateNetworking");
        let (message, hint) = match by_tags {
            true => {
                ("vpc.existing finds no public subnet for these nodes", "set it to true, or publicSubnetTags there")
            }
            false => {
                ("there is no public subnet for these nodes", "set it to true, or name some in vpc.subnets.public")
            }
        };
        report.error(&path, message, hint);
    }
}

/// Whether the endpoints that nodes need are all there.
fn reaches_by_endpoints(spec: &StackSpec) -> bool {
    let has = |service: &&str| spec.vpc.endpoints.iter().any(|one| short_name(&one.service) == *service);
    OF_PRIVATE_CLUSTERS.iter().all(has)
}

fn overlap(a: Ipv4Net, b: Ipv4Net) -> bool {
    a.contains(&b.network()) || b.contains(&a.network())
}
