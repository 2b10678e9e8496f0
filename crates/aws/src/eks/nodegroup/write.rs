//! Requests.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_eks::types as sdk;
use eksctl_rs_core::{CallError, Lane, Lowered, Lowering, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::{NodeRepair, Spec, Taint, UpdateConfig, WarmPool};
use crate::Aws;
use crate::ec2::literal;
use crate::eks::{TagCall, begun, is_done_already};

/// Seconds until a new group is ACTIVE; 13 public logs, 80 to 330.
const CREATE_TAKES: u64 = 150;
/// Seconds until a new group of no nodes is ACTIVE; 1 public log.
const CREATE_EMPTY_TAKES: u64 = 53;
/// Seconds until a deleted one is gone; 3 public logs, 245 to 500.
const DELETE_TAKES: u64 = 375;
/// Seconds that an update takes for each node; 3 public logs, 185 to 900.
const UPDATE_TAKES_PER_NODE: u64 = 290;
/// Seconds of an update of the configuration; inferred.
const CONFIG_TAKES: u64 = 10;

/// EKS itself is throttled by IAM when it makes more at a time. Source: eksctl issue 7876, terraform-provider-aws 44853.
const CREATED_AT_A_TIME: usize = 3;

/// The calls of a node group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// Everything that it is to be.
        spec: Box<Spec>,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Goes to another Kubernetes version, another release of the image or another version of the launch template: all in
    /// one update, for each replaces every node.
    UpdateVersion {
        /// The name of the cluster.
        cluster: Reference,
        /// The group.
        name: String,
        /// The Kubernetes version; nothing with an image of one's own.
        version: Option<String>,
        /// The release of the image; without it, the newest of the version.
        release_version: Option<String>,
        /// The launch template, where its version changes.
        launch_template: Option<TemplateVersion>,
        /// Go on when pods cannot be evicted.
        force: bool,
    },
    /// Changes what AWS changes together.
    UpdateConfig {
        /// The name of the cluster.
        cluster: Reference,
        /// The group.
        name: String,
        /// What changes.
        change: Box<ConfigChange>,
    },
    /// Changes tags.
    Tags(TagCall),
    /// Deletes it.
    Delete {
        /// The name of the cluster.
        cluster: Reference,
        /// The group.
        name: String,
    },
}

/// A version of a launch template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateVersion {
    /// The id of the template.
    pub id: Reference,
    /// The number of the version.
    pub version: Reference,
}

impl TemplateVersion {
    fn of(spec: &Spec) -> Self {
        Self { id: spec.launch_template.clone(), version: spec.launch_template_version.clone() }
    }

    fn specification(&self, run: &Run<'_>) -> Result<sdk::LaunchTemplateSpecification, CallError> {
        let request = sdk::LaunchTemplateSpecification::builder().id(literal(&self.id, run)?);
        Ok(request.version(literal(&self.version, run)?).build())
    }
}

/// What one update of the configuration changes; nothing stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ConfigChange {
    /// The least, the most and the current number of nodes.
    pub scaling: Option<(i32, i32, i32)>,
    /// Labels to set.
    pub set_labels: BTreeMap<String, String>,
    /// Labels to remove.
    pub remove_labels: BTreeSet<String>,
    /// Taints to set.
    pub set_taints: BTreeSet<Taint>,
    /// Taints to remove.
    pub remove_taints: BTreeSet<Taint>,
    /// How many nodes an update takes away at a time.
    pub update_config: Option<UpdateConfig>,
    /// What EKS does about nodes that are not healthy.
    pub node_repair: Option<NodeRepair>,
    /// Instances that wait.
    pub warm_pool: Option<WarmPoolChange>,
}

