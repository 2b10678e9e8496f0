//! From AWS's answers to our spec.

use std::collections::BTreeSet;

use aws_sdk_ec2::operation::describe_security_group_rules::DescribeSecurityGroupRulesOutput;
use aws_sdk_ec2::operation::describe_security_groups::DescribeSecurityGroupsOutput;
use aws_sdk_ec2::types::{Filter, ResourceType, SecurityGroup, SecurityGroupRule, VpcCidrBlockStateCode};
use eksctl_rs_core::{CallError, Outputs, Progress, Reference, Run};

use super::{Call, Direction, Peer, Room, Rule, Spec};
use crate::Aws;
use crate::branches::try_join_all;
use crate::ec2::{at_the_address, first_claimed, from_sdk, gone, literal, may_be_there, of_the_stack};
use crate::kind::{Found, outputs_of, own_tags};
use crate::reads::Reads;

/// The most values that EC2 takes for one filter. Source: EC2 user guide, "List and filter your resources".
const VALUES_OF_A_FILTER: usize = 200;

pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    if !may_be_there::<Room>(reads, ResourceType::SecurityGroup).await? {
        return Ok(Vec::new());
    }
    let request = || reads.aws.ec2.describe_security_groups().filters(of_the_stack(reads.world()));
    let page = |page: DescribeSecurityGroupsOutput| (page.security_groups.unwrap_or_default(), page.next_token);
    let groups =
        reads.pages("ec2:DescribeSecurityGroups", |token| request().set_next_token(token).send(), page).await?;
    let ids: Vec<String> = groups.iter().filter_map(|group| group.group_id.clone()).collect();
    let rules = try_join_all(ids.chunks(VALUES_OF_A_FILTER).map(|ids| rules(reads, ids))).await?.concat();
    let of = |group: &SecurityGroup| -> Vec<&SecurityGroupRule> {
        rules.iter().filter(|rule| rule.group_id() == group.group_id()).collect()
    };
    Ok(groups.iter().map(|group| from_live(group, &of(group))).collect())
}

/// The rules of several groups, with their ids.
async fn rules(reads: &Reads<'_>, groups: &[String]) -> Result<Vec<SecurityGroupRule>, CallError> {
    let request = || reads.aws.ec2.describe_security_group_rules().filters(in_groups(groups));
    let page =
        |page: DescribeSecurityGroupRulesOutput| (page.security_group_rules.unwrap_or_default(), page.next_token);
    reads.pages("ec2:DescribeSecurityGroupRules", |token| request().set_next_token(token).send(), page).await
}

fn in_groups(groups: &[String]) -> Filter {
    Filter::builder().name("group-id").set_values(Some(groups.to_vec())).build()
}

/// The rules of one group as they are now. It fits on one page: a group has at most 1000 rules.
pub(super) async fn rules_of(aws: &Aws, group: &str) -> Result<Vec<SecurityGroupRule>, CallError> {
    let request = aws.ec2.describe_security_group_rules().filters(in_groups(&[group.to_owned()]));
    let answer = aws.call("ec2:DescribeSecurityGroupRules", request.send()).await?;
    Ok(answer.security_group_rules.unwrap_or_default())
}

pub(super) fn from_live(group: &SecurityGroup, rules: &[&SecurityGroupRule]) -> Found<Spec> {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let tags = from_sdk(group.tags());
    let all: Vec<(Direction, Rule, &str)> =
        rules.iter().filter_map(|live| Some((direction(live), rule(live)?, live.security_group_rule_id()?))).collect();
    let of = |direction: Direction| -> BTreeSet<Rule> {
        all.iter().filter(|(found, ..)| *found == direction).map(|(_, rule, _)| rule.clone()).collect()
    };
    let spec = Spec {
        name: text(group.group_name()),
        description: text(group.description()),
        vpc: Reference::Id(text(group.vpc_id())),
        ingress: of(Direction::Ingress),
        egress: of(Direction::Egress),
        tags: own_tags(&tags),
    };
    let mut found = Found::new(group.group_id().unwrap_or_default(), spec, tags);
    found.outputs = outputs(group);
    found.outputs.extend(all.iter().map(|(direction, rule, id)| (id_of(*direction, rule), (*id).to_owned())));
    found
}

