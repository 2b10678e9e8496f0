//! The control plane.

use std::collections::BTreeSet;

use ipnet::Ipv4Net;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::access::AccessEntry;
use super::vpc::IPV4_RANGE;

/// The addresses of pods and services.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KubernetesNetwork {
    /// The family of pod and service addresses.
    #[schemars(extend("default" = "IPv4", "x-becomes" = ["eks.Cluster.ip_family"]))]
    pub ip_family: IpFamily,
    /// The range of service addresses, apart from the VPC's. Absent, EKS chooses one when the cluster is made.
    #[serde(rename = "serviceIPv4CIDR")]
    #[schemars(
        with = "Option<String>",
        regex(pattern = IPV4_RANGE),
        extend("x-becomes" = ["eks.Cluster.service_ipv4_cidr"], "x-rule" = "a private IPv4 range of /12 to /24")
    )]
    pub service_ipv4_cidr: Option<Ipv4Net>,
}

/// The family of pod and service addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum IpFamily {
    /// IPv4.
    IPv4,
    /// IPv6: pods and services have no IPv4 addresses.
    IPv6,
}

/// Who may use the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessConfig {
    /// How callers are known. One-way: only from CONFIG_MAP over API_AND_CONFIG_MAP to API.
    #[schemars(extend("default" = "API", "x-becomes" = ["eks.Cluster.authentication_mode"]))]
    pub authentication_mode: AuthenticationMode,
    /// Whether whoever creates the cluster is its administrator. It counts only when the cluster is made.
    #[schemars(extend("default" = true, "x-becomes" = ["eks.Cluster.bootstrap_cluster_creator_admin_permissions"]))]
    pub bootstrap_cluster_creator_admin_permissions: bool,
    /// Who may use the cluster, and as what.
    #[schemars(extend("default" = [], "x-merge-key" = ["name"]))]
    pub access_entries: Vec<AccessEntry>,
}

/// How callers are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AuthenticationMode {
    /// By access entries.
    Api,
    /// By access entries and by the ConfigMap aws-auth.
    ApiAndConfigMap,
    /// By the ConfigMap aws-auth.
    ConfigMap,
}

/// The logs of the control plane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CloudWatch {
    /// Which logs go to CloudWatch.
    #[schemars(extend("default" = {}))]
    pub cluster_logging: ClusterLogging,
}

/// Which logs go to CloudWatch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterLogging {
    /// The types of log; `*` or `all` is all of them.
    #[schemars(extend("default" = [], "x-becomes" = ["eks.Cluster.logging"]))]
    pub enable_types: BTreeSet<LogType>,
    /// How many days the logs are kept; 0 is for ever.
    #[schemars(extend(
        "default" = 90,
        "enum" = [0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
        "x-becomes" = ["logs.LogGroup.retention_in_days"]
    ))]
    pub log_retention_in_days: i32,
    /// What the log group can do, and what it costs. Another class is another group.
    #[schemars(extend("default" = "STANDARD", "x-becomes" = ["logs.LogGroup.log_group_class"]))]
    pub log_group_class: LogGroupClass,
    /// Whether AWS refuses to delete the log group.
    #[schemars(extend("default" = false, "x-becomes" = ["logs.LogGroup.deletion_protection"]))]
    pub log_group_deletion_protection: bool,
}

/// A class of log group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LogGroupClass {
    /// Everything.
    Standard,
    /// Half the price, without metric filters, subscriptions and live tail.
    InfrequentAccess,
}

/// A type of log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum LogType {
    /// Requests to the API server.
    Api,
    /// Who did what.
    Audit,
    /// Who was let in.
    Authenticator,
    /// The controller manager.
    ControllerManager,
    /// The scheduler.
    Scheduler,
    /// All of them.
    All,
    /// All of them.
    #[serde(rename = "*")]
    Star,
}

/// The encryption of Kubernetes secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecretsEncryption {
    /// The ARN of the KMS key.
    #[serde(rename = "keyARN")]
    #[schemars(regex(pattern = r"^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/.+$"), extend("x-rule" = "the ARN of a KMS key"))]
    pub key_arn: String,
}

/// What happens when the Kubernetes version leaves standard support.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpgradePolicy {
    /// STANDARD upgrades the cluster, EXTENDED keeps it at six times the price.
    #[schemars(extend("default" = "STANDARD", "x-becomes" = ["eks.Cluster.support_type"]))]
    pub support_type: SupportType,
}

/// A kind of support.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum SupportType {
    /// EKS upgrades the cluster when standard support ends.
    Standard,
    /// The cluster stays on its version, in extended support, which costs more.
    Extended,
}

/// Shifting traffic away from a zone in trouble.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ZonalShift {
    /// Whether ARC may do it.
    #[schemars(extend("default" = false, "x-becomes" = ["eks.Cluster.zonal_shift"]))]
    pub enabled: bool,
}

/// The size of the control plane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ControlPlaneScaling {
    /// How large it is at least.
    #[schemars(extend("default" = "standard", "x-becomes" = ["eks.Cluster.scaling_tier"]))]
    pub tier: ScalingTier,
}

