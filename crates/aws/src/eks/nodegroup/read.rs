//! From AWS's answers to our spec.

use std::collections::BTreeMap;

use aws_sdk_eks::types::{NodeRepairConfig, Nodegroup, NodegroupStatus, NodegroupUpdateConfig, WarmPoolConfig};
use eksctl_rs_core::{Address, CallError, Goal, Issue, Outputs, Progress, Reference, Run, Status};

use super::{Call, NodeRepair, NodeRepairOverride, Room, Spec, Taint, UpdateConfig, WarmPool};
use crate::Aws;
use crate::by_name::wanted_and_others;
use crate::ec2::literal;
use crate::eks::{check_ours, cluster_name, cluster_of, failed, follow_update, issue, tags_of};
use crate::kind::{Found, outputs_of, own_tags};
use crate::reads::{Reads, absent_is_none};

/// The groups that the stack wants are asked for by name; the list of the cluster's tells of the others.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let cluster = cluster_name(reads);
    let wanted: BTreeMap<String, Address> =
        reads.wanted::<Room>().into_iter().map(|(address, spec)| (spec.name, address)).collect();
    wanted_and_others(&wanted, names(reads, &cluster), |name, address| one(reads, &cluster, name, address)).await
}

async fn names(reads: &Reads<'_>, cluster: &str) -> Result<Vec<String>, CallError> {
    let request = || reads.aws.eks.list_nodegroups().cluster_name(cluster);
    let page = |page: aws_sdk_eks::operation::list_nodegroups::ListNodegroupsOutput| {
        (page.nodegroups.unwrap_or_default(), page.next_token)
    };
    let names = reads.pages("eks:ListNodegroups", |token| request().set_next_token(token).send(), page).await;
    Ok(absent_is_none(names)?.unwrap_or_default())
}

async fn one(
    reads: &Reads<'_>,
    cluster: &str,
    name: String,
    address: Option<Address>,
) -> Result<Option<Found<Spec>>, CallError> {
    let request = || reads.aws.eks.describe_nodegroup().cluster_name(cluster).nodegroup_name(&name).send();
    let answer = reads.ask_for("eks:DescribeNodegroup", request).await?;
    Ok(answer.and_then(|answer| answer.nodegroup).map(|live| from_live(&live).asked_as(address)))
}

pub(super) fn from_live(live: &Nodegroup) -> Found<Spec> {
    let tags = tags_of(live.tags());
    let mut found = Found::new(live.nodegroup_name().unwrap_or_default(), spec(live), tags.clone());
    found.spec.tags = own_tags(&tags);
    found.outputs = outputs(live);
    found.standing(standing(live))
}

fn spec(live: &Nodegroup) -> Spec {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let scaling = live.scaling_config();
    // One that somebody else made may have none: then it refers to nothing.
    let template = live.launch_template();
    Spec {
        name: text(live.nodegroup_name()),
        cluster: Reference::from(live.cluster_name().unwrap_or_default()),
        node_role: Reference::from(live.node_role().unwrap_or_default()),
        subnets: live.subnets().iter().map(|id| Reference::from(id.as_str())).collect(),
        instance_types: live.instance_types().to_vec(),
        ami_type: live.ami_type().map_or("", |kind| kind.as_str()).to_owned(),
        capacity_type: live.capacity_type().map_or("ON_DEMAND", |kind| kind.as_str()).to_owned(),
        launch_template: Reference::from(template.and_then(|template| template.id()).unwrap_or_default()),
        launch_template_version: Reference::from(template.and_then(|template| template.version()).unwrap_or_default()),
        min_size: scaling.and_then(|scaling| scaling.min_size()).unwrap_or_default(),
        max_size: scaling.and_then(|scaling| scaling.max_size()).unwrap_or_default(),
        desired_size: scaling.and_then(|scaling| scaling.desired_size()).unwrap_or_default(),
        labels: tags_of(live.labels()),
        taints: live
            .taints()
            .iter()
            .map(|taint| Taint {
                key: text(taint.key()),
                effect: taint.effect().map_or("", |effect| effect.as_str()).to_owned(),
                value: text(taint.value()),
            })
            .collect(),
        update_config: update_config(live.update_config()),
        node_repair: live.node_repair_config().map(node_repair).unwrap_or_default(),
        warm_pool: live.warm_pool_config().and_then(warm_pool),
        version: live.version().map(str::to_owned),
        release_version: live.release_version().map(str::to_owned),
        force_update: false,
        tags: eksctl_rs_core::Tags::new(),
    }
}

fn update_config(live: Option<&NodegroupUpdateConfig>) -> UpdateConfig {
    let max_unavailable = live.and_then(|config| config.max_unavailable());
    let max_unavailable_percentage = live.and_then(|config| config.max_unavailable_percentage());
    UpdateConfig {
        // One node is what EKS takes when nobody says anything.
        max_unavailable: max_unavailable.or(max_unavailable_percentage.is_none().then_some(1)),
        max_unavailable_percentage,
        strategy: live
            .and_then(|config| config.update_strategy())
            .map_or("DEFAULT", |strategy| strategy.as_str())
            .to_owned(),
    }
}

