//! Rules as AWS keeps them, so that equal meaning is equal text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::net::{Ipv4Addr, Ipv6Addr};

use eksctl_rs_core::Reference;

use super::{Peer, Rule};

/// All protocols.
const ALL: &str = "-1";

/// All ICMP types, or all codes of a type.
const ANY: i32 = -1;

/// The rules as AWS keeps them. It has each only once: of several that differ in their descriptions alone the first counts.
pub(super) fn canonical(rules: &BTreeSet<Rule>) -> BTreeSet<Rule> {
    let mut by_key: BTreeMap<Rule, Rule> = BTreeMap::new();
    for rule in rules.iter().map(Rule::canonical) {
        by_key.entry(rule.key()).or_insert(rule);
    }
    by_key.into_values().collect()
}

/// What AWS puts into a new group: everything is let out, to IPv6 only where the VPC has it. Source: VPC user guide,
/// "Default security groups for your VPCs"; terraform-provider-aws, `resourceSecurityGroupCreate`.
pub(super) fn defaults() -> [Rule; 2] {
    let everything = |peer| {
        let (protocol, description) = (ALL.to_owned(), String::new());
        Rule { protocol, from_port: None, to_port: None, peer, description }
    };
    [everything(Peer::Ipv4("0.0.0.0/0".to_owned())), everything(Peer::Ipv6("::/0".to_owned()))]
}

impl Rule {
    /// What makes it the rule that it is: all but its description.
    pub(super) fn key(&self) -> Self {
        Self { description: String::new(), ..self.clone() }
    }

    /// Whether it lets the same through as one of `rules`.
    pub(super) fn is_in(&self, rules: &BTreeSet<Self>) -> bool {
        rules.iter().any(|rule| rule.key() == self.key())
    }

    /// The group that it names, while nobody knows its id.
    pub(super) fn unknown_group(&self) -> Option<&Reference> {
        match &self.peer {
            Peer::Group(reference @ Reference::To { .. }) => Some(reference),
            _ => None,
        }
    }

    /// The rule in the words in which AWS tells of it. Source: EC2 `IpPermission`, `IpRange`.
    pub(super) fn canonical(&self) -> Self {
        let protocol = match self.protocol.to_ascii_lowercase().as_str() {
            "all" => ALL.to_owned(),
            "1" => "icmp".to_owned(),
            "6" => "tcp".to_owned(),
            "17" => "udp".to_owned(),
            "58" => "icmpv6".to_owned(),
            other => other.to_owned(),
        };
        let (from_port, to_port) = match protocol.as_str() {
            "tcp" | "udp" => (self.from_port, self.to_port),
            "icmp" | "icmpv6" => (self.from_port.or(Some(ANY)), self.to_port.or(Some(ANY))),
            // "allows traffic on all ports, regardless of any port range you specify"
            _ => (None, None),
        };
        let peer = match &self.peer {
            Peer::Ipv4(range) => Peer::Ipv4(ipv4(range).unwrap_or_else(|| range.clone())),
            Peer::Ipv6(range) => Peer::Ipv6(ipv6(range).unwrap_or_else(|| range.clone())),
            other => other.clone(),
        };
        Self { protocol, from_port, to_port, peer, description: self.description.clone() }
    }
}

/// The range without the bits of a host.
fn ipv4(range: &str) -> Option<String> {
    let (address, length) = range.split_once('/')?;
    let (address, length): (Ipv4Addr, u32) = (address.parse().ok()?, length.parse().ok()?);
    let mask = u32::MAX.checked_shl(32_u32.checked_sub(length)?).unwrap_or_default();
    Some(text(Ipv4Addr::from(u32::from(address) & mask), length))
}

/// The range without the bits of a host, in the shortest form.
fn ipv6(range: &str) -> Option<String> {
    let (address, length) = range.split_once('/')?;
    let (address, length): (Ipv6Addr, u32) = (address.parse().ok()?, length.parse().ok()?);
    let mask = u128::MAX.checked_shl(128_u32.checked_sub(length)?).unwrap_or_default();
    Some(text(Ipv6Addr::from(u128::from(address) & mask), length))
}

fn text(address: impl Display, length: u32) -> String {
    format!("{address}/{length}")
}
