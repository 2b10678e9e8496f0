//! Who may use the cluster.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A principal of IAM that may use the cluster, named by one of `principalARN`, `role` and `permissionSet`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessEntry {
    /// The name of the entry in plans. Absent, it is derived from the principal.
    #[schemars(
        regex(pattern = r"^[0-9A-Za-z][A-Za-z0-9+=,.@_-]{0,99}$"),
        extend("x-edit" = "nothing in AWS: the principal tells which entry it is", "x-rule" = "1 to 100 letters, digits and + = , . @ _ -, beginning with a letter or digit")
    )]
    pub name: Option<String>,
    /// The ARN of a role or a user. Not that of a session (`assumed-role`): a session is the role.
    #[serde(rename = "principalARN")]
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:iam::\d{12}:(role|user)/.+$"),
        extend("x-becomes" = ["eks.AccessEntry.principal"], "x-rule" = "the ARN of a role or a user")
    )]
    pub principal_arn: Option<String>,
    /// The name of a role in `iam.roles`.
    #[schemars(extend("x-becomes" = ["eks.AccessEntry.principal", "eks.AccessEntry.principal_id"]))]
    pub role: Option<String>,
    /// The name of a permission set of IAM Identity Center that is assigned in this account. Its role is looked up, for its
    /// name has a random part.
    #[schemars(
        regex(pattern = r"^[A-Za-z0-9+=,.@_-]{1,32}$"),
        extend("x-becomes" = ["eks.AccessEntry.principal"], "x-rule" = "1 to 32 letters, digits and + = , . @ _ -")
    )]
    pub permission_set: Option<String>,
    /// What the principal is: STANDARD for people and tools, others for the roles of nodes that are not a managed node
    /// group's. Another type is another entry.
    #[schemars(extend("default" = "STANDARD", "x-becomes" = ["eks.AccessEntry.entry_type"]))]
    pub r#type: AccessEntryType,
    /// The name of the user in Kubernetes. Absent, EKS chooses one when the entry is made.
    #[schemars(length(min = 1), extend("x-becomes" = ["eks.AccessEntry.username"]))]
    pub kubernetes_username: Option<String>,
    /// The groups in Kubernetes, for role bindings.
    #[schemars(extend("default" = [], "x-becomes" = ["eks.AccessEntry.kubernetes_groups"]))]
    pub kubernetes_groups: BTreeSet<String>,
    /// What it may do, without any role bindings.
    #[schemars(extend("default" = [], "x-merge-key" = ["policyARN"], "x-becomes" = ["eks.AccessEntry.access_policies"]))]
    pub access_policies: Vec<AccessPolicy>,
    /// Tags for the entry.
    #[schemars(extend("default" = {}, "x-becomes" = ["eks.AccessEntry.tags"]))]
    pub tags: BTreeMap<String, String>,
}

/// What the principal of an access entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AccessEntryType {
    /// People and tools.
    #[serde(rename = "STANDARD")]
    Standard,
    /// Nodes with Linux that are not a managed node group's, such as Karpenter's.
    #[serde(rename = "EC2_LINUX")]
    Ec2Linux,
    /// Nodes with Windows that are not a managed node group's.
    #[serde(rename = "EC2_WINDOWS")]
    Ec2Windows,
    /// Nodes of EKS Auto Mode.
    #[serde(rename = "EC2")]
    Ec2,
    /// Fargate.
    #[serde(rename = "FARGATE_LINUX")]
    FargateLinux,
    /// Hybrid nodes.
    #[serde(rename = "HYBRID_LINUX")]
    HybridLinux,
    /// Nodes of SageMaker HyperPod.
    #[serde(rename = "HYPERPOD_LINUX")]
    HyperpodLinux,
}

/// An access policy and where it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessPolicy {
    /// The policy: its name, such as `AmazonEKSClusterAdminPolicy` or `AmazonEKSViewPolicy`, or its ARN.
    #[serde(rename = "policyARN")]
    #[schemars(
        regex(pattern = r"^(arn:[a-z-]+:eks::aws:cluster-access-policy/)?[A-Za-z0-9]+$"),
        extend("x-rule" = "the name or the ARN of an access policy of EKS")
    )]
    pub policy_arn: String,
    /// Where it counts.
    #[schemars(extend("default" = {}))]
    pub access_scope: AccessScope,
}

/// Where an access policy counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessScope {
    /// In the whole cluster, or in some namespaces.
    #[schemars(extend("default" = "cluster"))]
    pub r#type: AccessScopeType,
    /// The namespaces. `*` stands for any text.
    #[schemars(extend("default" = []))]
    pub namespaces: BTreeSet<String>,
}

/// How far an access policy reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum AccessScopeType {
    /// The whole cluster.
    Cluster,
    /// Some namespaces.
    Namespace,
}
