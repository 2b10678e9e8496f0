//! The roles.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{IamGroup, IamPolicy, IamRole, IamServiceAccount, OidcProvider, PodIdentityAssociation};

/// The roles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Iam {
    /// The ARN of an existing role for the control plane. Absent, the stack makes one.
    #[serde(rename = "serviceRoleARN")]
    #[schemars(regex(pattern = r"^arn:[a-z-]+:iam::\d{12}:role/.+$"), extend("x-becomes" = ["eks.Cluster.role"], "x-rule" = "the ARN of a role"))]
    pub service_role_arn: Option<String>,
    /// The ARN of the policy that bounds every role that the stack makes.
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:iam::(\d{12}|aws):policy/.+$"),
        extend("x-becomes" = ["iam.Role.permissions_boundary"], "x-rule" = "the ARN of a policy")
    )]
    pub service_role_permissions_boundary: Option<String>,
    /// The ARN of an existing role with which Fargate pulls images and joins the cluster. Absent, the stack makes one if there
    /// are profiles.
    #[serde(rename = "fargatePodExecutionRoleARN")]
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:iam::\d{12}:role/.+$"),
        extend("x-becomes" = ["eks.FargateProfile.pod_execution_role"], "x-rule" = "the ARN of a role")
    )]
    pub fargate_pod_execution_role_arn: Option<String>,
    /// The ARN of the policy that bounds the role for Fargate. Absent, `serviceRolePermissionsBoundary`.
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:iam::(\d{12}|aws):policy/.+$"),
        extend("x-becomes" = ["iam.Role.permissions_boundary"], "x-rule" = "the ARN of a policy")
    )]
    pub fargate_pod_execution_role_permissions_boundary: Option<String>,
    /// Whether the role of the control plane may manage network interfaces for security groups of pods.
    #[schemars(extend("default" = true, "x-becomes" = ["iam.Role.managed_policies"]))]
    pub vpc_resource_controller_policy: bool,
    /// Whether the cluster's identity provider is known to IAM, so that service accounts can take roles (IRSA). Absent, it
    /// is as soon as something needs it.
    #[serde(rename = "withOIDC")]
    #[schemars(extend("x-becomes" = ["iam.OidcProvider.url"]))]
    pub with_oidc: Option<bool>,
    /// Roles for service accounts (IRSA).
    #[schemars(extend("default" = [], "x-merge-key" = ["metadata.namespace", "metadata.name"]))]
    pub service_accounts: Vec<IamServiceAccount>,
    /// Roles for service accounts by EKS Pod Identity.
    #[schemars(length(max = 1000), extend("default" = [], "x-merge-key" = ["namespace", "serviceAccountName"], "x-rule" = "at most 1000"))]
    pub pod_identity_associations: Vec<PodIdentityAssociation>,
    /// OpenID Connect providers besides the cluster, whose tokens roles can trust: for pipelines.
    #[schemars(extend("default" = [], "x-merge-key" = ["name"]))]
    pub oidc_providers: Vec<OidcProvider>,
    /// Policies of one's own.
    #[schemars(extend("default" = [], "x-merge-key" = ["name"]))]
    pub policies: Vec<IamPolicy>,
    /// Groups of IAM users.
    #[schemars(extend("default" = [], "x-merge-key" = ["name"]))]
    pub groups: Vec<IamGroup>,
    /// Roles of one's own.
    #[schemars(extend("default" = [], "x-merge-key" = ["name"]))]
    pub roles: Vec<IamRole>,
}
