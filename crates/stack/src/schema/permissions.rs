//! What roles may do, in words that stand in several places.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Permissions that a well-known program needs, each the least that its documentation asks for, scoped to the cluster
/// where the program's resources can be told by their tags.
///
/// Several at once may not fit into one role: IAM allows 10240 characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct WellKnownPolicies {
    /// Pushing and pulling images in every ECR repository of the account, and making repositories.
    #[schemars(extend("default" = false, "x-becomes" = ["iam.Role.managed_policies"]))]
    pub image_builder: bool,
    /// Cluster Autoscaler: scaling the groups that bear the cluster's tags.
    #[schemars(extend("default" = false, "x-becomes" = ["iam.Role.inline_policies"]))]
    pub auto_scaler: bool,
    /// AWS Load Balancer Controller: load balancers, and the security groups that it makes for them.
    #[schemars(extend("default" = false, "x-becomes" = ["iam.Role.inline_policies"]))]
    pub aws_load_balancer_controller: bool,
    /// ExternalDNS: records in Route 53.
    #[serde(rename = "externalDNS")]
    #[schemars(extend("default" = false, "x-becomes" = ["iam.Role.inline_policies"]))]
    pub external_dns: bool,
    /// cert-manager: the TXT records that prove to an issuer whose a domain is.
    #[schemars(extend("default" = false, "x-becomes" = ["iam.Role.inline_policies"]))]
    pub cert_manager: bool,
    /// The EBS CSI driver: volumes and snapshots that it has made itself.
    #[serde(rename = "ebsCSIController")]
    #[schemars(extend("default" = false, "x-becomes" = ["iam.Role.managed_policies"]))]
    pub ebs_csi_controller: bool,
    /// The EFS CSI driver: access points that it has made itself.
    #[serde(rename = "efsCSIController")]
    #[schemars(extend("default" = false, "x-becomes" = ["iam.Role.managed_policies"]))]
    pub efs_csi_controller: bool,
    /// The FSx for Lustre CSI driver: the file systems of the account in the stack's Region. Data repositories in S3 need
    /// more: write it as `attachPolicy`.
    #[serde(rename = "fsxCSIController")]
    #[schemars(extend("default" = false, "x-becomes" = ["iam.Role.inline_policies"]))]
    pub fsx_csi_controller: bool,
    /// External Secrets Operator: reading the secrets and parameters of the account in the stack's Region.
    #[schemars(extend("default" = false, "x-becomes" = ["iam.Role.inline_policies"]))]
    pub external_secrets: bool,
    /// A pod that mounts secrets with the Secrets Store CSI driver: reading the secrets of the account in the stack's
    /// Region. To allow it only some, write `attachPolicy` instead.
    #[serde(rename = "secretsStoreCSI")]
    #[schemars(extend("default" = false, "x-becomes" = ["iam.Role.inline_policies"]))]
    pub secrets_store_csi: bool,
    /// The CloudWatch agent: metrics, logs and traces.
    #[schemars(extend("default" = false, "x-becomes" = ["iam.Role.managed_policies"]))]
    pub cloud_watch_observability: bool,
    /// Writing metrics to Amazon Managed Service for Prometheus: to every workspace of the account in the stack's Region.
    #[schemars(extend("default" = false, "x-becomes" = ["iam.Role.inline_policies"]))]
    pub prometheus_write: bool,
    /// The VPC CNI plugin: network interfaces and addresses of nodes, for the IP family of the cluster.
    #[serde(rename = "vpcCNI")]
    #[schemars(extend("default" = false, "x-becomes" = ["iam.Role.managed_policies", "iam.Role.inline_policies"]))]
    pub vpc_cni: bool,
}
