//! From AWS's answers to our spec.

use std::collections::BTreeMap;

use aws_sdk_eks::operation::list_addons::ListAddonsOutput;
use aws_sdk_eks::types::{Addon, AddonStatus, PodIdentityAssociation};
use eksctl_rs_core::{Address, CallError, Goal, Issue, Outputs, Progress, Reference, Run, Status, Tags};

use super::{Call, PRESERVE_TAG, Room, Spec, configuration};
use crate::Aws;
use crate::branches::try_join_all;
use crate::by_name::wanted_and_others;
use crate::ec2::literal;
use crate::eks::{check_ours, cluster_name, cluster_of, failed, follow_addon_update, issue, tags_of};
use crate::kind::{Found, outputs_of, own_tags};
use crate::reads::{Reads, absent_is_none};

/// The add-ons that the stack wants are asked for by name; the list of the cluster's tells of the others.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let wanted: BTreeMap<String, Address> =
        reads.wanted::<Room>().into_iter().map(|(address, spec)| (spec.name, address)).collect();
    wanted_and_others(&wanted, names(reads), |name, address| one(reads, name, address)).await
}

async fn names(reads: &Reads<'_>) -> Result<Vec<String>, CallError> {
    let cluster = cluster_name(reads);
    let request = || reads.aws.eks.list_addons().cluster_name(&cluster);
    let page = |page: ListAddonsOutput| (page.addons.unwrap_or_default(), page.next_token);
    let names = reads.pages("eks:ListAddons", |token| request().set_next_token(token).send(), page).await;
    Ok(absent_is_none(names)?.unwrap_or_default())
}

/// The add-on that is there, asked for once.
pub(super) async fn live(reads: &Reads<'_>, name: &str) -> Result<Option<Addon>, CallError> {
    let cluster = cluster_name(reads);
    let request = || reads.aws.eks.describe_addon().cluster_name(&cluster).addon_name(name).send();
    let ask = async {
        let answer = reads.ask_for("eks:DescribeAddon", request).await?;
        Ok(answer.and_then(|answer| answer.addon))
    };
    reads.shared.addons.get(name, ask).await
}

async fn one(reads: &Reads<'_>, name: String, address: Option<Address>) -> Result<Option<Found<Spec>>, CallError> {
    let Some(live) = live(reads, &name).await? else { return Ok(None) };
    let arns = live.pod_identity_associations().iter();
    let associations = try_join_all(arns.map(|arn| association(reads, arn))).await?;
    let associations: Vec<PodIdentityAssociation> = associations.into_iter().flatten().collect();
    Ok(Some(from_live(&live, &associations).asked_as(address)))
}

/// `arn:aws:eks:eu-west-1:111122223333:podidentityassociation/<cluster>/<id>`.
async fn association(reads: &Reads<'_>, arn: &str) -> Result<Option<PodIdentityAssociation>, CallError> {
    let (cluster, id) = (cluster_name(reads), arn.rsplit('/').next().unwrap_or_default());
    let request = || reads.aws.eks.describe_pod_identity_association().cluster_name(&cluster).association_id(id).send();
    let answer = reads.ask_for("eks:DescribePodIdentityAssociation", request).await?;
    Ok(answer.and_then(|answer| answer.association))
}

pub(super) fn from_live(live: &Addon, associations: &[PodIdentityAssociation]) -> Found<Spec> {
    let tags = tags_of(live.tags());
    let mut found = Found::new(live.addon_name().unwrap_or_default(), spec(live, associations, &tags), tags)
        .standing(standing(live));
    found.outputs = outputs(live);
    found
}

fn spec(live: &Addon, associations: &[PodIdentityAssociation], tags: &Tags) -> Spec {
    let role_of = |one: &PodIdentityAssociation| {
        Some((one.service_account()?.to_owned(), Reference::from(one.role_arn().unwrap_or_default())))
    };
    Spec {
        name: live.addon_name().unwrap_or_default().to_owned(),
        cluster: Reference::from(live.cluster_name().unwrap_or_default()),
        version: live.addon_version().map(str::to_owned),
        configuration: configuration::of_live(live.configuration_values()),
        service_account_role: live.service_account_role_arn().filter(|arn| !arn.is_empty()).map(Reference::from),
        pod_identity_associations: Some(associations.iter().filter_map(role_of).collect()),
        namespace: live.namespace_config().and_then(|config| config.namespace()).map(str::to_owned),
        resolve_conflicts: "OVERWRITE".to_owned(),
        preserve_on_delete: tags.get(PRESERVE_TAG).is_some_and(|value| value == "true"),
        tags: own_tags(tags),
    }
}

/// What could not be updated, or lacks nodes to run on, is there and can be updated again.
fn standing(live: &Addon) -> Status {
    let status = live.status().map_or("", |status| status.as_str()).to_owned();
    let issues = health(live);
    match live.status() {
        Some(AddonStatus::Creating) => Status::Creating { status },
        Some(AddonStatus::Updating) => Status::Updating { status, follow: None },
        Some(AddonStatus::Deleting) => Status::Deleting { status },
        Some(AddonStatus::CreateFailed | AddonStatus::DeleteFailed) => Status::Failed { status, issues },
        _ if issues.is_empty() => Status::Ready,
        _ => Status::Degraded { issues },
    }
}

fn health(live: &Addon) -> Vec<Issue> {
    let issues = live.health().map(|health| health.issues()).unwrap_or_default();
    issues.iter().map(|one| issue(one.code().map(|code| code.as_str()), one.message())).collect()
}

fn outputs(live: &Addon) -> Outputs {
    outputs_of([("name", live.addon_name()), ("arn", live.addon_arn()), ("version", live.addon_version())])
}

pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let (cluster, name) = match &call {
        Some(Call::Create { spec, .. }) => (literal(&spec.cluster, run)?, spec.name.clone()),
        Some(Call::Update { cluster, name, .. } | Call::Delete { cluster, name, .. }) => {
            (literal(cluster, run)?, name.clone())
        }
        Some(Call::Tags(_)) | None => (cluster_of(run), run.outputs.get("name").cloned().unwrap_or_default()),
    };
    if let Some(id) = &run.follow {
        return follow_addon_update(aws, run, &cluster, &name, id).await;
    }
    let request = aws.eks.describe_addon().cluster_name(cluster).addon_name(name);
    let answer = aws.call("eks:DescribeAddon", request.send()).await?;
    let bug = || CallError::bug("eks:DescribeAddon", "the answer holds no add-on");
    progress(aws, answer.addon().ok_or_else(bug)?, run)
}

/// What is DEGRADED waits for something else, such as nodes: nobody waits for it.
fn progress(aws: &Aws, live: &Addon, run: &Run<'_>) -> Result<Progress, CallError> {
    check_ours(aws, run, &tags_of(live.tags()), &format!("the add-on {}", live.addon_name().unwrap_or_default()))?;
    let status = live.status().map_or("", |status| status.as_str()).to_owned();
    match (live.status(), run.goal()) {
        (Some(AddonStatus::CreateFailed), Goal::Ready) | (Some(AddonStatus::DeleteFailed), _) => {
            Err(failed(&run.step.operation, &status, &health(live)))
        }
        (Some(AddonStatus::Active | AddonStatus::Degraded | AddonStatus::UpdateFailed), Goal::Ready) => {
            Ok(Progress::Done { outputs: outputs(live) })
        }
        _ => Ok(Progress::Pending { status, follow: None, outputs: outputs(live), issues: health(live) }),
    }
}
