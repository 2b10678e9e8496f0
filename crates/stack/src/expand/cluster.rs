//! The control plane.

use std::collections::BTreeSet;

use eksctl_rs_aws::eks::cluster::{AutoMode, PortRange, ScoringStrategy, Spec};
use eksctl_rs_core::Reference;
use serde::Serialize;
use serde_json::Value;

use super::{Expansion, addons, kms, logs, names, network, roles};
use crate::schema::{KeyUse, LogType, RemoteNetwork};

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    let (own, zones) = (expansion.spec, expansion.zones.clone());
    let in_zone = |zone: String| {
        let one = std::slice::from_ref(&zone);
        let mut subnets = network::private_subnets(expansion, one);
        if !own.vpc.control_plane_on_private_subnets {
            subnets.extend(network::public_subnets(expansion, one));
        }
        (zone, subnets)
    };
    let subnets = zones.into_iter().map(in_zone).filter(|(_, subnets)| !subnets.is_empty()).collect();
    let remote = own.remote_network_config.as_ref();
    let controllers = &own.kube_controller_manager_config;
    let spec = Spec {
        name: own.metadata.name.clone(),
        version: own.metadata.version.clone(),
        role: roles::for_cluster(expansion),
        subnets,
        security_groups: security_groups(expansion),
        endpoint_public_access: own.vpc.cluster_endpoints.public_access,
        endpoint_private_access: own.vpc.cluster_endpoints.private_access,
        public_access_cidrs: public_access_cidrs(expansion),
        control_plane_egress_mode: word(own.vpc.control_plane_egress_mode),
        ip_family: word(own.kubernetes_network_config.ip_family).to_lowercase(),
        service_ipv4_cidr: own.kubernetes_network_config.service_ipv4_cidr.map(|cidr| cidr.to_string()),
        logging: logging(&own.cloud_watch.cluster_logging.enable_types),
        log_group: logs::for_cluster(expansion),
        encryption_key: encryption_key(expansion),
        authentication_mode: word(own.access_config.authentication_mode),
        bootstrap_cluster_creator_admin_permissions: own.access_config.bootstrap_cluster_creator_admin_permissions,
        // The nodes of a cluster need vpc-cni and kube-proxy from the first moment.
        bootstrap_self_managed_addons: addons::are_bootstrapped(own),
        support_type: word(own.upgrade_policy.support_type),
        zonal_shift: own.zonal_shift_config.enabled,
        auto_mode: roles::auto_mode(expansion).map(|auto| AutoMode {
            node_pools: auto.node_pools.iter().map(word).collect(),
            node_role: roles::for_auto_mode(auto),
            gateway_api_crds: auto.gateway_api_crds,
        }),
        deletion_protection: own.deletion_protection,
        scaling_tier: word(own.control_plane_scaling_config.tier),
        remote_node_networks: cidrs(remote.map(|remote| &remote.remote_node_networks)),
        remote_pod_networks: cidrs(remote.map(|remote| &remote.remote_pod_networks)),
        event_ttl: own.kube_api_server_config.event_ttl.clone().filter(|ttl| ttl != "1h" && ttl != "60m"),
        service_node_port_range: own
            .kube_api_server_config
            .service_node_port_range
            .map(|range| PortRange { min: range.min_port, max: range.max_port })
            .filter(|range| *range != PortRange { min: 30_000, max: 32_767 }),
        scoring_strategy: scoring_strategy(expansion),
        terminated_pod_gc_threshold: controllers
            .pod_gc_controller_config
            .as_ref()
            .map(|config| config.terminated_pod_gc_threshold),
        horizontal_pod_autoscaler_sync_period: controllers
            .horizontal_pod_autoscaler_controller_config
            .as_ref()
            .map(|config| config.horizontal_pod_autoscaler_sync_period.clone())
            .filter(|period| period != "15s"),
        tags: own.metadata.tags.clone(),
    };
    expansion.add(names::cluster(&own.metadata.name), &spec);
}

/// The groups of the network interfaces, besides the one that EKS makes.
fn security_groups(expansion: &Expansion<'_>) -> BTreeSet<Reference> {
    let vpc = &expansion.spec.vpc;
    let own = vpc.control_plane_security_groups.iter().map(|name| Reference::to(&names::security_group(name), "id"));
    let ids = vpc.control_plane_security_group_ids.iter().map(|id| Reference::from(id.as_str()));
    own.chain(ids).collect()
}

/// A word as AWS writes it: that of the schema.
pub(super) fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(text)) => text,
        _ => String::new(),
    }
}

fn encryption_key(expansion: &Expansion<'_>) -> Option<Reference> {
    let others =
        expansion.spec.secrets_encryption.as_ref().map(|encryption| Reference::from(encryption.key_arn.as_str()));
    others.or_else(|| kms::used_for(expansion, KeyUse::Secrets))
}

fn public_access_cidrs(expansion: &Expansion<'_>) -> BTreeSet<String> {
    match &expansion.spec.vpc.public_access_cidrs {
        Some(cidrs) => cidrs.iter().cloned().collect(),
        None if expansion.is_ipv6_cluster() => ["0.0.0.0/0", "::/0"].map(str::to_owned).into(),
        None => BTreeSet::from(["0.0.0.0/0".to_owned()]),
    }
}

fn logging(types: &BTreeSet<LogType>) -> BTreeSet<String> {
    let all = [LogType::Api, LogType::Audit, LogType::Authenticator, LogType::ControllerManager, LogType::Scheduler];
    let everything = types.contains(&LogType::All) || types.contains(&LogType::Star);
    all.iter().filter(|kind| everything || types.contains(kind)).map(word).collect()
}

fn cidrs(networks: Option<&Vec<RemoteNetwork>>) -> BTreeSet<String> {
    networks.into_iter().flatten().flat_map(|network| network.cidrs.iter().cloned()).collect()
}

/// What is EKS's default counts as absent.
fn scoring_strategy(expansion: &Expansion<'_>) -> Option<ScoringStrategy> {
    let fit = expansion.spec.kube_scheduler_config.node_resources_fit.as_ref()?;
    let resources = fit.scoring_strategy.resources.iter().map(|one| (one.name.clone(), one.weight)).collect();
    let strategy = ScoringStrategy { kind: word(fit.scoring_strategy.r#type), resources };
    let is_plain = strategy.resources.iter().all(|(name, weight)| *weight == 1 && (name == "cpu" || name == "memory"));
    (strategy.kind != "LeastAllocated" || !is_plain).then_some(strategy)
}
