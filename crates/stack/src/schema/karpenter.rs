//! Karpenter: the ground that it needs in AWS, and what it is told in the cluster.
//!
//! Karpenter itself is installed by whoever installs things in the cluster. What it is told, `manifests` renders.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Taint, VolumeType};

/// Karpenter. Its presence makes the role of its controller, the role of its nodes with their access entry, and the tags by
/// which it finds subnets and security groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Karpenter {
    /// The namespace of its controller.
    #[schemars(
        regex(pattern = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"),
        extend("default" = "karpenter", "x-becomes" = ["iam.Role.assume_role_policy"], "x-rule" = "a namespace: up to 63 small letters, digits and -")
    )]
    pub namespace: String,
    /// The service account of its controller.
    #[schemars(
        regex(pattern = r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$"),
        extend("default" = "karpenter", "x-becomes" = ["iam.Role.assume_role_policy"], "x-rule" = "a name in small letters, digits, - and .")
    )]
    pub service_account: String,
    /// How its controller gets its role. On Fargate, only by `irsa`: the agent of EKS Pod Identity runs on nodes.
    #[schemars(extend("default" = "podIdentity", "x-becomes" = ["iam.Role.assume_role_policy"]))]
    pub identity: KarpenterIdentity,
    /// The name of the role of its controller. Absent, it follows from the stack.
    #[schemars(
        regex(pattern = r"^[A-Za-z0-9+=,.@_-]{1,64}$"),
        extend("x-becomes" = ["iam.Role.name"], "x-rule" = "1 to 64 letters, digits and + = , . @ _ -")
    )]
    pub role_name: Option<String>,
    /// The role of the nodes that it makes.
    #[schemars(extend("default" = {}))]
    pub node_role: KarpenterNodeRole,
    /// What its nodes are made of, for `manifests`. Source: Karpenter, `EC2NodeClass`.
    #[schemars(extend("default" = [], "x-merge-key" = ["name"]))]
    pub node_classes: Vec<KarpenterNodeClass>,
    /// Which nodes it makes, and how many, for `manifests`. Source: Karpenter, `NodePool`.
    #[schemars(extend("default" = [], "x-merge-key" = ["name"]))]
    pub node_pools: Vec<KarpenterNodePool>,
}

/// How a controller gets its role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum KarpenterIdentity {
    /// By EKS Pod Identity, whose agent runs as an add-on.
    PodIdentity,
    /// By the identity provider of the cluster.
    Irsa,
}

/// The role of Karpenter's nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KarpenterNodeRole {
    /// Its name. Absent, it follows from the stack.
    #[schemars(
        regex(pattern = r"^[A-Za-z0-9+=,.@_-]{1,64}$"),
        extend("x-becomes" = ["iam.Role.name"], "x-rule" = "1 to 64 letters, digits and + = , . @ _ -")
    )]
    pub role_name: Option<String>,
    /// The ARNs of more policies than nodes usually have.
    #[serde(rename = "attachPolicyARNs")]
    #[schemars(
        inner(regex(pattern = r"^arn:[a-z-]+:iam::(\d{12}|aws):policy/.+$")),
        extend("default" = [], "x-becomes" = ["iam.Role.managed_policies"], "x-rule" = "ARNs of policies")
    )]
    pub attach_policy_arns: Vec<String>,
    /// The names of more policies in `iam.policies`.
    #[schemars(extend("default" = [], "x-becomes" = ["iam.Role.managed_policies"]))]
    pub attach_policies: Vec<String>,
    /// Whether the nodes can be reached with Session Manager.
    #[schemars(extend("default" = false, "x-becomes" = ["iam.Role.managed_policies"]))]
    pub enable_ssm: bool,
    /// The ARN of the policy that bounds it. Absent, `iam.serviceRolePermissionsBoundary`.
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:iam::(\d{12}|aws):policy/.+$"),
        extend("x-becomes" = ["iam.Role.permissions_boundary"], "x-rule" = "the ARN of a policy")
    )]
    pub permissions_boundary: Option<String>,
}

