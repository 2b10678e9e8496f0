//! Network ACLs: the default one of every VPC.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::describe::{Described, Filters, Listing, describe, many, one};
use super::{Vpc, id};
use crate::call::Call;
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(super) const OPERATIONS: Operations =
    &[("DescribeNetworkAcls", |call| describe(call, &call.network().network_acls, &LISTING))];

const LISTING: Listing =
    Listing { kind: id::NETWORK_ACL, ids: "NetworkAclIds", filters: "Filters", output: "NetworkAcls" };

/// A network ACL.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NetworkAcl {
    pub(crate) id: String,
    pub(crate) vpc_id: String,
    /// The ids of subnets, by the ids of their associations.
    pub(crate) associations: BTreeMap<String, String>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) tags: Tags,
}

/// A rule, for every protocol.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    number: u16,
    egress: bool,
    allow: bool,
    ipv6: bool,
}

impl NetworkAcl {
    /// The ACL that comes with a VPC: everything is allowed.
    pub(super) fn default_of(call: &mut Call<'_>, vpc: &Vpc) -> Self {
        let mut acl = Self {
            id: call.id("acl"),
            vpc_id: vpc.id.clone(),
            associations: BTreeMap::new(),
            entries: Vec::new(),
            tags: Tags::new(),
        };
        acl.push(100, 32767, false);
        if !vpc.ipv6_cidr_blocks.is_empty() {
            acl.allow_ipv6();
        }
        acl
    }

    /// Allows all IPv6 traffic from now on.
    pub(super) fn allow_ipv6(&mut self) {
        if !self.entries.iter().any(|entry| entry.ipv6) {
            self.push(101, 32768, true);
        }
    }

    /// Both ways, everything is allowed by the entry `allow`, and what is left is denied by the entry `deny`.
    fn push(&mut self, allow: u16, deny: u16, ipv6: bool) {
        for egress in [true, false] {
            self.entries.push(Entry { number: allow, egress, allow: true, ipv6 });
            self.entries.push(Entry { number: deny, egress, allow: false, ipv6 });
        }
        self.entries.sort_by_key(|entry| (!entry.egress, entry.number));
    }

    fn show_association(&self, (id, subnet_id): (&String, &String)) -> Value {
        json!({ "NetworkAclAssociationId": id, "NetworkAclId": self.id, "SubnetId": subnet_id })
    }

    pub(super) fn forget_subnet(&mut self, subnet_id: &str) {
        self.associations.retain(|_, associated| associated != subnet_id);
    }
}

impl Entry {
    fn cidr(&self) -> &'static str {
        if self.ipv6 { "::/0" } else { "0.0.0.0/0" }
    }

    fn action(&self) -> &'static str {
        if self.allow { "allow" } else { "deny" }
    }

    fn show(&self) -> Value {
        let member = if self.ipv6 { "Ipv6CidrBlock" } else { "CidrBlock" };
        json!({
            "RuleNumber": self.number,
            "Protocol": "-1",
            "RuleAction": self.action(),
            "Egress": self.egress,
            (member): self.cidr(),
        })
    }
}

impl Described for NetworkAcl {
    const FILTERS: Filters<Self> = &[
        ("association.association-id", |acl, _| many(acl.associations.keys())),
        ("association.network-acl-id", |acl, _| many(acl.associations.keys().map(|_| &acl.id))),
        ("association.subnet-id", |acl, _| many(acl.associations.values())),
        ("default", |_, _| one(true)),
        ("entry.cidr", |acl, _| many(acl.entries.iter().filter(|entry| !entry.ipv6).map(Entry::cidr))),
        ("entry.icmp.code", |_, _| Vec::new()),
        ("entry.icmp.type", |_, _| Vec::new()),
        ("entry.ipv6-cidr", |acl, _| many(acl.entries.iter().filter(|entry| entry.ipv6).map(Entry::cidr))),
        ("entry.port-range.from", |_, _| Vec::new()),
        ("entry.port-range.to", |_, _| Vec::new()),
        ("entry.protocol", |acl, _| many(acl.entries.iter().map(|_| "-1"))),
        ("entry.rule-action", |acl, _| many(acl.entries.iter().map(Entry::action))),
        ("entry.egress", |acl, _| many(acl.entries.iter().map(|entry| entry.egress))),
        ("entry.rule-number", |acl, _| many(acl.entries.iter().map(|entry| entry.number))),
        ("network-acl-id", |acl, _| one(&acl.id)),
        ("owner-id", |_, call| one(&call.account_id)),
        ("vpc-id", |acl, _| one(&acl.vpc_id)),
    ];

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn show(&self, call: &Call<'_>) -> Value {
        json!({
            "NetworkAclId": self.id,
            "VpcId": self.vpc_id,
            "OwnerId": call.account_id,
            "IsDefault": true,
            "Associations": self.associations.iter().map(|found| self.show_association(found)).collect::<Vec<_>>(),
            "Entries": self.entries.iter().map(Entry::show).collect::<Vec<_>>(),
            "Tags": tags::to_list(&self.tags),
        })
    }
}