fn node_repair(live: &NodeRepairConfig) -> NodeRepair {
    NodeRepair {
        enabled: live.enabled().unwrap_or_default(),
        max_unhealthy_node_threshold_count: live.max_unhealthy_node_threshold_count(),
        max_unhealthy_node_threshold_percentage: live.max_unhealthy_node_threshold_percentage(),
        max_parallel_nodes_repaired_count: live.max_parallel_nodes_repaired_count(),
        max_parallel_nodes_repaired_percentage: live.max_parallel_nodes_repaired_percentage(),
        overrides: live
            .node_repair_config_overrides()
            .iter()
            .map(|one| NodeRepairOverride {
                node_monitoring_condition: one.node_monitoring_condition().unwrap_or_default().to_owned(),
                node_unhealthy_reason: one.node_unhealthy_reason().unwrap_or_default().to_owned(),
                min_repair_wait_time_mins: one.min_repair_wait_time_mins().unwrap_or_default(),
                repair_action: one.repair_action().map_or("", |action| action.as_str()).to_owned(),
            })
            .collect(),
    }
}

fn warm_pool(live: &WarmPoolConfig) -> Option<WarmPool> {
    live.enabled().unwrap_or_default().then(|| WarmPool {
        min_size: live.min_size().unwrap_or_default(),
        max_group_prepared_capacity: live.max_group_prepared_capacity(),
        pool_state: live.pool_state().map_or("STOPPED", |state| state.as_str()).to_owned(),
        reuse_on_scale_in: live.reuse_on_scale_in().unwrap_or_default(),
    })
}

fn standing(live: &Nodegroup) -> Status {
    let status = live.status().map_or("", |status| status.as_str()).to_owned();
    let issues = health(live);
    match live.status() {
        Some(NodegroupStatus::Creating) => Status::Creating { status },
        Some(NodegroupStatus::Updating) => Status::Updating { status, follow: None },
        Some(NodegroupStatus::Deleting) => Status::Deleting { status },
        Some(NodegroupStatus::CreateFailed | NodegroupStatus::DeleteFailed) => Status::Failed { status, issues },
        _ if issues.is_empty() => Status::Ready,
        _ => Status::Degraded { issues },
    }
}

fn health(live: &Nodegroup) -> Vec<Issue> {
    let issues = live.health().map(|health| health.issues()).unwrap_or_default();
    issues.iter().map(|one| issue(one.code().map(|code| code.as_str()), one.message())).collect()
}

fn outputs(live: &Nodegroup) -> Outputs {
    let groups = live.resources().map(|resources| resources.auto_scaling_groups()).unwrap_or_default();
    outputs_of([
        ("name", live.nodegroup_name()),
        ("arn", live.nodegroup_arn()),
        ("auto_scaling_group", groups.first().and_then(|group| group.name())),
    ])
}

pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let (cluster, name) = match &call {
        Some(Call::Create { spec, .. }) => (literal(&spec.cluster, run)?, spec.name.clone()),
        Some(Call::UpdateConfig { cluster, name, .. } | Call::UpdateVersion { cluster, name, .. }) => {
            (literal(cluster, run)?, name.clone())
        }
        Some(Call::Delete { cluster, name }) => (literal(cluster, run)?, name.clone()),
        Some(Call::Tags(_)) | None => (cluster_of(run), run.outputs.get("name").cloned().unwrap_or_default()),
    };
    if let Some(id) = &run.follow {
        return follow_update(aws, run, &cluster, Some(&name), id).await;
    }
    let request = aws.eks.describe_nodegroup().cluster_name(cluster).nodegroup_name(name);
    let answer = aws.call("eks:DescribeNodegroup", request.send()).await?;
    let bug = || CallError::bug("eks:DescribeNodegroup", "the answer holds no node group");
    progress(aws, answer.nodegroup().ok_or_else(bug)?, run)
}

fn progress(aws: &Aws, live: &Nodegroup, run: &Run<'_>) -> Result<Progress, CallError> {
    check_ours(
        aws,
        run,
        &tags_of(live.tags()),
        &format!("the node group {}", live.nodegroup_name().unwrap_or_default()),
    )?;
    let status = live.status().map_or("", |status| status.as_str()).to_owned();
    match (live.status(), run.goal()) {
        (Some(NodegroupStatus::CreateFailed), Goal::Ready) | (Some(NodegroupStatus::DeleteFailed), _) => {
            Err(failed(&run.step.operation, &status, &health(live)))
        }
        (Some(NodegroupStatus::Active | NodegroupStatus::Degraded), Goal::Ready) => {
            Ok(Progress::Done { outputs: outputs(live) })
        }
        _ => Ok(Progress::Pending { status, follow: None, outputs: outputs(live), issues: health(live) }),
    }
}
