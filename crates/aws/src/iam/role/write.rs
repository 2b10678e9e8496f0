//! Requests.

use std::collections::BTreeSet;

use eksctl_rs_core::{After, CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::Spec;
use crate::iam::tags;
use crate::{Aws, PolicyDocument};

/// The calls of a role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// The name.
        name: String,
        /// The path.
        path: String,
        /// Who may assume it.
        assume_role_policy: PolicyDocument,
        /// What it is for.
        description: String,
        /// Seconds.
        max_session_duration: i32,
        /// The ARN of a policy.
        permissions_boundary: Option<String>,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Changes who may assume it.
    UpdateAssumeRolePolicy {
        /// The role.
        name: String,
        /// Who may assume it.
        assume_role_policy: PolicyDocument,
    },
    /// Changes what AWS changes together.
    Update {
        /// The role.
        name: String,
        /// What it is for.
        description: String,
        /// Seconds.
        max_session_duration: i32,
    },
    /// Sets the boundary.
    PutPermissionsBoundary {
        /// The role.
        name: String,
        /// The ARN of a policy.
        arn: String,
    },
    /// Removes the boundary.
    DeletePermissionsBoundary {
        /// The role.
        name: String,
    },
    /// Attaches a policy.
    Attach {
        /// The role.
        name: String,
        /// The ARN of the policy.
        arn: Reference,
    },
    /// Detaches a policy.
    Detach {
        /// The role.
        name: String,
        /// The ARN of the policy.
        arn: Reference,
    },
    /// Writes a policy into the role.
    PutInline {
        /// The role.
        name: String,
        /// The name of the policy.
        policy: String,
        /// What it allows.
        document: PolicyDocument,
    },
    /// Takes a policy out of the role.
    DeleteInline {
        /// The role.
        name: String,
        /// The name of the policy.
        policy: String,
    },
    /// Sets tags.
    Tag {
        /// The role.
        name: String,
        /// Key and value.
        tags: Tags,
    },
    /// Removes tags.
    Untag {
        /// The role.
        name: String,
        /// The keys.
        keys: BTreeSet<String>,
    },
    /// Deletes it.
    Delete {
        /// The role.
        name: String,
    },
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    match &lowering.work {
        Work::Create { desired } => create(desired, lowering.ownership),
        Work::Update { desired, live, changed, .. } => update(lowering, desired, live, changed),
        Work::Delete { live, .. } => delete(live),
    }
}

fn create(desired: &Spec, ownership: &Tags) -> Vec<Lowered<Call>> {
    let mut tags = desired.tags.clone();
    tags.extend(ownership.clone());
    let create = Call::Create {
        name: desired.name.clone(),
        path: desired.path.clone(),
        assume_role_policy: desired.assume_role_policy.clone(),
        description: desired.description.clone(),
        max_session_duration: desired.max_session_duration,
        permissions_boundary: desired.permissions_boundary.clone(),
        tags,
    };
    let mut calls = vec![Lowered::creating("iam:CreateRole", create)];
    calls.extend(desired.managed_policies.iter().map(|arn| attach(desired, arn).after(After::First)));
    let inline = desired.inline_policies.iter();
    calls.extend(inline.map(|(policy, document)| put_inline(desired, policy, document).after(After::First)));
    calls
}

