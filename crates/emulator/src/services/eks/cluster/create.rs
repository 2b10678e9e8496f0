//! Creating clusters.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use super::access::{AccessConfig, UpgradePolicy};
use super::auto_mode::{Blocks, ComputeConfig, ElasticLoadBalancing, StorageConfig};
use super::component::{Components, KubeApiServer, KubeControllerManager, KubeScheduler};
use super::encryption::{self, EncryptionConfig};
use super::endpoint::Endpoint;
use super::logging::Logging;
use super::remote_network::{RemoteNetworkConfig, Surroundings};
use super::vpc_config::VpcConfigRequest;
use super::{Cluster, Config, IpFamily, STANDARD_TIER, State, service_cidr};
use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::eks::access_entry::Principal;
use crate::services::eks::addon;
use crate::services::eks::health::{Ending, Issue};
use crate::services::eks::version::{self, Version};
use crate::services::eks::{IN_USE, INVALID_PARAMETER, LIMIT_EXCEEDED, invalid, network, quota, role, unsupported};
use crate::services::iam::service_linked_role;
use crate::tags::{self, Tags};
use crate::weather::Resource;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CreateCluster {
    name: String,
    version: Option<String>,
    role_arn: String,
    resources_vpc_config: VpcConfigRequest,
    #[serde(default)]
    kubernetes_network_config: KubernetesNetworkConfig,
    #[serde(default)]
    logging: Logging,
    client_request_token: Option<String>,
    tags: Option<BTreeMap<String, String>>,
    encryption_config: Option<Vec<EncryptionConfig>>,
    outpost_config: Option<Value>,
    #[serde(default)]
    access_config: AccessConfig,
    bootstrap_self_managed_addons: Option<bool>,
    #[serde(default)]
    upgrade_policy: UpgradePolicy,
    zonal_shift_config: Option<ZonalShiftConfig>,
    remote_network_config: Option<RemoteNetworkConfig>,
    compute_config: Option<ComputeConfig>,
    storage_config: Option<StorageConfig>,
    deletion_protection: Option<bool>,
    control_plane_scaling_config: Option<ControlPlaneScalingConfig>,
    kube_api_server_config: Option<KubeApiServer>,
    kube_scheduler_config: Option<KubeScheduler>,
    kube_controller_manager_config: Option<KubeControllerManager>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct KubernetesNetworkConfig {
    pub(super) service_ipv4_cidr: Option<String>,
    pub(super) ip_family: Option<IpFamily>,
    pub(super) elastic_load_balancing: Option<ElasticLoadBalancing>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ZonalShiftConfig {
    pub(super) enabled: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ControlPlaneScalingConfig {
    pub(super) tier: Option<String>,
}

/// What is known of a cluster once everything is checked.
struct Draft {
    vpc_id: String,
    zones: BTreeSet<String>,
    /// Nothing for an IPv6 cluster: what it gets follows from its id.
    service_cidr: Option<String>,
    config: Config,
    tags: Tags,
}

pub(super) fn create_cluster(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: CreateCluster = call.args()?;
    let client_token = asked.client_request_token.as_deref();
    if call.made_before(client_token, INVALID_PARAMETER)?.is_none() {
        check_free(call, &asked.name)?;
        let cluster = asked.cluster(asked.draft(call)?, call);
        service_linked_role::ensure(call, "eks.amazonaws.com")?;
        call.remember(client_token, &cluster.arn);
        call.eks().clusters.insert(asked.name.clone(), cluster);
    }
    let mut answer = call.clusters().cluster(&asked.name)?.show(call);
    // DescribeCluster does not tell, for the creator may have lost the permissions since.
    answer["accessConfig"]["bootstrapClusterCreatorAdminPermissions"] = asked.bootstraps_admin().into();
    Ok(json!({ "cluster": answer }))
}

fn check_free(call: &Call<'_>, name: &str) -> Result<(), ApiError> {
    let clusters = &call.clusters().clusters;
    if clusters.contains_key(name) {
        return refuse(IN_USE, format!("Cluster already exists with name: {name}"));
    }
    let most = call.quota(quota::CLUSTERS);
    if clusters.len() >= most {
        return refuse(LIMIT_EXCEEDED, format!("Cluster limit of {most} in this Region is exceeded"));
    }
    Ok(())
}

impl CreateCluster {
    fn family(&self) -> IpFamily {
        self.kubernetes_network_config.ip_family.unwrap_or_default()
    }

    fn bootstraps_admin(&self) -> bool {
        self.access_config.bootstrap_cluster_creator_admin_permissions.unwrap_or(true)
    }

    fn draft(&self, call: &Call<'_>) -> Result<Draft, ApiError> {
        if self.outpost_config.is_some() {
            return unsupported(INVALID_PARAMETER, "outpostConfig");
        }
        let version = self.version.as_deref().map_or(Ok(version::DEFAULT), Version::asked)?;
        role::check_cluster_role(call, &self.role_arn)?;
        let vpc_config = &self.resources_vpc_config;
        let subnets = vpc_config.subnet_ids.clone().unwrap_or_default();
        let vpc_id = network::check_new_subnets(call, &self.name, &subnets)?;
        let security_groups = vpc_config.security_group_ids.clone().unwrap_or_default();
        network::check_security_groups(call, &vpc_id, &security_groups)?;
        self.check_family(call, &subnets)?;
        let service_cidr = self.kubernetes_network_config.service_ipv4_cidr.as_deref();
        let service_cidr = service_cidr::chosen(call, service_cidr, self.family(), &vpc_id)?;
        let mut config = Config {
            version,
            upgraded: None,
            subnets,
            security_groups,
            endpoint: Endpoint::initial(self.family()).after(vpc_config, self.family())?,
            egress_mode: vpc_config.control_plane_egress_mode.unwrap_or_default(),
            logging: self.logging.applied_to(&BTreeSet::new())?,
            authentication_mode: self.access_config.authentication_mode.unwrap_or_default(),
            support_type: self.upgrade_policy.support_type.unwrap_or_default(),
            zonal_shift: self.zonal_shift_config.as_ref().and_then(|shift| shift.enabled).unwrap_or_default(),
            auto_mode: self.auto_mode().at_creation()?,
            remote_network: None,
            encryption_key: encryption::key(call, self.encryption_config.as_deref().unwrap_or_default())?,
            deletion_protection: self.deletion_protection.unwrap_or_default(),
            tier: self.tier(),
            components: self.components(),
        };
        self.check(call, &config)?;
        if let Some(networks) = &self.remote_network_config {
            let around = Surroundings {
                vpc_id: &vpc_id,
                service_cidr: service_cidr.as_deref().unwrap_or_default(),
                ip_family: self.family(),
                authentication_mode: config.authentication_mode,
            };
            config.remote_network = networks.read(call, &around)?;
        }
        let zones = network::zones(call.network(), &config.subnets);
        Ok(Draft { vpc_id, zones, service_cidr, config, tags: self.tags()? })
    }

    /// Source: KubernetesNetworkConfigRequest.
    fn check_family(&self, call: &Call<'_>, subnets: &BTreeSet<String>) -> Result<(), ApiError> {
        if self.family() == IpFamily::Ipv4 {
            return Ok(());
        }
        if call.partition() == "aws-cn" {
            return invalid("ipFamily ipv6 is not supported in China Regions");
        }
        let subnets = subnets.iter().filter_map(|id| call.network().subnet(id));
        let without: Vec<&str> =
            subnets.filter(|subnet| subnet.ipv6_cidr_block.is_none()).map(|subnet| subnet.id.as_str()).collect();
        match without.is_empty() {
            true => Ok(()),
            false => {
                invalid(format!("Subnets [{}] must have an IPv6 CIDR block for ipFamily ipv6", without.join(", ")))
            }
        }
    }

    /// The rules between the parts of a configuration.
    fn check(&self, call: &Call<'_>, config: &Config) -> Result<(), ApiError> {
        if !self.bootstraps_admin() && !config.authentication_mode.has_access_entries() {
            return invalid(
                "bootstrapClusterCreatorAdminPermissions must be true if cluster authentication mode is set to CONFIG_MAP",
            );
        }
        config.support_type.check(config.version)?;
        config.components.check(&config.tier)?;
        let Some(auto_mode) = &config.auto_mode else { return Ok(()) };
        if self.bootstrap_self_managed_addons != Some(false) {
            return invalid("EKS Auto Mode requires bootstrapSelfManagedAddons to be set to false");
        }
        auto_mode.check(call, &self.role_arn, config.authentication_mode)
    }

    fn auto_mode(&self) -> Blocks<'_> {
        Blocks {
            compute: self.compute_config.as_ref(),
            balancing: self.kubernetes_network_config.elastic_load_balancing.as_ref(),
            storage: self.storage_config.as_ref(),
        }
    }

    fn tier(&self) -> String {
        let tier = self.control_plane_scaling_config.as_ref().and_then(|scaling| scaling.tier.as_deref());
        tier.unwrap_or(STANDARD_TIER).to_owned()
    }

    fn components(&self) -> Components {
        let asked = Components {
            api_server: self.kube_api_server_config.clone(),
            scheduler: self.kube_scheduler_config.clone(),
            controller_manager: self.kube_controller_manager_config.clone(),
        };
        asked.over(&Components::default())
    }

    fn tags(&self) -> Result<Tags, ApiError> {
        let mut tags = Tags::new();
        tags::put(&mut tags, self.tags.clone().unwrap_or_default(), INVALID_PARAMETER)?;
        Ok(tags)
    }

    fn cluster(&self, draft: Draft, call: &mut Call<'_>) -> Cluster {
        let uid = call.uuid();
        let planted = call.mishap(Resource::Cluster, &[&self.name]);
        let due = call.until(durations::CREATE_CLUSTER, &uid);
        Cluster {
            name: self.name.clone(),
            arn: call.arn("eks", &format!("cluster/{}", self.name)),
            created_at: call.now,
            role_arn: self.role_arn.clone(),
            vpc_id: draft.vpc_id,
            zones: draft.zones,
            ip_family: self.family(),
            service_cidr: draft.service_cidr.unwrap_or_else(|| service_cidr::unique_local(&uid)),
            config: draft.config,
            tags: draft.tags,
            state: State::Creating(Ending { due, issues: planted.map(Issue::from).into_iter().collect() }),
            uid,
            issues: Vec::new(),
            security_group: None,
            updates: Vec::new(),
            nodegroups: BTreeMap::new(),
            fargate_profiles: BTreeMap::new(),
            associations: BTreeMap::new(),
            addons: BTreeMap::new(),
            software: addon::bootstrapped(self.bootstrap_self_managed_addons.unwrap_or(true)),
            identity_provider: None,
            capabilities: BTreeMap::new(),
            creator: self.bootstraps_admin().then(|| Principal::caller(call)).flatten(),
            access_entries: BTreeMap::new(),
        }
    }
}
