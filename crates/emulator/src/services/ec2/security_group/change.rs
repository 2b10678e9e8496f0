//! Rules are added to security groups, and taken away.

use serde::Deserialize;
use serde_json::{Value, json};

use super::permission::Rule;
use super::request::{IpPermission, Place, Plain};
use super::rule::show_rule;
use super::{SecurityGroup, no_names};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::ec2::tag::{self, TagSpecification};
use crate::services::ec2::{id, parameters, quota};

pub(in crate::services::ec2) const OPERATIONS: Operations = &[
    ("AuthorizeSecurityGroupEgress", |call| authorize(call, true)),
    ("AuthorizeSecurityGroupIngress", |call| authorize(call, false)),
    ("RevokeSecurityGroupEgress", |call| revoke(call, true)),
    ("RevokeSecurityGroupIngress", |call| revoke(call, false)),
];

/// Rules to add to a group, or to take away.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Change {
    group_id: Option<String>,
    group_name: Option<String>,
    #[serde(default)]
    ip_permissions: Vec<IpPermission>,
    cidr_ip: Option<String>,
    ip_protocol: Option<String>,
    from_port: Option<i64>,
    to_port: Option<i64>,
    source_security_group_name: Option<String>,
    source_security_group_owner_id: Option<String>,
    #[serde(default)]
    tag_specifications: Vec<TagSpecification>,
    #[serde(default)]
    security_group_rule_ids: Vec<String>,
}

impl Change {
    /// The permissions, however they are asked for.
    fn permissions(&mut self, egress: bool) -> Result<Vec<IpPermission>, ApiError> {
        no_names(self.source_security_group_name.as_deref().or(self.source_security_group_owner_id.as_deref()))?;
        let plain = Plain {
            cidr_ip: self.cidr_ip.take(),
            ip_protocol: self.ip_protocol.take(),
            from_port: self.from_port.take(),
            to_port: self.to_port.take(),
        };
        let mut all = std::mem::take(&mut self.ip_permissions);
        if let Some(permission) = plain.permission()? {
            if egress {
                return refuse("UnsupportedOperation", "Use IP permissions to specify the rule.");
            }
            if !all.is_empty() {
                let message = "The parameter ipPermissions may not be used in combination with the other parameters";
                return refuse("InvalidParameterCombination", message);
            }
            all.push(permission);
        }
        Ok(all)
    }
}

fn authorize(call: &mut Call<'_>, egress: bool) -> Result<Value, ApiError> {
    let mut args: Change = parameters(call)?;
    let group = super::named(call, args.group_id.as_deref(), args.group_name.as_deref())?;
    let tags = tag::on_creation(&args.tag_specifications, "security-group-rule")?;
    let permissions = args.permissions(egress)?;
    let mut rules = Place { call, group, egress }.rules(&permissions)?;
    if rules.is_empty() {
        return refuse("MissingParameter", "The request must contain the parameter ipPermissions");
    }
    rules.iter_mut().for_each(|rule| rule.tags.clone_from(&tags));
    check_new(call, group, &rules)?;
    let mut changed = group.clone();
    let added: Vec<Rule> = rules.into_iter().map(|rule| changed.add(rule)).collect();
    let shown: Vec<Value> = added.iter().map(|rule| show_rule(rule, &changed, call)).collect();
    call.ec2().add_security_group(changed);
    Ok(json!({ "Return": true, "SecurityGroupRules": shown }))
}

/// Refuses rules that the group has, or has no room for.
fn check_new(call: &Call<'_>, group: &SecurityGroup, new: &[Rule]) -> Result<(), ApiError> {
    for rule in new {
        if group.rules.iter().any(|found| found.equals(rule)) {
            return duplicate(rule);
        }
    }
    check_room(group.rules.iter().chain(new), call.quota(quota::RULES_PER_SECURITY_GROUP))
}

