//! Creating node groups.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use super::ami::AmiType;
use super::launch_template::{LaunchTemplate, Specification};
use super::remote_access::RemoteAccess;
use super::repair::NodeRepair;
use super::scaling::{Scaling, ScalingConfig};
use super::taint::{self, AskedTaint};
use super::update_policy::{UpdateConfig, UpdatePolicy};
use super::update_version::check_skew;
use super::warm_pool::WarmPoolConfig;
use super::{Config, Nodegroup, State, label, scaling_group};
use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::eks::cluster::{Cluster, State as ClusterState};
use crate::services::eks::health::{Ending, Issue};
use crate::services::eks::version::Version;
use crate::services::eks::{IN_USE, INVALID_PARAMETER, LIMIT_EXCEEDED, invalid, network, no_such_cluster, quota, role};
use crate::services::iam::{InstanceProfile, service_linked_role};
use crate::tags::{self, Tags};
use crate::weather::{Mishap, Outcome, Resource};

/// GiB. Source: CreateNodegroup, CreateVolume (gp3).
const DISK_SIZES: std::ops::RangeInclusive<i64> = 1..=16_384;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CreateNodegroup {
    cluster_name: String,
    nodegroup_name: String,
    #[serde(default)]
    scaling_config: ScalingConfig,
    disk_size: Option<i64>,
    subnets: BTreeSet<String>,
    #[serde(default)]
    instance_types: Vec<String>,
    ami_type: Option<String>,
    remote_access: Option<RemoteAccess>,
    node_role: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    taints: Vec<AskedTaint>,
    tags: Option<BTreeMap<String, String>>,
    client_request_token: Option<String>,
    launch_template: Option<Specification>,
    update_config: Option<UpdateConfig>,
    node_repair_config: Option<NodeRepair>,
    capacity_type: Option<String>,
    version: Option<String>,
    release_version: Option<String>,
    warm_pool_config: Option<WarmPoolConfig>,
}

/// What is known of a group once everything is checked.
struct Draft {
    role_name: String,
    ami_type: AmiType,
    instance_types: Vec<String>,
    disk_size: Option<u32>,
    capacity_type: String,
    config: Config,
    tags: Tags,
}

pub(super) fn create_nodegroup(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: CreateNodegroup = call.args()?;
    let (cluster, name) = (asked.cluster_name.as_str(), asked.nodegroup_name.as_str());
    let client_token = asked.client_request_token.as_deref();
    if call.made_before(client_token, INVALID_PARAMETER)?.is_none() {
        let draft = asked.draft(call)?;
        // Source: "Using roles for Amazon EKS node groups"; Auto Scaling makes its own.
        service_linked_role::ensure(call, "eks-nodegroup.amazonaws.com")?;
        service_linked_role::ensure(call, "autoscaling.amazonaws.com")?;
        let profile = draft.role_name.clone();
        let group = asked.nodegroup(draft, call);
        hand_role_to_nodes(call, &group, profile);
        call.remember(client_token, &group.arn);
        launch(call, cluster, group)?;
    }
    Ok(json!({ "nodegroup": call.clusters().nodegroup(cluster, name)?.show(call) }))
}

fn launch(call: &mut Call<'_>, cluster: &str, mut group: Nodegroup) -> Result<(), ApiError> {
    let now = call.now;
    let region = call.account.regions.entry(call.region_name.clone()).or_default();
    let cluster = region.eks.clusters.get_mut(cluster).ok_or_else(|| no_such_cluster(cluster))?;
    if let Some(security_group) = group.new_remote_access_group(&cluster.vpc_id) {
        region.ec2.add_security_group(security_group);
    }
    group.scale(cluster, &mut region.ec2, now);
    cluster.let_nodes_in(&group.node_role_arn, group.entry_type(), &call.account.global.iam, now);
    cluster.nodegroups.insert(group.name.clone(), group);
    Ok(())
}

/// EKS makes an instance profile, which keeps the role from being deleted.
fn hand_role_to_nodes(call: &mut Call<'_>, group: &Nodegroup, role: String) {
    let name = group.instance_profile();
    let profile = InstanceProfile {
        id: call.iam_id("AIPA"),
        arn: call.iam_arn(&format!("instance-profile/{name}")),
        name: name.clone(),
        path: "/".to_owned(),
        created_at: call.now,
        role: Some(role),
        tags: Tags::new(),
    };
    call.iam().instance_profiles.insert(name, profile);
}

