//! The parts of requests, from our spec to the SDK's types.

use aws_sdk_eks::types as sdk;
use eksctl_rs_core::{CallError, Reference, Run};

use super::{AutoMode, PortRange, ScoringStrategy, Spec};
use crate::ec2::literal;

pub(super) fn vpc(spec: &Spec, run: &Run<'_>) -> Result<sdk::VpcConfigRequest, CallError> {
    let literals = |references: &std::collections::BTreeSet<Reference>| -> Result<Vec<String>, CallError> {
        references.iter().map(|reference| literal(reference, run)).collect()
    };
    let groups = literals(&spec.security_groups)?;
    let cidrs = spec.public_access_cidrs.iter().cloned().collect::<Vec<_>>();
    let egress = sdk::ControlPlaneEgressModeType::from(spec.control_plane_egress_mode.as_str());
    let is_default_egress = egress == sdk::ControlPlaneEgressModeType::AwsManaged;
    Ok(sdk::VpcConfigRequest::builder()
        .set_subnet_ids(Some(literals(&spec.all_subnets())?))
        .set_security_group_ids((!groups.is_empty()).then_some(groups))
        .endpoint_public_access(spec.endpoint_public_access)
        .endpoint_private_access(spec.endpoint_private_access)
        .set_public_access_cidrs((spec.endpoint_public_access && !cidrs.is_empty()).then_some(cidrs))
        .set_control_plane_egress_mode((!is_default_egress).then_some(egress))
        .build())
}

pub(super) fn network(spec: &Spec) -> sdk::KubernetesNetworkConfigRequest {
    let crds = spec.auto_mode.as_ref().and_then(|auto| auto.gateway_api_crds);
    sdk::KubernetesNetworkConfigRequest::builder()
        .set_ip_family(spec.has_ipv6().then_some(sdk::IpFamily::Ipv6))
        .set_service_ipv4_cidr(spec.service_ipv4_cidr.clone().filter(|_| !spec.has_ipv6()))
        .set_elastic_load_balancing(spec.auto_mode.as_ref().map(|_| balancing(true, crds)))
        .build()
}

pub(super) fn balancing(enabled: bool, crds: Option<bool>) -> sdk::ElasticLoadBalancing {
    let gateway = crds.map(|managed| {
        let crds = sdk::CrdManagementConfiguration::builder().managed(managed).build();
        sdk::GatewayApiConfiguration::builder().crds(crds).build()
    });
    sdk::ElasticLoadBalancing::builder().enabled(enabled).set_gateway_api(gateway).build()
}

pub(super) fn compute(auto: &AutoMode, run: &Run<'_>) -> Result<sdk::ComputeConfigRequest, CallError> {
    let role = auto.node_role.as_ref().map(|role| literal(role, run)).transpose()?;
    let pools = auto.node_pools.iter().cloned().collect();
    let request = sdk::ComputeConfigRequest::builder().enabled(true).set_node_pools(Some(pools));
    Ok(request.set_node_role_arn(role).build())
}

pub(super) fn storage(enabled: bool) -> sdk::StorageConfigRequest {
    let block = sdk::BlockStorage::builder().enabled(enabled).build();
    sdk::StorageConfigRequest::builder().block_storage(block).build()
}

/// Every type of log is either on or off: what is not named stays as it is.
pub(super) fn logging<'t>(on: impl Iterator<Item = &'t str>) -> sdk::Logging {
    let on: Vec<sdk::LogType> = on.map(sdk::LogType::from).collect();
    let all = [
        sdk::LogType::Api,
        sdk::LogType::Audit,
        sdk::LogType::Authenticator,
        sdk::LogType::ControllerManager,
        sdk::LogType::Scheduler,
    ];
    let off: Vec<sdk::LogType> = all.into_iter().filter(|kind| !on.contains(kind)).collect();
    let setup = |types: Vec<sdk::LogType>, enabled| {
        (!types.is_empty()).then(|| sdk::LogSetup::builder().set_types(Some(types)).enabled(enabled).build())
    };
    let setups = [setup(on, true), setup(off, false)].into_iter().flatten().collect();
    sdk::Logging::builder().set_cluster_logging(Some(setups)).build()
}

#[expect(deprecated, reason = "EKS no longer reads the resources, but older endpoints demand them")]
pub(super) fn encryption(key: &str) -> sdk::EncryptionConfig {
    let provider = sdk::Provider::builder().key_arn(key).build();
    sdk::EncryptionConfig::builder().resources("secrets").provider(provider).build()
}

