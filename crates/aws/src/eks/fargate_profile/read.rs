//! From AWS's answers to our spec.

use std::collections::BTreeMap;

use aws_sdk_eks::operation::list_fargate_profiles::ListFargateProfilesOutput;
use aws_sdk_eks::types::{FargateProfile, FargateProfileSelector, FargateProfileStatus};
use eksctl_rs_core::{Address, CallError, Goal, Issue, Outputs, Progress, Reference, Run, Status};

use super::{Call, Room, Selector, Spec};
use crate::Aws;
use crate::by_name::wanted_and_others;
use crate::ec2::literal;
use crate::eks::{check_ours, cluster_name, cluster_of, failed, issue, tags_of};
use crate::kind::{Found, outputs_of, own_tags};
use crate::reads::{Reads, absent_is_none};

/// The profiles that the stack wants are asked for by name; the list of the cluster's tells of the others.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let cluster = cluster_name(reads);
    let wanted: BTreeMap<String, Address> =
        reads.wanted::<Room>().into_iter().map(|(address, spec)| (spec.name, address)).collect();
    wanted_and_others(&wanted, names(reads, &cluster), |name, address| one(reads, &cluster, name, address)).await
}

async fn names(reads: &Reads<'_>, cluster: &str) -> Result<Vec<String>, CallError> {
    let request = || reads.aws.eks.list_fargate_profiles().cluster_name(cluster).max_results(100);
    let page = |page: ListFargateProfilesOutput| (page.fargate_profile_names.unwrap_or_default(), page.next_token);
    let names = reads.pages("eks:ListFargateProfiles", |token| request().set_next_token(token).send(), page).await;
    Ok(absent_is_none(names)?.unwrap_or_default())
}

async fn one(
    reads: &Reads<'_>,
    cluster: &str,
    name: String,
    address: Option<Address>,
) -> Result<Option<Found<Spec>>, CallError> {
    let request = || reads.aws.eks.describe_fargate_profile().cluster_name(cluster).fargate_profile_name(&name).send();
    let answer = reads.ask_for("eks:DescribeFargateProfile", request).await?;
    Ok(answer.and_then(|answer| answer.fargate_profile).map(|live| from_live(&live).asked_as(address)))
}

pub(super) fn from_live(live: &FargateProfile) -> Found<Spec> {
    let tags = tags_of(live.tags());
    let spec = Spec {
        name: live.fargate_profile_name().unwrap_or_default().to_owned(),
        cluster: Reference::from(live.cluster_name().unwrap_or_default()),
        pod_execution_role: Reference::from(live.pod_execution_role_arn().unwrap_or_default()),
        subnets: live.subnets().iter().map(|id| Reference::from(id.as_str())).collect(),
        selectors: live.selectors().iter().map(selector).collect(),
        tags: own_tags(&tags),
    };
    let mut found = Found::new(live.fargate_profile_name().unwrap_or_default(), spec, tags);
    found.outputs = outputs(live);
    found.standing(standing(live))
}

fn selector(live: &FargateProfileSelector) -> Selector {
    Selector { namespace: live.namespace().unwrap_or_default().to_owned(), labels: tags_of(live.labels()) }
}

fn standing(live: &FargateProfile) -> Status {
    let status = live.status().map_or("", |status| status.as_str()).to_owned();
    let issues = health(live);
    match live.status() {
        Some(FargateProfileStatus::Creating) => Status::Creating { status },
        Some(FargateProfileStatus::Deleting) => Status::Deleting { status },
        Some(FargateProfileStatus::CreateFailed | FargateProfileStatus::DeleteFailed) => {
            Status::Failed { status, issues }
        }
        _ if issues.is_empty() => Status::Ready,
        _ => Status::Degraded { issues },
    }
}

fn health(live: &FargateProfile) -> Vec<Issue> {
    let issues = live.health().map(|health| health.issues()).unwrap_or_default();
    issues.iter().map(|one| issue(one.code().map(|code| code.as_str()), one.message())).collect()
}

fn outputs(live: &FargateProfile) -> Outputs {
    outputs_of([("name", live.fargate_profile_name()), ("arn", live.fargate_profile_arn())])
}

pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let (cluster, name) = match &call {
        Some(Call::Create { spec, .. }) => (literal(&spec.cluster, run)?, spec.name.clone()),
        Some(Call::Delete { cluster, name }) => (literal(cluster, run)?, name.clone()),
        Some(Call::Tags(_)) | None => (cluster_of(run), run.outputs.get("name").cloned().unwrap_or_default()),
    };
    let request = aws.eks.describe_fargate_profile().cluster_name(cluster).fargate_profile_name(name);
    let answer = aws.call("eks:DescribeFargateProfile", request.send()).await?;
    let bug = || CallError::bug("eks:DescribeFargateProfile", "the answer holds no profile");
    progress(aws, answer.fargate_profile().ok_or_else(bug)?, run)
}

fn progress(aws: &Aws, live: &FargateProfile, run: &Run<'_>) -> Result<Progress, CallError> {
    check_ours(
        aws,
        run,
        &tags_of(live.tags()),
        &format!("the profile {}", live.fargate_profile_name().unwrap_or_default()),
    )?;
    let status = live.status().map_or("", |status| status.as_str()).to_owned();
    match (live.status(), run.goal()) {
        (Some(FargateProfileStatus::CreateFailed), Goal::Ready) | (Some(FargateProfileStatus::DeleteFailed), _) => {
            Err(failed(&run.step.operation, &status, &health(live)))
        }
        (Some(FargateProfileStatus::Active), Goal::Ready) => Ok(Progress::Done { outputs: outputs(live) }),
        _ => Ok(Progress::Pending { status, follow: None, outputs: outputs(live), issues: health(live) }),
    }
}
