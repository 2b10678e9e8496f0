//! From AWS's answers to our spec.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_eks::operation::list_capabilities::ListCapabilitiesOutput;
use aws_sdk_eks::types::{ArgoCdConfigResponse, Capability, CapabilityStatus};
use eksctl_rs_core::{Address, CallError, Goal, Issue, Outputs, Progress, Reference, Run, Status};

use super::{Call, Identity, IdentityCenter, Room, Spec};
use crate::Aws;
use crate::by_name::wanted_and_others;
use crate::ec2::literal;
use crate::eks::{check_ours, cluster_name, cluster_of, failed, follow_capability_update, issue, tags_of};
use crate::kind::{Found, outputs_of, own_tags};
use crate::reads::{Reads, absent_is_none};

/// Those that the stack wants are asked for by name; the list of the cluster's tells of the others.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let cluster = cluster_name(reads);
    let wanted: BTreeMap<String, Address> =
        reads.wanted::<Room>().into_iter().map(|(address, spec)| (spec.name, address)).collect();
    wanted_and_others(&wanted, names(reads, &cluster), |name, address| one(reads, &cluster, name, address)).await
}

async fn names(reads: &Reads<'_>, cluster: &str) -> Result<Vec<String>, CallError> {
    let request = || reads.aws.eks.list_capabilities().cluster_name(cluster).max_results(100);
    let page = |page: ListCapabilitiesOutput| {
        let names = page.capabilities.unwrap_or_default().into_iter().filter_map(|one| one.capability_name);
        (names.collect::<Vec<_>>(), page.next_token)
    };
    let names = reads.pages("eks:ListCapabilities", |token| request().set_next_token(token).send(), page).await;
    Ok(absent_is_none(names)?.unwrap_or_default())
}

async fn one(
    reads: &Reads<'_>,
    cluster: &str,
    name: String,
    address: Option<Address>,
) -> Result<Option<Found<Spec>>, CallError> {
    let request = || reads.aws.eks.describe_capability().cluster_name(cluster).capability_name(&name).send();
    let answer = reads.ask_for("eks:DescribeCapability", request).await?;
    Ok(answer.and_then(|answer| answer.capability).map(|live| from_live(&live).asked_as(address)))
}

pub(super) fn from_live(live: &Capability) -> Found<Spec> {
    let tags = tags_of(live.tags());
    let argo = live.configuration().and_then(|configuration| configuration.argo_cd());
    let ack = live.configuration().and_then(|configuration| configuration.ack());
    let some = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    let access = argo.and_then(|argo| argo.network_access());
    let spec = Spec {
        name: live.capability_name().unwrap_or_default().to_owned(),
        cluster: Reference::from(live.cluster_name().unwrap_or_default()),
        capability_type: live.r#type().map_or("", |kind| kind.as_str()).to_owned(),
        role: Reference::from(live.role_arn().unwrap_or_default()),
        namespace: some(argo.and_then(|argo| argo.namespace())),
        identity_center: argo.and_then(identity_center),
        endpoint_prefix: some(argo.and_then(|argo| argo.endpoint_prefix())),
        role_mappings: argo.map(role_mappings).unwrap_or_default(),
        vpc_endpoints: access
            .map(|access| access.vpce_ids().iter().map(|id| Reference::from(id.as_str())).collect())
            .unwrap_or_default(),
        enable_cross_namespace: ack.and_then(|ack| ack.enable_cross_namespace()).unwrap_or_default(),
        disabled_services: ack.map(|ack| ack.disabled_services().iter().cloned().collect()).unwrap_or_default(),
        tags: own_tags(&tags),
    };
    let mut found = Found::new(live.capability_name().unwrap_or_default(), spec, tags);
    found.outputs = outputs(live);
    found.standing(standing(live))
}

fn identity_center(argo: &ArgoCdConfigResponse) -> Option<IdentityCenter> {
    let center = argo.aws_idc()?;
    let instance = center.idc_instance_arn()?.to_owned();
    Some(IdentityCenter { instance, region: center.idc_region().map(str::to_owned) })
}

/// A role may be told of in several mappings.
fn role_mappings(argo: &ArgoCdConfigResponse) -> BTreeMap<String, BTreeSet<Identity>> {
    let mut mappings: BTreeMap<String, BTreeSet<Identity>> = BTreeMap::new();
    for mapping in argo.rbac_role_mappings() {
        let identities = mapping
            .identities()
            .iter()
            .map(|identity| Identity { kind: identity.r#type().as_str().to_owned(), id: identity.id().to_owned() });
        mappings.entry(mapping.role().as_str().to_owned()).or_default().extend(identities);
    }
    mappings.retain(|_, identities| !identities.is_empty());
    mappings
}

fn standing(live: &Capability) -> Status {
    let status = live.status().map_or("", |status| status.as_str()).to_owned();
    let issues = health(live);
    match live.status() {
        Some(CapabilityStatus::Creating) => Status::Creating { status },
        Some(CapabilityStatus::Updating) => Status::Updating { status, follow: None },
        Some(CapabilityStatus::Deleting) => Status::Deleting { status },
        Some(CapabilityStatus::CreateFailed | CapabilityStatus::DeleteFailed) => Status::Failed { status, issues },
        _ if issues.is_empty() => Status::Ready,
        _ => Status::Degraded { issues },
    }
}

fn health(live: &Capability) -> Vec<Issue> {
    let issues = live.health().map(|health| health.issues()).unwrap_or_default();
    issues.iter().map(|one| issue(one.code().map(|code| code.as_str()), one.message())).collect()
}

fn outputs(live: &Capability) -> Outputs {
    let argo = live.configuration().and_then(|configuration| configuration.argo_cd());
    let server = argo.and_then(|argo| argo.server_url());
    outputs_of([
        ("name", live.capability_name()),
        ("arn", live.arn()),
        ("version", live.version()),
        ("server_url", server),
    ])
}

pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let (cluster, name) = match &call {
        Some(Call::Create { spec, .. }) => (literal(&spec.cluster, run)?, spec.name.clone()),
        Some(Call::Update { cluster, name, .. } | Call::Delete { cluster, name }) => {
            (literal(cluster, run)?, name.clone())
        }
        Some(Call::Tags(_)) | None => (cluster_of(run), run.outputs.get("name").cloned().unwrap_or_default()),
    };
    if let Some(id) = &run.follow {
        return follow_capability_update(aws, run, &cluster, &name, id).await;
    }
    let request = aws.eks.describe_capability().cluster_name(cluster).capability_name(name);
    let answer = aws.call("eks:DescribeCapability", request.send()).await?;
    let bug = || CallError::bug("eks:DescribeCapability", "the answer holds no capability");
    progress(aws, answer.capability().ok_or_else(bug)?, run)
}

fn progress(aws: &Aws, live: &Capability, run: &Run<'_>) -> Result<Progress, CallError> {
    check_ours(
        aws,
        run,
        &tags_of(live.tags()),
        &format!("the capability {}", live.capability_name().unwrap_or_default()),
    )?;
    let status = live.status().map_or("", |status| status.as_str()).to_owned();
    match (live.status(), run.goal()) {
        (Some(CapabilityStatus::CreateFailed), Goal::Ready) | (Some(CapabilityStatus::DeleteFailed), _) => {
            Err(failed(&run.step.operation, &status, &health(live)))
        }
        (Some(CapabilityStatus::Active | CapabilityStatus::Degraded), Goal::Ready) => {
            Ok(Progress::Done { outputs: outputs(live) })
        }
        _ => Ok(Progress::Pending { status, follow: None, outputs: outputs(live), issues: health(live) }),
    }
}
