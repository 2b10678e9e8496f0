//! Security groups: those that come with VPCs, the account's own, and those of other services.

pub(super) mod change;
mod create;
mod filter;
mod permission;
mod request;
pub(super) mod rule;
mod text;
mod traffic;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::describe::{Described, Filters, Listing, describe, one, texts};
use super::{Ec2, Vpc, id};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::random;
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(crate) use permission::{Peer, Rule};
pub(crate) use traffic::Traffic;

pub(super) const OPERATIONS: Operations = &[
    ("CreateSecurityGroup", create::create_security_group),
    ("DeleteSecurityGroup", create::delete_security_group),
    ("DescribeSecurityGroups", describe_security_groups),
];

const LISTING: Listing =
    Listing { kind: id::SECURITY_GROUP, ids: "GroupIds", filters: "Filters", output: "SecurityGroups" };

/// The name of the group that comes with a VPC; no other may have it.
const DEFAULT: &str = "default";

/// A security group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SecurityGroup {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) vpc_id: String,
    pub(crate) rules: Vec<Rule>,
    /// How many rules it ever had.
    #[serde(default)]
    rules_made: u64,
    pub(crate) tags: Tags,
}

impl SecurityGroup {
    /// A group without rules.
    pub(crate) fn new(id: String, vpc_id: String, name: String, description: String, tags: Tags) -> Self {
        Self { id, name, description, vpc_id, rules: Vec::new(), rules_made: 0, tags }
    }

    /// It with rules.
    pub(crate) fn allowing(mut self, rules: impl IntoIterator<Item = Rule>) -> Self {
        rules.into_iter().for_each(|rule| drop(self.add(rule)));
        self
    }

    /// Adds a rule, which gets its id.
    fn add(&mut self, rule: Rule) -> Rule {
        self.rules_made += 1;
        let id = format!("sgr-0{}", random::hex(&json!([self.id, self.rules_made]), 16));
        let rule = Rule { id, ..rule };
        self.rules.push(rule.clone());
        rule
    }

    /// Rules of a world from before rules had ids get theirs.
    pub(super) fn settle(&mut self) {
        if self.rules.iter().any(|rule| rule.id.is_empty()) {
            std::mem::take(&mut self.rules).into_iter().for_each(|rule| drop(self.add(rule)));
        }
    }

    fn arn(&self, call: &Call<'_>) -> String {
        call.arn("ec2", &format!("security-group/{}", self.id))
    }

    /// The group that comes with a VPC.
    pub(super) fn default_of(call: &mut Call<'_>, vpc: &Vpc) -> Self {
        let id = call.id("sg");
        let rules = [Rule::all_from(&id), Rule::all_to_ipv4()];
        let description = "default VPC security group".to_owned();
        let mut group = Self::new(id, vpc.id.clone(), DEFAULT.to_owned(), description, Tags::new()).allowing(rules);
        if !vpc.ipv6_cidr_blocks.is_empty() {
            group.allow_ipv6();
        }
        group
    }

    pub(super) fn is_default(&self) -> bool {
        self.name == DEFAULT
    }

    /// Lets all IPv6 traffic out from now on.
    pub(super) fn allow_ipv6(&mut self) {
        let all = Rule::all_to_ipv6();
        if !self.rules.iter().any(|rule| rule.equals(&all)) {
            self.add(all);
        }
    }
}

impl Ec2 {
    /// The group with the id `id`, or EC2's refusal.
    pub(crate) fn existing_security_group(&self, id: &str) -> Result<&SecurityGroup, ApiError> {
        id::SECURITY_GROUP.find(&self.security_groups, id)
    }

    pub(crate) fn add_security_group(&mut self, group: SecurityGroup) {
        self.security_groups.insert(group.id.clone(), group);
    }

    /// Takes away a group, unless something holds it: then it stays, as in AWS.
    pub(crate) fn remove_security_group(&mut self, id: &str) {
        if !self.security_group_is_held(id) {
            self.security_groups.remove(id);
        }
    }

    fn security_group_is_referenced(&self, id: &str) -> bool {
        let mut others = self.security_groups.values().filter(|group| group.id != id);
        others.any(|group| group.rules.iter().any(|rule| rule.refers_to(id)))
    }

