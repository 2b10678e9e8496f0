//! Requests.

use std::collections::BTreeSet;

use eksctl_rs_core::{After, CallError, Lowered, Lowering, Progress, Reference, Run, Work};
use serde::{Deserialize, Serialize};

use super::Spec;
use super::read::outputs;
use crate::reads::absent_is_none;
use crate::{Aws, PolicyDocument};

/// The calls of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// The name.
        name: String,
        /// The path.
        path: String,
    },
    /// Gives it another name or path; who is in it and what it may do stays.
    Update {
        /// The name that it has.
        name: String,
        /// The name that it gets.
        new_name: String,
        /// The path that it gets.
        new_path: String,
    },
    /// Attaches a policy.
    Attach {
        /// The group.
        name: String,
        /// The ARN of the policy.
        arn: Reference,
    },
    /// Detaches a policy.
    Detach {
        /// The group.
        name: String,
        /// The ARN of the policy.
        arn: Reference,
    },
    /// Writes a policy into the group.
    PutInline {
        /// The group.
        name: String,
        /// The name of the policy.
        policy: String,
        /// What it allows.
        document: PolicyDocument,
    },
    /// Takes a policy out of the group.
    DeleteInline {
        /// The group.
        name: String,
        /// The name of the policy.
        policy: String,
    },
    /// Takes a user in.
    AddUser {
        /// The group.
        name: String,
        /// The user.
        user: String,
    },
    /// Takes a user out.
    RemoveUser {
        /// The group.
        name: String,
        /// The user.
        user: String,
    },
    /// Deletes it.
    Delete {
        /// The group.
        name: String,
    },
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    match &lowering.work {
        Work::Create { desired } => create(desired),
        Work::Update { desired, live, .. } => update(desired, live),
        Work::Delete { live, .. } => delete(live),
    }
}

fn create(desired: &Spec) -> Vec<Lowered<Call>> {
    let create = Call::Create { name: desired.name.clone(), path: desired.path.clone() };
    let nothing =
        Spec { managed_policies: BTreeSet::new(), inline_policies: Default::default(), users: None, ..desired.clone() };
    let parts = parts(desired, &nothing).into_iter().map(|call| call.after(After::First));
    std::iter::once(Lowered::creating("iam:CreateGroup", create)).chain(parts).collect()
}

fn update(desired: &Spec, live: &Spec) -> Vec<Lowered<Call>> {
    let mut calls = Vec::new();
    if (&desired.name, &desired.path) != (&live.name, &live.path) {
        let (new_name, new_path) = (desired.name.clone(), desired.path.clone());
        calls.push(Lowered::new("iam:UpdateGroup", Call::Update { name: live.name.clone(), new_name, new_path }));
    }
    calls.extend(parts(desired, live));
    // No two of them touch the same thing, but for the name and the quota of attachments.
    calls.into_iter().map(|call| call.after(After::Previous)).collect()
}

/// The calls that bring policies and users from `live` to `desired`. Ten policies may be attached: what goes, goes first.
fn parts(desired: &Spec, live: &Spec) -> Vec<Lowered<Call>> {
    let mut calls = Vec::new();
    calls.extend(live.managed_policies.difference(&desired.managed_policies).map(|arn| detach(desired, arn)));
    calls.extend(desired.managed_policies.difference(&live.managed_policies).map(|arn| attach(desired, arn)));
    let gone = live.inline_policies.keys().filter(|policy| !desired.inline_policies.contains_key(*policy));
    calls.extend(gone.map(|policy| delete_inline(desired, policy)));
    let put =
        desired.inline_policies.iter().filter(|(policy, document)| live.inline_policies.get(*policy) != Some(document));
    calls.extend(put.map(|(policy, document)| put_inline(desired, policy, document)));
    if let Some(wanted) = &desired.users {
        let there = live.users.clone().unwrap_or_default();
        calls.extend(there.difference(wanted).map(|user| remove_user(desired, user)));
        calls.extend(wanted.difference(&there).map(|user| add_user(desired, user)));
    }
    calls
}