/// What becomes of a warm pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum WarmPoolChange {
    /// It is, or becomes, so.
    On(WarmPool),
    /// It goes.
    Off,
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = desired.tags.clone();
            tags.extend(lowering.ownership.clone());
            let takes = if desired.desired_size == 0 { CREATE_EMPTY_TAKES } else { CREATE_TAKES };
            let create = Call::Create { spec: Box::new(desired.clone()), tags };
            let lane = Lane::up_to(CREATED_AT_A_TIME, "node groups being created");
            vec![Lowered::creating("eks:CreateNodegroup", create).taking(takes).holding(lane)]
        }
        Work::Update { desired, live, changed, .. } => {
            // The version first: new nodes come with the new configuration.
            let mut calls = Vec::from_iter(update_version(desired, live, changed));
            calls.extend(update_config(desired, live, changed));
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            calls.extend(tags.into_iter().map(|lowered| lowered.map(Call::Tags)));
            calls
        }
        Work::Delete { live, .. } => {
            let call = Call::Delete { cluster: live.cluster.clone(), name: live.name.clone() };
            vec![Lowered::new("eks:DeleteNodegroup", call).taking(DELETE_TAKES)]
        }
    }
}

fn update_version(desired: &Spec, live: &Spec, changed: &[&str]) -> Option<Lowered<Call>> {
    let moves = |field: &str| changed.contains(&field);
    if !["version", "release_version", "launch_template_version"].into_iter().any(moves) {
        return None;
    }
    // What is not said EKS takes from the cluster, and the newest: so what stays is said, too.
    let is_newest = moves("version") && !moves("release_version");
    let of_eks = !desired.has_own_image();
    let nodes = u64::try_from(live.desired_size).unwrap_or_default().max(1);
    let call = Call::UpdateVersion {
        cluster: live.cluster.clone(),
        name: live.name.clone(),
        version: desired.version.clone().filter(|_| of_eks),
        release_version: desired.release_version.clone().filter(|_| of_eks && !is_newest),
        launch_template: moves("launch_template_version").then(|| TemplateVersion::of(desired)),
        force: desired.force_update,
    };
    Some(Lowered::new("eks:UpdateNodegroupVersion", call).taking(UPDATE_TAKES_PER_NODE * nodes))
}

fn update_config(desired: &Spec, live: &Spec, changed: &[&str]) -> Option<Lowered<Call>> {
    let any = |fields: &[&str]| fields.iter().any(|field| changed.contains(field));
    let key = |taint: &Taint| (taint.key.clone(), taint.effect.clone());
    let kept: BTreeSet<_> = desired.taints.iter().map(key).collect();
    let change = ConfigChange {
        scaling: any(&["min_size", "max_size", "desired_size"]).then_some((
            desired.min_size,
            desired.max_size,
            desired.desired_size,
        )),
        set_labels: desired
            .labels
            .iter()
            .filter(|(key, value)| live.labels.get(*key) != Some(*value))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
        remove_labels: live.labels.keys().filter(|key| !desired.labels.contains_key(*key)).cloned().collect(),
        set_taints: desired.taints.difference(&live.taints).cloned().collect(),
        remove_taints: live.taints.iter().filter(|taint| !kept.contains(&key(taint))).cloned().collect(),
        update_config: any(&["update_config"]).then(|| desired.update_config.clone()),
        node_repair: any(&["node_repair"]).then(|| desired.node_repair.clone()),
        warm_pool: any(&["warm_pool"])
            .then(|| desired.warm_pool.clone().map_or(WarmPoolChange::Off, WarmPoolChange::On)),
    };
    if change == ConfigChange::default() {
        return None;
    }
    let call = Call::UpdateConfig { cluster: live.cluster.clone(), name: live.name.clone(), change: Box::new(change) };
    Some(Lowered::new("eks:UpdateNodegroupConfig", call).taking(CONFIG_TAKES))
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Create { spec, tags } => create(aws, &spec, tags, run).await,
        Call::UpdateVersion { cluster, name, version, release_version, launch_template, force } => {
            let template = launch_template.map(|template| template.specification(run)).transpose()?;
            let request = aws
                .eks
                .update_nodegroup_version()
                .cluster_name(literal(&cluster, run)?)
                .nodegroup_name(name)
                .set_version(version)
                .set_release_version(release_version)
                .set_launch_template(template)
                .force(force)
                .client_request_token(&run.token);
            let answer = aws.call("eks:UpdateNodegroupVersion", request.send()).await;
            done_or(answer.and_then(|answer| begun(run, answer.update())))
        }
        Call::UpdateConfig { cluster, name, change } => {
            let (labels, taints) = (label_payload(&change), taint_payload(&change));
            let request = aws
                .eks
                .update_nodegroup_config()
                .cluster_name(literal(&cluster, run)?)
                .nodegroup_name(name)
                .client_request_token(&run.token)
                .set_labels(labels)
                .set_taints(taints)
                .set_scaling_config(change.scaling.map(|(min, max, desired)| scaling(min, max, desired)))
                .set_update_config(change.update_config.as_ref().map(updating))
                .set_node_repair_config(change.node_repair.as_ref().map(repairing))
                .set_warm_pool_config(change.warm_pool.as_ref().map(warm_pool));
            let answer = aws.call("eks:UpdateNodegroupConfig", request.send()).await;
            done_or(answer.and_then(|answer| begun(run, answer.update())))
        }
        Call::Tags(call) => call.start(aws, run).await,
        Call::Delete { cluster, name } => {
            let request = aws.eks.delete_nodegroup().cluster_name(literal(&cluster, run)?).nodegroup_name(name);
            aws.call("eks:DeleteNodegroup", request.send()).await?;
            Ok(Progress::pending("DELETING"))
        }
    }
}

