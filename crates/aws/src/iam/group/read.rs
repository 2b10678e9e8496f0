//! From AWS's answers to our spec.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::operation::get_group::GetGroupOutput;
use aws_sdk_iam::operation::list_attached_group_policies::ListAttachedGroupPoliciesOutput;
use aws_sdk_iam::operation::list_group_policies::ListGroupPoliciesOutput;
use aws_sdk_iam::operation::list_groups::ListGroupsOutput;
use aws_sdk_iam::types::Group;
use eksctl_rs_core::{Address, CallError, Outputs, Progress, Reference, Run};

use super::{Call, Room, Spec, ownership};
use crate::branches::{try_join, try_join_all, try_join3};
use crate::iam::document;
use crate::kind::{Found, not_ours};
use crate::reads::{Reads, absent_is_none};
use crate::{Aws, PolicyDocument, iam};

/// What belongs to a group and has calls of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Parts {
    pub(super) managed: BTreeSet<String>,
    pub(super) inline: BTreeMap<String, PolicyDocument>,
    pub(super) users: BTreeSet<String>,
}

/// The groups that the stack wants are asked for by name; the list of the stack's path tells of the others.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let wanted: BTreeMap<String, Address> =
        reads.wanted::<Room>().into_iter().map(|(address, spec)| (spec.name, address)).collect();
    let named = try_join_all(wanted.iter().map(|(name, address)| one(reads, name, Some(address.clone()))));
    let others = async {
        let names = names_of_the_stack(reads).await?;
        let surprises = names.iter().filter(|name| !wanted.contains_key(*name));
        try_join_all(surprises.map(|name| one(reads, name, None))).await
    };
    let (named, others) = try_join(named, others).await?;
    Ok(named.into_iter().chain(others).flatten().collect())
}

async fn names_of_the_stack(reads: &Reads<'_>) -> Result<Vec<String>, CallError> {
    let path = iam::role::path_of(reads.world());
    let request = || reads.aws.iam.list_groups().path_prefix(&path).max_items(1000);
    let page = |page: ListGroupsOutput| {
        let names: Vec<String> = page.groups.into_iter().map(|group| group.group_name).collect();
        (names, page.marker)
    };
    reads.pages("iam:ListGroups", |marker| request().set_marker(marker).send(), page).await
}

async fn one(reads: &Reads<'_>, name: &str, address: Option<Address>) -> Result<Option<Found<Spec>>, CallError> {
    let (group, managed, inline) =
        try_join3(with_users(reads, name), attached(reads, name), inline(reads, name)).await?;
    let Some((group, users)) = group else { return Ok(None) };
    let parts = Parts { managed: managed.unwrap_or_default(), inline: inline.unwrap_or_default(), users };
    Ok(Some(from_live(&group, parts).asked_as(address)))
}

async fn with_users(reads: &Reads<'_>, name: &str) -> Result<Option<(Group, BTreeSet<String>)>, CallError> {
    let request = || reads.aws.iam.get_group().group_name(name).max_items(1000);
    let page = |page: GetGroupOutput| {
        let users: Vec<String> = page.users.into_iter().map(|user| user.user_name).collect();
        (vec![(page.group, users)], page.marker)
    };
    let pages = reads.pages("iam:GetGroup", |marker| request().set_marker(marker).send(), page).await;
    let Some(pages) = absent_is_none(pages)? else { return Ok(None) };
    let (groups, users): (Vec<Option<Group>>, Vec<Vec<String>>) = pages.into_iter().unzip();
    Ok(groups.into_iter().flatten().next().map(|group| (group, users.into_iter().flatten().collect())))
}

async fn attached(reads: &Reads<'_>, name: &str) -> Result<Option<BTreeSet<String>>, CallError> {
    let request = || reads.aws.iam.list_attached_group_policies().group_name(name).max_items(1000);
    let page = |page: ListAttachedGroupPoliciesOutput| {
        let arns = page.attached_policies.unwrap_or_default().into_iter().filter_map(|policy| policy.policy_arn);
        (arns.collect::<Vec<_>>(), page.marker)
    };
    let operation = "iam:ListAttachedGroupPolicies";
    let arns = reads.pages(operation, |marker| request().set_marker(marker).send(), page).await;
    Ok(absent_is_none(arns)?.map(|arns| arns.into_iter().collect()))
}

async fn inline(reads: &Reads<'_>, name: &str) -> Result<Option<BTreeMap<String, PolicyDocument>>, CallError> {
    let iam = &reads.aws.iam;
    let request = || iam.list_group_policies().group_name(name).max_items(1000);
    let page = |page: ListGroupPoliciesOutput| (page.policy_names, page.marker);
    let names = reads.pages("iam:ListGroupPolicies", |marker| request().set_marker(marker).send(), page).await;
    let Some(names) = absent_is_none(names)? else { return Ok(None) };
    let documents = try_join_all(names.iter().map(|policy| async move {
        let request = || iam.get_group_policy().group_name(name).policy_name(policy).send();
        let answer = reads.ask_for("iam:GetGroupPolicy", request).await?;
        Ok::<_, CallError>(answer.map(|answer| (policy.clone(), document(&answer.policy_document))))
    }));
    Ok(Some(documents.await?.into_iter().flatten().collect()))
}

pub(super) fn from_live(group: &Group, parts: Parts) -> Found<Spec> {
    let spec = Spec {
        name: group.group_name().to_owned(),
        path: group.path().to_owned(),
        managed_policies: parts.managed.into_iter().map(Reference::Id).collect(),
        inline_policies: parts.inline,
        users: Some(parts.users),
    };
    let mut found = Found::new(group.group_name(), spec, ownership(group.path()));
    found.outputs = outputs(group);
    found
}

pub(super) fn outputs(group: &Group) -> Outputs {
    Outputs::from([
        ("name".to_owned(), group.group_name().to_owned()),
        ("arn".to_owned(), group.arn().to_owned()),
        ("unique_id".to_owned(), group.group_id().to_owned()),
    ])
}

/// Groups are complete when they are made. This only answers for a creation whose answer was lost: the path tells whose
/// the group is.
pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let (name, path) = match &call {
        Some(Call::Create { name, path }) => (name.clone(), Some(path.as_str())),
        _ => (run.outputs.get("name").cloned().unwrap_or_default(), None),
    };
    let answer = aws.call("iam:GetGroup", aws.iam.get_group().group_name(name).send()).await?;
    match answer.group() {
        Some(group) if path.is_none_or(|path| path == group.path()) => Ok(Progress::Done { outputs: outputs(group) }),
        _ => Err(not_ours(run, "the group")),
    }
}
