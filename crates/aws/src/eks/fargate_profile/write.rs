//! Requests.

use aws_sdk_eks::types as sdk;
use eksctl_rs_core::{CallError, Lane, Lowered, Lowering, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::{Selector, Spec};
use crate::Aws;
use crate::ec2::literal;
use crate::eks::TagCall;

/// Seconds until a new profile is ACTIVE; 2 public logs, 26 and 345, the usual in between inferred.
const CREATE_TAKES: u64 = 60;
/// Seconds until a deleted one is gone, for its pods go first; 2 public logs, 80 and 130.
const DELETE_TAKES: u64 = 95;

/// The calls of a Fargate profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// Everything that it is to be.
        spec: Box<Spec>,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Changes tags.
    Tags(TagCall),
    /// Deletes it.
    Delete {
        /// The name of the cluster.
        cluster: Reference,
        /// The profile.
        name: String,
    },
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = desired.tags.clone();
            tags.extend(lowering.ownership.clone());
            let create = Call::Create { spec: Box::new(desired.clone()), tags };
            vec![Lowered::creating("eks:CreateFargateProfile", create).taking(CREATE_TAKES).holding(lane())]
        }
        Work::Update { desired, live, .. } => {
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            tags.into_iter().map(|lowered| lowered.map(Call::Tags)).collect()
        }
        Work::Delete { live, .. } => {
            let call = Call::Delete { cluster: live.cluster.clone(), name: live.name.clone() };
            vec![Lowered::new("eks:DeleteFargateProfile", call).taking(DELETE_TAKES).holding(lane())]
        }
    }
}

/// EKS makes or deletes one profile of a cluster at a time. Source: EKS user guide, "Delete a Fargate profile"; Terraform's
/// provider holds a lock of the cluster's for both.
fn lane() -> Lane {
    Lane::alone("Fargate profile being created or deleted")
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Create { spec, tags } => create(aws, &spec, tags, run).await,
        Call::Tags(call) => call.start(aws, run).await,
        Call::Delete { cluster, name } => {
            let request = aws.eks.delete_fargate_profile();
            let request = request.cluster_name(literal(&cluster, run)?).fargate_profile_name(name);
            aws.call("eks:DeleteFargateProfile", request.send()).await?;
            Ok(Progress::pending("DELETING"))
        }
    }
}

async fn create(aws: &Aws, spec: &Spec, tags: Tags, run: &Run<'_>) -> Result<Progress, CallError> {
    let subnets: Result<Vec<String>, CallError> = spec.subnets.iter().map(|subnet| literal(subnet, run)).collect();
    let request = aws
        .eks
        .create_fargate_profile()
        .cluster_name(literal(&spec.cluster, run)?)
        .fargate_profile_name(&spec.name)
        .client_request_token(&run.token)
        .pod_execution_role_arn(literal(&spec.pod_execution_role, run)?)
        .set_subnets(Some(subnets?))
        .set_selectors(Some(spec.selectors.iter().map(selector).collect()))
        .set_tags(Some(tags.into_iter().collect()));
    let answer = aws.call("eks:CreateFargateProfile", request.send()).await?;
    let arn = answer.fargate_profile().and_then(|profile| profile.fargate_profile_arn()).unwrap_or_default().to_owned();
    Ok(Progress::Pending {
        status: "CREATING".to_owned(),
        follow: None,
        outputs: [("name".to_owned(), spec.name.clone()), ("arn".to_owned(), arn)].into(),
        issues: Vec::new(),
    })
}

fn selector(selector: &Selector) -> sdk::FargateProfileSelector {
    let labels = (!selector.labels.is_empty()).then(|| selector.labels.clone().into_iter().collect());
    sdk::FargateProfileSelector::builder().namespace(&selector.namespace).set_labels(labels).build()
}