fn update(lowering: &Lowering<'_, Spec>, desired: &Spec, live: &Spec, changed: &[&str]) -> Vec<Lowered<Call>> {
    let name = || desired.name.clone();
    let mut calls = Vec::new();
    if changed.contains(&"assume_role_policy") {
        let assume_role_policy = desired.assume_role_policy.clone();
        let call = Call::UpdateAssumeRolePolicy { name: name(), assume_role_policy };
        calls.push(Lowered::new("iam:UpdateAssumeRolePolicy", call));
    }
    if changed.contains(&"description") || changed.contains(&"max_session_duration") {
        let (description, max_session_duration) = (desired.description.clone(), desired.max_session_duration);
        calls.push(Lowered::new("iam:UpdateRole", Call::Update { name: name(), description, max_session_duration }));
    }
    if changed.contains(&"permissions_boundary") {
        calls.push(match &desired.permissions_boundary {
            Some(arn) => {
                let call = Call::PutPermissionsBoundary { name: name(), arn: arn.clone() };
                Lowered::new("iam:PutRolePermissionsBoundary", call)
            }
            None => Lowered::new("iam:DeleteRolePermissionsBoundary", Call::DeletePermissionsBoundary { name: name() }),
        });
    }
    // Ten may be attached: what goes, goes first.
    calls.extend(live.managed_policies.difference(&desired.managed_policies).map(|arn| detach(desired, arn)));
    calls.extend(desired.managed_policies.difference(&live.managed_policies).map(|arn| attach(desired, arn)));
    let gone = live.inline_policies.keys().filter(|policy| !desired.inline_policies.contains_key(*policy));
    calls.extend(gone.map(|policy| delete_inline(desired, policy)));
    let put =
        desired.inline_policies.iter().filter(|(policy, document)| live.inline_policies.get(*policy) != Some(document));
    calls.extend(put.map(|(policy, document)| put_inline(desired, policy, document)));
    calls.extend(retag(lowering, desired, live));
    // No two of them touch the same thing, but for the quota of attachments.
    calls.into_iter().map(|call| call.after(After::Previous)).collect()
}

fn retag(lowering: &Lowering<'_, Spec>, desired: &Spec, live: &Spec) -> Vec<Lowered<Call>> {
    let name = || desired.name.clone();
    let (tags, keys) = tags::changes(lowering, &desired.tags, &live.tags);
    let mut calls = Vec::new();
    if !keys.is_empty() {
        calls.push(Lowered::new("iam:UntagRole", Call::Untag { name: name(), keys }));
    }
    if !tags.is_empty() {
        calls.push(Lowered::new("iam:TagRole", Call::Tag { name: name(), tags }));
    }
    calls
}

/// IAM deletes only a role that has nothing left.
fn delete(live: &Spec) -> Vec<Lowered<Call>> {
    let mut calls: Vec<_> = live.inline_policies.keys().map(|policy| delete_inline(live, policy)).collect();
    calls.extend(live.managed_policies.iter().map(|arn| detach(live, arn)));
    let mut calls: Vec<_> = calls.into_iter().map(|call| call.after(After::Nothing)).collect();
    // Nodes and the control plane need them to the last moment.
    calls.iter_mut().for_each(|call| call.lets_go = false);
    calls.push(Lowered::new("iam:DeleteRole", Call::Delete { name: live.name.clone() }));
    calls
}

fn attach(role: &Spec, arn: &Reference) -> Lowered<Call> {
    Lowered::new("iam:AttachRolePolicy", Call::Attach { name: role.name.clone(), arn: arn.clone() })
}

fn detach(role: &Spec, arn: &Reference) -> Lowered<Call> {
    Lowered::new("iam:DetachRolePolicy", Call::Detach { name: role.name.clone(), arn: arn.clone() })
}

fn put_inline(role: &Spec, policy: &str, document: &PolicyDocument) -> Lowered<Call> {
    let call = Call::PutInline { name: role.name.clone(), policy: policy.to_owned(), document: document.clone() };
    Lowered::new("iam:PutRolePolicy", call)
}

fn delete_inline(role: &Spec, policy: &str) -> Lowered<Call> {
    let call = Call::DeleteInline { name: role.name.clone(), policy: policy.to_owned() };
    Lowered::new("iam:DeleteRolePolicy", call).letting_go()
}