/// The refusal of a rule that is there.
pub(super) fn duplicate<T>(rule: &Rule) -> Result<T, ApiError> {
    let port = |port: Option<i64>| port.map_or_else(|| "ALL".to_owned(), |port| port.to_string());
    let message = format!(
        "the specified rule \"peer: {}, {}, from port: {}, to port: {}, ALLOW\" already exists",
        rule.peer.text(),
        rule.traffic.protocol.to_uppercase(),
        port(rule.traffic.from_port),
        port(rule.traffic.to_port),
    );
    refuse("InvalidPermission.Duplicate", message)
}

/// Refuses more rules than a group may have, in one direction and for one family of addresses.
fn check_room<'a>(rules: impl Iterator<Item = &'a Rule> + Clone, most: usize) -> Result<(), ApiError> {
    for egress in [false, true] {
        let families = rules.clone().filter(|rule| rule.egress == egress).map(|rule| rule.peer.families());
        let (ipv4, ipv6): (Vec<bool>, Vec<bool>) = families.unzip();
        let count = |family: &[bool]| family.iter().filter(|counts| **counts).count();
        if count(&ipv4).max(count(&ipv6)) > most {
            let message = "The maximum number of rules per security group has been reached.";
            return refuse("RulesPerSecurityGroupLimitExceeded", message);
        }
    }
    Ok(())
}

fn revoke(call: &mut Call<'_>, egress: bool) -> Result<Value, ApiError> {
    let mut args: Change = parameters(call)?;
    let group = super::named(call, args.group_id.as_deref(), args.group_name.as_deref())?;
    let permissions = args.permissions(egress)?;
    let doomed = match (args.security_group_rule_ids.as_slice(), permissions.as_slice()) {
        ([], []) => return refuse("MissingParameter", "The request must contain the parameter ipPermissions"),
        (ids, []) => by_id(group, ids, egress)?,
        ([], permissions) => {
            let asked = Place { call, group, egress }.rules(permissions)?;
            asked.iter().map(|rule| existing(group, rule)).collect::<Result<_, _>>()?
        }
        _ => {
            let message = "The parameter securityGroupRuleIds may not be used in combination with ipPermissions";
            return refuse("InvalidParameterCombination", message);
        }
    };
    let shown: Vec<Value> = doomed.iter().map(|rule| show_revoked(rule, group)).collect();
    let mut changed = group.clone();
    changed.rules.retain(|rule| !doomed.contains(&rule));
    call.ec2().add_security_group(changed);
    Ok(json!({ "Return": true, "UnknownIpPermissions": [], "RevokedSecurityGroupRules": shown }))
}

fn by_id<'g>(group: &'g SecurityGroup, ids: &[String], egress: bool) -> Result<Vec<&'g Rule>, ApiError> {
    let find = |rule_id: &String| {
        id::SECURITY_GROUP_RULE.check(rule_id)?;
        let found = group.rules.iter().find(|rule| rule.id == *rule_id && rule.egress == egress);
        found.ok_or_else(|| id::SECURITY_GROUP_RULE.not_found(rule_id))
    };
    ids.iter().map(find).collect()
}

/// The rule of a group that lets the same through.
pub(super) fn existing<'g>(group: &'g SecurityGroup, rule: &Rule) -> Result<&'g Rule, ApiError> {
    let not_found = || {
        let message = "The specified rule does not exist in this security group.";
        ApiError::new("InvalidPermission.NotFound", message)
    };
    group.rules.iter().find(|found| found.equals(rule)).ok_or_else(not_found)
}

fn show_revoked(rule: &Rule, group: &SecurityGroup) -> Value {
    use super::permission::Peer;
    let mut shown = json!({
        "SecurityGroupRuleId": rule.id,
        "GroupId": group.id,
        "IsEgress": rule.egress,
        "IpProtocol": rule.traffic.protocol,
        "FromPort": rule.traffic.from_port.unwrap_or(-1),
        "ToPort": rule.traffic.to_port.unwrap_or(-1),
        "Description": rule.description,
    });
    let member = match rule.peer {
        Peer::Ipv4(_) => "CidrIpv4",
        Peer::Ipv6(_) => "CidrIpv6",
        Peer::Group(_) => "ReferencedGroupId",
        Peer::PrefixList(_) => "PrefixListId",
    };
    shown[member] = json!(rule.peer.text());
    shown
}
