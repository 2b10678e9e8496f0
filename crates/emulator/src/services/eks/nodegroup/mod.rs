//! Managed node groups.

mod ami;
mod create;
mod delete;
mod instance_type;
mod label;
mod launch_template;
pub(super) mod life;
mod node;
mod obstacle;
mod remote_access;
mod repair;
mod scaling;
mod show;
mod taint;
mod update;
mod update_config;
mod update_policy;
mod update_version;
mod warm_pool;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::access_entry::EntryType;
use super::health::{Ending, Issue};
use super::listed;
use super::update::Update;
use super::version::Version;
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;
use crate::tags::Tags;

use ami::AmiType;
use launch_template::LaunchTemplate;
use remote_access::RemoteAccess;
use repair::NodeRepair;
use scaling::Scaling;
use taint::Taint;
use update_policy::UpdatePolicy;
use warm_pool::WarmPool;

pub(super) const OPERATIONS: Operations = &[
    ("CreateNodegroup", create::create_nodegroup),
    ("DeleteNodegroup", delete::delete_nodegroup),
    ("DescribeNodegroup", describe_nodegroup),
    ("ListNodegroups", list_nodegroups),
    ("UpdateNodegroupConfig", update_config::update_nodegroup_config),
    ("UpdateNodegroupVersion", update_version::update_nodegroup_version),
];

/// A managed node group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Nodegroup {
    pub(super) name: String,
    /// Also in the names of what it has in other services.
    pub(super) uid: String,
    pub(super) arn: String,
    pub(super) cluster_name: String,
    /// Emulated seconds since the world began.
    pub(super) created_at: f64,
    pub(super) modified_at: f64,
    pub(super) node_role_arn: String,
    pub(super) subnets: BTreeSet<String>,
    /// Nothing where the launch template has one.
    pub(super) instance_types: Vec<String>,
    pub(super) ami_type: AmiType,
    pub(super) capacity_type: String,
    /// GiB; nothing where there is a launch template.
    pub(super) disk_size: Option<u32>,
    pub(super) remote_access: Option<RemoteAccess>,
    pub(super) config: Config,
    pub(super) tags: Tags,
    pub(super) state: State,
    pub(super) issues: Vec<Issue>,
    /// When it stops being well, and why.
    #[serde(default)]
    pub(super) decline: Option<Ending>,
    /// The oldest one first.
    pub(super) updates: Vec<Update>,
    /// How many nodes it has ever had.
    pub(super) launched: u64,
}

/// What updates change. An update in progress holds the whole configuration that comes after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Config {
    pub(super) version: Version,
    /// Of the AMI, or the AMI itself if it is one of the account's own choice.
    pub(super) release_version: String,
    #[serde(default)]
    pub(super) launch_template: Option<LaunchTemplate>,
    pub(super) scaling: Scaling,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) taints: Vec<Taint>,
    pub(super) update_policy: UpdatePolicy,
    pub(super) repair: NodeRepair,
    pub(super) warm_pool: Option<WarmPool>,
}

/// Where a node group is in its life, and how what is in progress will end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum State {
    Creating {
        /// When its nodes would have joined.
        ending: Ending,
        /// When EKS does not wait for them any longer.
        gives_up: f64,
    },
    Active,
    Updating(Box<Updating>),
    Deleting {
        ending: Ending,
        /// When its nodes are gone.
        nodes_until: f64,
    },
    CreateFailed,
    DeleteFailed,
    Degraded,
}

/// An update that is in progress.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Updating {
    pub(super) ending: Ending,
    pub(super) update_id: String,
    /// The configuration that the group has if it ends well.
    pub(super) after: Config,
}

impl Nodegroup {
    pub(super) fn version(&self) -> Version {
        self.config.version
    }

    /// What an access entry says that its nodes are.
    pub(super) fn entry_type(&self) -> EntryType {
        if self.ami_type.is_windows() { EntryType::Ec2Windows } else { EntryType::Ec2Linux }
    }

    /// Whether it has nodes that pods can run on.
    pub(super) fn has_nodes(&self) -> bool {
        let joined = matches!(self.state, State::Active | State::Updating(_) | State::Degraded);
        joined && self.config.scaling.desired > 0
    }

    /// The keys of the taints that keep pods off its nodes.
    pub(super) fn blocking_taints(&self) -> impl Iterator<Item = &str> {
        self.config.taints.iter().filter_map(Taint::blocking)
    }

    /// The instance profile that hands the role to the nodes.
    fn instance_profile(&self) -> String {
        format!("eks-{}", self.uid)
    }

    /// The name of its Auto Scaling group.
    fn scaling_group(&self) -> String {
        scaling_group(&self.name, &self.uid)
    }
}

fn scaling_group(name: &str, uid: &str) -> String {
    format!("eks-{name}-{uid}")
}

fn describe_nodegroup(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let group = call.clusters().nodegroup(&call.required("clusterName"), &call.required("nodegroupName"))?;
    Ok(json!({ "nodegroup": group.show(call) }))
}

fn list_nodegroups(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let cluster = call.clusters().cluster(&call.required("clusterName"))?;
    listed(call, "nodegroups", cluster.nodegroups.keys().map(|name| name.as_str().into()).collect())
}
