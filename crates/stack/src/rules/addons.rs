//! Add-ons.

mod network;

use std::collections::BTreeSet;

use eksctl_rs_aws::eks::addon::parse_configuration;
use serde_json::Value;

use super::{Report, iam};
use crate::expand::addons::{BOOTSTRAPPED, has_irsa_role, has_pod_identity_role};
use crate::places::Path;
use crate::schema::{Addon, AddonPodIdentity, AddonUpdate, StackSpec};

/// The add-on without which EKS Pod Identity gives no credentials.
pub(super) const AGENT: &str = "eks-pod-identity-agent";

/// What Auto Mode brings along. Source: EKS user guide, "EKS Auto Mode", and "Considerations for Amazon EKS add-ons".
const BUILT_IN: &[&str] =
    &["vpc-cni", "kube-proxy", "coredns", "aws-ebs-csi-driver", AGENT, "eks-node-monitoring-agent"];

pub(super) fn check(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let mut seen = BTreeSet::new();
    for (index, addon) in spec.addons.iter().enumerate() {
        let path = Path::from("addons").item(index);
        if !seen.insert(&addon.name) {
            let message = format!("the add-on {} stands here twice", addon.name);
            report.error(&path.key("name"), message, "a cluster has an add-on once: merge the two");
        }
        version(addon, &path, report);
        configuration(addon, &path, report);
        identity(spec, addon, &path, report);
        built_in(spec, addon, &path, report);
        network::check(spec, addon, &path, report);
    }
    agent(spec, report);
    disabled(spec, report);
}

fn version(addon: &Addon, path: &Path, report: &mut Report<'_, '_>) {
    let floats = matches!(addon.version.as_str(), "default" | "latest");
    if addon.update == Some(AddonUpdate::Auto) && !floats {
        let message = format!("{} is exact, and an exact version does not move", addon.version);
        report.error(&path.key("update"), message, "remove update, or set version to default or latest");
    }
}

fn configuration(addon: &Addon, path: &Path, report: &mut Report<'_, '_>) {
    let at = path.key("configurationValues");
    let Some(Value::String(text)) = &addon.configuration_values else { return };
    match parse_configuration(text) {
        Err(error) => {
            let reason = error.lines().next().unwrap_or_default();
            let reason = reason.strip_prefix("error: ").unwrap_or(reason);
            let message = format!("the text is neither JSON nor YAML: {reason}");
            report.error(&at, message, "write it as a map: configurationValues: {env: {…}}");
        }
        Ok(None | Some(Value::Object(_))) => {}
        Ok(Some(_)) => {
            let hint = "write it as a map: configurationValues: {env: {…}}";
            report.error(&at, "the text holds no map of settings", hint);
        }
    }
}

/// Source: EKS `CreateAddon`: an add-on has its permissions by way of OIDC or by way of Pod Identity.
fn identity(spec: &StackSpec, addon: &Addon, path: &Path, report: &mut Report<'_, '_>) {
    let has_associations = addon.pod_identity_associations.as_ref().is_some_and(|list| !list.is_empty());
    let uses_pod_identity = has_associations || addon.use_default_pod_identity_associations;
    let own = has_irsa_role(addon);
    if addon.service_account_role_arn.is_some() && own {
        let at = path.key("serviceAccountRoleARN");
        report.error(&at, "an existing role is not changed", "remove it, or the policies beside it");
    }
    if (addon.service_account_role_arn.is_some() || own) && uses_pod_identity {
        let message = "a role by way of OIDC and roles by way of Pod Identity exclude each other";
        let at = if own { path.clone() } else { path.key("serviceAccountRoleARN") };
        report.error(&at, message, "remove one; Pod Identity needs no OIDC provider");
    }
    if addon.permissions_boundary.is_some() && !own {
        let message = "there is no role for it to bound";
        report.error(&path.key("permissionsBoundary"), message, "remove it, or say what the role may do");
    }
    iam::attached(
        spec,
        &addon.attach_policies,
        addon.attach_policy_arns.len(),
        addon.well_known_policies,
        path,
        report,
    );
    iam::inline_policy(addon.attach_policy.as_ref(), &path.key("attachPolicy"), report);
    if addon.pod_identity_associations.is_some() && addon.use_default_pod_identity_associations {
        let message = "associations of one's own and those that AWS recommends exclude each other";
        report.error(&path.key("useDefaultPodIdentityAssociations"), message, "remove one");
    }
    let mut seen = BTreeSet::new();
    for (index, one) in addon.pod_identity_associations.iter().flatten().enumerate() {
        let at = path.key("podIdentityAssociations").item(index);
        association(spec, one, &at, report);
        if !seen.insert(&one.service_account_name) {
            let message = format!("the service account {} stands here twice", one.service_account_name);
            report.error(&at.key("serviceAccountName"), message, "a service account has one role: merge the two");
        }
    }
    if addon.name == AGENT && (uses_pod_identity || own || addon.service_account_role_arn.is_some()) {
        let message = "the agent gives credentials to others and has none of its own";
        report.error(&path.key("name"), message, "remove its roles: it has the permissions of its node");
    }
}

