//! Changes of a cluster's configuration: one kind of change in a call.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::access::{AccessConfig, UpgradePolicy};
use super::auto_mode::{Blocks, ComputeConfig, Shown, StorageConfig};
use super::component::{Components, KubeApiServer, KubeControllerManager, KubeScheduler};
use super::create::{ControlPlaneScalingConfig, KubernetesNetworkConfig, ZonalShiftConfig};
use super::logging::Logging;
use super::remote_network::{RemoteNetworkConfig, Surroundings};
use super::update::{self, Plan};
use super::vpc_config::VpcConfigRequest;
use super::{Cluster, Config, logging};
use crate::call::Call;
use crate::durations;
use crate::error::ApiError;
use crate::services::eks::update::{Params, UpdateType, param};
use crate::services::eks::{invalid, network};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UpdateClusterConfig {
    name: String,
    #[serde(default)]
    resources_vpc_config: VpcConfigRequest,
    logging: Option<Logging>,
    client_request_token: Option<String>,
    #[serde(default)]
    access_config: AccessConfig,
    #[serde(default)]
    upgrade_policy: UpgradePolicy,
    zonal_shift_config: Option<ZonalShiftConfig>,
    compute_config: Option<ComputeConfig>,
    #[serde(default)]
    kubernetes_network_config: KubernetesNetworkConfig,
    storage_config: Option<StorageConfig>,
    remote_network_config: Option<RemoteNetworkConfig>,
    deletion_protection: Option<bool>,
    control_plane_scaling_config: Option<ControlPlaneScalingConfig>,
    kube_api_server_config: Option<KubeApiServer>,
    kube_scheduler_config: Option<KubeScheduler>,
    kube_controller_manager_config: Option<KubeControllerManager>,
}

/// What one update can change.
struct Part {
    kind: UpdateType,
    is_asked: fn(&UpdateClusterConfig) -> bool,
    /// Changes the configuration of the cluster and tells what the parameters of the update are.
    change: fn(&UpdateClusterConfig, &Call<'_>, &Cluster, &mut Config) -> Result<Params, ApiError>,
}

const PARTS: &[Part] = &[
    Part {
        kind: UpdateType::EndpointAccessUpdate,
        is_asked: |asked| asked.resources_vpc_config.asks_for_endpoint(),
        change: change_endpoint,
    },
    Part {
        kind: UpdateType::VpcConfigUpdate,
        is_asked: |asked| asked.resources_vpc_config.subnet_ids.is_some(),
        change: change_subnets,
    },
    Part {
        kind: UpdateType::VpcConfigUpdate,
        is_asked: |asked| asked.resources_vpc_config.security_group_ids.is_some(),
        change: change_security_groups,
    },
    Part {
        kind: UpdateType::ControlPlaneEgressUpdate,
        is_asked: |asked| asked.resources_vpc_config.control_plane_egress_mode.is_some(),
        change: change_egress_mode,
    },
    Part { kind: UpdateType::LoggingUpdate, is_asked: |asked| asked.logging.is_some(), change: change_logging },
    Part {
        kind: UpdateType::AccessConfigUpdate,
        is_asked: |asked| asked.access_config.authentication_mode.is_some(),
        change: change_authentication_mode,
    },
    Part {
        kind: UpdateType::UpgradePolicyUpdate,
        is_asked: |asked| asked.upgrade_policy.support_type.is_some(),
        change: change_support_type,
    },
    Part {
        kind: UpdateType::ZonalShiftConfigUpdate,
        is_asked: |asked| asked.zonal_shift_config.is_some(),
        change: change_zonal_shift,
    },
    Part {
        kind: UpdateType::AutoModeUpdate,
        is_asked: |asked| asked.auto_mode().are_given(),
        change: change_auto_mode,
    },
    Part {
        kind: UpdateType::RemoteNetworkConfigUpdate,
        is_asked: |asked| asked.remote_network_config.is_some(),
        change: change_remote_network,
    },
    Part {
        kind: UpdateType::DeletionProtectionUpdate,
        is_asked: |asked| asked.deletion_protection.is_some(),
        change: change_deletion_protection,
    },
    Part {
        kind: UpdateType::ControlPlaneScalingConfigUpdate,
        is_asked: |asked| asked.control_plane_scaling_config.is_some(),
        change: change_tier,
    },
    Part {
        kind: UpdateType::ControlPlaneComponentConfigUpdate,
        is_asked: |asked| asked.components() != Components::default(),
        change: change_components,
    },
];

pub(super) fn update_cluster_config(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: UpdateClusterConfig = call.args()?;
    let client_token = asked.client_request_token.as_deref();
    update::or_repeated(call, &asked.name, client_token, |call| asked.plan(call))
}

impl UpdateClusterConfig {
    fn plan(&self, call: &Call<'_>) -> Result<Plan, ApiError> {
        let cluster = call.clusters().cluster(&self.name)?;
        self.check_fixed()?;
        let part = self.part()?;
        cluster.check_updatable(part.kind)?;
        let mut after = cluster.config.clone();
        let params = (part.change)(self, call, cluster, &mut after)?;
        if after == cluster.config {
            return unchanged(part.kind, &params);
        }
        let takes = durations::UPDATE_CLUSTER_CONFIG;
        Ok(Plan { kind: part.kind, params, after, takes, issues: Vec::new(), rolls_nodes: false })
    }

