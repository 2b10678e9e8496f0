//! Roles for service accounts by EKS Pod Identity.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::WellKnownPolicies;

/// A role that EKS Pod Identity gives to the pods with a service account. It needs the add-on `eks-pod-identity-agent`, but
/// for EKS Auto Mode, and is not for pods on Fargate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PodIdentityAssociation {
    /// The namespace of the service account.
    #[schemars(
        regex(pattern = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"),
        extend("x-becomes" = ["eks.PodIdentityAssociation.namespace"], "x-rule" = "a namespace: up to 63 small letters, digits and -")
    )]
    pub namespace: String,
    /// The name of the service account. Neither it nor its namespace need be there yet.
    #[schemars(
        regex(pattern = r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$"),
        extend("x-becomes" = ["eks.PodIdentityAssociation.service_account"], "x-rule" = "a name in small letters, digits, - and .")
    )]
    pub service_account_name: String,
    /// Whether `manifests` prints the service account. Absent, somebody else makes it, such as a Helm chart.
    #[schemars(extend("default" = false, "x-edit" = "changes what `manifests` prints"))]
    pub create_service_account: bool,
    /// The ARN of a role that is there already, instead of one of the stack's. Its trust must let pods.eks.amazonaws.com in.
    #[serde(rename = "roleARN")]
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:iam::\d{12}:role/.+$"),
        extend("x-becomes" = ["eks.PodIdentityAssociation.role"], "x-rule" = "the ARN of a role")
    )]
    pub role_arn: Option<String>,
    /// The name of a role in `iam.roles`, instead of one for this alone. Its trust must let pods.eks.amazonaws.com in.
    #[schemars(extend("x-becomes" = ["eks.PodIdentityAssociation.role"]))]
    pub role: Option<String>,
    /// The name of the role that the stack makes. Absent, it follows from the stack and the service account.
    #[schemars(
        regex(pattern = r"^[A-Za-z0-9+=,.@_-]{1,64}$"),
        extend("x-becomes" = ["iam.Role.name"], "x-rule" = "1 to 64 letters, digits and + = , . @ _ -")
    )]
    pub role_name: Option<String>,
    /// The ARNs of the policies of the role.
    #[serde(rename = "permissionPolicyARNs")]
    #[schemars(
        inner(regex(pattern = r"^arn:[a-z-]+:iam::(\d{12}|aws):policy/.+$")),
        extend("default" = [], "x-becomes" = ["iam.Role.managed_policies"], "x-rule" = "ARNs of policies")
    )]
    pub permission_policy_arns: Vec<String>,
    /// The names of the policies of the role in `iam.policies`.
    #[schemars(extend("default" = [], "x-becomes" = ["iam.Role.managed_policies"]))]
    pub permission_policies: Vec<String>,
    /// A policy document that is written into the role.
    #[schemars(with = "Option<serde_json::Map<String, Value>>", extend("x-becomes" = ["iam.Role.inline_policies"]))]
    pub permission_policy: Option<Value>,
    /// What well-known programs need.
    #[schemars(extend("default" = {}))]
    pub well_known_policies: WellKnownPolicies,
    /// The ARN of the policy that bounds the role. Absent, `iam.serviceRolePermissionsBoundary`.
    #[serde(rename = "permissionsBoundaryARN")]
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:iam::(\d{12}|aws):policy/.+$"),
        extend("x-becomes" = ["iam.Role.permissions_boundary"], "x-rule" = "the ARN of a policy")
    )]
    pub permissions_boundary_arn: Option<String>,
    /// The ARN of another role, perhaps of another account, that the first one takes for the pods. It must trust that one;
    /// the association's external id (its output `external_id`) tells for whom.
    #[serde(rename = "targetRoleARN")]
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:iam::\d{12}:role/.+$"),
        extend("x-becomes" = ["eks.PodIdentityAssociation.target_role"], "x-rule" = "the ARN of a role")
    )]
    pub target_role_arn: Option<String>,
    /// Whether the session goes without the tags that tell its cluster, namespace and service account.
    #[schemars(extend("default" = false, "x-becomes" = ["eks.PodIdentityAssociation.disable_session_tags"]))]
    pub disable_session_tags: bool,
    /// A policy document that narrows what the role allows for these pods. It needs `disableSessionTags`.
    #[schemars(with = "Option<serde_json::Map<String, Value>>", extend("x-becomes" = ["eks.PodIdentityAssociation.policy"]))]
    pub policy: Option<Value>,
    /// Tags for the association and its role.
    #[schemars(extend("default" = {}, "x-becomes" = ["eks.PodIdentityAssociation.tags", "iam.Role.tags"]))]
    pub tags: BTreeMap<String, String>,
}
