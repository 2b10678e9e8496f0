//! The node groups.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::instances::{
    AdditionalVolume, Bottlerocket, CapacityReservation, CpuOptions, LaunchTemplate, NodeGroupSecurityGroups,
    Placement, VolumeType,
};

/// A node group that EKS manages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ManagedNodeGroup {
    /// The name. Another name is another group: the new one comes before the old one goes.
    #[schemars(
        regex(pattern = r"^[0-9A-Za-z][A-Za-z0-9_-]{0,62}$"),
        extend("x-becomes" = ["eks.Nodegroup.name"], "x-rule" = "1 to 63 letters, digits, - and _, beginning with a letter or digit")
    )]
    pub name: String,
    /// The instance type. Instead of `instanceTypes`.
    #[schemars(regex(pattern = r"^[a-z0-9-]+\.[a-z0-9-]+$"), extend("x-becomes" = ["eks.Nodegroup.instance_types"], "x-rule" = "an instance type such as m6i.large"))]
    pub instance_type: Option<String>,
    /// The instance types, in the order of preference.
    #[schemars(
        length(min = 1, max = 20),
        inner(regex(pattern = r"^[a-z0-9-]+\.[a-z0-9-]+$")),
        extend("x-becomes" = ["eks.Nodegroup.instance_types"], "x-rule" = "1 to 20 instance types such as m6i.large")
    )]
    pub instance_types: Option<Vec<String>>,
    /// The operating system.
    #[schemars(extend("default" = "AmazonLinux2023", "x-becomes" = ["eks.Nodegroup.ami_type"]))]
    pub ami_family: AmiFamily,
    /// Whether the nodes are spot instances.
    #[schemars(extend("default" = false, "x-becomes" = ["eks.Nodegroup.capacity_type"]))]
    pub spot: bool,
    /// At least so many nodes.
    #[schemars(range(min = 0, max = 450), extend("default" = 1, "x-becomes" = ["eks.Nodegroup.min_size"]))]
    pub min_size: i32,
    /// At most so many nodes.
    #[schemars(range(min = 1, max = 450), extend("default" = 3, "x-becomes" = ["eks.Nodegroup.max_size"]))]
    pub max_size: i32,
    /// So many nodes at first; afterwards an autoscaler owns the number. Absent, `minSize`.
    #[schemars(range(min = 0, max = 450), extend("x-becomes" = ["eks.Nodegroup.desired_size"]))]
    pub desired_capacity: Option<i32>,
    /// The size of the volume for images and pods, in GiB; with Bottlerocket there is another one for the system. Another
    /// size replaces the nodes, some at a time.
    #[schemars(range(min = 20, max = 16384), extend("default" = 80, "x-becomes" = ["ec2.LaunchTemplate.block_devices"]))]
    pub volume_size: i32,
    /// The kind of the root volume.
    #[schemars(extend("default" = "gp3", "x-becomes" = ["ec2.LaunchTemplate.block_devices"]))]
    pub volume_type: VolumeType,
    /// The device of the root volume. Absent, that of the operating system.
    #[schemars(
        regex(pattern = r"^/dev/(sd|xvd)[a-z]{1,2}[0-9]{0,2}$"),
        extend("x-becomes" = ["ec2.LaunchTemplate.block_devices"], "x-rule" = "a device such as /dev/xvda")
    )]
    pub volume_name: Option<String>,
    /// Operations a second of the root volume. Absent, what its kind begins with.
    #[serde(rename = "volumeIOPS")]
    #[schemars(range(min = 100, max = 256_000), extend("x-becomes" = ["ec2.LaunchTemplate.block_devices"]))]
    pub volume_iops: Option<i32>,
    /// MiB a second of the root volume. Absent, 125.
    #[schemars(range(min = 125, max = 2000), extend("x-becomes" = ["ec2.LaunchTemplate.block_devices"]))]
    pub volume_throughput: Option<i32>,
    /// Whether the root volume is encrypted.
    #[schemars(extend("default" = true, "x-becomes" = ["ec2.LaunchTemplate.block_devices"]))]
    pub volume_encrypted: bool,
    /// The id, ARN or alias of the KMS key for the root volume. Absent, the stack's own if `kms.usedFor` holds `volumes`,
    /// else that of the account for EBS.
    #[serde(rename = "volumeKmsKeyID")]
    #[schemars(length(min = 1), extend("x-becomes" = ["ec2.LaunchTemplate.block_devices"]))]
    pub volume_kms_key_id: Option<String>,
    /// Volumes besides the root volume.
    #[schemars(extend("default" = [], "x-merge-key" = ["volumeName"], "x-becomes" = ["ec2.LaunchTemplate.block_devices"]))]
    pub additional_volumes: Vec<AdditionalVolume>,
    /// Whether instances answer for their metadata to IMDSv2 alone, which needs a token.
    #[serde(rename = "disableIMDSv1")]
    #[schemars(extend("default" = true, "x-becomes" = ["ec2.LaunchTemplate.metadata_options"]))]
    pub disable_imds_v1: bool,
    /// How many hops metadata travel: 1 keeps pods away from the credentials of their node, 2 lets them in.
    #[schemars(range(min = 1, max = 64), extend("default" = 1, "x-becomes" = ["ec2.LaunchTemplate.metadata_options"]))]
    pub imds_hop_limit: i32,
    /// Whether the tags of an instance are among its metadata.
    #[schemars(extend("default" = false, "x-becomes" = ["ec2.LaunchTemplate.metadata_options"]))]
    pub instance_metadata_tags: bool,
    /// Whether CloudWatch gets figures of the instances every minute, at a price.
    #[schemars(extend("default" = false, "x-becomes" = ["ec2.LaunchTemplate.detailed_monitoring"]))]
    pub enable_detailed_monitoring: bool,
    /// Whether instances have a network of their own for volumes. Absent, what their type does.
    #[schemars(extend("x-becomes" = ["ec2.LaunchTemplate.ebs_optimized"]))]
    pub ebs_optimized: Option<bool>,
    /// Whether Nitro Enclaves can be run on the instances.
    #[schemars(extend("default" = false, "x-becomes" = ["ec2.LaunchTemplate.enclave"]))]
    pub enclave_enabled: bool,
    /// Cores and threads of the instances. Absent, all that their type has.
    #[schemars(extend("x-becomes" = ["ec2.LaunchTemplate.cpu_options"]))]
    pub cpu_options: Option<CpuOptions>,
    /// Where the instances stand.
    #[schemars(extend("x-becomes" = ["ec2.LaunchTemplate.placement"]))]
    pub placement: Option<Placement>,
    /// Capacity that was reserved before.
    #[schemars(extend("x-becomes" = ["ec2.LaunchTemplate.capacity_reservation"]))]
    pub capacity_reservation: Option<CapacityReservation>,
    /// Whether the nodes run in a capacity block for machine learning, which `capacityReservation` names.
    #[schemars(extend("default" = false, "x-becomes" = ["eks.Nodegroup.capacity_type", "ec2.LaunchTemplate.market_type"]))]
    pub capacity_block: bool,
    /// Security groups of the nodes, besides the one that EKS makes for the cluster.
    #[schemars(extend("default" = {}))]
    pub security_groups: NodeGroupSecurityGroups,
    /// The id of an image of your own. Then EKS chooses neither image nor release, and the user data must let the node
    /// join: for AmazonLinux2023 and Bottlerocket it does.
    #[schemars(
        regex(pattern = r"^ami-[0-9a-f]{8,17}$"),
        extend("x-becomes" = ["ec2.LaunchTemplate.image_id"], "x-rule" = "an id such as ami-0123456789abcdef0")
    )]
    pub ami: Option<String>,
    /// Shell commands that a node runs before it joins. Not for Bottlerocket and Windows.
    #[schemars(extend("default" = [], "x-becomes" = ["ec2.LaunchTemplate.user_data"]))]
    pub pre_bootstrap_commands: Vec<String>,
    /// The whole user data, instead of what is made of other settings.
    #[schemars(length(min = 1, max = 16384), extend("x-becomes" = ["ec2.LaunchTemplate.user_data"]))]
    pub override_bootstrap_command: Option<String>,
    /// How many pods a node takes. Absent, as many as its type has addresses for.
    #[schemars(range(min = 1, max = 737), extend("x-becomes" = ["ec2.LaunchTemplate.user_data"]))]
    pub max_pods_per_node: Option<i32>,
    /// More of the configuration of the kubelet. Only for AmazonLinux2023. Source: Kubernetes, `KubeletConfiguration`.
    #[schemars(extend("default" = {}, "x-becomes" = ["ec2.LaunchTemplate.user_data"]))]
    pub kubelet_extra_config: BTreeMap<String, serde_json::Value>,
    /// Settings of Bottlerocket.
    #[schemars(extend("x-becomes" = ["ec2.LaunchTemplate.user_data"]))]
    pub bottlerocket: Option<Bottlerocket>,
    /// A launch template that is somebody else's, instead of one of the stack's own.
    pub launch_template: Option<LaunchTemplate>,
    /// The labels of the nodes.
    #[schemars(extend("default" = {}, "x-becomes" = ["eks.Nodegroup.labels"]))]
    pub labels: BTreeMap<String, String>,
    /// What keeps pods away from the nodes that do not tolerate it.
    #[schemars(length(max = 50), extend("default" = [], "x-becomes" = ["eks.Nodegroup.taints"], "x-rule" = "at most 50"))]
    pub taints: Vec<Taint>,
    /// Tags for the group, its launch template, its nodes and their volumes. Other ones replace the nodes, some at a time.
    #[schemars(extend("default" = {}, "x-becomes" = ["eks.Nodegroup.tags", "ec2.LaunchTemplate.tags", "ec2.LaunchTemplate.instance_tags", "ec2.LaunchTemplate.volume_tags"]))]
    pub tags: BTreeMap<String, String>,
    /// Whether the nodes are in private subnets, without public addresses.
    #[schemars(extend("default" = true, "x-becomes" = ["eks.Nodegroup.subnets"]))]
    pub private_networking: bool,
    /// The zones of the nodes. Absent, all zones of the stack.
    #[schemars(length(min = 1), extend("uniqueItems" = true, "x-becomes" = ["eks.Nodegroup.subnets"], "x-rule" = "different zones, one at least"))]
    pub availability_zones: Option<Vec<String>>,
    /// How the nodes can be reached by SSH.
    #[schemars(extend("x-becomes" = ["ec2.LaunchTemplate.key_name", "ec2.SecurityGroup.ingress"]))]
    pub ssh: Option<Ssh>,
    /// The role of the nodes. Absent, all groups share one.
    pub iam: Option<NodeGroupIam>,
    /// How many nodes an update takes away at a time.
    #[schemars(extend("default" = {}, "x-becomes" = ["eks.Nodegroup.update_config"]))]
    pub update_config: UpdateConfig,
    /// What EKS does about nodes that are not healthy.
    #[schemars(extend("x-becomes" = ["eks.Nodegroup.node_repair"]))]
    pub node_repair_config: Option<NodeRepair>,
    /// Instances that wait, prepared, until they are needed.
    #[schemars(extend("x-becomes" = ["eks.Nodegroup.warm_pool"]))]
    pub warm_pool: Option<WarmPool>,
    /// The Kubernetes version. Absent, it follows `metadata.version`, after the control plane.
    #[schemars(
        regex(pattern = r"^1\.\d{2}$"),
        extend("x-becomes" = ["eks.Nodegroup.version"], "x-rule" = "a Kubernetes minor in quotes, such as \"1.35\"")
    )]
    pub version: Option<String>,
    /// The release of the image. Absent, it is the newest when the group is made, and stays.
    #[schemars(extend("x-becomes" = ["eks.Nodegroup.release_version"]))]
    pub release_version: Option<String>,
    /// Whether an update goes on when pods cannot be evicted in 15 minutes.
    #[schemars(extend("default" = false, "x-becomes" = ["eks.Nodegroup.force_update"]))]
    pub force_update_version: bool,
}

