//! Managed node groups.

mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_core::{
    CallError, Lowered, Lowering, Order, Outputs, Progress, Reference, Run, Tags, Traits, World, spec,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Aws;
use crate::kind::{Found, Kind, free_name};
use crate::reads::Reads;

pub use write::Call;

/// What keeps pods away from nodes. Its key and effect are its identity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taint {
    /// The key.
    pub key: String,
    /// `NO_SCHEDULE`, `NO_EXECUTE` or `PREFER_NO_SCHEDULE`.
    pub effect: String,
    /// The value.
    pub value: String,
}

/// How many nodes an update takes away at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateConfig {
    /// So many nodes.
    pub max_unavailable: Option<i32>,
    /// Such a share of them, in percent.
    pub max_unavailable_percentage: Option<i32>,
    /// `DEFAULT` makes new nodes first, `MINIMAL` takes old ones away first.
    pub strategy: String,
}

/// What EKS does about nodes that are not healthy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeRepair {
    /// Whether it does anything.
    pub enabled: bool,
    /// Beyond so many unhealthy nodes it stops.
    pub max_unhealthy_node_threshold_count: Option<i32>,
    /// Beyond such a share of unhealthy nodes, in percent, it stops.
    pub max_unhealthy_node_threshold_percentage: Option<i32>,
    /// So many nodes at a time.
    pub max_parallel_nodes_repaired_count: Option<i32>,
    /// Such a share of them, in percent.
    pub max_parallel_nodes_repaired_percentage: Option<i32>,
    /// What is done about particular conditions.
    pub overrides: Vec<NodeRepairOverride>,
}

/// What is done about one condition of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeRepairOverride {
    /// The condition.
    pub node_monitoring_condition: String,
    /// Its reason.
    pub node_unhealthy_reason: String,
    /// Minutes before anything is done.
    pub min_repair_wait_time_mins: i32,
    /// `Replace`, `Reboot` or `NoAction`.
    pub repair_action: String,
}

/// Instances that wait, prepared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WarmPool {
    /// At least so many.
    pub min_size: i32,
    /// At most so many, with those in use.
    pub max_group_prepared_capacity: Option<i32>,
    /// `STOPPED`, `RUNNING` or `HIBERNATED`.
    pub pool_state: String,
    /// Whether nodes go back into the pool.
    pub reuse_on_scale_in: bool,
}

spec! {
    /// A group of nodes that EKS manages. Source: EKS `CreateNodegroup`, `UpdateNodegroupConfig`,
    /// `UpdateNodegroupVersion`.
    pub struct Spec {
        /// The name, unique in the cluster. A replacement has a suffix while the plain one is taken.
        name: String => Identity, limit = "63 characters";
        /// The name of the cluster.
        cluster: Reference => Replace, to = "eks.Cluster";
        /// The ARN of the role of the nodes.
        node_role: Reference => Replace, to = "iam.Role";
        /// The subnets of the nodes.
        subnets: BTreeSet<Reference> => Replace, to = "ec2.Subnet";
        /// The instance types, in the order of preference.
        instance_types: Vec<String> => Replace, limit = "20";
        /// The image, such as `AL2023_x86_64_STANDARD` or `BOTTLEROCKET_ARM_64`; `CUSTOM` where the launch template has one.
        ami_type: String => Replace;
        /// `ON_DEMAND`, `SPOT` or `CAPACITY_BLOCK`.
        capacity_type: String => Replace, default = "ON_DEMAND";
        /// The id of the launch template. A group that was made without one can get none: it is replaced.
        launch_template: Reference => Replace, to = "ec2.LaunchTemplate";
        /// The number of the launch template's version. Another one replaces the nodes, some at a time.
        launch_template_version: Reference => InPlace, to = "ec2.LaunchTemplate";
        /// At least so many nodes.
        min_size: i32 => InPlace;
        /// At most so many nodes.
        max_size: i32 => InPlace, limit = "450";
        /// So many nodes at first. An autoscaler owns it afterwards.
        desired_size: i32 => Initial;
        /// The labels of the nodes.
        labels: BTreeMap<String, String> => InPlace;
        /// The taints of the nodes.
        taints: BTreeSet<Taint> => InPlace, limit = "50";
        /// How many nodes an update takes away at a time.
        update_config: UpdateConfig => InPlace, default = "one node, DEFAULT";
        /// What EKS does about nodes that are not healthy.
        node_repair: NodeRepair => InPlace, default = "off";
        /// Instances that wait, prepared; absent, there are none.
        warm_pool: Option<WarmPool> => InPlace;
        /// The Kubernetes version. Absent, it is the cluster's at creation and follows it only if that has one. Never with
        /// a `CUSTOM` image.
        version: Option<String> => InPlace, floating = true;
        /// The release of the image. Absent, it is the newest at creation and stays. Never with a `CUSTOM` image.
        release_version: Option<String> => InPlace, floating = true;
        /// Whether an update goes on when pods cannot be evicted.
        force_update: bool => WriteOnly, default = "false";
        /// Tags. They do not spread to the instances.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

impl Spec {
    /// Whether the image is the launch template's: then EKS takes neither its kind nor versions of it.
    pub(super) fn has_own_image(&self) -> bool {
        self.ami_type == "CUSTOM"
    }
}

/// The longest name.
const NAME_LENGTH: usize = 63;

/// The room of node groups.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "eks.Nodegroup";
    const TRAITS: Traits = Traits {
        create_first: true,
        precious: None,
        dies_with: &[],
        // Nodes need the way out of their subnets, and the ways to AWS's services, before they come and until they are gone.
        // Instances that controllers have made go after the nodes that the controllers run on.
        order: &[
            Order::AfterHolders { field: "subnets", kind: "ec2.RouteTable" },
            Order::AfterAll { kind: "ec2.VpcEndpoint" },
            Order::AfterAll { kind: "ec2.LeftBehind" },
        ],
    };
    const OUTPUTS: &'static [(&'static str, &'static str)] =
        &[("arn", "The ARN."), ("auto_scaling_group", "The name of the Auto Scaling group.")];
    type Spec = Spec;
    type Call = Call;

    fn computed(spec: &Spec, _: &World) -> Outputs {
        Outputs::from([("name".to_owned(), spec.name.clone())])
    }

    /// EKS refuses limits that the size, whoever owns it, is not within.
    fn settle(mut desired: Spec, live: &Spec) -> Spec {
        desired.desired_size = live.desired_size.clamp(desired.min_size, desired.max_size.max(desired.min_size));
        desired
    }

    fn rename(mut desired: Spec, taken: &[String]) -> Spec {
        let immutable = json!([
            desired.node_role,
            desired.subnets,
            desired.instance_types,
            desired.ami_type,
            desired.capacity_type,
            desired.launch_template,
        ]);
        desired.name = free_name(&desired.name, &immutable, taken, NAME_LENGTH);
        desired
    }

    fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
        write::lower(lowering)
    }

    async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
        read::find(reads).await
    }

    async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
        write::start(aws, call, run).await
    }

    async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
        read::status(aws, call, run).await
    }
}