pub(super) fn access(spec: &Spec) -> sdk::CreateAccessConfigRequest {
    sdk::CreateAccessConfigRequest::builder()
        .authentication_mode(sdk::AuthenticationMode::from(spec.authentication_mode.as_str()))
        .bootstrap_cluster_creator_admin_permissions(spec.bootstrap_cluster_creator_admin_permissions)
        .build()
}

pub(super) fn upgrade_policy(support: &str) -> sdk::UpgradePolicyRequest {
    sdk::UpgradePolicyRequest::builder().support_type(sdk::SupportType::from(support)).build()
}

pub(super) fn scaling_tier(tier: &str) -> sdk::ControlPlaneScalingConfig {
    sdk::ControlPlaneScalingConfig::builder().tier(sdk::ProvisionedControlPlaneTier::from(tier)).build()
}

pub(super) fn remote_networks_at_creation(spec: &Spec) -> Option<sdk::RemoteNetworkConfigRequest> {
    let list = |set: &std::collections::BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>();
    let (nodes, pods) = (list(&spec.remote_node_networks), list(&spec.remote_pod_networks));
    (!nodes.is_empty() || !pods.is_empty()).then(|| remote_networks(&nodes, &pods))
}

/// Empty lists remove what is there.
pub(super) fn remote_networks(nodes: &[String], pods: &[String]) -> sdk::RemoteNetworkConfigRequest {
    let node = (!nodes.is_empty()).then(|| sdk::RemoteNodeNetwork::builder().set_cidrs(Some(nodes.to_vec())).build());
    let pod = (!pods.is_empty()).then(|| sdk::RemotePodNetwork::builder().set_cidrs(Some(pods.to_vec())).build());
    sdk::RemoteNetworkConfigRequest::builder()
        .set_remote_node_networks(Some(node.into_iter().collect()))
        .set_remote_pod_networks(Some(pod.into_iter().collect()))
        .build()
}

pub(super) fn kube_api_server(
    event_ttl: Option<&str>,
    ports: Option<PortRange>,
) -> Option<sdk::KubeApiServerConfigRequest> {
    if event_ttl.is_none() && ports.is_none() {
        return None;
    }
    let range = ports.map(|ports| sdk::ServiceNodePortRange::builder().min_port(ports.min).max_port(ports.max).build());
    let request = sdk::KubeApiServerConfigRequest::builder().set_event_ttl(event_ttl.map(str::to_owned));
    Some(request.set_service_node_port_range(range).build())
}

pub(super) fn default_scoring_strategy() -> ScoringStrategy {
    let resources = [("cpu".to_owned(), 1), ("memory".to_owned(), 1)].into();
    ScoringStrategy { kind: "LeastAllocated".to_owned(), resources }
}

pub(super) fn kube_scheduler(strategy: &ScoringStrategy) -> sdk::KubeSchedulerConfigRequest {
    let weight = |(name, weight): (&String, &i32)| sdk::ResourceWeight::builder().name(name).weight(*weight).build();
    let scoring = sdk::ScoringStrategy::builder()
        .r#type(sdk::ScoringStrategyType::from(strategy.kind.as_str()))
        .set_resources(Some(strategy.resources.iter().map(weight).collect()))
        .build();
    let fit = sdk::NodeResourcesFitConfig::builder().scoring_strategy(scoring).build();
    sdk::KubeSchedulerConfigRequest::builder().node_resources_fit(fit).build()
}

pub(super) fn kube_controller_manager(
    threshold: Option<i32>,
    period: Option<&str>,
) -> Option<sdk::KubeControllerManagerConfigRequest> {
    if threshold.is_none() && period.is_none() {
        return None;
    }
    let collector = threshold
        .map(|threshold| sdk::PodGcControllerConfigRequest::builder().terminated_pod_gc_threshold(threshold).build());
    let autoscaler = period.map(|period| {
        let request = sdk::HorizontalPodAutoscalerControllerConfigRequest::builder();
        request.horizontal_pod_autoscaler_sync_period(period).build()
    });
    let request = sdk::KubeControllerManagerConfigRequest::builder().set_pod_gc_controller_config(collector);
    Some(request.set_horizontal_pod_autoscaler_controller_config(autoscaler).build())
}
