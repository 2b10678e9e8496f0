//! Security groups, with their rules.

mod read;
mod request;
mod rule;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeSet;

use eksctl_rs_core::{CallError, Lowered, Lowering, Outputs, Progress, Reference, Run, Tags, Traits, World, spec};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Aws;
use crate::kind::{Found, Kind, free_name};
use crate::reads::Reads;

pub use write::{Call, Direction};

/// What a group lets through. All but the description is its identity. Source: EC2 `IpPermission`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all of them.
    pub protocol: String,
    /// The first port, or the ICMP type; nothing where the protocol has none.
    pub from_port: Option<i32>,
    /// The last port, or the ICMP code; nothing where the protocol has none.
    pub to_port: Option<i32>,
    /// From where, or to where.
    pub peer: Peer,
    /// What it is for.
    pub description: String,
}

/// The other side of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Peer {
    /// An IPv4 range.
    Ipv4(String),
    /// An IPv6 range.
    Ipv6(String),
    /// The ranges of a prefix list, by its id.
    PrefixList(String),
    /// Whatever has a security group, by the id of that.
    Group(Reference),
}

spec! {
    /// Who may talk to whom. Source: EC2 `CreateSecurityGroup`, `AuthorizeSecurityGroupIngress`,
    /// `AuthorizeSecurityGroupEgress`.
    pub struct Spec {
        /// The name, unique in the VPC. A replacement has a suffix while the plain one is taken.
        name: String => Identity, limit = "255 characters of a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$*; not sg-*";
        /// What it is for.
        description: String => Replace, limit = "255 characters of a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$*";
        /// The VPC.
        vpc: Reference => Replace, to = "ec2.Vpc";
        /// What is let in.
        ingress: BTreeSet<Rule> => InPlace, to = "ec2.SecurityGroup, eks.Cluster", late = true, limit = "60 for IPv4, 60 for IPv6";
        /// What is let out. AWS lets everything out of a new group: what is not wanted of that is revoked.
        egress: BTreeSet<Rule> => InPlace, to = "ec2.SecurityGroup, eks.Cluster", late = true, limit = "60 for IPv4, 60 for IPv6";
        /// Tags.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The longest name.
const NAME_LENGTH: usize = 255;

/// The room of security groups.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "ec2.SecurityGroup";
    // A replacement stands beside the old one until everything that holds that has moved: an interface must have a group.
    const TRAITS: Traits = Traits { create_first: true, precious: None, dies_with: &[], order: &[] };
    type Spec = Spec;
    type Call = Call;

    fn computed(spec: &Spec, _: &World) -> Outputs {
        Outputs::from([("name".to_owned(), spec.name.clone())])
    }

    /// Rules are compared as AWS keeps them.
    fn settle(mut desired: Spec, _: &Spec) -> Spec {
        desired.ingress = rule::canonical(&desired.ingress);
        desired.egress = rule::canonical(&desired.egress);
        desired
    }

    fn rename(mut desired: Spec, taken: &[String]) -> Spec {
        let immutable = json!([desired.description, desired.vpc]);
        desired.name = free_name(&desired.name, &immutable, taken, NAME_LENGTH);
        desired
    }

    fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
        write::lower(lowering)
    }

    async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
        read::find(reads).await
    }

    async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
        request::start(aws, call, run).await
    }

    async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
        read::status(aws, call, run).await
    }
}
