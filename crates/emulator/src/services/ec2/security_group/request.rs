//! Permissions as requests have them, and the rules that they stand for.

use serde::Deserialize;

use super::permission::{Peer, Rule};
use super::text::check_rule_description;
use super::traffic::Traffic;
use super::{SecurityGroup, no_names};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::ec2::{id, prefix_list, unsupported};

/// A protocol with ports, and any number of other sides.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct IpPermission {
    ip_protocol: Option<String>,
    from_port: Option<i64>,
    to_port: Option<i64>,
    #[serde(default)]
    user_id_group_pairs: Vec<UserIdGroupPair>,
    #[serde(default)]
    ip_ranges: Vec<IpRange>,
    #[serde(default)]
    ipv6_ranges: Vec<Ipv6Range>,
    #[serde(default)]
    prefix_list_ids: Vec<PrefixListId>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct UserIdGroupPair {
    description: Option<String>,
    user_id: Option<String>,
    group_name: Option<String>,
    group_id: Option<String>,
    vpc_id: Option<String>,
    vpc_peering_connection_id: Option<String>,
    peering_status: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct IpRange {
    description: Option<String>,
    cidr_ip: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Ipv6Range {
    description: Option<String>,
    cidr_ipv6: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct PrefixListId {
    description: Option<String>,
    prefix_list_id: Option<String>,
}

/// The parameters that describe one rule without a structure.
#[derive(Debug, Default)]
pub(super) struct Plain {
    pub(super) cidr_ip: Option<String>,
    pub(super) ip_protocol: Option<String>,
    pub(super) from_port: Option<i64>,
    pub(super) to_port: Option<i64>,
}

/// Where rules go to.
#[derive(Clone, Copy)]
pub(super) struct Place<'a, 'w> {
    pub(super) call: &'a Call<'w>,
    pub(super) group: &'a SecurityGroup,
    pub(super) egress: bool,
}

impl Plain {
    fn is_empty(&self) -> bool {
        self.cidr_ip.is_none() && self.ip_protocol.is_none() && self.from_port.is_none() && self.to_port.is_none()
    }

    /// The permission that the parameters stand for, if there are any.
    pub(super) fn permission(self) -> Result<Option<IpPermission>, ApiError> {
        if self.is_empty() {
            return Ok(None);
        }
        let Self { cidr_ip, ip_protocol, from_port, to_port } = self;
        let Some(cidr_ip) = cidr_ip else { return no_source() };
        Ok(Some(IpPermission {
            ip_protocol,
            from_port,
            to_port,
            user_id_group_pairs: Vec::new(),
            ip_ranges: vec![IpRange { description: None, cidr_ip: Some(cidr_ip) }],
            ipv6_ranges: Vec::new(),
            prefix_list_ids: Vec::new(),
        }))
    }
}

impl Place<'_, '_> {
    /// The rules of permissions, no two of which are the same.
    pub(super) fn rules(self, permissions: &[IpPermission]) -> Result<Vec<Rule>, ApiError> {
        let mut all: Vec<Rule> = Vec::new();
        for permission in permissions {
            for rule in self.rules_of(permission)? {
                if all.iter().any(|found| found.equals(&rule)) {
                    let message = "The same permission must not appear multiple times";
                    return refuse("InvalidParameterValue", message);
                }
                all.push(rule);
            }
        }
        Ok(all)
    }

    fn rules_of(self, permission: &IpPermission) -> Result<Vec<Rule>, ApiError> {
        let protocol = permission.ip_protocol.as_deref();
        let traffic = Traffic::asked(protocol, permission.from_port, permission.to_port)?;
        let mut peers: Vec<(Peer, &Option<String>)> = Vec::new();
        for pair in &permission.user_id_group_pairs {
            peers.push((self.group_in(pair)?, &pair.description));
        }
        for range in &permission.ip_ranges {
            peers.push((ipv4(range.cidr_ip.as_deref().unwrap_or_default())?, &range.description));
        }
        for range in &permission.ipv6_ranges {
            peers.push((ipv6(range.cidr_ipv6.as_deref().unwrap_or_default())?, &range.description));
        }
        for list in &permission.prefix_list_ids {
            let list_id = list.prefix_list_id.as_deref().unwrap_or_default();
            peers.push((self.prefix_list(list_id)?, &list.description));
        }
        if peers.is_empty() {
            return no_source();
        }
        peers.iter().try_for_each(|(_, description)| check_rule_description(description.as_deref()))?;
        let rule = |(peer, description): (Peer, &Option<String>)| {
            Rule::new(self.egress, traffic.clone(), peer, description.clone())
        };
        Ok(peers.into_iter().map(rule).collect())
    }

    fn group_in(self, pair: &UserIdGroupPair) -> Result<Peer, ApiError> {
        if pair.peering_status.is_some() {
            return Err(unsupported("PeeringStatus"));
        }
        id::VPC_PEERING.none(pair.vpc_peering_connection_id.as_deref())?;
        no_names(pair.group_name.as_deref())?;
        let Some(group_id) = pair.group_id.as_deref() else { return no_source() };
        if pair.user_id.as_ref().is_some_and(|user| *user != self.call.account_id) {
            // Groups of other accounts are reached through peering connections only.
            return Err(id::SECURITY_GROUP.not_found(group_id));
        }
        if pair.vpc_id.as_ref().is_some_and(|vpc_id| *vpc_id != self.group.vpc_id) {
            return elsewhere();
        }
        self.referenced(group_id)
    }

    /// A group of the same VPC as the other side of a rule.
    pub(super) fn referenced(self, group_id: &str) -> Result<Peer, ApiError> {
        let found = id::SECURITY_GROUP.find(&self.call.network().security_groups, group_id)?;
        if found.vpc_id != self.group.vpc_id {
            return elsewhere();
        }
        Ok(Peer::Group(group_id.to_owned()))
    }

    pub(super) fn prefix_list(self, list_id: &str) -> Result<Peer, ApiError> {
        prefix_list::check(self.call, list_id)?;
        Ok(Peer::PrefixList(list_id.to_owned()))
    }
}

pub(super) fn ipv4(text: &str) -> Result<Peer, ApiError> {
    text.parse::<ipnet::Ipv4Net>().map(|net| Peer::Ipv4(net.trunc())).or_else(|_| malformed(text))
}

pub(super) fn ipv6(text: &str) -> Result<Peer, ApiError> {
    text.parse::<ipnet::Ipv6Net>().map(|net| Peer::Ipv6(net.trunc())).or_else(|_| malformed(text))
}

fn malformed(text: &str) -> Result<Peer, ApiError> {
    refuse("InvalidPermission.Malformed", format!("CIDR block {text} is malformed"))
}

fn no_source<T>() -> Result<T, ApiError> {
    let message = "Missing source specification: include source security group or CIDR information";
    refuse("InvalidPermission.Malformed", message)
}

fn elsewhere<T>() -> Result<T, ApiError> {
    refuse("InvalidGroup.NotFound", "You have specified two resources that belong to different networks.")
}