    /// Whether something holds the group: rules of another one, an interface, or an endpoint.
    fn security_group_is_held(&self, id: &str) -> bool {
        let of_interfaces = self.network_interfaces.values().flat_map(|interface| &interface.groups);
        let of_endpoints = self.vpc_endpoints.values().flat_map(|endpoint| &endpoint.security_groups);
        self.security_group_is_referenced(id) || of_interfaces.chain(of_endpoints).any(|held| held == id)
    }
}

impl Described for SecurityGroup {
    const FILTERS: Filters<Self> = &[
        ("description", |group, _| one(&group.description)),
        ("egress.ip-permission.cidr", |group, _| filter::ipv4(group, true)),
        ("egress.ip-permission.from-port", |group, _| filter::from_port(group, true)),
        ("egress.ip-permission.group-id", |group, _| filter::group_id(group, true)),
        ("egress.ip-permission.group-name", |group, call| filter::group_name(group, true, call)),
        ("egress.ip-permission.ipv6-cidr", |group, _| filter::ipv6(group, true)),
        ("egress.ip-permission.prefix-list-id", |group, _| filter::prefix_list_id(group, true)),
        ("egress.ip-permission.protocol", |group, _| filter::protocol(group, true)),
        ("egress.ip-permission.to-port", |group, _| filter::to_port(group, true)),
        ("egress.ip-permission.user-id", |group, call| filter::user_id(group, true, call)),
        ("group-id", |group, _| one(&group.id)),
        ("group-name", |group, _| one(&group.name)),
        ("ip-permission.cidr", |group, _| filter::ipv4(group, false)),
        ("ip-permission.from-port", |group, _| filter::from_port(group, false)),
        ("ip-permission.group-id", |group, _| filter::group_id(group, false)),
        ("ip-permission.group-name", |group, call| filter::group_name(group, false, call)),
        ("ip-permission.ipv6-cidr", |group, _| filter::ipv6(group, false)),
        ("ip-permission.prefix-list-id", |group, _| filter::prefix_list_id(group, false)),
        ("ip-permission.protocol", |group, _| filter::protocol(group, false)),
        ("ip-permission.to-port", |group, _| filter::to_port(group, false)),
        ("ip-permission.user-id", |group, call| filter::user_id(group, false, call)),
        ("owner-id", |_, call| one(&call.account_id)),
        ("vpc-id", |group, _| one(&group.vpc_id)),
    ];

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn show(&self, call: &Call<'_>) -> Value {
        json!({
            "GroupId": self.id,
            "GroupName": self.name,
            "Description": self.description,
            "VpcId": self.vpc_id,
            "OwnerId": call.account_id,
            "SecurityGroupArn": self.arn(call),
            "IpPermissions": permission::show(&self.rules, false, call),
            "IpPermissionsEgress": permission::show(&self.rules, true, call),
            "Tags": tags::to_list(&self.tags),
        })
    }
}

fn describe_security_groups(call: &mut Call<'_>) -> Result<Value, ApiError> {
    no_names(texts(&call.input["GroupNames"]).first().copied())?;
    describe(call, &call.network().security_groups, &LISTING)
}

/// The group that a request names.
fn named<'c>(call: &'c Call<'_>, id: Option<&str>, name: Option<&str>) -> Result<&'c SecurityGroup, ApiError> {
    let Some(id) = id else {
        no_names(name)?;
        return refuse("MissingParameter", "The request must contain the parameter groupId");
    };
    if name.is_some() {
        let message = "The parameters groupId and groupName may not be used in combination";
        return refuse("InvalidParameterCombination", message);
    }
    id::SECURITY_GROUP.find(&call.network().security_groups, id)
}

/// Refuses groups by name: names are for the default VPC, and a new account has none.
fn no_names(name: Option<&str>) -> Result<(), ApiError> {
    match name {
        None => Ok(()),
        Some(_) => {
            refuse("VPCIdNotSpecified", "No default VPC for this user. Specify the ID and not the name of the group.")
        }
    }
}