impl CreateNodegroup {
    fn draft(&self, call: &Call<'_>) -> Result<Draft, ApiError> {
        let cluster = call.clusters().cluster(&self.cluster_name)?;
        self.check_name(call, cluster)?;
        if !matches!(cluster.state, ClusterState::Active) {
            return Err(cluster.not_active());
        }
        self.check_network(call, cluster)?;
        let role_name = role::check_node_role(call, &self.node_role)?;
        let version = self.version.as_deref().map_or(Ok(cluster.config.version), Version::asked)?;
        check_skew(cluster, version)?;
        let launch_template = self.launch_template(call, cluster)?;
        let template = launch_template.as_ref();
        let types = self.instance_types(template)?;
        let (ami_type, release_version) = self.ami(template, &types, version)?;
        let capacity_type = self.capacity_type(template)?;
        label::check(&self.labels)?;
        let asked_policy = self.update_config.as_ref().map(|asked| UpdatePolicy::default().after(asked));
        let asked_repair = self.node_repair_config.as_ref().map(NodeRepair::asked);
        let pool = self.warm_pool_config.as_ref().map(|asked| asked.over(None, ami_type, &capacity_type));
        let config = Config {
            version,
            release_version,
            scaling: Scaling::at_creation(call, self.scaling_config)?,
            labels: self.labels.clone(),
            taints: taint::read(&self.taints)?,
            update_policy: asked_policy.transpose()?.unwrap_or_default(),
            repair: asked_repair.transpose()?.unwrap_or_else(NodeRepair::off),
            warm_pool: pool.transpose()?.flatten(),
            launch_template,
        };
        let has_types = config.launch_template.as_ref().is_some_and(|template| template.instance_type().is_some());
        let instance_types = match self.instance_types.as_slice() {
            [] if has_types => Vec::new(),
            [] => vec![ami_type.default_instance_type().to_owned()],
            asked => asked.to_vec(),
        };
        let disk_size = self.disk_size(ami_type)?;
        Ok(Draft { role_name, ami_type, instance_types, disk_size, capacity_type, config, tags: self.tags()? })
    }

    /// The launch template, if the group may have it and nothing of the group is its business.
    fn launch_template(&self, call: &Call<'_>, cluster: &Cluster) -> Result<Option<LaunchTemplate>, ApiError> {
        let Some(asked) = &self.launch_template else { return Ok(None) };
        if self.disk_size.is_some() {
            return invalid("Disk size must be specified within the launch template.");
        }
        if self.remote_access.is_some() {
            return invalid("Remote access configuration cannot be specified with a launch template.");
        }
        let template = asked.resolve(call)?;
        template.check(call, &cluster.vpc_id)?;
        Ok(Some(template))
    }

    /// The instance types of the group or the one of its launch template, which may not both be there.
    fn instance_types(&self, template: Option<&LaunchTemplate>) -> Result<Vec<String>, ApiError> {
        match template.and_then(LaunchTemplate::instance_type) {
            Some(_) if !self.instance_types.is_empty() => invalid(
                "Instance types should be specified either in the launch template or in the node group, not in both",
            ),
            Some(one) => Ok(vec![one.to_owned()]),
            None => Ok(self.instance_types.clone()),
        }
    }

    /// The kind of AMI, and its release: with an AMI in the launch template, the AMI.
    fn ami(
        &self,
        template: Option<&LaunchTemplate>,
        types: &[String],
        version: Version,
    ) -> Result<(AmiType, String), ApiError> {
        let Some(image) = template.and_then(LaunchTemplate::image) else {
            let ami_type = AmiType::chosen(self.ami_type.as_deref(), types)?;
            let release = ami_type.release(self.release_version.as_deref(), version)?;
            template.filter(|_| ami_type.merges_user_data()).map_or(Ok(()), LaunchTemplate::check_user_data)?;
            return Ok((ami_type, release));
        };
        if self.ami_type.as_deref().is_some_and(|asked| asked != "CUSTOM") {
            return invalid("You cannot specify an AMI type other than CUSTOM when using custom AMIs.");
        }
        check_custom(self.version.as_deref(), self.release_version.as_deref())?;
        Ok((AmiType::Custom, image.to_owned()))
    }

    fn check_name(&self, call: &Call<'_>, cluster: &Cluster) -> Result<(), ApiError> {
        let name = &self.nodegroup_name;
        if cluster.nodegroups.contains_key(name) {
            let message = format!("NodeGroup already exists with name {name} and cluster name {}", cluster.name);
            return refuse(IN_USE, message);
        }
        let plain = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
        let begins_well = name.starts_with(|character: char| character.is_ascii_alphanumeric());
        if name.len() > 63 || !begins_well || !name.chars().all(plain) {
            return invalid(format!(
                "The nodegroup name {name} must begin with a letter or digit, can only contain letters, digits, hyphens and \
                 underscores, and can have at most 63 characters"
            ));
        }
        let most = call.quota(quota::NODEGROUPS);
        if cluster.nodegroups.len() >= most {
            return refuse(LIMIT_EXCEEDED, format!("Nodegroup limit of {most} in the cluster is exceeded"));
        }
        Ok(())
    }