fn done_or(answer: Result<Progress, CallError>) -> Result<Progress, CallError> {
    match answer {
        Err(error) if is_done_already(&error) => Ok(Progress::done()),
        other => other,
    }
}

async fn create(aws: &Aws, spec: &Spec, tags: Tags, run: &Run<'_>) -> Result<Progress, CallError> {
    let subnets: Result<Vec<String>, CallError> = spec.subnets.iter().map(|subnet| literal(subnet, run)).collect();
    let ami_type = (!spec.has_own_image()).then(|| sdk::AmiTypes::from(spec.ami_type.as_str()));
    let request = aws
        .eks
        .create_nodegroup()
        .cluster_name(literal(&spec.cluster, run)?)
        .nodegroup_name(&spec.name)
        .client_request_token(&run.token)
        .node_role(literal(&spec.node_role, run)?)
        .set_subnets(Some(subnets?))
        .set_instance_types(Some(spec.instance_types.clone()))
        .set_ami_type(ami_type)
        .capacity_type(sdk::CapacityTypes::from(spec.capacity_type.as_str()))
        .launch_template(TemplateVersion::of(spec).specification(run)?)
        .scaling_config(scaling(spec.min_size, spec.max_size, spec.desired_size))
        .set_labels((!spec.labels.is_empty()).then(|| spec.labels.clone().into_iter().collect()))
        .set_taints((!spec.taints.is_empty()).then(|| spec.taints.iter().map(taint).collect()))
        .update_config(updating(&spec.update_config))
        .set_node_repair_config((spec.node_repair != NodeRepair::default()).then(|| repairing(&spec.node_repair)))
        .set_warm_pool_config(spec.warm_pool.as_ref().map(warming))
        .set_version(spec.version.clone())
        .set_release_version(spec.release_version.clone())
        .set_tags(Some(tags.into_iter().collect()));
    let answer = aws.call("eks:CreateNodegroup", request.send()).await?;
    let arn = answer.nodegroup().and_then(|group| group.nodegroup_arn()).unwrap_or_default().to_owned();
    Ok(Progress::Pending {
        status: "CREATING".to_owned(),
        follow: None,
        outputs: [("name".to_owned(), spec.name.clone()), ("arn".to_owned(), arn)].into(),
        issues: Vec::new(),
    })
}