/// IAM deletes only a group that has nothing and nobody left.
fn delete(live: &Spec) -> Vec<Lowered<Call>> {
    let users = live.users.iter().flatten().map(|user| remove_user(live, user));
    let inline = live.inline_policies.keys().map(|policy| delete_inline(live, policy));
    let managed = live.managed_policies.iter().map(|arn| detach(live, arn));
    let mut calls: Vec<_> = users.chain(inline).chain(managed).map(|call| call.after(After::Nothing)).collect();
    calls.push(Lowered::new("iam:DeleteGroup", Call::Delete { name: live.name.clone() }));
    calls
}

fn attach(group: &Spec, arn: &Reference) -> Lowered<Call> {
    Lowered::new("iam:AttachGroupPolicy", Call::Attach { name: group.name.clone(), arn: arn.clone() })
}

fn detach(group: &Spec, arn: &Reference) -> Lowered<Call> {
    Lowered::new("iam:DetachGroupPolicy", Call::Detach { name: group.name.clone(), arn: arn.clone() })
}

fn put_inline(group: &Spec, policy: &str, document: &PolicyDocument) -> Lowered<Call> {
    let call = Call::PutInline { name: group.name.clone(), policy: policy.to_owned(), document: document.clone() };
    Lowered::new("iam:PutGroupPolicy", call)
}

fn delete_inline(group: &Spec, policy: &str) -> Lowered<Call> {
    let call = Call::DeleteInline { name: group.name.clone(), policy: policy.to_owned() };
    Lowered::new("iam:DeleteGroupPolicy", call)
}

fn add_user(group: &Spec, user: &str) -> Lowered<Call> {
    Lowered::new("iam:AddUserToGroup", Call::AddUser { name: group.name.clone(), user: user.to_owned() })
}

fn remove_user(group: &Spec, user: &str) -> Lowered<Call> {
    Lowered::new("iam:RemoveUserFromGroup", Call::RemoveUser { name: group.name.clone(), user: user.to_owned() })
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    let iam = &aws.iam;
    match call {
        Call::Create { name, path } => {
            let answer = aws.call("iam:CreateGroup", iam.create_group().group_name(name).path(path).send()).await?;
            let bug = || CallError::bug(&run.step.operation, "the answer holds no group");
            return Ok(Progress::Done { outputs: outputs(answer.group().ok_or_else(bug)?) });
        }
        Call::Update { name, new_name, new_path } => {
            let is_new = new_name != name;
            let request = iam.update_group().group_name(name).new_path(new_path);
            let request = request.set_new_group_name(is_new.then_some(new_name));
            aws.call("iam:UpdateGroup", request.send()).await?;
        }
        Call::Attach { name, arn } => {
            let request = iam.attach_group_policy().group_name(name).policy_arn(known(&arn, run)?);
            aws.call("iam:AttachGroupPolicy", request.send()).await?;
        }
        Call::Detach { name, arn } => {
            let request = iam.detach_group_policy().group_name(name).policy_arn(known(&arn, run)?);
            absent_is_none(aws.call("iam:DetachGroupPolicy", request.send()).await)?;
        }
        Call::PutInline { name, policy, document } => {
            let request = iam.put_group_policy().group_name(name).policy_name(policy).policy_document(document.text());
            aws.call("iam:PutGroupPolicy", request.send()).await?;
        }
        Call::DeleteInline { name, policy } => {
            let request = iam.delete_group_policy().group_name(name).policy_name(policy);
            absent_is_none(aws.call("iam:DeleteGroupPolicy", request.send()).await)?;
        }
        Call::AddUser { name, user } => {
            let request = iam.add_user_to_group().group_name(name).user_name(user);
            aws.call("iam:AddUserToGroup", request.send()).await?;
        }
        Call::RemoveUser { name, user } => {
            let request = iam.remove_user_from_group().group_name(name).user_name(user);
            absent_is_none(aws.call("iam:RemoveUserFromGroup", request.send()).await)?;
        }
        Call::Delete { name } => {
            aws.call("iam:DeleteGroup", iam.delete_group().group_name(name).send()).await?;
        }
    }
    Ok(Progress::done())
}

fn known<'r>(reference: &'r Reference, run: &Run<'_>) -> Result<&'r str, CallError> {
    reference.literal().map_err(|message| CallError::bug(&run.step.operation, message))
}
