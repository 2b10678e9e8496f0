//! Rules of security groups, each by its id.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::change::{duplicate, existing};
use super::permission::{Peer, Rule};
use super::request::{IpPermission, Place, ipv4, ipv6};
use super::text::check_rule_description;
use super::traffic::Traffic;
use super::{SecurityGroup, named};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::ec2::describe::{Described, Filters, Listing, describe, one};
use crate::services::ec2::{Ec2, id, parameters};
use crate::tags::{self, Tags};

pub(in crate::services::ec2) const OPERATIONS: Operations = &[
    ("DescribeSecurityGroupRules", |call| describe(call, &call.network().security_group_rules(), &LISTING)),
    ("ModifySecurityGroupRules", modify_security_group_rules),
    ("UpdateSecurityGroupRuleDescriptionsEgress", |call| update_descriptions(call, true)),
    ("UpdateSecurityGroupRuleDescriptionsIngress", |call| update_descriptions(call, false)),
];

const LISTING: Listing = Listing {
    kind: id::SECURITY_GROUP_RULE,
    ids: "SecurityGroupRuleIds",
    filters: "Filters",
    output: "SecurityGroupRules",
};

/// A rule and its group.
struct InGroup {
    rule: Rule,
    group: SecurityGroup,
}

impl Ec2 {
    fn security_group_rules(&self) -> BTreeMap<String, InGroup> {
        let groups = self.security_groups.values();
        let rules = groups.flat_map(|group| group.rules.iter().map(move |rule| (group.clone(), rule.clone())));
        rules.map(|(group, rule)| (rule.id.clone(), InGroup { rule, group })).collect()
    }
}

impl Described for InGroup {
    const FILTERS: Filters<Self> =
        &[("group-id", |found, _| one(&found.group.id)), ("security-group-rule-id", |found, _| one(&found.rule.id))];
    const TAG_FILTERS: &'static [&'static str] = &["tag:"];

    fn tags(&self) -> &Tags {
        &self.rule.tags
    }

    fn show(&self, call: &Call<'_>) -> Value {
        show_rule(&self.rule, &self.group, call)
    }
}

