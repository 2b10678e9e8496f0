//! Rules of security groups. The API shows those with the same protocol and ports as one permission.

use ipnet::{Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Call;

/// The protocol that stands for all of them.
const ALL_PROTOCOLS: &str = "-1";

/// A rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rule {
    /// Out, not in.
    pub(crate) egress: bool,
    /// `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all.
    pub(crate) protocol: String,
    /// The first port, or the ICMP type; nothing where all protocols are meant.
    pub(crate) from_port: Option<i64>,
    /// The last port, or the ICMP code.
    pub(crate) to_port: Option<i64>,
    pub(crate) peer: Peer,
    pub(crate) description: Option<String>,
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
        Self::all(false, Peer::Group(group_id.to_owned()))
    }

    /// Everything to everywhere.
    pub(crate) fn all_to_ipv4() -> Self {
        Self::all(true, Peer::Ipv4(Ipv4Net::default()))
    }

    /// Everything to everywhere.
    pub(crate) fn all_to_ipv6() -> Self {
        Self::all(true, Peer::Ipv6(Ipv6Net::default()))
    }

    fn all(egress: bool, peer: Peer) -> Self {
        Self { egress, protocol: ALL_PROTOCOLS.to_owned(), from_port: None, to_port: None, peer, description: None }
    }

    fn scope(&self) -> (&str, Option<i64>, Option<i64>) {
        (&self.protocol, self.from_port, self.to_port)
    }
}

/// The permissions of one direction.
pub(super) fn show(rules: &[Rule], egress: bool, call: &Call<'_>) -> Vec<Value> {
    let rules: Vec<&Rule> = rules.iter().filter(|rule| rule.egress == egress).collect();
    let mut scopes: Vec<_> = rules.iter().map(|rule| rule.scope()).collect();
    scopes.sort_unstable();
    scopes.dedup();
    let permission = |scope: (&str, Option<i64>, Option<i64>)| {
        let (protocol, from_port, to_port) = scope;
        let peers = |show: fn(&Rule, &Call<'_>) -> Option<Value>| -> Vec<Value> {
            rules.iter().filter(|rule| rule.scope() == scope).filter_map(|rule| show(rule, call)).collect()
        };
        json!({
            "IpProtocol": protocol,
            "FromPort": from_port,
            "ToPort": to_port,
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
