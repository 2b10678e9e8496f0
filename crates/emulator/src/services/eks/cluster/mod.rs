//! Clusters.

mod access;
mod auto_mode;
pub(super) mod component;
mod config;
mod create;
mod delete;
mod encryption;
mod endpoint;
pub(super) mod life;
mod logging;
mod remote_network;
mod service_cidr;
mod show;
mod update;
mod update_config;
mod update_version;
mod vpc_config;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::access_entry::{AccessEntry, Principal};
use super::addon::{self, Addon, Keeper};
use super::capability::Capability;
use super::fargate::FargateProfile;
use super::health::{Ending, Issue};
use super::identity_provider::IdentityProvider;
use super::nodegroup::Nodegroup;
use super::pod_identity::PodIdentityAssociation;
use super::update::{Update, UpdateType};
use super::{IN_USE, INVALID_REQUEST, invalid, listed};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::Tags;

pub(super) use config::Config;
pub(super) use update::{Plan, or_repeated as update_or_repeated};

pub(super) const OPERATIONS: Operations = &[
    ("AssociateEncryptionConfig", encryption::associate_encryption_config),
    ("CreateCluster", create::create_cluster),
    ("DeleteCluster", delete::delete_cluster),
    ("DescribeCluster", describe_cluster),
    ("ListClusters", list_clusters),
    ("UpdateClusterConfig", update_config::update_cluster_config),
    ("UpdateClusterVersion", update_version::update_cluster_version),
];

/// The control plane that one does not pay for.
const STANDARD_TIER: &str = "standard";

/// A cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Cluster {
    pub(super) name: String,
    /// Unique for ever: what a later cluster of the same name has is something else.
    pub(super) uid: String,
    pub(super) arn: String,
    /// Emulated seconds since the world began.
    pub(super) created_at: f64,
    pub(super) role_arn: String,
    pub(super) vpc_id: String,
    /// The zones that its subnets were in when it was created, and that they stay in.
    zones: BTreeSet<String>,
    pub(super) ip_family: IpFamily,
    service_cidr: String,
    pub(super) config: Config,
    pub(super) tags: Tags,
    pub(super) state: State,
    pub(super) issues: Vec<Issue>,
    /// The security group that comes with it, from the time on that it is ready.
    pub(super) security_group: Option<String>,
    /// The oldest one first.
    pub(super) updates: Vec<Update>,
    /// By name.
    pub(super) nodegroups: BTreeMap<String, Nodegroup>,
    /// By name.
    #[serde(default)]
    pub(super) fargate_profiles: BTreeMap<String, FargateProfile>,
    /// Of Pod Identity, by id.
    #[serde(default)]
    pub(super) associations: BTreeMap<String, PodIdentityAssociation>,
    /// By name.
    #[serde(default)]
    pub(super) addons: BTreeMap<String, Addon>,
    /// What is in it and might be an add-on, but is none: who looks after it, by the name of the add-on.
    #[serde(default = "addon::bootstrapped_before")]
    pub(super) software: BTreeMap<String, Keeper>,
    /// Who else than IAM tells it who calls.
    #[serde(default)]
    pub(super) identity_provider: Option<IdentityProvider>,
    /// By name.
    #[serde(default)]
    pub(super) capabilities: BTreeMap<String, Capability>,
    /// Who created it, and administers it as soon as it has access entries.
    #[serde(default)]
    pub(super) creator: Option<Principal>,
    /// By the ARN of the principal.
    #[serde(default)]
    pub(super) access_entries: BTreeMap<String, AccessEntry>,
}

/// Where a cluster is in its life, and how what is in progress will end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum State {
    Creating(Ending),
    Active,
    Updating(Box<Updating>),
    Deleting(Ending),
    Failed,
}