/// A rule as the API shows it by itself: where all ports are meant, they are -1.
pub(super) fn show_rule(rule: &Rule, group: &SecurityGroup, call: &Call<'_>) -> Value {
    let mut shown = json!({
        "SecurityGroupRuleId": rule.id,
        "SecurityGroupRuleArn": call.arn("ec2", &format!("security-group-rule/{}", rule.id)),
        "GroupId": group.id,
        "GroupOwnerId": call.account_id,
        "IsEgress": rule.egress,
        "IpProtocol": rule.traffic.protocol,
        "FromPort": rule.traffic.from_port.unwrap_or(-1),
        "ToPort": rule.traffic.to_port.unwrap_or(-1),
        "Description": rule.description,
        "Tags": tags::to_list(&rule.tags),
    });
    let (member, value) = match &rule.peer {
        Peer::Ipv4(cidr) => ("CidrIpv4", json!(cidr)),
        Peer::Ipv6(cidr) => ("CidrIpv6", json!(cidr)),
        Peer::PrefixList(id) => ("PrefixListId", json!(id)),
        Peer::Group(id) => {
            ("ReferencedGroupInfo", json!({ "GroupId": id, "UserId": call.account_id, "VpcId": group.vpc_id }))
        }
    };
    shown[member] = value;
    shown
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ModifySecurityGroupRules {
    group_id: String,
    security_group_rules: Vec<RuleUpdate>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RuleUpdate {
    security_group_rule_id: String,
    security_group_rule: Option<RuleRequest>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RuleRequest {
    ip_protocol: Option<String>,
    from_port: Option<i64>,
    to_port: Option<i64>,
    cidr_ipv4: Option<String>,
    cidr_ipv6: Option<String>,
    prefix_list_id: Option<String>,
    referenced_group_id: Option<String>,
    description: Option<String>,
}

impl RuleRequest {
    /// "You must specify exactly one of the following parameters, based on the rule type".
    fn peer(&self, place: Place<'_, '_>) -> Result<Peer, ApiError> {
        match (&self.cidr_ipv4, &self.cidr_ipv6, &self.prefix_list_id, &self.referenced_group_id) {
            (Some(cidr), None, None, None) => ipv4(cidr),
            (None, Some(cidr), None, None) => ipv6(cidr),
            (None, None, Some(list_id), None) => place.prefix_list(list_id),
            (None, None, None, Some(group_id)) => place.referenced(group_id),
            (None, None, None, None) => {
                refuse("MissingParameter", "The request must contain the source or destination of the rule")
            }
            _ => refuse("InvalidParameterCombination", "A rule has one source or destination"),
        }
    }
}

fn modify_security_group_rules(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: ModifySecurityGroupRules = parameters(call)?;
    let group = id::SECURITY_GROUP.find(&call.network().security_groups, &args.group_id)?;
    if args.security_group_rules.is_empty() {
        return refuse("MissingParameter", "The request must contain the parameter SecurityGroupRules");
    }
    let mut changed = group.clone();
    for update in &args.security_group_rules {
        modify(call, group, &mut changed, update)?;
    }
    for (index, rule) in changed.rules.iter().enumerate() {
        if changed.rules[..index].iter().any(|other| other.equals(rule)) {
            return duplicate(rule);
        }
    }
    call.ec2().add_security_group(changed);
    Ok(json!({ "Return": true }))
}

fn modify(
    call: &Call<'_>,
    group: &SecurityGroup,
    changed: &mut SecurityGroup,
    update: &RuleUpdate,
) -> Result<(), ApiError> {
    let rule = rule_mut(changed, &update.security_group_rule_id)?;
    let Some(new) = &update.security_group_rule else {
        return refuse("MissingParameter", "The request must contain the parameter SecurityGroupRule");
    };
    let traffic = Traffic::asked(new.ip_protocol.as_deref(), new.from_port, new.to_port)?;
    let peer = new.peer(Place { call, group, egress: rule.egress })?;
    check_rule_description(new.description.as_deref())?;
    // "When you modify a rule, you cannot change the rule type."
    if std::mem::discriminant(&peer) != std::mem::discriminant(&rule.peer) {
        return refuse("InvalidParameterValue", format!("The type of the rule {} cannot be changed", rule.id));
    }
    *rule = Rule { traffic, peer, description: new.description.clone(), ..rule.clone() };
    Ok(())
}

fn rule_mut<'g>(group: &'g mut SecurityGroup, rule_id: &str) -> Result<&'g mut Rule, ApiError> {
    id::SECURITY_GROUP_RULE.check(rule_id)?;
    let found = group.rules.iter_mut().find(|rule| rule.id == rule_id);
    found.ok_or_else(|| id::SECURITY_GROUP_RULE.not_found(rule_id))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct UpdateDescriptions {
    group_id: Option<String>,
    group_name: Option<String>,
    #[serde(default)]
    ip_permissions: Vec<IpPermission>,
    #[serde(default)]
    security_group_rule_descriptions: Vec<RuleDescription>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RuleDescription {
    security_group_rule_id: Option<String>,
    description: Option<String>,
}

fn update_descriptions(call: &mut Call<'_>, egress: bool) -> Result<Value, ApiError> {
    let args: UpdateDescriptions = parameters(call)?;
    let group = named(call, args.group_id.as_deref(), args.group_name.as_deref())?;
    let mut changed = group.clone();
    match (args.ip_permissions.as_slice(), args.security_group_rule_descriptions.as_slice()) {
        ([], []) => return refuse("MissingParameter", "The request must contain the parameter ipPermissions"),
        (permissions, []) => {
            for asked in (Place { call, group, egress }).rules(permissions)? {
                let rule_id = existing(group, &asked)?.id.clone();
                rule_mut(&mut changed, &rule_id)?.description = asked.description;
            }
        }
        ([], descriptions) => describe_rules(&mut changed, descriptions, egress)?,
        _ => {
            let message = "You must specify either a description or IP permissions.";
            return refuse("InvalidParameterCombination", message);
        }
    }
    call.ec2().add_security_group(changed);
    Ok(json!({ "Return": true }))
}

fn describe_rules(group: &mut SecurityGroup, descriptions: &[RuleDescription], egress: bool) -> Result<(), ApiError> {
    for RuleDescription { security_group_rule_id, description } in descriptions {
        let rule_id = security_group_rule_id.as_deref().unwrap_or_default();
        check_rule_description(description.as_deref())?;
        let rule = rule_mut(group, rule_id)?;
        if rule.egress != egress {
            return Err(id::SECURITY_GROUP_RULE.not_found(rule_id));
        }
        rule.description.clone_from(description);
    }
    Ok(())
}
