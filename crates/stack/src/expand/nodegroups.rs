//! The node groups.

use eksctl_rs_aws::eks::nodegroup::{NodeRepair, NodeRepairOverride, Spec, Taint, UpdateConfig, WarmPool};
use eksctl_rs_core::{Reference, Tags};

use super::cluster::word;
use super::{Expansion, images, names, network, roles};
use crate::schema::{self, ManagedNodeGroup, TaintEffect};

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    for group in &expansion.spec.managed_node_groups {
        let spec = nodegroup(expansion, group);
        expansion.add(names::nodegroup(&group.name), &spec);
    }
}

fn nodegroup(expansion: &Expansion<'_>, group: &ManagedNodeGroup) -> Spec {
    let instance_types: Vec<String> = match (&group.instance_types, &group.instance_type) {
        (Some(several), _) => several.clone(),
        (None, one) => one.iter().cloned().collect(),
    };
    let zones = group.availability_zones.clone().unwrap_or_else(|| expansion.zones.clone());
    let image = images::image(group.ami_family, instance_types.iter().map(String::as_str));
    let template = names::launch_template(&group.name);
    let mut tags: Tags = expansion.spec.metadata.tags.clone();
    tags.extend(group.tags.clone());
    Spec {
        name: group.name.clone(),
        cluster: Reference::to(&names::cluster(&expansion.spec.metadata.name), "name"),
        node_role: roles::for_group(group),
        subnets: match group.private_networking {
            true => network::private_subnets(expansion, &zones),
            false => network::public_subnets(expansion, &zones),
        },
        instance_types,
        ami_type: image.unwrap_or_default().to_owned(),
        capacity_type: if group.spot { "SPOT" } else { "ON_DEMAND" }.to_owned(),
        launch_template: Reference::to(&template, "id"),
        launch_template_version: Reference::to(&template, "version"),
        min_size: group.min_size,
        max_size: group.max_size,
        desired_size: group.desired_capacity.unwrap_or(group.min_size),
        labels: group.labels.clone(),
        taints: group.taints.iter().map(taint).collect(),
        update_config: update_config(&group.update_config),
        node_repair: group.node_repair_config.as_ref().map(node_repair).unwrap_or_default(),
        warm_pool: group.warm_pool.as_ref().map(|pool| WarmPool {
            min_size: pool.min_size,
            max_group_prepared_capacity: pool.max_group_prepared_capacity,
            pool_state: word(pool.pool_state),
            reuse_on_scale_in: pool.reuse_on_scale_in,
        }),
        // A group without a version of its own follows the cluster.
        version: group.version.clone().or_else(|| expansion.spec.metadata.version.clone()),
        release_version: group.release_version.clone(),
        force_update: group.force_update_version,
        tags,
    }
}

/// Kubernetes' words to EKS's.
fn taint(taint: &schema::Taint) -> Taint {
    let effect = match taint.effect {
        TaintEffect::NoSchedule => "NO_SCHEDULE",
        TaintEffect::PreferNoSchedule => "PREFER_NO_SCHEDULE",
        TaintEffect::NoExecute => "NO_EXECUTE",
    };
    Taint { key: taint.key.clone(), effect: effect.to_owned(), value: taint.value.clone() }
}

fn update_config(config: &schema::UpdateConfig) -> UpdateConfig {
    let one = config.max_unavailable_percentage.is_none().then_some(1);
    UpdateConfig {
        max_unavailable: config.max_unavailable.or(one),
        max_unavailable_percentage: config.max_unavailable_percentage,
        strategy: word(config.update_strategy),
    }
}

fn node_repair(config: &schema::NodeRepair) -> NodeRepair {
    NodeRepair {
        enabled: config.enabled,
        max_unhealthy_node_threshold_count: config.max_unhealthy_node_threshold_count,
        max_unhealthy_node_threshold_percentage: config.max_unhealthy_node_threshold_percentage,
        max_parallel_nodes_repaired_count: config.max_parallel_nodes_repaired_count,
        max_parallel_nodes_repaired_percentage: config.max_parallel_nodes_repaired_percentage,
        overrides: config
            .node_repair_config_overrides
            .iter()
            .map(|one| NodeRepairOverride {
                node_monitoring_condition: one.node_monitoring_condition.clone(),
                node_unhealthy_reason: one.node_unhealthy_reason.clone(),
                min_repair_wait_time_mins: one.min_repair_wait_time_mins,
                repair_action: word(one.repair_action),
            })
            .collect(),
    }
}
