//! The roles.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
}
