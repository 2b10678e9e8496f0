//! Security groups: those that come with VPCs, and those of other services.

mod filter;
mod permission;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::describe::{Described, Filters, Listing, describe, one, texts};
use super::{Ec2, Vpc, id};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(crate) use permission::{Peer, Rule};

pub(super) const OPERATIONS: Operations = &[("DescribeSecurityGroups", describe_security_groups)];

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
    pub(crate) tags: Tags,
}

impl SecurityGroup {
    /// The group that comes with a VPC.
    pub(super) fn default_of(call: &mut Call<'_>, vpc: &Vpc) -> Self {
        let id = call.id("sg");
        let mut group = Self {
            name: DEFAULT.to_owned(),
            description: "default VPC security group".to_owned(),
            vpc_id: vpc.id.clone(),
            rules: vec![Rule::all_from(&id), Rule::all_to_ipv4()],
            tags: Tags::new(),
            id,
        };
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
        if !self.rules.contains(&Rule::all_to_ipv6()) {
            self.rules.push(Rule::all_to_ipv6());
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

    pub(crate) fn remove_security_group(&mut self, id: &str) {
        self.security_groups.remove(id);
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
            "SecurityGroupArn": call.arn("ec2", &format!("security-group/{}", self.id)),
            "IpPermissions": permission::show(&self.rules, false, call),
            "IpPermissionsEgress": permission::show(&self.rules, true, call),
            "Tags": tags::to_list(&self.tags),
        })
    }
}

fn describe_security_groups(call: &mut Call<'_>) -> Result<Value, ApiError> {
    if !texts(&call.input["GroupNames"]).is_empty() {
        // Names are for the default VPC, and a new account has none.
        return refuse(
            "VPCIdNotSpecified",
            "No default VPC for this user. Specify the ID and not the name of the group.",
        );
    }
    describe(call, &call.network().security_groups, &LISTING)
}
