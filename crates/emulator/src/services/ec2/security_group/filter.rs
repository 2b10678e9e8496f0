//! What the filters on rules look at, in one direction each.

use super::permission::{Peer, Rule};
use crate::call::Call;
use crate::services::ec2::SecurityGroup;
use crate::services::ec2::describe::many;

pub(super) fn ipv4(group: &SecurityGroup, egress: bool) -> Vec<String> {
    many(rules(group, egress).filter_map(|rule| match &rule.peer {
        Peer::Ipv4(cidr) => Some(cidr),
        _ => None,
    }))
}

pub(super) fn ipv6(group: &SecurityGroup, egress: bool) -> Vec<String> {
    many(rules(group, egress).filter_map(|rule| match &rule.peer {
        Peer::Ipv6(cidr) => Some(cidr),
        _ => None,
    }))
}

pub(super) fn prefix_list_id(group: &SecurityGroup, egress: bool) -> Vec<String> {
    many(rules(group, egress).filter_map(|rule| match &rule.peer {
        Peer::PrefixList(id) => Some(id),
        _ => None,
    }))
}

pub(super) fn group_id(group: &SecurityGroup, egress: bool) -> Vec<String> {
    many(rules(group, egress).filter_map(|rule| match &rule.peer {
        Peer::Group(id) => Some(id),
        _ => None,
    }))
}

pub(super) fn group_name(group: &SecurityGroup, egress: bool, call: &Call<'_>) -> Vec<String> {
    let groups = &call.network().security_groups;
    let ids = group_id(group, egress);
    many(ids.iter().filter_map(|id| groups.get(id)).map(|found| &found.name))
}

/// The owners of the groups named; all are the account's own.
pub(super) fn user_id(group: &SecurityGroup, egress: bool, call: &Call<'_>) -> Vec<String> {
    many(group_id(group, egress).iter().map(|_| &call.account_id))
}

pub(super) fn from_port(group: &SecurityGroup, egress: bool) -> Vec<String> {
    many(rules(group, egress).filter_map(|rule| rule.traffic.from_port))
}

pub(super) fn to_port(group: &SecurityGroup, egress: bool) -> Vec<String> {
    many(rules(group, egress).filter_map(|rule| rule.traffic.to_port))
}

pub(super) fn protocol(group: &SecurityGroup, egress: bool) -> Vec<String> {
    many(rules(group, egress).map(|rule| &rule.traffic.protocol))
}

fn rules(group: &SecurityGroup, egress: bool) -> impl Iterator<Item = &Rule> {
    group.rules.iter().filter(move |rule| rule.egress == egress)
}