/// An operating system for nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AmiFamily {
    /// Amazon Linux 2023.
    AmazonLinux2023,
    /// Bottlerocket: made for containers and nothing else.
    Bottlerocket,
    /// Bottlerocket with validated cryptography.
    BottlerocketFips,
    /// Windows Server 2019 Core.
    WindowsServer2019CoreContainer,
    /// Windows Server 2019 Full.
    WindowsServer2019FullContainer,
    /// Windows Server 2022 Core.
    WindowsServer2022CoreContainer,
    /// Windows Server 2022 Full.
    WindowsServer2022FullContainer,
    /// Windows Server 2025 Core.
    WindowsServer2025CoreContainer,
    /// Windows Server 2025 Full.
    WindowsServer2025FullContainer,
}

/// What keeps pods away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Taint {
    /// The key.
    #[schemars(length(min = 1, max = 317), extend("x-rule" = "a name of up to 63 characters, perhaps after a prefix and /"))]
    pub key: String,
    /// The value.
    #[schemars(length(max = 63), extend("default" = "", "x-rule" = "at most 63 characters"))]
    pub value: String,
    /// What happens to pods that do not tolerate it.
    pub effect: TaintEffect,
}

/// What happens to pods that do not tolerate a taint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TaintEffect {
    /// They are not put on the node.
    NoSchedule,
    /// They are put elsewhere if there is room.
    PreferNoSchedule,
    /// They are driven off.
    NoExecute,
}

