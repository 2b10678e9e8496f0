//! Controllers that EKS runs for a cluster.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A controller that EKS runs for the cluster, outside of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Capability {
    /// The name. Another name is another capability.
    #[schemars(
        regex(pattern = r"^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$"),
        extend("x-becomes" = ["eks.Capability.name"], "x-rule" = "1 to 100 letters, digits, - and _, beginning with a letter or digit")
    )]
    pub name: String,
    /// Which controller. A cluster has one of each at most.
    #[schemars(extend("x-becomes" = ["eks.Capability.capability_type"]))]
    pub r#type: CapabilityType,
    /// The ARN of an existing role for it. Absent, the stack makes one.
    #[serde(rename = "roleARN")]
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:iam::\d{12}:role/.+$"),
        extend("x-becomes" = ["eks.Capability.role"], "x-rule" = "the ARN of a role")
    )]
    pub role_arn: Option<String>,
    /// The ARNs of policies for the role that the stack makes: what ACK manages, what Argo CD reads. kro needs none.
    #[serde(rename = "attachPolicyARNs")]
    #[schemars(
        inner(regex(pattern = r"^arn:[a-z-]+:iam::(\d{12}|aws):policy/.+$")),
        extend("default" = [], "x-becomes" = ["iam.Role.managed_policies"], "x-rule" = "ARNs of policies")
    )]
    pub attach_policy_arns: Vec<String>,
    /// A policy for the role that the stack makes, as a document.
    #[schemars(with = "Option<serde_json::Map<String, Value>>", extend("x-becomes" = ["iam.Role.inline_policies"]))]
    pub attach_policy: Option<Value>,
    /// The ARN of the policy that bounds the role that the stack makes. Absent, `iam.serviceRolePermissionsBoundary`.
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:iam::(\d{12}|aws):policy/.+$"),
        extend("x-becomes" = ["iam.Role.permissions_boundary"], "x-rule" = "the ARN of a policy")
    )]
    pub permissions_boundary: Option<String>,
    /// Its settings, those of its type.
    #[schemars(extend("default" = {}))]
    pub configuration: CapabilityConfiguration,
    /// What becomes of what it manages when it is deleted. It stays: delete it before.
    #[schemars(extend("default" = "RETAIN", "x-edit" = "nothing: there is one policy"))]
    pub delete_propagation_policy: DeletePropagationPolicy,
    /// Tags for the capability.
    #[schemars(extend("default" = {}, "x-becomes" = ["eks.Capability.tags"]))]
    pub tags: BTreeMap<String, String>,
}

/// A controller that EKS runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum CapabilityType {
    /// AWS Controllers for Kubernetes: resources of AWS as resources of Kubernetes.
    Ack,
    /// Argo CD: the cluster follows a Git repository.
    ArgoCd,
    /// kro: resources made of resources.
    Kro,
}

/// What becomes of what a capability manages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum DeletePropagationPolicy {
    /// It stays.
    Retain,
}

/// The settings of a capability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CapabilityConfiguration {
    /// Those of Argo CD.
    pub argocd: Option<ArgoCd>,
    /// Those of ACK.
    pub ack: Option<Ack>,
}

/// Settings of Argo CD.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArgoCd {
    /// The namespace of its resources. Absent, EKS's default. It cannot be changed.
    #[schemars(
        regex(pattern = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"),
        extend("x-becomes" = ["eks.Capability.namespace"], "x-rule" = "a namespace: up to 63 small letters, digits and -")
    )]
    pub namespace: Option<String>,
    /// Where its users come from. It cannot be changed.
    #[schemars(extend("x-becomes" = ["eks.Capability.identity_center"]))]
    pub aws_idc: Option<ArgoCdIdentityCenter>,
    /// What the name of its endpoint begins with. Absent, EKS chooses it. It cannot be changed.
    #[schemars(length(min = 1), extend("x-becomes" = ["eks.Capability.endpoint_prefix"]))]
    pub endpoint_prefix: Option<String>,
    /// Who is what in Argo CD.
    #[schemars(extend("default" = [], "x-merge-key" = ["role"], "x-becomes" = ["eks.Capability.role_mappings"]))]
    pub rbac_role_mappings: Vec<ArgoCdRoleMapping>,
    /// From where its server can be reached.
    #[schemars(extend("default" = {}))]
    pub network_access: ArgoCdNetworkAccess,
}

/// An instance of IAM Identity Center.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArgoCdIdentityCenter {
    /// Its ARN.
    #[serde(rename = "idcInstanceARN")]
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:sso:::instance/.+$"),
        extend("x-rule" = "the ARN of an instance, such as arn:aws:sso:::instance/ssoins-0123456789abcdef")
    )]
    pub idc_instance_arn: String,
    /// Its Region. Absent, that of the cluster.
    #[schemars(regex(pattern = r"^[a-z]{2,4}(-[a-z]+)+-\d+$"), extend("x-rule" = "an AWS Region, such as eu-west-1"))]
    pub idc_region: Option<String>,
}

/// Who has a role in Argo CD.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArgoCdRoleMapping {
    /// The role.
    pub role: ArgoCdRole,
    /// Who has it.
    #[schemars(length(min = 1))]
    pub identities: BTreeSet<SsoIdentity>,
}

/// A role in Argo CD.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ArgoCdRole {
    /// May do everything.
    Admin,
    /// May change resources.
    Editor,
    /// May look.
    Viewer,
}

/// Somebody whom IAM Identity Center knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SsoIdentity {
    /// The id in IAM Identity Center.
    #[schemars(length(min = 1))]
    pub id: String,
    /// Whether it is a user or a group.
    pub r#type: SsoIdentityType,
}

/// What an identity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SsoIdentityType {
    /// A user.
    SsoUser,
    /// A group.
    SsoGroup,
}

/// From where the server of Argo CD can be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArgoCdNetworkAccess {
    /// The ids of VPC endpoints by which alone it can be reached. None is from the internet.
    #[schemars(
        inner(regex(pattern = r"^vpce-[0-9a-f]{8,17}$")),
        extend("default" = [], "x-becomes" = ["eks.Capability.vpc_endpoints"], "x-rule" = "ids of VPC endpoints")
    )]
    pub vpce_ids: BTreeSet<String>,
}

/// Settings of ACK.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ack {
    /// Whether resources may refer to those of other namespaces.
    #[schemars(extend("default" = false, "x-becomes" = ["eks.Capability.enable_cross_namespace"]))]
    pub enable_cross_namespace: bool,
    /// Services whose controllers are off, such as `s3`.
    #[schemars(
        inner(regex(pattern = r"^[a-z0-9]+$")),
        extend("default" = [], "x-becomes" = ["eks.Capability.disabled_services"], "x-rule" = "names of services as ACK has them, such as s3")
    )]
    pub disabled_services: BTreeSet<String>,
}
