//! Requests.

use aws_sdk_eks::types as sdk;
use eksctl_rs_core::{After, CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::{AccessScope, Spec, read};
use crate::Aws;
use crate::ec2::literal;
use crate::eks::TagCall;
use crate::reads::absent_is_none;

/// The calls of an access entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// The name of the cluster.
        cluster: Reference,
        /// The ARN of the principal.
        principal: Reference,
        /// What the principal is.
        entry_type: String,
        /// The name of the user in Kubernetes; nothing leaves it to EKS.
        username: Option<String>,
        /// The groups in Kubernetes.
        groups: Vec<String>,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Changes what it is in Kubernetes.
    Update {
        /// The name of the cluster.
        cluster: Reference,
        /// The ARN of the principal.
        principal: Reference,
        /// The name of the user, where it changes.
        username: Option<String>,
        /// The groups, all of them, where they change.
        groups: Option<Vec<String>>,
    },
    /// Associates an access policy, or changes where it counts.
    Associate {
        /// The name of the cluster.
        cluster: Reference,
        /// The ARN of the principal.
        principal: Reference,
        /// The ARN of the policy.
        policy: String,
        /// Where it counts.
        scope: AccessScope,
    },
    /// Takes an access policy away.
    Disassociate {
        /// The name of the cluster.
        cluster: Reference,
        /// The ARN of the principal.
        principal: Reference,
        /// The ARN of the policy.
        policy: String,
    },
    /// Changes tags.
    Tags(TagCall),
    /// Deletes it, with its access policies.
    Delete {
        /// The name of the cluster.
        cluster: Reference,
        /// The ARN of the principal.
        principal: Reference,
    },
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = desired.tags.clone();
            tags.extend(lowering.ownership.clone());
            let create = Call::Create {
                cluster: desired.cluster.clone(),
                principal: desired.principal.clone(),
                entry_type: desired.entry_type.clone(),
                username: desired.username.clone(),
                groups: desired.kubernetes_groups.iter().cloned().collect(),
                tags,
            };
            let mut calls = vec![Lowered::creating("eks:CreateAccessEntry", create)];
            let policies = desired.access_policies.iter();
            calls.extend(policies.map(|(policy, scope)| associate(desired, policy, scope).after(After::First)));
            calls
        }
        Work::Update { desired, live, changed, .. } => {
            let mut calls = Vec::from_iter(update(desired, live, changed));
            // What is new comes before what goes: nobody is locked out in between.
            let new = desired.access_policies.iter();
            let new = new.filter(|(policy, scope)| live.access_policies.get(*policy) != Some(*scope));
            calls.extend(new.map(|(policy, scope)| associate(live, policy, scope)));
            let gone = live.access_policies.keys().filter(|policy| !desired.access_policies.contains_key(*policy));
            calls.extend(gone.map(|policy| disassociate(live, policy)));
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            calls.extend(tags.into_iter().map(|lowered| lowered.map(Call::Tags)));
            calls
        }
        Work::Delete { live, .. } => {
            let call = Call::Delete { cluster: live.cluster.clone(), principal: live.principal.clone() };
            vec![Lowered::new("eks:DeleteAccessEntry", call)]
        }
    }
}

fn update(desired: &Spec, live: &Spec, changed: &[&str]) -> Option<Lowered<Call>> {
    let username = desired.username.clone().filter(|_| changed.contains(&"username"));
    let groups = desired.kubernetes_groups.iter().cloned().collect();
    let groups = changed.contains(&"kubernetes_groups").then_some(groups);
    if username.is_none() && groups.is_none() {
        return None;
    }
    let (cluster, principal) = (live.cluster.clone(), live.principal.clone());
    Some(Lowered::new("eks:UpdateAccessEntry", Call::Update { cluster, principal, username, groups }))
}

fn associate(entry: &Spec, policy: &str, scope: &AccessScope) -> Lowered<Call> {
    let call = Call::Associate {
        cluster: entry.cluster.clone(),
        principal: entry.principal.clone(),
        policy: policy.to_owned(),
        scope: scope.clone(),
    };
    Lowered::new("eks:AssociateAccessPolicy", call)
}

fn disassociate(entry: &Spec, policy: &str) -> Lowered<Call> {
    let (cluster, principal) = (entry.cluster.clone(), entry.principal.clone());
    Lowered::new("eks:DisassociateAccessPolicy", Call::Disassociate { cluster, principal, policy: policy.to_owned() })
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    let eks = &aws.eks;
    match call {
        // The principal is unique in the cluster: that makes it safe to repeat.
        Call::Create { cluster, principal, entry_type, username, groups, tags } => {
            let request = eks
                .create_access_entry()
                .cluster_name(literal(&cluster, run)?)
                .principal_arn(literal(&principal, run)?)
                .r#type(entry_type)
                .set_username(username)
                .set_kubernetes_groups((!groups.is_empty()).then_some(groups))
                .set_tags(Some(tags.into_iter().collect()));
            let answer = aws.call("eks:CreateAccessEntry", request.send()).await?;
            let outputs = answer.access_entry().map(read::outputs).unwrap_or_default();
            return Ok(Progress::Done { outputs });
        }
        Call::Update { cluster, principal, username, groups } => {
            let request = eks
                .update_access_entry()
                .cluster_name(literal(&cluster, run)?)
                .principal_arn(literal(&principal, run)?)
                .set_username(username)
                .set_kubernetes_groups(groups);
            aws.call("eks:UpdateAccessEntry", request.send()).await?;
        }
        Call::Associate { cluster, principal, policy, scope } => {
            let namespaces = (!scope.namespaces.is_empty()).then(|| scope.namespaces.into_iter().collect());
            let kind = sdk::AccessScopeType::from(scope.kind.as_str());
            let request = eks
                .associate_access_policy()
                .cluster_name(literal(&cluster, run)?)
                .principal_arn(literal(&principal, run)?)
                .policy_arn(policy)
                .access_scope(sdk::AccessScope::builder().r#type(kind).set_namespaces(namespaces).build());
            aws.call("eks:AssociateAccessPolicy", request.send()).await?;
        }
        Call::Disassociate { cluster, principal, policy } => {
            let request = eks
                .disassociate_access_policy()
                .cluster_name(literal(&cluster, run)?)
                .principal_arn(literal(&principal, run)?)
                .policy_arn(policy);
            // What an earlier attempt has taken away is away.
            absent_is_none(aws.call("eks:DisassociateAccessPolicy", request.send()).await)?;
        }
        Call::Tags(call) => return call.start(aws, run).await,
        Call::Delete { cluster, principal } => {
            let request = eks.delete_access_entry().cluster_name(literal(&cluster, run)?);
            let request = request.principal_arn(literal(&principal, run)?);
            aws.call("eks:DeleteAccessEntry", request.send()).await?;
        }
    }
    Ok(Progress::done())
}
