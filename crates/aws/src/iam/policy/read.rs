//! From AWS's answers to our spec.

use std::collections::BTreeMap;

use aws_sdk_iam::operation::list_policies::ListPoliciesOutput;
use aws_sdk_iam::operation::list_policy_versions::ListPolicyVersionsOutput;
use aws_sdk_iam::types::{Policy, PolicyScopeType};
use eksctl_rs_core::{Address, CallError, Outputs, Progress, Run};

use super::{Call, DEFAULT_VERSION, OLD_VERSIONS, Room, Spec, arn_of};
use crate::branches::{try_join, try_join_all};
use crate::iam::{document, tags};
use crate::kind::{Found, not_ours, own_tags};
use crate::reads::{Reads, absent_is_none};
use crate::{Aws, PolicyDocument, iam};

/// The policies that the stack wants are asked for by their ARNs; the list of the stack's path tells of the others.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let wanted: BTreeMap<String, Address> =
        reads.wanted::<Room>().into_iter().map(|(address, spec)| (arn_of(&spec, reads.world()), address)).collect();
    let named = try_join_all(wanted.iter().map(|(arn, address)| one(reads, arn, Some(address.clone()))));
    let others = async {
        let arns = arns_of_the_stack(reads).await?;
        let surprises = arns.iter().filter(|arn| !wanted.contains_key(*arn));
        try_join_all(surprises.map(|arn| one(reads, arn, None))).await
    };
    let (named, others) = try_join(named, others).await?;
    Ok(named.into_iter().chain(others).flatten().collect())
}

async fn arns_of_the_stack(reads: &Reads<'_>) -> Result<Vec<String>, CallError> {
    let path = iam::role::path_of(reads.world());
    let request = || reads.aws.iam.list_policies().path_prefix(&path).scope(PolicyScopeType::Local).max_items(1000);
    let page = |page: ListPoliciesOutput| {
        let arns = page.policies.unwrap_or_default().into_iter().filter_map(|policy| policy.arn);
        (arns.collect::<Vec<_>>(), page.marker)
    };
    reads.pages("iam:ListPolicies", |marker| request().set_marker(marker).send(), page).await
}

async fn one(reads: &Reads<'_>, arn: &str, address: Option<Address>) -> Result<Option<Found<Spec>>, CallError> {
    let iam = &reads.aws.iam;
    let policy = reads.ask_for("iam:GetPolicy", || iam.get_policy().policy_arn(arn).send());
    let (policy, versions) = try_join(policy, versions(reads, arn)).await?;
    let Some(policy) = policy.and_then(|answer| answer.policy) else { return Ok(None) };
    let version = policy.default_version_id().unwrap_or_default();
    let request = || iam.get_policy_version().policy_arn(arn).version_id(version).send();
    let answer = reads.ask_for("iam:GetPolicyVersion", request).await?;
    let text = answer.and_then(|answer| answer.policy_version?.document).unwrap_or_default();
    Ok(Some(from_live(&policy, &versions, document(&text)).asked_as(address)))
}

async fn versions(reads: &Reads<'_>, arn: &str) -> Result<Vec<String>, CallError> {
    let request = || reads.aws.iam.list_policy_versions().policy_arn(arn).max_items(100);
    let page = |page: ListPolicyVersionsOutput| {
        let ids = page.versions.unwrap_or_default().into_iter().filter_map(|version| version.version_id);
        (ids.collect::<Vec<_>>(), page.marker)
    };
    let operation = "iam:ListPolicyVersions";
    let versions = reads.pages(operation, |marker| request().set_marker(marker).send(), page).await;
    Ok(absent_is_none(versions)?.unwrap_or_default())
}

pub(super) fn from_live(policy: &Policy, versions: &[String], document: PolicyDocument) -> Found<Spec> {
    let tags = tags::from_sdk(policy.tags());
    let spec = Spec {
        name: policy.policy_name().unwrap_or_default().to_owned(),
        path: policy.path().unwrap_or("/").to_owned(),
        description: policy.description().unwrap_or_default().to_owned(),
        document,
        tags: own_tags(&tags),
    };
    let default = policy.default_version_id().unwrap_or_default();
    let mut old: Vec<&String> = versions.iter().filter(|version| *version != default).collect();
    old.sort_by_key(|version| number(version));
    let old: Vec<&str> = old.into_iter().map(String::as_str).collect();
    let mut found = Found::new(policy.arn().unwrap_or_default(), spec, tags);
    found.outputs = outputs(policy);
    found.telling(DEFAULT_VERSION, default).telling(OLD_VERSIONS, old.join(" "))
}

/// Versions are counted: `v10` comes after `v9`.
fn number(version: &str) -> u64 {
    version.trim_start_matches('v').parse().unwrap_or_default()
}

pub(super) fn outputs(policy: &Policy) -> Outputs {
    Outputs::from([
        ("name".to_owned(), policy.policy_name().unwrap_or_default().to_owned()),
        ("arn".to_owned(), policy.arn().unwrap_or_default().to_owned()),
    ])
}

/// Policies are complete when they are made. This only answers for a creation whose answer was lost.
pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let arn = match &call {
        Some(Call::Create { spec, .. }) => arn_of(spec, &aws.world),
        _ => run.outputs.get("arn").cloned().unwrap_or_default(),
    };
    let answer = aws.call("iam:GetPolicy", aws.iam.get_policy().policy_arn(arn).send()).await?;
    match answer.policy() {
        Some(policy) if tags::are_ours(aws, policy.tags()) => Ok(Progress::Done { outputs: outputs(policy) }),
        _ => Err(not_ours(run, "the policy")),
    }
}