fn scaling(min: i32, max: i32, desired: i32) -> sdk::NodegroupScalingConfig {
    sdk::NodegroupScalingConfig::builder().min_size(min).max_size(max).desired_size(desired).build()
}

fn taint(taint: &Taint) -> sdk::Taint {
    let effect = sdk::TaintEffect::from(taint.effect.as_str());
    let value = (!taint.value.is_empty()).then(|| taint.value.clone());
    sdk::Taint::builder().key(&taint.key).set_value(value).effect(effect).build()
}

fn label_payload(change: &ConfigChange) -> Option<sdk::UpdateLabelsPayload> {
    let set = (!change.set_labels.is_empty()).then(|| change.set_labels.clone().into_iter().collect());
    let remove = (!change.remove_labels.is_empty()).then(|| change.remove_labels.iter().cloned().collect());
    (set.is_some() || remove.is_some())
        .then(|| sdk::UpdateLabelsPayload::builder().set_add_or_update_labels(set).set_remove_labels(remove).build())
}

fn taint_payload(change: &ConfigChange) -> Option<sdk::UpdateTaintsPayload> {
    let set = (!change.set_taints.is_empty()).then(|| change.set_taints.iter().map(taint).collect());
    let remove = (!change.remove_taints.is_empty()).then(|| change.remove_taints.iter().map(taint).collect());
    (set.is_some() || remove.is_some())
        .then(|| sdk::UpdateTaintsPayload::builder().set_add_or_update_taints(set).set_remove_taints(remove).build())
}

fn updating(config: &UpdateConfig) -> sdk::NodegroupUpdateConfig {
    let strategy = sdk::NodegroupUpdateStrategies::from(config.strategy.as_str());
    sdk::NodegroupUpdateConfig::builder()
        .set_max_unavailable(config.max_unavailable)
        .set_max_unavailable_percentage(config.max_unavailable_percentage)
        .update_strategy(strategy)
        .build()
}

fn repairing(repair: &NodeRepair) -> sdk::NodeRepairConfig {
    let overrides: Vec<_> = repair
        .overrides
        .iter()
        .map(|one| {
            sdk::NodeRepairConfigOverrides::builder()
                .node_monitoring_condition(&one.node_monitoring_condition)
                .node_unhealthy_reason(&one.node_unhealthy_reason)
                .min_repair_wait_time_mins(one.min_repair_wait_time_mins)
                .repair_action(sdk::RepairAction::from(one.repair_action.as_str()))
                .build()
        })
        .collect();
    sdk::NodeRepairConfig::builder()
        .enabled(repair.enabled)
        .set_max_unhealthy_node_threshold_count(repair.max_unhealthy_node_threshold_count)
        .set_max_unhealthy_node_threshold_percentage(repair.max_unhealthy_node_threshold_percentage)
        .set_max_parallel_nodes_repaired_count(repair.max_parallel_nodes_repaired_count)
        .set_max_parallel_nodes_repaired_percentage(repair.max_parallel_nodes_repaired_percentage)
        .set_node_repair_config_overrides(Some(overrides))
        .build()
}

fn warm_pool(change: &WarmPoolChange) -> sdk::WarmPoolConfig {
    match change {
        WarmPoolChange::On(pool) => warming(pool),
        WarmPoolChange::Off => sdk::WarmPoolConfig::builder().enabled(false).build(),
    }
}

fn warming(pool: &WarmPool) -> sdk::WarmPoolConfig {
    sdk::WarmPoolConfig::builder()
        .enabled(true)
        .min_size(pool.min_size)
        .set_max_group_prepared_capacity(pool.max_group_prepared_capacity)
        .pool_state(sdk::WarmPoolState::from(pool.pool_state.as_str()))
        .reuse_on_scale_in(pool.reuse_on_scale_in)
        .build()
}
