//! Roles for Kubernetes service accounts (IRSA).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::WellKnownPolicies;

/// A role that pods with a service account take through the identity provider of the cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IamServiceAccount {
    /// The service account.
    pub metadata: ServiceAccountMeta,
    /// The ARNs of the policies of the role.
    #[serde(rename = "attachPolicyARNs")]
    #[schemars(
        inner(regex(pattern = r"^arn:[a-z-]+:iam::(\d{12}|aws):policy/.+$")),
        extend("default" = [], "x-becomes" = ["iam.Role.managed_policies"], "x-rule" = "ARNs of policies")
    )]
    pub attach_policy_arns: Vec<String>,
    /// The names of the policies of the role in `iam.policies`.
    #[schemars(extend("default" = [], "x-becomes" = ["iam.Role.managed_policies"]))]
    pub attach_policies: Vec<String>,
    /// A policy document that is written into the role.
    #[schemars(with = "Option<serde_json::Map<String, Value>>", extend("x-becomes" = ["iam.Role.inline_policies"]))]
    pub attach_policy: Option<Value>,
    /// What well-known programs need.
    #[schemars(extend("default" = {}))]
    pub well_known_policies: WellKnownPolicies,
    /// The ARN of a role that is there already, instead of one of the stack's. Its trust must let the service account in.
    #[serde(rename = "attachRoleARN")]
    #[schemars(regex(pattern = r"^arn:[a-z-]+:iam::\d{12}:role/.+$"), extend("x-edit" = "makes or deletes a role, and changes what `manifests` prints", "x-rule" = "the ARN of a role"))]
    pub attach_role_arn: Option<String>,
    /// The ARN of the policy that bounds the role. Absent, `iam.serviceRolePermissionsBoundary`.
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:iam::(\d{12}|aws):policy/.+$"),
        extend("x-becomes" = ["iam.Role.permissions_boundary"], "x-rule" = "the ARN of a policy")
    )]
    pub permissions_boundary: Option<String>,
    /// The name of the role. Absent, it follows from the stack and the service account.
    #[schemars(
        regex(pattern = r"^[A-Za-z0-9+=,.@_-]{1,64}$"),
        extend("x-becomes" = ["iam.Role.name"], "x-rule" = "1 to 64 letters, digits and + = , . @ _ -")
    )]
    pub role_name: Option<String>,
    /// Whether only the role is wanted: `manifests` then leaves the service account to somebody else.
    #[schemars(extend("default" = false, "x-edit" = "changes what `manifests` prints"))]
    pub role_only: bool,
    /// Which service accounts of the namespace may take the role, instead of that one: a name in which `*` stands for any
    /// text.
    #[schemars(
        regex(pattern = r"^[a-z0-9*]([a-z0-9.*-]*[a-z0-9*])?$"),
        extend("x-becomes" = ["iam.Role.assume_role_policy"], "x-rule" = "a name in small letters, digits, - and ., with * for any text")
    )]
    pub subject_pattern: Option<String>,
    /// The same service account in other clusters, which may take the role, too: several clusters with one application.
    #[schemars(extend("default" = [], "x-becomes" = ["iam.Role.assume_role_policy"]))]
    pub other_clusters: Vec<OtherCluster>,
    /// Tags for the role.
    #[schemars(extend("default" = {}, "x-becomes" = ["iam.Role.tags"]))]
    pub tags: BTreeMap<String, String>,
}

/// A service account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceAccountMeta {
    /// Its name.
    #[schemars(
        regex(pattern = r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$"),
        extend("x-becomes" = ["iam.Role.assume_role_policy"], "x-rule" = "a name in small letters, digits, - and .")
    )]
    pub name: String,
    /// Its namespace.
    #[schemars(
        regex(pattern = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"),
        extend("default" = "default", "x-becomes" = ["iam.Role.assume_role_policy"], "x-rule" = "a namespace: up to 63 small letters, digits and -")
    )]
    pub namespace: String,
    /// Its labels, in `manifests`.
    #[schemars(extend("x-edit" = "changes what `manifests` prints", "default" = {}))]
    pub labels: BTreeMap<String, String>,
    /// Its annotations, in `manifests`, besides the one that names the role.
    #[schemars(extend("x-edit" = "changes what `manifests` prints", "default" = {}))]
    pub annotations: BTreeMap<String, String>,
}

/// A service account in another cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OtherCluster {
    /// The ARN of the identity provider of that cluster in this account.
    #[serde(rename = "oidcProviderARN")]
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:iam::\d{12}:oidc-provider/.+$"),
        extend("x-rule" = "the ARN of an OpenID Connect provider")
    )]
    pub oidc_provider_arn: String,
    /// The namespace there. Absent, the same.
    #[schemars(
        regex(pattern = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"),
        extend("x-rule" = "a namespace: up to 63 small letters, digits and -")
    )]
    pub namespace: Option<String>,
    /// The service account there, in which `*` stands for any text. Absent, the same.
    #[schemars(
        regex(pattern = r"^[a-z0-9*]([a-z0-9.*-]{0,251}[a-z0-9*])?$"),
        extend("x-rule" = "a name in small letters, digits, - and ., with * for any text")
    )]
    pub name: Option<String>,
}