/// What nodes are made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KarpenterNodeClass {
    /// Its name.
    #[schemars(
        regex(pattern = r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$"),
        extend("x-edit" = "changes what `manifests` prints", "x-rule" = "a name in small letters, digits, - and .")
    )]
    pub name: String,
    /// The image, by its alias: the family, `@`, and a release, which pins it, or `latest`.
    #[schemars(
        regex(pattern = r"^(al2023|bottlerocket|windows2019|windows2022|windows2025)@(latest|v[0-9][0-9A-Za-z.-]*)$"),
        extend("x-edit" = "changes what `manifests` prints", "default" = "al2023@latest", "x-rule" = "an alias such as al2023@v20251103 or bottlerocket@latest")
    )]
    pub ami_alias: String,
    /// The size of the volume for images and pods, in GiB.
    #[schemars(range(min = 20, max = 16384), extend("x-edit" = "changes what `manifests` prints", "default" = 80))]
    pub volume_size: i32,
    /// The kind of that volume.
    #[schemars(extend("x-edit" = "changes what `manifests` prints", "default" = "gp3"))]
    pub volume_type: VolumeType,
    /// Operations a second of that volume. Absent, what its kind begins with.
    #[serde(rename = "volumeIOPS")]
    #[schemars(extend("x-edit" = "changes what `manifests` prints"), range(min = 100, max = 256_000))]
    pub volume_iops: Option<i32>,
    /// MiB a second of that volume. Absent, 125.
    #[schemars(extend("x-edit" = "changes what `manifests` prints"), range(min = 125, max = 2000))]
    pub volume_throughput: Option<i32>,
    /// Whether that volume is encrypted.
    #[schemars(extend("x-edit" = "changes what `manifests` prints", "default" = true))]
    pub volume_encrypted: bool,
    /// The id, ARN or alias of the KMS key for that volume. Absent, that of the account for EBS.
    #[serde(rename = "volumeKmsKeyID")]
    #[schemars(extend("x-edit" = "changes what `manifests` prints"), length(min = 1))]
    pub volume_kms_key_id: Option<String>,
    /// How many hops metadata travel: 1 keeps pods away from the credentials of their node, 2 lets them in.
    #[schemars(range(min = 1, max = 64), extend("x-edit" = "changes what `manifests` prints", "default" = 1))]
    pub imds_hop_limit: i32,
    /// More user data, in the format of the image's family.
    #[schemars(extend("x-edit" = "changes what `manifests` prints"), length(min = 1, max = 16384))]
    pub user_data: Option<String>,
    /// Settings of the kubelet. Source: Karpenter, `EC2NodeClass`, `spec.kubelet`.
    #[schemars(extend("x-edit" = "changes what `manifests` prints"), with = "Option<serde_json::Map<String, Value>>")]
    pub kubelet: Option<Value>,
    /// Tags for instances and volumes, besides those of the stack.
    #[schemars(extend("x-edit" = "changes what `manifests` prints", "default" = {}))]
    pub tags: BTreeMap<String, String>,
}