/// How nodes can be reached by SSH.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ssh {
    /// Whether they can.
    #[schemars(extend("default" = false))]
    pub allow: bool,
    /// The name of the EC2 key pair.
    pub public_key_name: Option<String>,
    /// From which security groups.
    #[schemars(
        inner(regex(pattern = r"^sg-[0-9a-f]{8,17}$")),
        extend("default" = [], "x-rule" = "ids such as sg-0123456789abcdef0")
    )]
    pub source_security_group_ids: Vec<String>,
    /// Whether the nodes can be reached with Session Manager.
    #[schemars(extend("default" = false, "x-becomes" = ["iam.Role.managed_policies"]))]
    pub enable_ssm: bool,
}

/// The role of the nodes of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodeGroupIam {
    /// The ARN of an existing role.
    #[serde(rename = "instanceRoleARN")]
    #[schemars(regex(pattern = r"^arn:[a-z-]+:iam::\d{12}:role/.+$"), extend("x-becomes" = ["eks.Nodegroup.node_role"], "x-rule" = "the ARN of a role"))]
    pub instance_role_arn: Option<String>,
    /// The name of the role that the stack makes.
    #[schemars(regex(pattern = r"^[\w+=,.@-]{1,64}$"), extend("x-becomes" = ["iam.Role.name"], "x-rule" = "1 to 64 letters, digits and + = , . @ _ -"))]
    pub instance_role_name: Option<String>,
    /// The ARN of the policy that bounds the role.
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:iam::(\d{12}|aws):policy/.+$"),
        extend("x-becomes" = ["iam.Role.permissions_boundary"], "x-rule" = "the ARN of a policy")
    )]
    pub instance_role_permissions_boundary: Option<String>,
    /// The ARNs of all policies of the role, instead of those that nodes usually have.
    #[serde(rename = "attachPolicyARNs")]
    #[schemars(
        length(min = 1, max = 10),
        inner(regex(pattern = r"^arn:[a-z-]+:iam::(\d{12}|aws):policy/.+$")),
        extend("x-becomes" = ["iam.Role.managed_policies"], "x-rule" = "1 to 10 ARNs of policies")
    )]
    pub attach_policy_arns: Option<Vec<String>>,
    /// A policy document for the role, besides the attached ones.
    #[schemars(with = "Option<BTreeMap<String, serde_json::Value>>", extend("x-becomes" = ["iam.Role.inline_policies"]))]
    pub attach_policy: Option<serde_json::Value>,
}