/// An update that is in progress.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Updating {
    pub(super) ending: Ending,
    pub(super) update_id: String,
    /// The configuration that the cluster has if it ends well.
    pub(super) after: Config,
    /// Until when the nodes of Auto Mode are rolled back, before the control plane is.
    pub(super) nodes_until: Option<f64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum IpFamily {
    #[default]
    Ipv4,
    Ipv6,
}

impl Cluster {
    /// It and everything that belongs to it, as far as it can be tagged, by ARN.
    pub(super) fn tagged(&self) -> Vec<(String, &Tags)> {
        let groups = self.nodegroups.values().map(|group| (&group.arn, &group.tags));
        let entries = self.access_entries.values().map(|entry| (&entry.arn, &entry.tags));
        let profiles = self.fargate_profiles.values().map(|profile| (&profile.arn, &profile.tags));
        let associations = self.associations.values().map(|association| (&association.arn, &association.tags));
        let all = std::iter::once((&self.arn, &self.tags)).chain(groups).chain(entries).chain(profiles);
        let addons = self.addons.values().map(|addon| (&addon.arn, &addon.tags));
        let provider = self.identity_provider.iter().map(|provider| (&provider.arn, &provider.tags));
        let capabilities = self.capabilities.values().map(|capability| (&capability.arn, &capability.tags));
        let all = all.chain(associations).chain(addons).chain(provider).chain(capabilities);
        all.map(|(arn, tags)| (arn.clone(), tags)).collect()
    }

    /// The tags of what has the ARN `arn`, if that is it or belongs to it.
    pub(super) fn tags_mut(&mut self, arn: &str) -> Option<&mut Tags> {
        let groups = self.nodegroups.values_mut().map(|group| (&group.arn, &mut group.tags));
        let entries = self.access_entries.values_mut().map(|entry| (&entry.arn, &mut entry.tags));
        let profiles = self.fargate_profiles.values_mut().map(|profile| (&profile.arn, &mut profile.tags));
        let associations = self.associations.values_mut();
        let associations = associations.map(|association| (&association.arn, &mut association.tags));
        let all = std::iter::once((&self.arn, &mut self.tags)).chain(groups).chain(entries).chain(profiles);
        let addons = self.addons.values_mut().map(|addon| (&addon.arn, &mut addon.tags));
        let provider = self.identity_provider.iter_mut().map(|provider| (&provider.arn, &mut provider.tags));
        let capabilities = self.capabilities.values_mut();
        let capabilities = capabilities.map(|capability| (&capability.arn, &mut capability.tags));
        let mut all = all.chain(associations).chain(addons).chain(provider).chain(capabilities);
        all.find_map(|(found, tags)| (found == arn).then_some(tags))
    }

    /// Refuses an update of a cluster that is not ready for it.
    pub(super) fn check_updatable(&self, kind: UpdateType) -> Result<(), ApiError> {
        match &self.state {
            State::Active => Ok(()),
            State::Updating(updating) => {
                let (name, id) = (&self.name, &updating.update_id);
                refuse(IN_USE, format!("Cannot {kind:?} because cluster {name} currently has update {id} in progress"))
            }
            _ => Err(self.not_active()),
        }
    }

    /// The refusal of what only an ACTIVE cluster can take.
    pub(super) fn not_active(&self) -> ApiError {
        ApiError::new(INVALID_REQUEST, format!("Cluster '{}' is not in ACTIVE status", self.name))
    }
}

fn describe_cluster(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let cluster = call.clusters().cluster(&call.required("name"))?;
    Ok(json!({ "cluster": cluster.show(call) }))
}

fn list_clusters(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let include = call.input["include"].as_array().into_iter().flatten().filter_map(Value::as_str);
    // With `all` also those of EKS Connector, of which the emulator has none.
    if let Some(unknown) = include.into_iter().find(|text| *text != "all") {
        return invalid(format!("Invalid value for include: {unknown}. Valid values are: all"));
    }
    listed(call, "clusters", call.clusters().clusters.keys().map(|name| name.as_str().into()).collect())
}