fn outputs(group: &SecurityGroup) -> Outputs {
    outputs_of([("id", group.group_id()), ("name", group.group_name())])
}

/// The output that holds AWS's id of a rule: revoking it needs that.
pub(super) fn id_of(direction: Direction, rule: &Rule) -> String {
    let port = |port: Option<i32>| port.map_or_else(|| "all".to_owned(), |port| port.to_string());
    let peer = match &rule.peer {
        Peer::Ipv4(range) | Peer::Ipv6(range) => range.as_str(),
        Peer::PrefixList(id) => id.as_str(),
        Peer::Group(group) => group.literal().unwrap_or_default(),
    };
    let (from, to) = (port(rule.from_port), port(rule.to_port));
    format!("rule/{}/{}/{from}/{to}/{peer}", direction.word(), rule.protocol)
}

pub(super) fn direction(live: &SecurityGroupRule) -> Direction {
    if live.is_egress().unwrap_or_default() { Direction::Egress } else { Direction::Ingress }
}

pub(super) fn rule(live: &SecurityGroupRule) -> Option<Rule> {
    let group = live.referenced_group_info().and_then(|group| group.group_id());
    let peer = match (live.cidr_ipv4(), live.cidr_ipv6(), live.prefix_list_id(), group) {
        (Some(range), ..) => Peer::Ipv4(range.to_owned()),
        (_, Some(range), ..) => Peer::Ipv6(range.to_owned()),
        (.., Some(id), _) => Peer::PrefixList(id.to_owned()),
        (.., Some(id)) => Peer::Group(Reference::from(id)),
        _ => return None,
    };
    let found = Rule {
        protocol: live.ip_protocol()?.to_owned(),
        from_port: live.from_port(),
        to_port: live.to_port(),
        peer,
        description: live.description().unwrap_or_default().to_owned(),
    };
    Some(found.canonical())
}

/// Whether a VPC has IPv6: then AWS lets that out of a new group, too.
pub(super) async fn has_ipv6(aws: &Aws, vpc: &str) -> Result<bool, CallError> {
    let answer = aws.call("ec2:DescribeVpcs", aws.ec2.describe_vpcs().vpc_ids(vpc).send()).await?;
    let blocks = answer.vpcs().iter().flat_map(|vpc| vpc.ipv6_cidr_block_association_set());
    let states = blocks.filter_map(|block| block.ipv6_cidr_block_state()?.state());
    Ok(states.into_iter().any(|state| *state == VpcCidrBlockStateCode::Associated))
}

pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let request = aws.ec2.describe_security_groups();
    let request = match (run.outputs.get("id"), call) {
        (Some(id), _) => request.group_ids(id),
        // One that goes when this one is there may stand at the same address, under another name.
        (None, Some(Call::Create { name, vpc, .. })) => {
            let filter = |key: &str, value: String| Filter::builder().name(key).values(value).build();
            let named = request.filters(filter("group-name", name)).filters(filter("vpc-id", literal(&vpc, run)?));
            named.filters(of_the_stack(&aws.world)).filters(at_the_address(run))
        }
        (None, _) => request.filters(of_the_stack(&aws.world)).filters(at_the_address(run)),
    };
    let answer = aws.call("ec2:DescribeSecurityGroups", request.send()).await?;
    let groups = answer.security_groups();
    let group = first_claimed(groups, SecurityGroup::group_id, SecurityGroup::tags).ok_or_else(|| gone(run))?;
    Ok(Progress::Done { outputs: outputs(group) })
}
