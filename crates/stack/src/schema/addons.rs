//! Add-ons.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::WellKnownPolicies;

/// Software that EKS installs in the cluster and keeps at a version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Addon {
    /// The name that AWS gave it: `aws eks describe-addon-versions` lists them. vpc-cni, kube-proxy and
    /// eks-pod-identity-agent come before the nodes, everything else after them.
    #[schemars(
        regex(pattern = r"^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$"),
        extend("x-becomes" = ["eks.Addon.name"], "x-rule" = "the name of an add-on, such as vpc-cni")
    )]
    pub name: String,
    /// An exact version; `default` is the one that EKS installs when nobody says anything, `latest` the newest, each for
    /// the Kubernetes version of the stack. These two are resolved when the add-on is made, and stay: they go along with the
    /// cluster to another Kubernetes version that they do not work with, and plans note what is newer.
    #[schemars(
        regex(pattern = r"^(default|latest|v\d+\.\S+)$"),
        extend("default" = "default", "x-becomes" = ["eks.Addon.version"], "x-rule" = "default, latest, or a version such as v1.20.4-eksbuild.1")
    )]
    pub version: String,
    /// With `auto`, `default` and `latest` move on as soon as AWS has a newer one.
    #[schemars(extend("x-becomes" = ["eks.Addon.version"]))]
    pub update: Option<AddonUpdate>,
    /// The configuration: a map, or a text of JSON or YAML. A plan checks it against AWS's schema for the version.
    #[schemars(
        with = "Option<BTreeMap<String, serde_json::Value>>",
        extend("type" = ["object", "string"], "x-becomes" = ["eks.Addon.configuration"])
    )]
    pub configuration_values: Option<serde_json::Value>,
    /// The ARN of an existing role for the add-on's service account, by way of the cluster's OIDC provider.
    #[serde(rename = "serviceAccountRoleARN")]
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:iam::\d{12}:role/.+$"),
        extend("x-becomes" = ["eks.Addon.service_account_role"], "x-rule" = "the ARN of a role")
    )]
    pub service_account_role_arn: Option<String>,
    /// The ARNs of policies for a role of the stack's own, by way of the cluster's OIDC provider, which the stack then makes.
    #[serde(rename = "attachPolicyARNs")]
    #[schemars(
        inner(regex(pattern = r"^arn:[a-z-]+:iam::(\d{12}|aws):policy/.+$")),
        extend("default" = [], "x-becomes" = ["iam.Role.managed_policies"], "x-rule" = "ARNs of policies")
    )]
    pub attach_policy_arns: Vec<String>,
    /// The names of policies for that role in `iam.policies`.
    #[schemars(extend("default" = [], "x-becomes" = ["iam.Role.managed_policies"]))]
    pub attach_policies: Vec<String>,
    /// A policy document for that role.
    #[schemars(with = "Option<BTreeMap<String, serde_json::Value>>", extend("x-becomes" = ["iam.Role.inline_policies"]))]
    pub attach_policy: Option<serde_json::Value>,
    /// What well-known programs need, for that role.
    #[schemars(extend("default" = {}))]
    pub well_known_policies: WellKnownPolicies,
    /// The ARN of the policy that bounds that role. Absent, `iam.serviceRolePermissionsBoundary`.
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:iam::(\d{12}|aws):policy/.+$"),
        extend("x-becomes" = ["iam.Role.permissions_boundary"], "x-rule" = "the ARN of a policy")
    )]
    pub permissions_boundary: Option<String>,
    /// Roles for service accounts of the add-on, by way of EKS Pod Identity. Absent, those that are there stay; an empty
    /// list takes all of them.
    #[schemars(extend("x-merge-key" = ["serviceAccountName"], "x-becomes" = ["eks.Addon.pod_identity_associations"]))]
    pub pod_identity_associations: Option<Vec<AddonPodIdentity>>,
    /// Whether each service account for which AWS recommends managed policies gets a role with them, by way of EKS Pod
    /// Identity.
    #[schemars(extend("default" = false, "x-becomes" = ["eks.Addon.pod_identity_associations", "iam.Role.managed_policies"]))]
    pub use_default_pod_identity_associations: bool,
    /// What becomes of what others have set in the add-on's objects, when it is made and when it is updated. `overwrite`
    /// also takes over what EKS itself has put into a new cluster.
    #[schemars(extend("default" = "overwrite", "x-becomes" = ["eks.Addon.resolve_conflicts"]))]
    pub resolve_conflicts: ResolveConflicts,
    /// Whether the software stays in the cluster, unmanaged, when the add-on is taken out of the stack.
    #[schemars(extend("default" = false, "x-becomes" = ["eks.Addon.preserve_on_delete"]))]
    pub preserve_on_delete: bool,
    /// Where it is installed. Absent, in the add-on's own namespace.
    pub namespace_config: Option<AddonNamespace>,
    /// Tags, besides those of the stack.
    #[schemars(extend("default" = {}, "x-becomes" = ["eks.Addon.tags"]))]
    pub tags: BTreeMap<String, String>,
}