    /// The one part that is asked for.
    fn part(&self) -> Result<&'static Part, ApiError> {
        let parts: Vec<&Part> = PARTS.iter().filter(|part| (part.is_asked)(self)).collect();
        match parts.as_slice() {
            [] => invalid("The type for cluster update was not provided."),
            [part] => Ok(part),
            _ => invalid("Only one type of update can be allowed."),
        }
    }

    /// Refuses what can be said only at creation. Source: KubernetesNetworkConfigRequest, CreateAccessConfigRequest.
    fn check_fixed(&self) -> Result<(), ApiError> {
        let network = &self.kubernetes_network_config;
        let fixed =
            [("serviceIpv4Cidr", network.service_ipv4_cidr.is_some()), ("ipFamily", network.ip_family.is_some())];
        match fixed.iter().find(|(_, is_given)| *is_given) {
            Some((name, _)) => invalid(format!("{name} can only be specified when the cluster is created")),
            None => Ok(()),
        }
    }

    fn auto_mode(&self) -> Blocks<'_> {
        Blocks {
            compute: self.compute_config.as_ref(),
            balancing: self.kubernetes_network_config.elastic_load_balancing.as_ref(),
            storage: self.storage_config.as_ref(),
        }
    }

    fn components(&self) -> Components {
        Components {
            api_server: self.kube_api_server_config.clone(),
            scheduler: self.kube_scheduler_config.clone(),
            controller_manager: self.kube_controller_manager_config.clone(),
        }
    }
}

fn unchanged<T>(kind: UpdateType, params: &Params) -> Result<T, ApiError> {
    let value = |name: &str| params.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value.as_str());
    let all = || params.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join(", ");
    match kind {
        UpdateType::LoggingUpdate => invalid("No changes needed for the logging config provided"),
        UpdateType::EndpointAccessUpdate => invalid(format!(
            "Cluster is already at the desired configuration with endpointPrivateAccess: {} , endpointPublicAccess: {}, \
             and Public Endpoint Restrictions: {}",
            value("EndpointPrivateAccess"),
            value("EndpointPublicAccess"),
            value("PublicAccessCidrs")
        )),
        _ => invalid(format!("Cluster is already at the desired configuration with {}", all())),
    }
}

type Asked = UpdateClusterConfig;

fn change_endpoint(asked: &Asked, _: &Call<'_>, cluster: &Cluster, after: &mut Config) -> Result<Params, ApiError> {
    after.endpoint = after.endpoint.after(&asked.resources_vpc_config, cluster.ip_family)?;
    let endpoint = &after.endpoint;
    Ok(vec![
        param("EndpointPublicAccess", endpoint.public),
        param("EndpointPrivateAccess", endpoint.private),
        param("PublicAccessCidrs", json!(endpoint.public_access_cidrs)),
    ])
}

fn change_subnets(asked: &Asked, call: &Call<'_>, cluster: &Cluster, after: &mut Config) -> Result<Params, ApiError> {
    let subnets = asked.resources_vpc_config.subnet_ids.clone().unwrap_or_default();
    cluster.check_subnets(call, &subnets)?;
    after.subnets = subnets;
    Ok(vec![param("Subnets", json!(after.subnets))])
}

fn change_security_groups(
    asked: &Asked,
    call: &Call<'_>,
    cluster: &Cluster,
    after: &mut Config,
) -> Result<Params, ApiError> {
    let groups: BTreeSet<String> = asked.resources_vpc_config.security_group_ids.clone().unwrap_or_default();
    network::check_security_groups(call, &cluster.vpc_id, &groups)?;
    after.security_groups = groups;
    Ok(vec![param("SecurityGroups", json!(after.security_groups))])
}