/// Which nodes are made, and how many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KarpenterNodePool {
    /// Its name.
    #[schemars(
        regex(pattern = r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$"),
        extend("x-edit" = "changes what `manifests` prints", "x-rule" = "a name in small letters, digits, - and .")
    )]
    pub name: String,
    /// The name of the node class.
    #[schemars(extend("x-edit" = "changes what `manifests` prints", "default" = "default"))]
    pub node_class: String,
    /// How capacity is paid for.
    #[schemars(length(min = 1), extend("x-edit" = "changes what `manifests` prints", "default" = ["on-demand"], "x-rule" = "one at least"))]
    pub capacity_types: Vec<KarpenterCapacityType>,
    /// For which processors.
    #[schemars(length(min = 1), extend("x-edit" = "changes what `manifests` prints", "default" = ["amd64"], "x-rule" = "one at least"))]
    pub architectures: Vec<KarpenterArchitecture>,
    /// The letters of instance families, such as `c`, `m`, `r` and `t`.
    #[schemars(inner(regex(pattern = r"^[a-z]+$")), extend("x-edit" = "changes what `manifests` prints", "default" = [], "x-rule" = "letters such as c, m, r, t"))]
    pub instance_categories: Vec<String>,
    /// Instance families, such as `m6i`.
    #[schemars(inner(regex(pattern = r"^[a-z0-9-]+$")), extend("x-edit" = "changes what `manifests` prints", "default" = [], "x-rule" = "families such as m6i"))]
    pub instance_families: Vec<String>,
    /// Instance types, such as `g5.xlarge`.
    #[schemars(inner(regex(pattern = r"^[a-z0-9-]+\.[a-z0-9-]+$")), extend("x-edit" = "changes what `manifests` prints", "default" = [], "x-rule" = "types such as g5.xlarge"))]
    pub instance_types: Vec<String>,
    /// Generations from this one on, such as 5 for m5 and later.
    #[schemars(extend("x-edit" = "changes what `manifests` prints"), range(min = 1, max = 99))]
    pub min_generation: Option<u32>,
    /// The zones of the nodes. Absent, all zones of the stack.
    #[schemars(length(min = 1), extend("x-edit" = "changes what `manifests` prints", "uniqueItems" = true, "x-rule" = "different zones, one at least"))]
    pub availability_zones: Option<Vec<String>>,
    /// More requirements, as Karpenter wants them.
    #[schemars(extend("x-edit" = "changes what `manifests` prints", "default" = []))]
    pub requirements: Vec<KarpenterRequirement>,
    /// The labels of the nodes.
    #[schemars(extend("x-edit" = "changes what `manifests` prints", "default" = {}))]
    pub labels: BTreeMap<String, String>,
    /// What keeps pods away from the nodes that do not tolerate it.
    #[schemars(extend("x-edit" = "changes what `manifests` prints", "default" = []))]
    pub taints: Vec<Taint>,
    /// What keeps pods away until something takes it off, such as a network plugin.
    #[schemars(extend("x-edit" = "changes what `manifests` prints", "default" = []))]
    pub startup_taints: Vec<Taint>,
    /// How much there may be of everything at a time: `cpu`, `memory`, `nvidia.com/gpu`, …
    #[schemars(with = "BTreeMap<String, serde_json::Value>", extend("x-edit" = "changes what `manifests` prints", "default" = {}))]
    pub limits: BTreeMap<String, Value>,
    /// Which pools come first: the higher, the sooner.
    #[schemars(extend("x-edit" = "changes what `manifests` prints"), range(min = 1, max = 100))]
    pub weight: Option<u32>,
    /// After what time a node is replaced, such as `720h`, or `Never`.
    #[schemars(
        regex(pattern = r"^(([0-9]+(s|m|h))+|Never)$"),
        extend("x-edit" = "changes what `manifests` prints", "default" = "720h", "x-rule" = "a duration such as 720h, or Never")
    )]
    pub expire_after: String,
    /// How long a node may take to go when it has to, such as `30m`.
    #[schemars(regex(pattern = r"^([0-9]+(s|m|h))+$"), extend("x-edit" = "changes what `manifests` prints", "x-rule" = "a duration such as 30m"))]
    pub termination_grace_period: Option<String>,
    /// When nodes are made fewer or smaller.
    #[schemars(extend("x-edit" = "changes what `manifests` prints", "default" = "WhenEmptyOrUnderutilized"))]
    pub consolidation_policy: KarpenterConsolidation,
    /// How long pods must have stayed where they are before that, such as `1m`, or `Never`.
    #[schemars(
        regex(pattern = r"^(([0-9]+(s|m|h))+|Never)$"),
        extend("x-edit" = "changes what `manifests` prints", "default" = "1m", "x-rule" = "a duration such as 1m, or Never")
    )]
    pub consolidate_after: String,
}

/// How capacity is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KarpenterCapacityType {
    /// By the second.
    OnDemand,
    /// Cheaper, until AWS wants it back.
    Spot,
    /// Reserved before.
    Reserved,
}

/// A kind of processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum KarpenterArchitecture {
    /// Intel and AMD.
    Amd64,
    /// Graviton.
    Arm64,
}

/// When nodes are made fewer or smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum KarpenterConsolidation {
    /// When nothing but daemons runs on a node.
    WhenEmpty,
    /// When the pods of a node would fit elsewhere, or on something cheaper, too.
    WhenEmptyOrUnderutilized,
}

/// What a label of a node must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KarpenterRequirement {
    /// The label, such as `karpenter.k8s.aws/instance-cpu`.
    #[schemars(extend("x-edit" = "changes what `manifests` prints"), length(min = 1, max = 316))]
    pub key: String,
    /// How its value is compared.
    #[schemars(extend("x-edit" = "changes what `manifests` prints"))]
    pub operator: KarpenterOperator,
    /// The values.
    #[schemars(extend("x-edit" = "changes what `manifests` prints", "default" = []))]
    pub values: Vec<String>,
    /// How many different values there must be to choose from.
    #[schemars(extend("x-edit" = "changes what `manifests` prints"), range(min = 1, max = 50))]
    pub min_values: Option<u32>,
}

/// How a label is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum KarpenterOperator {
    /// It is one of the values.
    In,
    /// It is none of the values.
    NotIn,
    /// It is there.
    Exists,
    /// It is not there.
    DoesNotExist,
    /// It is above the value.
    Gt,
    /// It is below the value.
    Lt,
}