/// When a version that is not exact moves on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AddonUpdate {
    /// As soon as AWS has a newer one.
    Auto,
}

/// What becomes of what others have set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ResolveConflicts {
    /// The creation or update fails.
    None,
    /// It becomes what the add-on has.
    Overwrite,
    /// It stays in an update; a creation fails.
    Preserve,
}

/// Where an add-on is installed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddonNamespace {
    /// The Kubernetes namespace. Another one makes the add-on anew.
    #[schemars(
        regex(pattern = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"),
        extend("x-becomes" = ["eks.Addon.namespace"], "x-rule" = "a DNS label: 1 to 63 lower-case letters, digits and -")
    )]
    pub namespace: String,
}

/// A role for a service account of an add-on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddonPodIdentity {
    /// The service account.
    #[schemars(
        regex(pattern = r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$"),
        extend("x-rule" = "a name in small letters, digits, - and .")
    )]
    pub service_account_name: String,
    /// The ARN of an existing role. Instead of everything below.
    #[serde(rename = "roleARN")]
    #[schemars(regex(pattern = r"^arn:[a-z-]+:iam::\d{12}:role/.+$"), extend("x-rule" = "the ARN of a role"))]
    pub role_arn: Option<String>,
    /// The ARNs of policies to attach to the role that the stack makes.
    #[serde(rename = "permissionPolicyARNs")]
    #[schemars(
        inner(regex(pattern = r"^arn:[a-z-]+:iam::(\d{12}|aws):policy/.+$")),
        extend("default" = [], "x-becomes" = ["iam.Role.managed_policies"], "x-rule" = "the ARN of a policy")
    )]
    pub permission_policy_arns: Vec<String>,
    /// The names of policies for it in `iam.policies`.
    #[schemars(extend("default" = [], "x-becomes" = ["iam.Role.managed_policies"]))]
    pub permission_policies: Vec<String>,
    /// What well-known programs need, for it.
    #[schemars(extend("default" = {}))]
    pub well_known_policies: WellKnownPolicies,
    /// A policy document for it.
    #[schemars(with = "Option<BTreeMap<String, serde_json::Value>>", extend("x-becomes" = ["iam.Role.inline_policies"]))]
    pub permission_policy: Option<serde_json::Value>,
    /// Its name. Absent, it follows from the stack, the add-on and the service account.
    #[schemars(
        regex(pattern = r"^[\w+=,.@-]{1,64}$"),
        extend("x-becomes" = ["iam.Role.name"], "x-rule" = "1 to 64 letters, digits and _+=,.@-")
    )]
    pub role_name: Option<String>,
    /// The ARN of the policy that bounds it. Absent, that of the stack.
    #[serde(rename = "permissionsBoundaryARN")]
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:iam::(\d{12}|aws):policy/.+$"),
        extend("x-becomes" = ["iam.Role.permissions_boundary"], "x-rule" = "the ARN of a policy")
    )]
    pub permissions_boundary_arn: Option<String>,
}

/// Settings for all add-ons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddonsConfig {
    /// Whether EKS leaves its own copies of vpc-cni, kube-proxy and coredns, which nobody updates, out of a new cluster.
    /// Absent, it does if `addons` has all three; else EKS puts in its copies, and those that `addons` has take them over.
    #[schemars(extend("x-becomes" = ["eks.Cluster.bootstrap_self_managed_addons"]))]
    pub disable_default_addons: Option<bool>,
    /// Whether every add-on for which AWS recommends policies gets roles with them, unless it says otherwise itself.
    #[schemars(extend("default" = false, "x-becomes" = ["eks.Addon.pod_identity_associations"]))]
    pub auto_apply_pod_identity_associations: bool,
}