/// How many nodes an update takes away at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateConfig {
    /// So many nodes. Absent, with no percentage either, one.
    #[schemars(range(min = 1, max = 100))]
    pub max_unavailable: Option<i32>,
    /// Such a share of them, in percent.
    #[schemars(range(min = 1, max = 100))]
    pub max_unavailable_percentage: Option<i32>,
    /// What comes first.
    #[schemars(extend("default" = "DEFAULT"))]
    pub update_strategy: UpdateStrategy,
}

/// What comes first in an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum UpdateStrategy {
    /// New nodes come before old ones go.
    Default,
    /// Old nodes go before new ones come: for instances that are scarce.
    Minimal,
}

/// What EKS does about nodes that are not healthy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodeRepair {
    /// Whether it replaces or reboots them.
    #[schemars(extend("default" = false))]
    pub enabled: bool,
    /// Beyond so many unhealthy nodes it stops.
    #[schemars(range(min = 1))]
    pub max_unhealthy_node_threshold_count: Option<i32>,
    /// Beyond such a share of unhealthy nodes, in percent, it stops.
    #[schemars(range(min = 1, max = 100))]
    pub max_unhealthy_node_threshold_percentage: Option<i32>,
    /// So many nodes at a time.
    #[schemars(range(min = 1))]
    pub max_parallel_nodes_repaired_count: Option<i32>,
    /// Such a share of them, in percent, at a time.
    #[schemars(range(min = 1, max = 100))]
    pub max_parallel_nodes_repaired_percentage: Option<i32>,
    /// What is done about particular conditions.
    #[schemars(extend("default" = []))]
    pub node_repair_config_overrides: Vec<NodeRepairOverride>,
}

/// What is done about one condition of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodeRepairOverride {
    /// The condition, as the node monitoring agent names it.
    #[schemars(length(min = 1))]
    pub node_monitoring_condition: String,
    /// Its reason.
    #[schemars(length(min = 1))]
    pub node_unhealthy_reason: String,
    /// Minutes before anything is done.
    #[schemars(range(min = 1))]
    pub min_repair_wait_time_mins: i32,
    /// What is done.
    pub repair_action: RepairAction,
}

/// What is done about a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RepairAction {
    /// Another one takes its place.
    Replace,
    /// It is restarted.
    Reboot,
    /// Nothing.
    NoAction,
}

/// Instances that wait, prepared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WarmPool {
    /// At least so many.
    #[schemars(range(min = 0), extend("default" = 0))]
    pub min_size: i32,
    /// At most so many, with those in use.
    #[schemars(range(min = 1))]
    pub max_group_prepared_capacity: Option<i32>,
    /// How they wait.
    #[schemars(extend("default" = "STOPPED"))]
    pub pool_state: WarmPoolState,
    /// Whether nodes go back into the pool.
    #[schemars(extend("default" = false))]
    pub reuse_on_scale_in: bool,
}

/// How prepared instances wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum WarmPoolState {
    /// Stopped: only their volumes cost.
    Stopped,
    /// Running.
    Running,
    /// Hibernated.
    Hibernated,
}
