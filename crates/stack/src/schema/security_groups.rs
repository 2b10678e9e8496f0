//! Security groups.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A security group in the VPC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecurityGroup {
    /// The name by which the stack knows it. In AWS it is `<stack>-<name>`.
    #[schemars(
        regex(pattern = r"^[a-z0-9][a-z0-9-]{0,62}$"),
        extend("x-becomes" = ["ec2.SecurityGroup.name"], "x-rule" = "1 to 63 small letters, digits and -")
    )]
    pub name: String,
    /// What it is for. Another description is another group.
    #[schemars(
        regex(pattern = r"^[a-zA-Z0-9 ._:/()#,@\[\]+=&;{}!$*-]{1,255}$"),
        extend("x-becomes" = ["ec2.SecurityGroup.description"], "x-rule" = "1 to 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*")
    )]
    pub description: Option<String>,
    /// What is let in.
    #[schemars(length(max = 60), extend("default" = [], "x-becomes" = ["ec2.SecurityGroup.ingress"], "x-rule" = "at most 60 rules"))]
    pub ingress: Vec<SecurityGroupRule>,
    /// What is let out. Absent, everything.
    #[schemars(length(max = 60), extend("x-becomes" = ["ec2.SecurityGroup.egress"], "x-rule" = "at most 60 rules"))]
    pub egress: Option<Vec<SecurityGroupRule>>,
    /// Tags.
    #[schemars(extend("default" = {}, "x-becomes" = ["ec2.SecurityGroup.tags"]))]
    pub tags: BTreeMap<String, String>,
}

/// Traffic that is let through, from or to each of its ranges, groups and lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecurityGroupRule {
    /// What it is for.
    #[schemars(
        regex(pattern = r"^[a-zA-Z0-9 ._:/()#,@\[\]+=&;{}!$*-]{0,255}$"),
        extend("default" = "", "x-rule" = "at most 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*")
    )]
    pub description: String,
    /// `tcp`, `udp`, `icmp`, `icmpv6`, `all`, or the number of a protocol.
    #[schemars(
        regex(pattern = r"^(tcp|udp|icmp|icmpv6|all|[0-9]{1,3})$"),
        extend("default" = "tcp", "x-rule" = "tcp, udp, icmp, icmpv6, all, or the number of a protocol in quotes")
    )]
    pub protocol: String,
    /// A port or a range of ports, such as `443` or `1025-65535`. Absent, all of them.
    #[schemars(
        with = "Option<PortsText>",
        extend("x-rule" = "a port such as 443, or ports such as 1025-65535")
    )]
    pub ports: Option<Ports>,
    /// Ranges, IPv4 or IPv6; `vpc` is those of the VPC.
    #[schemars(extend("default" = []))]
    pub cidrs: Vec<String>,
    /// Other security groups: by their names in the stack, by ids such as `sg-0123456789abcdef0`, `self`, or `cluster` for the
    /// one that EKS makes.
    #[schemars(extend("default" = []))]
    pub security_groups: Vec<String>,
    /// Prefix lists, by their ids.
    #[serde(rename = "prefixListIDs")]
    #[schemars(
        inner(regex(pattern = r"^pl-[0-9a-f]{8,17}$")),
        extend("default" = [], "x-rule" = "ids such as pl-0123456789abcdef0")
    )]
    pub prefix_list_ids: Vec<String>,
}

/// Ports, as they are written.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum PortsText {
    One(u16),
    Range(#[schemars(regex(pattern = r"^[0-9]{1,5}(-[0-9]{1,5})?$"))] String),
}

/// A range of ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    /// The first.
    pub from: i32,
    /// The last.
    pub to: i32,
}

impl Serialize for Ports {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.from == self.to {
            true => serializer.serialize_i32(self.from),
            false => serializer.collect_str(&format_args!("{}-{}", self.from, self.to)),
        }
    }
}

impl<'de> Deserialize<'de> for Ports {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        let (from, to) = text.split_once('-').unwrap_or((&text, &text));
        match (from.parse(), to.parse()) {
            (Ok(from), Ok(to)) => Ok(Self { from, to }),
            _ => Err(serde::de::Error::custom(format!("{text:?} is no range of ports"))),
        }
    }
}
