//! Rules of security groups. The API shows those with the same protocol and ports as one permission.

use ipnet::{Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::traffic::Traffic;
use crate::call::Call;
use crate::tags::Tags;

/// A rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rule {
    /// Given when it is added to a group.
    #[serde(default)]
    pub(crate) id: String,
    /// Out, not in.
    pub(crate) egress: bool,
    #[serde(flatten)]
    pub(crate) traffic: Traffic,
    pub(crate) peer: Peer,
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) tags: Tags,
}

/// The other side of a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Peer {
    Ipv4(Ipv4Net),
    Ipv6(Ipv6Net),
    /// A security group, by its id.
    Group(String),
    PrefixList(String),
}

impl Rule {
    /// Everything from the members of a group.
    pub(crate) fn all_from(group_id: &str) -> Self {
        Self::new(false, Traffic::all(), Peer::Group(group_id.to_owned()), None)
    }

    /// Everything to everywhere.
    pub(crate) fn all_to_ipv4() -> Self {
        Self::new(true, Traffic::all(), Peer::Ipv4(Ipv4Net::default()), None)
    }

    /// Everything to everywhere.
    pub(crate) fn all_to_ipv6() -> Self {
        Self::new(true, Traffic::all(), Peer::Ipv6(Ipv6Net::default()), None)
    }

    /// A rule that is in no group yet.
    pub(crate) fn new(egress: bool, traffic: Traffic, peer: Peer, description: Option<String>) -> Self {
        Self { id: String::new(), egress, traffic, peer, description, tags: Tags::new() }
    }

    /// Whether it lets the same through as another one.
    pub(super) fn equals(&self, other: &Self) -> bool {
        self.egress == other.egress && self.traffic == other.traffic && self.peer == other.peer
    }

    /// Whether it speaks of the security group.
    pub(super) fn refers_to(&self, group_id: &str) -> bool {
        matches!(&self.peer, Peer::Group(id) if id == group_id)
    }
}

impl Peer {
    /// It as one of AWS's messages names it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Ipv4(cidr) => cidr.to_string(),
            Self::Ipv6(cidr) => cidr.to_string(),
            Self::Group(id) | Self::PrefixList(id) => id.clone(),
        }
    }

    /// Whether rules with it count for IPv4, and for IPv6: a group or a prefix list counts for both.
    pub(super) fn families(&self) -> (bool, bool) {
        (!matches!(self, Self::Ipv6(_)), !matches!(self, Self::Ipv4(_)))
    }
}

/// The permissions of one direction.
pub(super) fn show(rules: &[Rule], egress: bool, call: &Call<'_>) -> Vec<Value> {
    let rules: Vec<&Rule> = rules.iter().filter(|rule| rule.egress == egress).collect();
    let mut scopes: Vec<&Traffic> = rules.iter().map(|rule| &rule.traffic).collect();
    scopes.sort_unstable();
    scopes.dedup();
    let permission = |traffic: &Traffic| {
        let peers = |show: fn(&Rule, &Call<'_>) -> Option<Value>| -> Vec<Value> {
            rules.iter().filter(|rule| rule.traffic == *traffic).filter_map(|rule| show(rule, call)).collect()
        };
        json!({
            "IpProtocol": traffic.protocol,
            "FromPort": traffic.from_port,
            "ToPort": traffic.to_port,
            "UserIdGroupPairs": peers(show_group),
            "IpRanges": peers(show_ipv4),
            "Ipv6Ranges": peers(show_ipv6),
            "PrefixListIds": peers(show_prefix_list),
        })
    };
    scopes.into_iter().map(permission).collect()
}

fn show_group(rule: &Rule, call: &Call<'_>) -> Option<Value> {
    let Peer::Group(id) = &rule.peer else { return None };
    Some(json!({ "GroupId": id, "UserId": call.account_id, "Description": rule.description }))
}

fn show_ipv4(rule: &Rule, _call: &Call<'_>) -> Option<Value> {
    let Peer::Ipv4(cidr) = &rule.peer else { return None };
    Some(json!({ "CidrIp": cidr, "Description": rule.description }))
}

fn show_ipv6(rule: &Rule, _call: &Call<'_>) -> Option<Value> {
    let Peer::Ipv6(cidr) = &rule.peer else { return None };
    Some(json!({ "CidrIpv6": cidr, "Description": rule.description }))
}

fn show_prefix_list(rule: &Rule, _call: &Call<'_>) -> Option<Value> {
    let Peer::PrefixList(id) = &rule.peer else { return None };
    Some(json!({ "PrefixListId": id, "Description": rule.description }))
}
