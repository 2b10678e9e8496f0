//! What the cluster needs inside: rendered by `manifests`, and never applied by us.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::VolumeType;

/// What the cluster needs inside. `manifests` renders it for kubectl or a GitOps repository; nothing here becomes anything in
/// AWS.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Kubernetes {
    /// Namespaces, besides those that follow from the rest of the stack: of service accounts, of Fargate profiles.
    #[schemars(extend("default" = [], "x-merge-key" = ["name"]))]
    pub namespaces: Vec<Namespace>,
    /// Storage classes for volumes of EBS, whose CSI driver must be in the cluster. Absent, an encrypted gp3 that is the
    /// default one; an empty list is none.
    #[schemars(extend("default" = [{"name": "gp3", "default": true}], "x-merge-key" = ["name"]))]
    pub storage_classes: Vec<StorageClass>,
    /// Security groups for pods, which the VPC CNI plugin gives them with `ENABLE_POD_ENI`.
    #[schemars(extend("default" = [], "x-merge-key" = ["namespace", "name"]))]
    pub security_group_policies: Vec<SecurityGroupPolicy>,
    /// The subnets of pods, zone by zone, for the VPC CNI plugin with `AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG`.
    #[schemars(extend("default" = [], "x-merge-key" = ["name"]))]
    pub eni_configs: Vec<EniConfig>,
}

/// A namespace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Namespace {
    /// The name.
    #[schemars(
        regex(pattern = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"),
        extend("x-edit" = "changes what `manifests` prints", "x-rule" = "up to 63 small letters, digits and -")
    )]
    pub name: String,
    /// Labels.
    #[schemars(extend("default" = {}, "x-edit" = "changes what `manifests` prints"))]
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    #[schemars(extend("default" = {}, "x-edit" = "changes what `manifests` prints"))]
    pub annotations: BTreeMap<String, String>,
    /// Which Pod Security Standard its pods must keep. Absent, none.
    #[schemars(extend("x-edit" = "changes what `manifests` prints"))]
    pub pod_security: Option<PodSecurity>,
    /// How much all of it may use, such as `requests.cpu` or `pods`. Absent, there is no quota.
    #[schemars(
        with = "Option<BTreeMap<String, Value>>",
        extend("minProperties" = 1, "x-edit" = "changes what `manifests` prints", "x-rule" = "quantities, one at least")
    )]
    pub resource_quota: Option<BTreeMap<String, Value>>,
    /// What a container has that does not say it, and what it may have.
    #[schemars(extend("x-edit" = "changes what `manifests` prints"))]
    pub limit_range: Option<LimitRange>,
    /// Which traffic of its pods is refused unless another network policy allows it.
    #[schemars(extend("default" = [], "uniqueItems" = true, "x-edit" = "changes what `manifests` prints"))]
    pub default_deny: Vec<Direction>,
}

/// A Pod Security Standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PodSecurity {
    /// Hardened: no root, no capabilities.
    Restricted,
    /// No known way out of a container.
    Baseline,
    /// Everything.
    Privileged,
}

/// Where traffic goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Direction {
    /// To the pods.
    Ingress,
    /// From the pods.
    Egress,
}

/// What a container has and may have, by resource: `cpu`, `memory`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LimitRange {
    /// The limits of one that does not say any.
    #[schemars(with = "BTreeMap<String, Value>", extend("default" = {}))]
    pub default: BTreeMap<String, Value>,
    /// The requests of one that does not say any.
    #[schemars(with = "BTreeMap<String, Value>", extend("default" = {}))]
    pub default_request: BTreeMap<String, Value>,
    /// At most.
    #[schemars(with = "BTreeMap<String, Value>", extend("default" = {}))]
    pub max: BTreeMap<String, Value>,
    /// At least.
    #[schemars(with = "BTreeMap<String, Value>", extend("default" = {}))]
    pub min: BTreeMap<String, Value>,
}

