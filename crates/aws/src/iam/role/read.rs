//! From AWS's answers to our spec.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::types::Role;
use eksctl_rs_core::{Address, CallError, Outputs, Progress, Reference, Run};

use super::{Call, Room, Spec, path_of};
use crate::branches::{try_join, try_join_all, try_join3};
use crate::iam::{document, tags};
use crate::kind::{Found, not_ours, own_tags};
use crate::reads::Reads;
use crate::{Aws, PolicyDocument};

/// What belongs to a role and has calls of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Policies {
    pub(super) managed: BTreeSet<String>,
    pub(super) inline: BTreeMap<String, PolicyDocument>,
}

/// The roles that the stack wants are asked for by name; the list of the stack's path tells of the others.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let wanted: BTreeMap<String, Address> =
        reads.wanted::<Room>().into_iter().map(|(address, spec)| (spec.name, address)).collect();
    let named = try_join_all(wanted.iter().map(|(name, address)| one(reads, name, Some(address.clone()))));
    let others = async {
        let names = names_of_the_stack(reads).await?;
        let surprises: Vec<String> = names.into_iter().filter(|name| !wanted.contains_key(name)).collect();
        try_join_all(surprises.iter().map(|name| one(reads, name, None))).await
    };
    let (named, others) = try_join(named, others).await?;
    Ok(named.into_iter().chain(others).flatten().collect())
}

async fn names_of_the_stack(reads: &Reads<'_>) -> Result<Vec<String>, CallError> {
    let path = path_of(reads.world());
    let request = || reads.aws.iam.list_roles().path_prefix(&path).max_items(1000);
    let page = |page: aws_sdk_iam::operation::list_roles::ListRolesOutput| {
        let names: Vec<String> = page.roles.iter().map(|role| role.role_name.clone()).collect();
        (names, page.marker)
    };
    reads.pages("iam:ListRoles", |marker| request().set_marker(marker).send(), page).await
}

async fn one(reads: &Reads<'_>, name: &str, address: Option<Address>) -> Result<Option<Found<Spec>>, CallError> {
    let (role, managed, inline) = try_join3(by_name(reads, name), attached(reads, name), inline(reads, name)).await?;
    let Some(role) = role else { return Ok(None) };
    let policies = Policies { managed: managed.unwrap_or_default(), inline: inline.unwrap_or_default() };
    Ok(Some(from_live(&role, policies).asked_as(address)))
}

/// The role called so, whoever it belongs to. Asked for once.
pub(crate) async fn by_name(reads: &Reads<'_>, name: &str) -> Result<Option<Role>, CallError> {
    let ask = async {
        let answer = reads.ask_for("iam:GetRole", || reads.aws.iam.get_role().role_name(name).send()).await?;
        Ok(answer.and_then(|answer| answer.role))
    };
    reads.shared.roles.get(name, ask).await
}

async fn attached(reads: &Reads<'_>, name: &str) -> Result<Option<BTreeSet<String>>, CallError> {
    let request = || reads.aws.iam.list_attached_role_policies().role_name(name).max_items(1000);
    let page = |page: aws_sdk_iam::operation::list_attached_role_policies::ListAttachedRolePoliciesOutput| {
        let arns = page.attached_policies.unwrap_or_default().into_iter().filter_map(|policy| policy.policy_arn);
        (arns.collect::<Vec<_>>(), page.marker)
    };
    let operation = "iam:ListAttachedRolePolicies";
    let arns = reads.pages(operation, |marker| request().set_marker(marker).send(), page).await;
    Ok(crate::reads::absent_is_none(arns)?.map(|arns| arns.into_iter().collect()))
}

async fn inline(reads: &Reads<'_>, name: &str) -> Result<Option<BTreeMap<String, PolicyDocument>>, CallError> {
    let iam = &reads.aws.iam;
    let request = || iam.list_role_policies().role_name(name).max_items(1000);
    let page =
        |page: aws_sdk_iam::operation::list_role_policies::ListRolePoliciesOutput| (page.policy_names, page.marker);
    let names = reads.pages("iam:ListRolePolicies", |marker| request().set_marker(marker).send(), page).await;
    let Some(names) = crate::reads::absent_is_none(names)? else { return Ok(None) };
    let documents = try_join_all(names.iter().map(|policy| async move {
        let request = || iam.get_role_policy().role_name(name).policy_name(policy).send();
        let answer = reads.ask_for("iam:GetRolePolicy", request).await?;
        Ok::<_, CallError>(answer.map(|answer| (policy.clone(), document(&answer.policy_document))))
    }));
    Ok(Some(documents.await?.into_iter().flatten().collect()))
}

pub(super) fn from_live(role: &Role, policies: Policies) -> Found<Spec> {
    let tags = tags::from_sdk(role.tags());
    let boundary = role.permissions_boundary().and_then(|boundary| boundary.permissions_boundary_arn());
    let spec = Spec {
        name: role.role_name().to_owned(),
        path: role.path().to_owned(),
        assume_role_policy: document(role.assume_role_policy_document().unwrap_or_default()),
        description: role.description().unwrap_or_default().to_owned(),
        max_session_duration: role.max_session_duration().unwrap_or(3600),
        permissions_boundary: boundary.map(str::to_owned),
        managed_policies: policies.managed.into_iter().map(Reference::Id).collect(),
        inline_policies: policies.inline,
        tags: own_tags(&tags),
    };
    let mut found = Found::new(role.role_name(), spec, tags);
    found.outputs = outputs(role);
    found
}

fn outputs(role: &Role) -> Outputs {
    Outputs::from([
        ("name".to_owned(), role.role_name().to_owned()),
        ("arn".to_owned(), role.arn().to_owned()),
        ("unique_id".to_owned(), role.role_id().to_owned()),
    ])
}

/// Roles are complete when they are made. This only answers for a creation whose answer was lost.
pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let name = match &call {
        Some(Call::Create { name, .. }) => name.clone(),
        _ => run.outputs.get("name").cloned().unwrap_or_default(),
    };
    let answer = aws.call("iam:GetRole", aws.iam.get_role().role_name(name).send()).await?;
    let gone = || not_ours(run, "the role");
    let role = answer.role().ok_or_else(gone)?;
    if !tags::are_ours(aws, role.tags()) {
        return Err(gone());
    }
    Ok(Progress::Done { outputs: outputs(role) })
}
