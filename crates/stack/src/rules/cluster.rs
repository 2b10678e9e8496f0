//! The control plane.

use super::Report;
use super::nodegroups::minor;
use crate::expand::access::is_admin;
use crate::places::Path;
use crate::schema::{AuthenticationMode, KeyUse, ScalingTier, StackSpec};

pub(super) fn check(spec: &StackSpec, report: &mut Report<'_, '_>) {
    somebody_is_admin(spec, report);
    key_is_near(spec, report);
    key_policy(spec, report);
    auto_mode(spec, report);
    component_settings(spec, report);
}

fn somebody_is_admin(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let access = &spec.access_config;
    if !access.bootstrap_cluster_creator_admin_permissions
        && access.authentication_mode != AuthenticationMode::ConfigMap
        && !access.access_entries.iter().any(is_admin)
    {
        let path = Path::from("accessConfig.bootstrapClusterCreatorAdminPermissions");
        let hint = "set it to true, or add an entry to accessEntries with AmazonEKSClusterAdminPolicy for the whole \
                    cluster";
        report.error(&path, "nobody would be administrator of the cluster", hint);
    }
    if !access.bootstrap_cluster_creator_admin_permissions
        && access.authentication_mode == AuthenticationMode::ConfigMap
    {
        let path = Path::from("accessConfig.bootstrapClusterCreatorAdminPermissions");
        let message = "with CONFIG_MAP, EKS demands that the creator is administrator";
        report.error(&path, message, "set it to true, or authenticationMode to API");
    }
}

/// Source: EKS `EncryptionConfig`: the key must be in the Region of the cluster.
fn key_is_near(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let Some(encryption) = &spec.secrets_encryption else { return };
    let region = encryption.key_arn.split(':').nth(3).unwrap_or_default();
    if region != spec.metadata.region {
        let message = format!("the key is in {region}, the cluster in {}", spec.metadata.region);
        report.error(&Path::from("secretsEncryption.keyARN"), message, "use a key of the same Region");
    }
    if spec.kms.as_ref().is_some_and(|kms| kms.used_for.contains(&KeyUse::Secrets)) {
        let message = "secrets cannot be encrypted with two keys: kms is used for them, too";
        let hint = "take secrets out of kms.usedFor, or remove secretsEncryption";
        report.error(&Path::from("secretsEncryption.keyARN"), message, hint);
    }
}

/// Source: EKS user guide, "EKS Auto Mode".
fn auto_mode(spec: &StackSpec, report: &mut Report<'_, '_>) {
    const FIRST: u32 = 29;
    let Some(auto) = &spec.auto_mode_config else { return };
    let path = Path::from("autoModeConfig");
    if let Some(version) = spec.metadata.version.as_ref().filter(|_| auto.enabled)
        && minor(version).is_some_and(|minor| minor < FIRST)
    {
        let message = format!("Kubernetes {version} has no Auto Mode");
        report.error(&path.key("enabled"), message, format!("set metadata.version to 1.{FIRST} at least"));
    }
    if !auto.enabled && (auto.node_role_arn.is_some() || auto.gateway_api_crds.is_some()) {
        report.error(&path, "Auto Mode is off, and its settings mean nothing", "set enabled to true, or remove them");
    }
    if auto.enabled && auto.node_role_arn.is_some() && auto.node_pools.is_empty() {
        let message = "a role for nodes without node pools";
        report.error(
            &path.key("nodeRoleARN"),
            message,
            "name nodePools, or remove it: EKS takes the role only together with them",
        );
    }
    if auto.enabled && spec.access_config.authentication_mode == AuthenticationMode::ConfigMap {
        let message = "Auto Mode lets its nodes in by access entries";
        report.error(&path.key("enabled"), message, "set accessConfig.authenticationMode to API");
    }
}

/// Source: KMS `PutKeyPolicy`.
fn key_policy(spec: &StackSpec, report: &mut Report<'_, '_>) {
    const MOST: usize = 32_768;
    let Some(kms) = &spec.kms else { return };
    let size: usize = kms.policy_statements.iter().map(|statement| statement.to_string().len()).sum();
    if size > MOST {
        let message = format!("the statements have {size} characters, and KMS takes {MOST} in the policy of a key");
        report.error(&Path::from("kms.policyStatements"), message, "shorten them");
    }
}

/// Source: EKS `KubeApiServerConfigRequest`, `HorizontalPodAutoscalerControllerConfigRequest`.
fn component_settings(spec: &StackSpec, report: &mut Report<'_, '_>) {
    if let Some(range) = spec.kube_api_server_config.service_node_port_range
        && range.min_port >= range.max_port
    {
        let path = Path::from("kubeAPIServerConfig.serviceNodePortRange");
        report.error(&path, "the first port is not below the last", "swap minPort and maxPort");
    }
    let autoscaler = &spec.kube_controller_manager_config.horizontal_pod_autoscaler_controller_config;
    if autoscaler.is_some() && spec.control_plane_scaling_config.tier == ScalingTier::Standard {
        let path = Path::from("kubeControllerManagerConfig.horizontalPodAutoscalerControllerConfig");
        let hint = "set controlPlaneScalingConfig.tier to tier-xl or above";
        report.error(&path, "this needs a provisioned control plane", hint);
    }
}