/// A storage class for volumes of EBS.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StorageClass {
    /// The name.
    #[schemars(
        regex(pattern = r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$"),
        extend("x-edit" = "changes what `manifests` prints", "x-rule" = "a name in small letters, digits, - and .")
    )]
    pub name: String,
    /// Whether claims that name no class get this one.
    #[schemars(extend("default" = false, "x-edit" = "changes what `manifests` prints"))]
    pub default: bool,
    /// The kind of volume.
    #[schemars(extend("default" = "gp3", "x-edit" = "changes what `manifests` prints"))]
    pub volume_type: VolumeType,
    /// Operations a second. Absent, what its kind begins with.
    #[schemars(range(min = 100, max = 256_000), extend("x-edit" = "changes what `manifests` prints"))]
    pub iops: Option<i32>,
    /// MiB a second. Absent, 125.
    #[schemars(range(min = 125, max = 2000), extend("x-edit" = "changes what `manifests` prints"))]
    pub throughput: Option<i32>,
    /// Whether volumes are encrypted.
    #[schemars(extend("default" = true, "x-edit" = "changes what `manifests` prints"))]
    pub encrypted: bool,
    /// The ARN of the KMS key, or of its alias. Absent, the stack's own if `kms.usedFor` holds `volumes`, else that of the
    /// account for EBS.
    #[serde(rename = "kmsKeyARN")]
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:(key|alias)/.+$"),
        extend("x-edit" = "changes what `manifests` prints", "x-rule" = "the ARN of a KMS key or of an alias")
    )]
    pub kms_key_arn: Option<String>,
    /// The file system.
    #[schemars(extend("default" = "ext4", "x-edit" = "changes what `manifests` prints"))]
    pub fs_type: FileSystem,
    /// What happens to a volume whose claim is deleted.
    #[schemars(extend("default" = "Delete", "x-edit" = "changes what `manifests` prints"))]
    pub reclaim_policy: ReclaimPolicy,
    /// Whether volumes can grow.
    #[schemars(extend("default" = true, "x-edit" = "changes what `manifests` prints"))]
    pub allow_volume_expansion: bool,
    /// How file systems are mounted.
    #[schemars(extend("default" = [], "x-edit" = "changes what `manifests` prints"))]
    pub mount_options: Vec<String>,
    /// Labels.
    #[schemars(extend("default" = {}, "x-edit" = "changes what `manifests` prints"))]
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    #[schemars(extend("default" = {}, "x-edit" = "changes what `manifests` prints"))]
    pub annotations: BTreeMap<String, String>,
}

/// A file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FileSystem {
    /// ext4.
    Ext4,
    /// XFS.
    Xfs,
}

/// What happens to a volume whose claim is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ReclaimPolicy {
    /// It is deleted, too.
    Delete,
    /// It stays.
    Retain,
}

/// Security groups for pods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecurityGroupPolicy {
    /// The name.
    #[schemars(
        regex(pattern = r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$"),
        extend("x-edit" = "changes what `manifests` prints", "x-rule" = "a name in small letters, digits, - and .")
    )]
    pub name: String,
    /// The namespace of the pods.
    #[schemars(
        regex(pattern = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"),
        extend("default" = "default", "x-edit" = "changes what `manifests` prints", "x-rule" = "a namespace: up to 63 small letters, digits and -")
    )]
    pub namespace: String,
    /// Which pods, by their labels.
    #[schemars(extend("x-edit" = "changes what `manifests` prints"))]
    pub pod_selector: Option<LabelSelector>,
    /// Which pods, by the labels of their service accounts.
    #[schemars(extend("x-edit" = "changes what `manifests` prints"))]
    pub service_account_selector: Option<LabelSelector>,
    /// Their security groups: names in `vpc.securityGroups`, ids such as `sg-0123456789abcdef0`, or `cluster` for the one that
    /// EKS makes, without which they reach neither the API server nor DNS on nodes that have it.
    #[schemars(
        length(min = 1, max = 5),
        extend("uniqueItems" = true, "x-edit" = "changes what `manifests` prints", "x-rule" = "1 to 5 different groups")
    )]
    pub security_groups: Vec<String>,
}

/// Which things, by their labels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LabelSelector {
    /// Labels that they all have.
    #[schemars(extend("default" = {}))]
    pub match_labels: BTreeMap<String, String>,
    /// What their labels must be besides.
    #[schemars(extend("default" = []))]
    pub match_expressions: Vec<LabelExpression>,
}

/// What a label must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LabelExpression {
    /// The label.
    #[schemars(length(min = 1, max = 317))]
    pub key: String,
    /// How it is compared.
    pub operator: LabelOperator,
    /// With what.
    #[schemars(extend("default" = []))]
    pub values: Vec<String>,
}

/// How a label is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum LabelOperator {
    /// It is one of the values.
    In,
    /// It is none of the values.
    NotIn,
    /// It is there.
    Exists,
    /// It is not there.
    DoesNotExist,
}

/// The subnet of the pods of a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EniConfig {
    /// The name: that of the zone, with `ENI_CONFIG_LABEL_DEF=topology.kubernetes.io/zone`.
    #[schemars(
        regex(pattern = r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$"),
        extend("x-edit" = "changes what `manifests` prints", "x-rule" = "a name in small letters, digits, - and .")
    )]
    pub name: String,
    /// The subnet: the name of a private one of the stack's (in `vpc.subnets.private`, or of its zone), or an id.
    #[schemars(length(min = 1), extend("x-edit" = "changes what `manifests` prints"))]
    pub subnet: String,
    /// The security groups of the pods: names in `vpc.securityGroups`, ids, or `cluster`. Absent, those of their node.
    #[schemars(
        length(max = 5),
        extend("default" = [], "uniqueItems" = true, "x-edit" = "changes what `manifests` prints", "x-rule" = "at most 5 different groups")
    )]
    pub security_groups: Vec<String>,
}