fn change_egress_mode(asked: &Asked, _: &Call<'_>, _: &Cluster, after: &mut Config) -> Result<Params, ApiError> {
    let mode = asked.resources_vpc_config.control_plane_egress_mode.unwrap_or(after.egress_mode);
    after.egress_mode = after.egress_mode.change_to(mode)?;
    Ok(vec![param("ControlPlaneEgressMode", json!(after.egress_mode))])
}

fn change_logging(asked: &Asked, _: &Call<'_>, _: &Cluster, after: &mut Config) -> Result<Params, ApiError> {
    after.logging = asked.logging.as_ref().map_or(Ok(BTreeSet::new()), |asked| asked.applied_to(&after.logging))?;
    Ok(vec![param("ClusterLogging", logging::show(&after.logging))])
}

fn change_authentication_mode(
    asked: &Asked,
    _: &Call<'_>,
    _: &Cluster,
    after: &mut Config,
) -> Result<Params, ApiError> {
    let mode = asked.access_config.authentication_mode.unwrap_or(after.authentication_mode);
    after.authentication_mode = after.authentication_mode.change_to(mode)?;
    // AWS shows it with the quotation marks of JSON.
    Ok(vec![param("AuthenticationMode", json!(after.authentication_mode).to_string())])
}

fn change_support_type(asked: &Asked, _: &Call<'_>, _: &Cluster, after: &mut Config) -> Result<Params, ApiError> {
    after.support_type = asked.upgrade_policy.support_type.unwrap_or(after.support_type);
    after.support_type.check(after.version)?;
    Ok(vec![param("UpgradePolicy", json!({ "supportType": after.support_type }))])
}

fn change_zonal_shift(asked: &Asked, _: &Call<'_>, _: &Cluster, after: &mut Config) -> Result<Params, ApiError> {
    let Some(enabled) = asked.zonal_shift_config.as_ref().and_then(|shift| shift.enabled) else {
        return invalid("zonalShiftConfig must have a value for enabled");
    };
    after.zonal_shift = enabled;
    Ok(vec![param("ZonalShiftConfig", json!({ "enabled": enabled }))])
}

fn change_auto_mode(asked: &Asked, call: &Call<'_>, cluster: &Cluster, after: &mut Config) -> Result<Params, ApiError> {
    after.auto_mode = asked.auto_mode().after(after.auto_mode.as_ref())?;
    if let Some(auto_mode) = &after.auto_mode {
        auto_mode.check(call, &cluster.role_arn, after.authentication_mode)?;
    }
    let shown = Shown::new(after.auto_mode.as_ref());
    Ok(vec![
        param("ComputeConfig", shown.compute),
        param("KubernetesNetworkConfig", json!({ "elasticLoadBalancing": shown.balancing })),
        param("StorageConfig", shown.storage),
    ])
}

fn change_remote_network(
    asked: &Asked,
    call: &Call<'_>,
    cluster: &Cluster,
    after: &mut Config,
) -> Result<Params, ApiError> {
    let around = Surroundings {
        vpc_id: &cluster.vpc_id,
        service_cidr: &cluster.service_cidr,
        ip_family: cluster.ip_family,
        authentication_mode: after.authentication_mode,
    };
    let networks = asked.remote_network_config.as_ref().map(|networks| networks.read(call, &around));
    after.remote_network = networks.transpose()?.flatten();
    let shown = after.remote_network.clone().unwrap_or_default().show();
    Ok(vec![param("RemoteNetworkConfig", shown)])
}

fn change_deletion_protection(
    asked: &Asked,
    _: &Call<'_>,
    _: &Cluster,
    after: &mut Config,
) -> Result<Params, ApiError> {
    after.deletion_protection = asked.deletion_protection.unwrap_or(after.deletion_protection);
    Ok(vec![param("DeletionProtection", after.deletion_protection)])
}

fn change_tier(asked: &Asked, _: &Call<'_>, cluster: &Cluster, after: &mut Config) -> Result<Params, ApiError> {
    let Some(tier) = asked.control_plane_scaling_config.as_ref().and_then(|scaling| scaling.tier.as_ref()) else {
        return invalid("controlPlaneScalingConfig must have a tier");
    };
    after.tier.clone_from(tier);
    after.components.check(tier)?;
    Ok(vec![param("PreviousTier", cluster.config.tier.as_str()), param("UpdatedTier", tier.as_str())])
}

fn change_components(asked: &Asked, _: &Call<'_>, _: &Cluster, after: &mut Config) -> Result<Params, ApiError> {
    let components = asked.components();
    let params = components.params();
    after.components = components.over(&after.components);
    after.components.check(&after.tier)?;
    Ok(params)
}
