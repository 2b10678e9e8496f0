//! Capabilities. Source: EKS user guide, "EKS Capabilities".

use std::collections::BTreeSet;

use super::{Report, iam};
use crate::places::Path;
use crate::schema::{AuthenticationMode, Capability, CapabilityType, StackSpec};

pub(super) fn check(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let (mut names, mut types) = (BTreeSet::new(), BTreeSet::new());
    let all = Path::from("capabilities");
    if !spec.capabilities.is_empty() && spec.access_config.authentication_mode == AuthenticationMode::ConfigMap {
        let message = "capabilities enter the cluster by access entries";
        report.error(&all, message, "set accessConfig.authenticationMode to API");
    }
    for (index, capability) in spec.capabilities.iter().enumerate() {
        let path = all.item(index);
        if !names.insert(&capability.name) {
            let message = format!("there are two capabilities called {}", capability.name);
            report.error(&path.key("name"), message, "give each a name of its own");
        }
        if !types.insert(capability.r#type) {
            let message = "a cluster has one capability of each type at most";
            report.error(&path.key("type"), message, "remove one");
        }
        configuration(capability, &path, report);
        role(capability, &path, report);
    }
}

fn configuration(capability: &Capability, path: &Path, report: &mut Report<'_, '_>) {
    let at = path.key("configuration");
    let (argo, ack) = (&capability.configuration.argocd, &capability.configuration.ack);
    let foreign = [
        ("argocd", argo.is_some() && capability.r#type != CapabilityType::ArgoCd),
        ("ack", ack.is_some() && capability.r#type != CapabilityType::Ack),
    ];
    for (key, is_foreign) in foreign {
        if is_foreign {
            report.error(&at.key(key), "these are the settings of another type", "remove them, or set another type");
        }
    }
    // Source: EKS `ArgoCdConfigRequest.awsIdc`, which it needs: Argo CD has no users of its own there.
    let has_users = argo.as_ref().is_some_and(|argo| argo.aws_idc.is_some());
    if capability.r#type == CapabilityType::ArgoCd && !has_users {
        let message = "nothing says where the users of Argo CD come from";
        let hint = "set configuration.argocd.awsIdc.idcInstanceARN to the ARN of the IAM Identity Center";
        report.error(path, message, hint);
    }
    let Some(argo) = argo else { return };
    let mut seen = BTreeSet::new();
    for (index, mapping) in argo.rbac_role_mappings.iter().enumerate() {
        if !seen.insert(mapping.role) {
            let at = at.key("argocd").key("rbacRoleMappings").item(index);
            report.error(&at, "this role stands here already", "put its identities together");
        }
    }
}

fn role(capability: &Capability, path: &Path, report: &mut Report<'_, '_>) {
    iam::count_attached(capability.attach_policy_arns.len(), &path.key("attachPolicyARNs"), report);
    iam::inline_policy(capability.attach_policy.as_ref(), &path.key("attachPolicy"), report);
    let own = !capability.attach_policy_arns.is_empty()
        || capability.attach_policy.is_some()
        || capability.permissions_boundary.is_some();
    if capability.role_arn.is_some() && own {
        let message = "an existing role is not changed";
        report.error(
            &path.key("roleARN"),
            message,
            "remove it, or attachPolicyARNs, attachPolicy, permissionsBoundary",
        );
    }
}
