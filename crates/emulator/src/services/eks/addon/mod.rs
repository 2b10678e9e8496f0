//! Add-ons: software in a cluster that EKS installs and keeps.
//!
//! Sources: the EKS API reference, "Amazon EKS add-ons" in the user guide, and what AWS's API answers about the add-ons.

mod capacity;
mod catalogue;
mod create;
mod delete;
pub(super) mod life;
mod show;
mod update;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::cluster::Cluster;
use super::health::{Ending, Issue};
use super::pod_identity::PodIdentityAssociation;
use super::update::Update;
use super::{NOT_FOUND, listed};
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;
use crate::services::iam::{Iam, Role};
use crate::tags::Tags;

pub(super) const OPERATIONS: Operations = &[
    ("CreateAddon", create::create_addon),
    ("DeleteAddon", delete::delete_addon),
    ("DescribeAddon", describe_addon),
    ("DescribeAddonConfiguration", catalogue::describe_addon_configuration),
    ("DescribeAddonVersions", catalogue::describe_addon_versions),
    ("ListAddons", list_addons),
    ("UpdateAddon", update::update_addon),
];

/// What a cluster has from its creation on, unless it is told not to. Source: CreateCluster,
/// `bootstrapSelfManagedAddons`.
const BOOTSTRAPPED: [&str; 3] = ["coredns", "kube-proxy", "vpc-cni"];

/// An add-on of a cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Addon {
    pub(super) name: String,
    pub(super) arn: String,
    cluster_name: String,
    namespace: String,
    /// Emulated seconds since the world began.
    created_at: f64,
    modified_at: f64,
    config: Config,
    pub(super) tags: Tags,
    state: State,
    issues: Vec<Issue>,
    /// The oldest one first.
    pub(super) updates: Vec<Update>,
}

/// What updates change. An update in progress holds the whole configuration that comes after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Config {
    version: String,
    /// What its pods get by IRSA.
    role_arn: Option<String>,
    /// As they were sent, JSON or YAML.
    values: Option<String>,
}

/// Where an add-on is in its life, and how what is in progress will end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum State {
    Creating(Ending),
    Active,
    Updating(Box<Updating>),
    Deleting {
        due: f64,
        /// The software stays.
        preserve: bool,
    },
    CreateFailed,
    UpdateFailed,
    Degraded,
}

/// An update that is in progress.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Updating {
    ending: Ending,
    update_id: String,
    after: Config,
}

/// Who looks after software that is in a cluster and no add-on of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Keeper {
    /// Nobody but the owner of the cluster: what EKS would set is in conflict with it.
    Owner,
    /// EKS did, before the add-on was deleted and the software preserved: it takes it over again.
    Eks,
}

/// What to do about software that is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ResolveConflicts {
    Overwrite,
    #[default]
    None,
    Preserve,
}

/// The software that a new cluster has.
pub(super) fn bootstrapped(asked: bool) -> BTreeMap<String, Keeper> {
    BOOTSTRAPPED.iter().filter(|_| asked).map(|name| ((*name).to_owned(), Keeper::Owner)).collect()
}

/// The same for a cluster of a world that was saved before this was known.
pub(super) fn bootstrapped_before() -> BTreeMap<String, Keeper> {
    bootstrapped(true)
}

impl Cluster {
    /// An add-on, or EKS's refusal.
    pub(super) fn addon(&self, name: &str) -> Result<&Addon, ApiError> {
        let missing = || ApiError::new(NOT_FOUND, format!("No addon: {name} found in cluster: {}", self.name));
        self.addons.get(name).ok_or_else(missing)
    }

    /// The associations of Pod Identity that an add-on has.
    fn associations_of<'c>(&'c self, addon: &'c Addon) -> impl Iterator<Item = &'c PodIdentityAssociation> {
        let owned = |association: &&PodIdentityAssociation| association.owner_arn.as_ref() == Some(&addon.arn);
        self.associations.values().filter(owned)
    }

    /// Whether pods on nodes get addresses: without it nodes never get ready.
    pub(super) fn has_cni(&self) -> bool {
        self.software.contains_key("vpc-cni") || self.addons.get("vpc-cni").is_some_and(Addon::is_installed)
    }

    /// The role by which the VPC CNI attaches addresses, if that is not the one of the nodes. Nothing if there should be
    /// one and it cannot be had.
    pub(super) fn cni_role<'c>(&self, node_role: &'c Role, iam: &'c Iam) -> Option<&'c Role> {
        let Some(addon) = self.addons.get("vpc-cni") else { return Some(node_role) };
        let mut associations = self.associations.values();
        let associated = associations.find(|one| one.service_account == "aws-node" && one.namespace == addon.namespace);
        match (associated, &addon.config.role_arn) {
            // Credentials of Pod Identity come from its agent.
            (Some(association), _) => {
                let has_agent = self.addons.get("eks-pod-identity-agent").is_some_and(Addon::is_installed);
                iam.role_by_arn(&association.role_arn).filter(|_| has_agent)
            }
            (None, Some(arn)) => iam.role_by_arn(arn),
            (None, None) => Some(node_role),
        }
    }
}

impl Addon {
    /// Whether its software is in the cluster.
    fn is_installed(&self) -> bool {
        !matches!(self.state, State::Creating(_) | State::CreateFailed)
    }
}

fn describe_addon(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let cluster = call.clusters().cluster(&call.required("clusterName"))?;
    let addon = cluster.addon(&call.required("addonName"))?;
    Ok(json!({ "addon": addon.show(cluster, call.epoch) }))
}

fn list_addons(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let cluster = call.clusters().cluster(&call.required("clusterName"))?;
    listed(call, "addons", cluster.addons.keys().map(|name| name.as_str().into()).collect())
}
