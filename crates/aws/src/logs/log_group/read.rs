//! From AWS's answers to our spec.

use std::collections::BTreeMap;

use aws_sdk_cloudwatchlogs::operation::describe_log_groups::DescribeLogGroupsOutput;
use aws_sdk_cloudwatchlogs::types::LogGroup;
use eksctl_rs_core::{Address, CallError, Progress, Reference, Run, Tags, World, tag};

use super::{Call, Room, Spec, arn, outputs};
use crate::Aws;
use crate::branches::{try_join, try_join_all};
use crate::eks::tags_of;
use crate::kind::{Found, not_ours, own_tags};
use crate::reads::Reads;
use crate::tagging::arns_of_the_stack;

/// The groups that the stack wants are asked for by name; the stack's tag tells of the others.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let wanted: BTreeMap<String, Address> =
        reads.wanted::<Room>().into_iter().map(|(address, spec)| (spec.name, address)).collect();
    let named = try_join_all(wanted.iter().map(|(name, address)| one(reads, name, Some(address.clone()))));
    let others = async {
        let names = arns_of_the_stack(reads).await?.iter().filter_map(|arn| Some(arn.split_once(":log-group:")?.1));
        let surprises = names.map(|name| name.trim_end_matches(":*")).filter(|name| !wanted.contains_key(*name));
        try_join_all(surprises.map(|name| one(reads, name, None))).await
    };
    let (named, others) = try_join(named, others).await?;
    Ok(named.into_iter().chain(others).flatten().collect())
}

/// A group and its tags are told by different calls.
async fn one(reads: &Reads<'_>, name: &str, address: Option<Address>) -> Result<Option<Found<Spec>>, CallError> {
    let arn = arn(name, reads.world());
    let describe = || reads.aws.logs.describe_log_groups().log_group_name_prefix(name);
    let page = |page: DescribeLogGroupsOutput| (page.log_groups.unwrap_or_default(), page.next_token);
    let tags = || reads.aws.logs.list_tags_for_resource().resource_arn(&arn).send();
    let (groups, tags) = try_join(
        reads.pages("logs:DescribeLogGroups", |token| describe().set_next_token(token).send(), page),
        reads.ask_for("logs:ListTagsForResource", tags),
    )
    .await?;
    let Some(group) = groups.iter().find(|group| group.log_group_name() == Some(name)) else { return Ok(None) };
    let tags = tags_of(tags.as_ref().and_then(|answer| answer.tags()));
    Ok(Some(from_live(group, tags, reads.world()).asked_as(address)))
}

pub(super) fn from_live(group: &LogGroup, tags: Tags, world: &World) -> Found<Spec> {
    let name = group.log_group_name().unwrap_or_default();
    let spec = Spec {
        name: name.to_owned(),
        log_group_class: group.log_group_class().map_or("STANDARD", |class| class.as_str()).to_owned(),
        retention_in_days: group.retention_in_days(),
        kms_key: group.kms_key_id().map(Reference::from),
        deletion_protection: group.deletion_protection_enabled().unwrap_or_default(),
        tags: own_tags(&tags),
    };
    let protection = spec.deletion_protection.then(|| "deletionProtection".to_owned());
    let mut found = Found::new(name, spec, tags);
    found.outputs = outputs(name, world);
    found.protection = protection;
    found
}

/// Groups are complete when they are made. This only answers for a creation whose answer was lost.
pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let name = match call {
        Some(Call::Create { spec, .. }) => spec.name,
        _ => run.outputs.get("name").cloned().unwrap_or_default(),
    };
    let request = aws.logs.list_tags_for_resource().resource_arn(arn(&name, &aws.world));
    let answer = aws.call("logs:ListTagsForResource", request.send()).await?;
    if tags_of(answer.tags()).get(tag::STACK).map(String::as_str) != Some(aws.world.stack.as_str()) {
        return Err(not_ours(run, "the log group"));
    }
    Ok(Progress::Done { outputs: outputs(&name, &aws.world) })
}
