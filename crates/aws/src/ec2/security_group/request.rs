//! Requests.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{IpPermission, IpRange, Ipv6Range, PrefixListId, ResourceType, UserIdGroupPair};
use eksctl_rs_core::{CallError, ErrorClass, Progress, Run};

use super::rule::canonical;
use super::{Call, Direction, Peer, Rule, read};
use crate::Aws;
use crate::ec2::{literal, specification};

/// One of the rules to let through is there. AWS lets none of them through then.
const DUPLICATE: &str = "InvalidPermission.Duplicate";

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Create { name, description, vpc, tags } => {
            let request = aws
                .ec2
                .create_security_group()
                .group_name(&name)
                .description(description)
                .vpc_id(literal(&vpc, run)?)
                .tag_specifications(specification(ResourceType::SecurityGroup, &tags));
            let answer = aws.call("ec2:CreateSecurityGroup", request.send()).await?;
            return Ok(Progress::done_with([("id", answer.group_id().unwrap_or_default().to_owned()), ("name", name)]));
        }
        Call::Authorize { id, direction, rules } => {
            // Two references may have become one group.
            authorize(aws, &literal(&id, run)?, direction, &canonical(&rules), run).await?;
        }
        Call::Describe { id, direction, rules } => {
            describe(aws, &literal(&id, run)?, direction, permissions(&rules, run)?).await?;
        }
        Call::RevokeDefault { id, vpc, rule } => {
            if matches!(rule.peer, Peer::Ipv4(_)) || read::has_ipv6(aws, &literal(&vpc, run)?).await? {
                revoke_default(aws, &literal(&id, run)?, permission(&rule, run)?).await?;
            }
        }
        Call::Revoke { id, direction, rules } => revoke(aws, &literal(&id, run)?, direction, &rules).await?,
        Call::Tags(call) => return call.start(aws, run).await,
        Call::Delete { id } => {
            let request = aws.ec2.delete_security_group().group_id(literal(&id, run)?);
            aws.call("ec2:DeleteSecurityGroup", request.send()).await?;
        }
    }
    Ok(Progress::done())
}

/// An earlier attempt may have let some of it through, or AWS itself: then only the rest is sent.
async fn authorize(
    aws: &Aws,
    id: &str,
    direction: Direction,
    rules: &BTreeSet<Rule>,
    run: &Run<'_>,
) -> Result<(), CallError> {
    let error = match send_authorize(aws, id, direction, permissions(rules, run)?).await {
        Err(error) if error.code == DUPLICATE => error,
        other => return other,
    };
    let live = read::rules_of(aws, id).await?;
    let there: BTreeSet<Rule> =
        live.iter().filter(|live| read::direction(live) == direction).filter_map(read::rule).collect();
    let missing: BTreeSet<Rule> = rules.iter().filter(|rule| !rule.is_in(&there)).cloned().collect();
    if missing.is_empty() {
        return Ok(());
    }
    match send_authorize(aws, id, direction, permissions(&missing, run)?).await {
        // What is there does not show yet.
        Err(again) if again.code == DUPLICATE => Err(CallError { class: ErrorClass::NotYet, ..error }),
        other => other,
    }
}

async fn send_authorize(
    aws: &Aws,
    id: &str,
    direction: Direction,
    permissions: Vec<IpPermission>,
) -> Result<(), CallError> {
    let permissions = Some(permissions);
    match direction {
        Direction::Ingress => {
            let request = aws.ec2.authorize_security_group_ingress().group_id(id).set_ip_permissions(permissions);
            aws.call(direction.authorize(), request.send()).await.map(drop)
        }
        Direction::Egress => {
            let request = aws.ec2.authorize_security_group_egress().group_id(id).set_ip_permissions(permissions);
            aws.call(direction.authorize(), request.send()).await.map(drop)
        }
    }
}

async fn describe(aws: &Aws, id: &str, direction: Direction, permissions: Vec<IpPermission>) -> Result<(), CallError> {
    let permissions = Some(permissions);
    match direction {
        Direction::Ingress => {
            let request = aws.ec2.update_security_group_rule_descriptions_ingress().group_id(id);
            aws.call(direction.describe(), request.set_ip_permissions(permissions).send()).await.map(drop)
        }
        Direction::Egress => {
            let request = aws.ec2.update_security_group_rule_descriptions_egress().group_id(id);
            aws.call(direction.describe(), request.set_ip_permissions(permissions).send()).await.map(drop)
        }
    }
}

/// Its id is not known; an earlier attempt may have done it.
async fn revoke_default(aws: &Aws, id: &str, permission: IpPermission) -> Result<(), CallError> {
    let request = aws.ec2.revoke_security_group_egress().group_id(id).ip_permissions(permission);
    match aws.call(Direction::Egress.revoke(), request.send()).await {
        Err(error) if error.code == "InvalidPermission.NotFound" => Ok(()),
        other => other.map(drop),
    }
}

/// AWS revokes nothing if one of the rules is gone: then only the rest is sent.
async fn revoke(aws: &Aws, id: &str, direction: Direction, rules: &BTreeSet<String>) -> Result<(), CallError> {
    match send_revoke(aws, id, direction, rules).await {
        Err(error) if error.code == "InvalidSecurityGroupRuleId.NotFound" => {}
        other => return other,
    }
    let live = read::rules_of(aws, id).await?;
    let there: BTreeSet<String> = live.into_iter().filter_map(|live| live.security_group_rule_id).collect();
    let left: BTreeSet<String> = rules.intersection(&there).cloned().collect();
    if left.is_empty() { Ok(()) } else { send_revoke(aws, id, direction, &left).await }
}

async fn send_revoke(aws: &Aws, id: &str, direction: Direction, rules: &BTreeSet<String>) -> Result<(), CallError> {
    let rules = Some(rules.iter().cloned().collect());
    match direction {
        Direction::Ingress => {
            let request = aws.ec2.revoke_security_group_ingress().group_id(id).set_security_group_rule_ids(rules);
            aws.call(direction.revoke(), request.send()).await.map(drop)
        }
        Direction::Egress => {
            let request = aws.ec2.revoke_security_group_egress().group_id(id).set_security_group_rule_ids(rules);
            aws.call(direction.revoke(), request.send()).await.map(drop)
        }
    }
}

fn permissions(rules: &BTreeSet<Rule>, run: &Run<'_>) -> Result<Vec<IpPermission>, CallError> {
    rules.iter().map(|rule| permission(rule, run)).collect()
}

/// A rule as requests have it: a permission of its own.
pub(super) fn permission(rule: &Rule, run: &Run<'_>) -> Result<IpPermission, CallError> {
    let description = (!rule.description.is_empty()).then(|| rule.description.clone());
    let permission =
        IpPermission::builder().ip_protocol(&rule.protocol).set_from_port(rule.from_port).set_to_port(rule.to_port);
    let permission = match &rule.peer {
        Peer::Ipv4(range) => {
            permission.ip_ranges(IpRange::builder().cidr_ip(range).set_description(description).build())
        }
        Peer::Ipv6(range) => {
            permission.ipv6_ranges(Ipv6Range::builder().cidr_ipv6(range).set_description(description).build())
        }
        Peer::PrefixList(id) => {
            permission.prefix_list_ids(PrefixListId::builder().prefix_list_id(id).set_description(description).build())
        }
        Peer::Group(group) => {
            let pair = UserIdGroupPair::builder().group_id(literal(group, run)?).set_description(description);
            permission.user_id_group_pairs(pair.build())
        }
    };
    Ok(permission.build())
}