pub(super) async fn start(aws: &Aws, call: Call, _: &Run<'_>) -> Result<Progress, CallError> {
    let iam = &aws.iam;
    match call {
        Call::Create {
            name,
            path,
            assume_role_policy,
            description,
            max_session_duration,
            permissions_boundary,
            tags,
        } => {
            let request = iam
                .create_role()
                .role_name(name)
                .path(path)
                .assume_role_policy_document(assume_role_policy.text())
                .set_description((!description.is_empty()).then_some(description))
                .max_session_duration(max_session_duration)
                .set_permissions_boundary(permissions_boundary)
                .set_tags(Some(tags::to_sdk("iam:CreateRole", &tags)?));
            let answer = aws.call("iam:CreateRole", request.send()).await?;
            let bug = || CallError::bug("iam:CreateRole", "the answer holds no role");
            let role = answer.role().ok_or_else(bug)?;
            let outputs = [
                ("name", role.role_name().to_owned()),
                ("arn", role.arn().to_owned()),
                ("unique_id", role.role_id().to_owned()),
            ];
            return Ok(Progress::done_with(outputs));
        }
        Call::UpdateAssumeRolePolicy { name, assume_role_policy } => {
            let request = iam.update_assume_role_policy().role_name(name).policy_document(assume_role_policy.text());
            aws.call("iam:UpdateAssumeRolePolicy", request.send()).await?;
        }
        Call::Update { name, description, max_session_duration } => {
            let request = iam.update_role().role_name(name).description(description);
            let request = request.max_session_duration(max_session_duration);
            aws.call("iam:UpdateRole", request.send()).await?;
        }
        Call::PutPermissionsBoundary { name, arn } => {
            let request = iam.put_role_permissions_boundary().role_name(name).permissions_boundary(arn);
            aws.call("iam:PutRolePermissionsBoundary", request.send()).await?;
        }
        Call::DeletePermissionsBoundary { name } => {
            let request = iam.delete_role_permissions_boundary().role_name(name);
            aws.call("iam:DeleteRolePermissionsBoundary", request.send()).await?;
        }
        Call::Attach { name, arn } => {
            let request = iam.attach_role_policy().role_name(name).policy_arn(known("iam:AttachRolePolicy", &arn)?);
            aws.call("iam:AttachRolePolicy", request.send()).await?;
        }
        Call::Detach { name, arn } => {
            let request = iam.detach_role_policy().role_name(name).policy_arn(known("iam:DetachRolePolicy", &arn)?);
            gone_is_done(aws.call("iam:DetachRolePolicy", request.send()).await)?;
        }
        Call::PutInline { name, policy, document } => {
            let request = iam.put_role_policy().role_name(name).policy_name(policy).policy_document(document.text());
            aws.call("iam:PutRolePolicy", request.send()).await?;
        }
        Call::DeleteInline { name, policy } => {
            let request = iam.delete_role_policy().role_name(name).policy_name(policy);
            gone_is_done(aws.call("iam:DeleteRolePolicy", request.send()).await)?;
        }
        Call::Tag { name, tags } => {
            let request = iam.tag_role().role_name(name).set_tags(Some(tags::to_sdk("iam:TagRole", &tags)?));
            aws.call("iam:TagRole", request.send()).await?;
        }
        Call::Untag { name, keys } => {
            let request = iam.untag_role().role_name(name).set_tag_keys(Some(keys.into_iter().collect()));
            aws.call("iam:UntagRole", request.send()).await?;
        }
        Call::Delete { name } => {
            aws.call("iam:DeleteRole", iam.delete_role().role_name(name).send()).await?;
        }
    }
    Ok(Progress::done())
}

fn known<'r>(operation: &'static str, reference: &'r Reference) -> Result<&'r str, CallError> {
    reference.literal().map_err(|message| CallError::bug(operation, message))
}

/// What an earlier attempt has removed is removed.
fn gone_is_done<T>(answer: Result<T, CallError>) -> Result<(), CallError> {
    crate::reads::absent_is_none(answer).map(|_| ())
}