    fn check_network(&self, call: &Call<'_>, cluster: &Cluster) -> Result<(), ApiError> {
        if self.subnets.is_empty() {
            return invalid("At least one subnet must be specified");
        }
        let subnets = network::existing(call, &self.subnets)?;
        let elsewhere: Vec<&str> =
            subnets.iter().filter(|subnet| subnet.vpc_id != cluster.vpc_id).map(|subnet| subnet.id.as_str()).collect();
        if !elsewhere.is_empty() {
            let (ids, vpc_id) = (elsewhere.join(", "), &cluster.vpc_id);
            return invalid(format!("Subnets [{ids}] are not in the VPC {vpc_id} of the cluster"));
        }
        self.remote_access.as_ref().map_or(Ok(()), |access| access.check(call, &cluster.vpc_id))
    }

    fn capacity_type(&self, template: Option<&LaunchTemplate>) -> Result<String, ApiError> {
        let has_blocks = template.is_some_and(LaunchTemplate::has_capacity_blocks);
        match self.capacity_type.as_deref() {
            Some("CAPACITY_BLOCK") if !has_blocks => {
                invalid("The capacity type CAPACITY_BLOCK requires a launch template")
            }
            asked => Ok(asked.unwrap_or("ON_DEMAND").to_owned()),
        }
    }

    fn disk_size(&self, ami_type: AmiType) -> Result<Option<u32>, ApiError> {
        let Some(size) = self.disk_size else {
            return Ok(self.launch_template.is_none().then(|| ami_type.default_disk_size()));
        };
        match u32::try_from(size) {
            Ok(whole) if DISK_SIZES.contains(&size) => Ok(Some(whole)),
            _ => {
                invalid(format!("Disk size {size} is not between {} and {} GiB", DISK_SIZES.start(), DISK_SIZES.end()))
            }
        }
    }

    fn tags(&self) -> Result<Tags, ApiError> {
        let mut tags = Tags::new();
        tags::put(&mut tags, self.tags.clone().unwrap_or_default(), INVALID_PARAMETER)?;
        Ok(tags)
    }

    /// What the weather has in store for the group: its Auto Scaling group is what most is about.
    fn planted(&self, uid: &str, mishap: Mishap) -> (Outcome, Issue) {
        let scaling_group = scaling_group(&self.nodegroup_name, uid);
        (mishap.becomes, Issue { resource_ids: vec![scaling_group], ..mishap.into() })
    }

    fn nodegroup(&self, draft: Draft, call: &mut Call<'_>) -> Nodegroup {
        let (uid, name) = (call.uuid(), &self.nodegroup_name);
        let takes = match draft.config.scaling.desired {
            0 => durations::CREATE_NODEGROUP_EMPTY,
            _ => durations::CREATE_NODEGROUP,
        };
        let due = call.until(takes, &uid);
        let declines_at = due + call.seconds(durations::DECLINE_NODEGROUP, &uid);
        let planted = call.mishap(Resource::Nodegroup, &[name]).map(|mishap| self.planted(&uid, mishap));
        let (fails, declines) = match planted {
            Some((Outcome::Degraded, issue)) => (None, Some(issue)),
            Some((_, issue)) => (Some(issue), None),
            None => (None, None),
        };
        Nodegroup {
            name: name.clone(),
            arn: call.arn("eks", &format!("nodegroup/{}/{name}/{uid}", self.cluster_name)),
            cluster_name: self.cluster_name.clone(),
            created_at: call.now,
            modified_at: call.now,
            node_role_arn: self.node_role.clone(),
            subnets: self.subnets.clone(),
            instance_types: draft.instance_types,
            ami_type: draft.ami_type,
            capacity_type: draft.capacity_type,
            disk_size: draft.disk_size,
            remote_access: self.remote_access.clone(),
            config: draft.config,
            tags: draft.tags,
            state: State::Creating {
                ending: Ending { due, issues: fails.into_iter().collect() },
                gives_up: call.now + call.seconds(durations::GIVE_UP_NODES, &uid),
            },
            uid,
            issues: Vec::new(),
            decline: declines.map(|issue| Ending { due: declines_at, issues: vec![issue] }),
            updates: Vec::new(),
            launched: 0,
        }
    }
}

/// With an AMI of one's own, versions are the business of the launch template.
pub(super) fn check_custom(version: Option<&str>, release_version: Option<&str>) -> Result<(), ApiError> {
    match (version, release_version) {
        (None, None) => Ok(()),
        (Some(_), _) => invalid("You cannot specify the field version when using custom AMIs."),
        (None, Some(_)) => invalid("You cannot specify the field releaseVersion when using custom AMIs."),
    }
}
