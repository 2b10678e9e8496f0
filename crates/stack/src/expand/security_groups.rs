//! Security groups of the stack's own.

use std::collections::BTreeSet;

use eksctl_rs_aws::ec2::security_group::{Peer, Rule, Spec};
use eksctl_rs_core::{Address, Reference};

use super::{Expansion, names};
use crate::schema::{ManagedNodeGroup, Ports, SecurityGroup, SecurityGroupRule};

/// Everywhere, in both families of addresses.
const EVERYWHERE: [&str; 2] = ["0.0.0.0/0", "::/0"];

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    for group in &expansion.spec.vpc.security_groups {
        let address = names::security_group(&group.name);
        let rules =
            |list: &[SecurityGroupRule]| list.iter().flat_map(|rule| rules(expansion, &address, rule)).collect();
        let ingress = rules(&group.ingress);
        let egress = group.egress.as_deref().map_or_else(|| everything(expansion), rules);
        add(expansion, &address, &description(group), ingress, egress);
    }
    for group in &expansion.spec.managed_node_groups {
        ssh(expansion, group);
    }
}

/// Adds a group that the stack makes for a purpose of its own, or for the user's.
pub(super) fn add(
    expansion: &mut Expansion<'_>,
    address: &Address,
    description: &str,
    ingress: BTreeSet<Rule>,
    egress: BTreeSet<Rule>,
) {
    let Some(vpc) = expansion.network.vpc.clone() else { return };
    let name = address.name();
    let own = expansion.spec.vpc.security_groups.iter().find(|group| group.name == name);
    let mut tags = expansion.tags(name);
    tags.extend(own.map(|group| group.tags.clone()).unwrap_or_default());
    let spec = Spec {
        name: format!("{}-{name}", expansion.spec.metadata.name),
        description: description.to_owned(),
        vpc,
        ingress,
        egress,
        tags,
    };
    expansion.add(address.clone(), &spec);
}

/// The security groups of the nodes of a group: nothing where the one that EKS makes is enough, for EKS then attaches it
/// by itself. Source: EKS user guide, "Customize managed nodes with launch templates".
pub(super) fn of_nodes(expansion: &Expansion<'_>, group: &ManagedNodeGroup) -> BTreeSet<Reference> {
    let own = group.security_groups.attach.iter().map(|name| Reference::to(&names::security_group(name), "id"));
    let ids = group.security_groups.attach_ids.iter().map(|id| Reference::from(id.as_str()));
    let ssh = allows_ssh(group).then(|| Reference::to(&names::security_group(&ssh_name(group)), "id"));
    let mut groups: BTreeSet<Reference> = own.chain(ids).chain(ssh).collect();
    if !groups.is_empty() {
        groups.insert(Reference::to(&names::cluster(&expansion.spec.metadata.name), "security_group"));
    }
    groups
}

fn description(group: &SecurityGroup) -> String {
    group.description.clone().unwrap_or_else(|| group.name.clone())
}

fn ssh(expansion: &mut Expansion<'_>, group: &ManagedNodeGroup) {
    let Some(ssh) = group.ssh.as_ref().filter(|_| allows_ssh(group)) else { return };
    let from = |id: &String| Rule {
        protocol: "tcp".to_owned(),
        from_port: Some(22),
        to_port: Some(22),
        peer: Peer::Group(Reference::from(id.as_str())),
        description: String::new(),
    };
    let ingress = ssh.source_security_group_ids.iter().map(from).collect();
    let address = names::security_group(&ssh_name(group));
    add(expansion, &address, &format!("SSH to the nodes of {}", group.name), ingress, BTreeSet::new());
}

fn allows_ssh(group: &ManagedNodeGroup) -> bool {
    group.ssh.as_ref().is_some_and(|ssh| ssh.allow && !ssh.source_security_group_ids.is_empty())
}

/// Dots keep the names that the stack gives apart from those of the user.
fn ssh_name(group: &ManagedNodeGroup) -> String {
    format!("ssh.{}", group.name)
}

/// One rule of the stack is one of AWS for each of its peers.
fn rules(expansion: &Expansion<'_>, own: &Address, rule: &SecurityGroupRule) -> Vec<Rule> {
    let ranges = rule.cidrs.iter().flat_map(|cidr| match cidr.as_str() {
        "vpc" => expansion.network.ranges.as_slice(),
        _ => std::slice::from_ref(cidr),
    });
    let cidrs = ranges.map(|cidr| of_range(cidr));
    let groups = rule.security_groups.iter().map(|name| Peer::Group(group(expansion, own, name)));
    let lists = rule.prefix_list_ids.iter().map(|id| Peer::PrefixList(id.clone()));
    cidrs.chain(groups).chain(lists).map(|peer| with_peer(rule, peer)).collect()
}

fn with_peer(rule: &SecurityGroupRule, peer: Peer) -> Rule {
    let protocol = if rule.protocol == "all" { "-1" } else { &rule.protocol };
    let (from_port, to_port) = match (protocol, rule.ports) {
        ("-1", _) => (None, None),
        // Of ICMP, -1 is every type and every code.
        ("icmp" | "icmpv6", None) => (Some(-1), Some(-1)),
        ("icmp" | "icmpv6", Some(Ports { from, to })) => (Some(from), Some(if from == to { -1 } else { to })),
        ("tcp" | "udp", None) => (Some(0), Some(65535)),
        (_, ports) => (ports.map(|ports| ports.from), ports.map(|ports| ports.to)),
    };
    Rule { protocol: protocol.to_owned(), from_port, to_port, peer, description: rule.description.clone() }
}

/// What lets everything out.
fn everything(expansion: &Expansion<'_>) -> BTreeSet<Rule> {
    let families = if expansion.has_ipv6() { &EVERYWHERE[..] } else { &EVERYWHERE[..1] };
    let out = |range: &&str| Rule {
        protocol: "-1".to_owned(),
        from_port: None,
        to_port: None,
        peer: of_range(range),
        description: String::new(),
    };
    families.iter().map(out).collect()
}

pub(super) fn of_range(range: &str) -> Peer {
    if range.contains(':') { Peer::Ipv6(range.to_owned()) } else { Peer::Ipv4(range.to_owned()) }
}

fn group(expansion: &Expansion<'_>, own: &Address, name: &str) -> Reference {
    match name {
        "self" => Reference::to(own, "id"),
        "cluster" => Reference::to(&names::cluster(&expansion.spec.metadata.name), "security_group"),
        id if id.starts_with("sg-") => Reference::from(id),
        name => Reference::to(&names::security_group(name), "id"),
    }
}