/// A size of the control plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ScalingTier {
    /// EKS decides.
    #[serde(rename = "standard")]
    Standard,
    /// Extra large.
    #[serde(rename = "tier-xl")]
    Xl,
    /// Twice that.
    #[serde(rename = "tier-2xl")]
    Xl2,
    /// Four times that.
    #[serde(rename = "tier-4xl")]
    Xl4,
    /// Eight times that.
    #[serde(rename = "tier-8xl")]
    Xl8,
}

/// Settings of the API server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KubeApiServerConfig {
    /// How long events are kept. Absent, an hour.
    #[serde(rename = "eventTTL")]
    #[schemars(
        regex(pattern = r"^([1-5][0-9]m|60m|1h)$"),
        extend("x-becomes" = ["eks.Cluster.event_ttl"], "x-rule" = "10m to 60m")
    )]
    pub event_ttl: Option<String>,
    /// The ports for services of type NodePort. Absent, 30000 to 32767.
    #[schemars(extend("x-becomes" = ["eks.Cluster.service_node_port_range"]))]
    pub service_node_port_range: Option<NodePortRange>,
}

/// Ports for services of type NodePort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodePortRange {
    /// The first port.
    #[schemars(range(min = 10260, max = 32767))]
    pub min_port: i32,
    /// The last port.
    #[schemars(range(min = 10260, max = 32767))]
    pub max_port: i32,
}

/// Settings of the scheduler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KubeSchedulerConfig {
    /// How nodes are weighed.
    pub node_resources_fit: Option<NodeResourcesFit>,
}

/// How nodes are weighed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodeResourcesFit {
    /// The strategy.
    #[schemars(extend("x-becomes" = ["eks.Cluster.scoring_strategy"]))]
    pub scoring_strategy: ScoringStrategy,
}

/// A strategy for weighing nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScoringStrategy {
    /// Which nodes are better.
    #[schemars(extend("default" = "LeastAllocated"))]
    pub r#type: ScoringStrategyType,
    /// How much each resource counts.
    #[schemars(extend("default" = []))]
    pub resources: Vec<ResourceWeight>,
}

/// Which nodes are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ScoringStrategyType {
    /// Those with the most room: pods are spread.
    LeastAllocated,
    /// Those with the least room: pods are packed.
    MostAllocated,
}

/// How much a resource counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceWeight {
    /// The resource, such as `cpu`.
    #[schemars(length(min = 1))]
    pub name: String,
    /// How much it counts beside the others.
    #[schemars(range(min = 1, max = 100))]
    pub weight: i32,
}

/// Settings of the controller manager.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KubeControllerManagerConfig {
    /// The collector of terminated pods.
    pub pod_gc_controller_config: Option<PodGcController>,
    /// The horizontal pod autoscaler.
    pub horizontal_pod_autoscaler_controller_config: Option<HorizontalPodAutoscalerController>,
}

/// The collector of terminated pods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PodGcController {
    /// How many terminated pods are kept.
    #[serde(rename = "terminatedPodGCThreshold")]
    #[schemars(range(min = 1), extend("x-becomes" = ["eks.Cluster.terminated_pod_gc_threshold"]))]
    pub terminated_pod_gc_threshold: i32,
}

/// The horizontal pod autoscaler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HorizontalPodAutoscalerController {
    /// How often it looks. It needs a scaling tier above standard.
    #[schemars(
        regex(pattern = r"^1[0-5]s$"),
        extend("x-becomes" = ["eks.Cluster.horizontal_pod_autoscaler_sync_period"], "x-rule" = "10s to 15s")
    )]
    pub horizontal_pod_autoscaler_sync_period: String,
}

/// EKS Auto Mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AutoModeConfig {
    /// Whether it is on.
    pub enabled: bool,
    /// The built-in node pools.
    #[schemars(extend("default" = ["general-purpose", "system"]))]
    pub node_pools: BTreeSet<NodePool>,
    /// The ARN of an existing role for the nodes. Absent, the stack makes one if there are node pools.
    #[serde(rename = "nodeRoleARN")]
    #[schemars(regex(pattern = r"^arn:[a-z-]+:iam::\d{12}:role/.+$"), extend("x-rule" = "the ARN of a role"))]
    pub node_role_arn: Option<String>,
    /// Whether EKS manages the definitions of the Gateway API.
    #[serde(rename = "gatewayAPICRDs")]
    pub gateway_api_crds: Option<bool>,
}

/// A node pool of Auto Mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NodePool {
    /// For everything.
    GeneralPurpose,
    /// For what the cluster itself needs.
    System,
}

/// The networks of hybrid nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RemoteNetworkConfig {
    /// Of the nodes.
    #[schemars(length(max = 1), extend("default" = [], "x-becomes" = ["eks.Cluster.remote_node_networks"], "x-rule" = "one network"))]
    pub remote_node_networks: Vec<RemoteNetwork>,
    /// Of the pods on them.
    #[schemars(length(max = 1), extend("default" = [], "x-becomes" = ["eks.Cluster.remote_pod_networks"], "x-rule" = "one network"))]
    pub remote_pod_networks: Vec<RemoteNetwork>,
}

/// A network outside of AWS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RemoteNetwork {
    /// Its ranges.
    #[schemars(length(min = 1, max = 15), extend("x-rule" = "1 to 15 ranges"))]
    pub cidrs: Vec<String>,
}
