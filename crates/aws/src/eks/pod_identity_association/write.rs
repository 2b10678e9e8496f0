//! Requests.

use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::{Spec, read};
use crate::ec2::literal;
use crate::eks::TagCall;
use crate::{Aws, PolicyDocument};

/// The calls of a pod identity association.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// Everything that it is to be.
        spec: Box<Spec>,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Changes what can be changed, all of it.
    Update {
        /// The name of the cluster.
        cluster: Reference,
        /// The id of the association.
        id: Reference,
        /// The ARN of the role.
        role: Reference,
        /// The ARN of the role behind it, where that changes.
        target_role: Change<Reference>,
        /// Whether the session goes without tags.
        disable_session_tags: bool,
        /// What narrows the role, where that changes.
        policy: Change<PolicyDocument>,
    },
    /// Changes tags.
    Tags(TagCall),
    /// Deletes it.
    Delete {
        /// The name of the cluster.
        cluster: Reference,
        /// The id of the association.
        id: Reference,
    },
}

/// What becomes of something that an association may have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Change<T> {
    /// It stays as it is, and is not sent.
    Stays,
    /// It goes: an empty text is sent.
    Goes,
    /// It is this.
    Is(T),
}

impl<T: Clone> Change<T> {
    fn to(desired: Option<&T>, changes: bool) -> Self {
        match desired {
            _ if !changes => Self::Stays,
            None => Self::Goes,
            Some(desired) => Self::Is(desired.clone()),
        }
    }

    fn text(self, text: impl FnOnce(&T) -> Result<String, CallError>) -> Result<Option<String>, CallError> {
        match self {
            Self::Stays => Ok(None),
            Self::Goes => Ok(Some(String::new())),
            Self::Is(value) => text(&value).map(Some),
        }
    }
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = desired.tags.clone();
            tags.extend(lowering.ownership.clone());
            let create = Call::Create { spec: Box::new(desired.clone()), tags };
            vec![Lowered::creating("eks:CreatePodIdentityAssociation", create)]
        }
        Work::Update { desired, live, changed, .. } => {
            let mut calls = Vec::new();
            if ["role", "target_role", "disable_session_tags", "policy"].iter().any(|field| changed.contains(field)) {
                let call = Call::Update {
                    cluster: live.cluster.clone(),
                    id: lowering.own("id"),
                    role: desired.role.clone(),
                    target_role: Change::to(desired.target_role.as_ref(), changed.contains(&"target_role")),
                    disable_session_tags: desired.disable_session_tags,
                    policy: Change::to(desired.policy.as_ref(), changed.contains(&"policy")),
                };
                calls.push(Lowered::new("eks:UpdatePodIdentityAssociation", call));
            }
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            calls.extend(tags.into_iter().map(|lowered| lowered.map(Call::Tags)));
            calls
        }
        Work::Delete { live, .. } => {
            let call = Call::Delete { cluster: live.cluster.clone(), id: lowering.own("id") };
            vec![Lowered::new("eks:DeletePodIdentityAssociation", call)]
        }
    }
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        // A service account has one association: that makes it safe to repeat.
        Call::Create { spec, tags } => {
            let target = spec.target_role.as_ref().map(|role| literal(role, run)).transpose()?;
            let request = aws
                .eks
                .create_pod_identity_association()
                .cluster_name(literal(&spec.cluster, run)?)
                .namespace(&spec.namespace)
                .service_account(&spec.service_account)
                .role_arn(literal(&spec.role, run)?)
                .set_target_role_arn(target)
                .disable_session_tags(spec.disable_session_tags)
                .set_policy(spec.policy.as_ref().map(PolicyDocument::text))
                .set_tags(Some(tags.into_iter().collect()));
            let answer = aws.call("eks:CreatePodIdentityAssociation", request.send()).await?;
            return Ok(Progress::Done { outputs: answer.association().map(read::outputs).unwrap_or_default() });
        }
        Call::Update { cluster, id, role, target_role, disable_session_tags, policy } => {
            let target = target_role.text(|role| literal(role, run))?;
            let policy = policy.text(|policy| Ok(policy.text()))?;
            let request = aws
                .eks
                .update_pod_identity_association()
                .cluster_name(literal(&cluster, run)?)
                .association_id(literal(&id, run)?)
                .role_arn(literal(&role, run)?)
                .set_target_role_arn(target)
                .disable_session_tags(disable_session_tags)
                .set_policy(policy);
            aws.call("eks:UpdatePodIdentityAssociation", request.send()).await?;
        }
        Call::Tags(call) => return call.start(aws, run).await,
        Call::Delete { cluster, id } => {
            let request = aws.eks.delete_pod_identity_association().cluster_name(literal(&cluster, run)?);
            let request = request.association_id(literal(&id, run)?);
            aws.call("eks:DeletePodIdentityAssociation", request.send()).await?;
        }
    }
    Ok(Progress::done())
}
