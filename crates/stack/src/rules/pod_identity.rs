//! Pod identity associations. Source: EKS user guide, "Learn how EKS Pod Identity grants pods access to AWS services".

use std::collections::BTreeSet;

use super::Report;
use super::addons::AGENT;
use super::iam::{are_there, attached, inline_policy, is_policy};
use super::names::tags;
use crate::expand::pod_identity::{makes_role, name_of};
use crate::places::Path;
use crate::schema::{KarpenterIdentity, PodIdentityAssociation, StackSpec, WellKnownPolicies};

pub(super) fn check(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let by_karpenter = spec.karpenter.iter().filter(|karpenter| karpenter.identity == KarpenterIdentity::PodIdentity);
    let mut seen: BTreeSet<String> =
        by_karpenter.map(|karpenter| name_of(&karpenter.namespace, &karpenter.service_account)).collect();
    agent(spec, report);
    for (index, one) in spec.iam.pod_identity_associations.iter().enumerate() {
        let path = Path::from("iam.podIdentityAssociations").item(index);
        let name = name_of(&one.namespace, &one.service_account_name);
        if !seen.insert(name.clone()) {
            let message = format!("there are two associations called {name}");
            report.error(&path, message, "a service account has one role: put both together");
        }
        role(spec, one, &path, report);
        session(one, &path, report);
        tags(&one.tags, &path.key("tags"), report);
    }
}

/// Somebody else may install it, such as a Helm chart.
fn agent(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let is_auto = spec.auto_mode_config.as_ref().is_some_and(|auto| auto.enabled);
    let is_there = is_auto || spec.addons.iter().any(|addon| addon.name == AGENT);
    if !is_there && !spec.iam.pod_identity_associations.is_empty() {
        let path = Path::from("iam.podIdentityAssociations");
        let message = format!("without {AGENT} no pod gets the credentials of an association");
        report.warn(&path, message, format!("add it, unless somebody else installs it: addons: [{{name: {AGENT}}}]"));
    }
}

fn role(spec: &StackSpec, one: &PodIdentityAssociation, path: &Path, report: &mut Report<'_, '_>) {
    let nothing = one.permission_policies.is_empty()
        && one.permission_policy_arns.is_empty()
        && one.permission_policy.is_none()
        && one.well_known_policies == WellKnownPolicies::default();
    if one.role_arn.is_some() && one.role.is_some() {
        report.error(&path.key("role"), "the role is named by roleARN already", "remove one");
    }
    if let Some(name) = &one.role
        && !spec.iam.roles.iter().any(|role| role.name == *name)
    {
        let hint = "write it there, or name a role that is there already by roleARN";
        report.error(&path.key("role"), format!("there is no role {name} in iam.roles"), hint);
    }
    match makes_role(one) {
        false if !nothing || one.role_name.is_some() || one.permissions_boundary_arn.is_some() => {
            let at = path.key(if one.role_arn.is_some() { "roleARN" } else { "role" });
            report.error(&at, "this role is not changed here", "remove it, or what else is said about the role");
        }
        // What is allowed may be all the target's.
        true if nothing && one.target_role_arn.is_none() => {
            let hint = "set permissionPolicyARNs, permissionPolicies, permissionPolicy or wellKnownPolicies, or name a \
                        role by role or roleARN";
            report.error(path, "a role that may do nothing", hint);
        }
        _ => {}
    }
    are_there(spec, &one.permission_policies, &path.key("permissionPolicies"), report);
    let count = one.permission_policies.len() + one.permission_policy_arns.len();
    attached(spec, &[], count, one.well_known_policies, path, report);
    inline_policy(one.permission_policy.as_ref(), &path.key("permissionPolicy"), report);
}

/// Source: EKS `CreatePodIdentityAssociation.policy`.
fn session(one: &PodIdentityAssociation, path: &Path, report: &mut Report<'_, '_>) {
    let Some(policy) = &one.policy else { return };
    is_policy(policy, 2048, &path.key("policy"), report);
    if !one.disable_session_tags {
        let message = "a session with tags can have no policy of its own";
        report.error(&path.key("policy"), message, "set disableSessionTags to true");
    }
}
