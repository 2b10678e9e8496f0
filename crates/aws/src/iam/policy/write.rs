//! Requests.

use std::collections::BTreeSet;

use eksctl_rs_core::{After, CallError, Lowered, Lowering, Observed, Progress, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::read::outputs;
use super::{OLD_VERSIONS, Spec};
use crate::iam::tags;
use crate::{Aws, PolicyDocument};

/// How many old versions stay when a new one is made. IAM keeps five in all, and a call whose answer is lost is sent
/// again: it may make one more.
const KEPT: usize = 2;

/// The calls of a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// What it is to be.
        spec: Spec,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Makes a version that counts from then on. Sent twice, it makes two that say the same.
    CreateVersion {
        /// The policy.
        arn: String,
        /// What it allows.
        document: PolicyDocument,
    },
    /// Deletes a version that does not count.
    DeleteVersion {
        /// The policy.
        arn: String,
        /// The version.
        version: String,
    },
    /// Sets tags.
    Tag {
        /// The policy.
        arn: String,
        /// Key and value.
        tags: Tags,
    },
    /// Removes tags.
    Untag {
        /// The policy.
        arn: String,
        /// The keys.
        keys: BTreeSet<String>,
    },
    /// Deletes it, with the version that counts.
    Delete {
        /// The policy.
        arn: String,
    },
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = desired.tags.clone();
            tags.extend(lowering.ownership.clone());
            vec![Lowered::creating("iam:CreatePolicy", Call::Create { spec: desired.clone(), tags })]
        }
        Work::Update { desired, live, observed, .. } => update(lowering, desired, live, observed),
        Work::Delete { observed, .. } => {
            let versions = old_versions(observed).into_iter();
            let mut calls: Vec<_> = versions.map(|version| delete_version(observed, version)).collect();
            calls.push(Lowered::new("iam:DeletePolicy", Call::Delete { arn: observed.id.clone() }));
            calls
        }
    }
}

fn update(lowering: &Lowering<'_, Spec>, desired: &Spec, live: &Spec, observed: &Observed) -> Vec<Lowered<Call>> {
    let arn = || observed.id.clone();
    let mut calls = Vec::new();
    if desired.document != live.document {
        let old = old_versions(observed);
        let too_many = old.len().saturating_sub(KEPT);
        calls.extend(old.into_iter().take(too_many).map(|version| delete_version(observed, version)));
        let call = Call::CreateVersion { arn: arn(), document: desired.document.clone() };
        calls.push(Lowered::new("iam:CreatePolicyVersion", call));
    }
    let (tags, keys) = tags::changes(lowering, &desired.tags, &live.tags);
    if !keys.is_empty() {
        calls.push(Lowered::new("iam:UntagPolicy", Call::Untag { arn: arn(), keys }));
    }
    if !tags.is_empty() {
        // The digest says what was applied: it is written when everything else is.
        calls.push(Lowered::new("iam:TagPolicy", Call::Tag { arn: arn(), tags }));
    }
    calls.into_iter().map(|call| call.after(After::Previous)).collect()
}

fn old_versions(observed: &Observed) -> Vec<&str> {
    observed.outputs.get(OLD_VERSIONS).map(|versions| versions.split_whitespace().collect()).unwrap_or_default()
}

fn delete_version(observed: &Observed, version: &str) -> Lowered<Call> {
    let call = Call::DeleteVersion { arn: observed.id.clone(), version: version.to_owned() };
    Lowered::new("iam:DeletePolicyVersion", call)
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    let iam = &aws.iam;
    match call {
        Call::Create { spec, tags } => {
            let request = iam
                .create_policy()
                .policy_name(spec.name)
                .path(spec.path)
                .set_description((!spec.description.is_empty()).then_some(spec.description))
                .policy_document(spec.document.text())
                .set_tags(Some(tags::to_sdk("iam:CreatePolicy", &tags)?));
            let answer = aws.call("iam:CreatePolicy", request.send()).await?;
            let bug = || CallError::bug(&run.step.operation, "the answer holds no policy");
            return Ok(Progress::Done { outputs: outputs(answer.policy().ok_or_else(bug)?) });
        }
        Call::CreateVersion { arn, document } => {
            let request = iam.create_policy_version().policy_arn(arn).policy_document(document.text());
            aws.call("iam:CreatePolicyVersion", request.set_as_default(true).send()).await?;
        }
        Call::DeleteVersion { arn, version } => {
            let request = iam.delete_policy_version().policy_arn(arn).version_id(version);
            // What an earlier attempt has removed is removed.
            crate::reads::absent_is_none(aws.call("iam:DeletePolicyVersion", request.send()).await)?;
        }
        Call::Tag { arn, tags } => {
            let request = iam.tag_policy().policy_arn(arn).set_tags(Some(tags::to_sdk("iam:TagPolicy", &tags)?));
            aws.call("iam:TagPolicy", request.send()).await?;
        }
        Call::Untag { arn, keys } => {
            let request = iam.untag_policy().policy_arn(arn).set_tag_keys(Some(keys.into_iter().collect()));
            aws.call("iam:UntagPolicy", request.send()).await?;
        }
        Call::Delete { arn } => {
            aws.call("iam:DeletePolicy", iam.delete_policy().policy_arn(arn).send()).await?;
        }
    }
    Ok(Progress::done())
}