fn association(spec: &StackSpec, one: &AddonPodIdentity, path: &Path, report: &mut Report<'_, '_>) {
    let has_policies = has_pod_identity_role(one);
    let is_made = has_policies || one.role_name.is_some() || one.permissions_boundary_arn.is_some();
    if one.role_arn.is_some() && is_made {
        report.error(&path.key("roleARN"), "an existing role is not changed", "remove it, or everything beside it");
    } else if one.role_arn.is_none() && !has_policies {
        let message = format!("the role of {} would allow nothing", one.service_account_name);
        report.error(path, message, "set permissionPolicyARNs or permissionPolicy, or roleARN for an existing role");
    }
    iam::are_there(spec, &one.permission_policies, &path.key("permissionPolicies"), report);
    let count = one.permission_policies.len() + one.permission_policy_arns.len();
    iam::attached(spec, &[], count, one.well_known_policies, path, report);
    iam::inline_policy(one.permission_policy.as_ref(), &path.key("permissionPolicy"), report);
}

fn built_in(spec: &StackSpec, addon: &Addon, path: &Path, report: &mut Report<'_, '_>) {
    let is_auto = spec.auto_mode_config.as_ref().is_some_and(|auto| auto.enabled);
    // Groups of one's own need them though Auto Mode has its own for its nodes.
    if is_auto && spec.managed_node_groups.is_empty() && BUILT_IN.contains(&addon.name.as_str()) {
        let message = format!("{} is built into Auto Mode", addon.name);
        report.error(&path.key("name"), message, "remove it: its nodes have it already");
    }
}

/// Source: EKS user guide, "Set up the Amazon EKS Pod Identity Agent".
fn agent(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let is_auto = spec.auto_mode_config.as_ref().is_some_and(|auto| auto.enabled);
    if is_auto || spec.addons.iter().any(|addon| addon.name == AGENT) {
        return;
    }
    let hint = format!("add it: addons: [{{name: {AGENT}}}]");
    for (index, addon) in spec.addons.iter().enumerate() {
        let has_associations = addon.pod_identity_associations.as_ref().is_some_and(|list| !list.is_empty());
        let key = match (has_associations, addon.use_default_pod_identity_associations) {
            (true, _) => "podIdentityAssociations",
            (_, true) => "useDefaultPodIdentityAssociations",
            _ => continue,
        };
        let message = format!("without {AGENT} no pod gets the credentials of an association");
        report.error(&Path::from("addons").item(index).key(key), message, &hint);
    }
    if spec.addons_config.auto_apply_pod_identity_associations {
        let path = Path::from("addonsConfig.autoApplyPodIdentityAssociations");
        report.error(&path, format!("without {AGENT} no pod gets the credentials of an association"), hint);
    }
}

/// Source: EKS `CreateCluster.bootstrapSelfManagedAddons`.
fn disabled(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let Some(disabled) = spec.addons_config.disable_default_addons else { return };
    let path = Path::from("addonsConfig.disableDefaultAddons");
    let is_auto = spec.auto_mode_config.as_ref().is_some_and(|auto| auto.enabled);
    if is_auto && !disabled {
        report.error(&path, "a cluster of Auto Mode has no copies of add-ons", "remove it, or set it to true");
    }
    let missing = |name: &&&str| !spec.addons.iter().any(|addon| addon.name == **name);
    let missing: Vec<&str> = BOOTSTRAPPED.iter().filter(missing).copied().collect();
    let needed: Vec<&str> = missing.into_iter().filter(|name| *name != "coredns").collect();
    if disabled && !is_auto && !spec.managed_node_groups.is_empty() && !needed.is_empty() {
        let message = format!("nobody installs {}, and nodes become ready only with a network", needed.join(" and "));
        report.warn(&path, message, "add them to addons, or install another network plugin while the nodes come up");
    }
}
