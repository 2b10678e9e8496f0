//! Roles, groups, policies and identity providers.

use std::collections::BTreeSet;

use super::Report;
use super::labels::{annotations, labels};
use super::names::tags;
use crate::expand::oidc;
use crate::places::Path;
use crate::schema::{
    IamGroup, IamPolicy, IamRole, IamServiceAccount, OidcTrust, RoleTrust, StackSpec, WellKnownPolicies,
};

/// Source: IAM user guide, "IAM and AWS STS quotas": what can be attached to a role or a group.
const ATTACHED: usize = 10;
/// Source: the same: a managed policy, without white space.
const POLICY_SIZE: usize = 6144;
/// Source: the same: all inline policies of a role, without white space.
const INLINE_SIZE: usize = 10_240;
/// The roles that a stack makes by itself.
const RESERVED: &[&str] = &["auto-mode", "cluster", "fargate", "flow-logs", "karpenter", "karpenter-node", "node"];
/// How the names of the roles begin that a stack makes by itself, one for each of something.
const RESERVED_PREFIXES: &[&str] = &["addon-", "capability-", "node-", "pod-", "sa-"];

pub(super) fn check(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let iam = &spec.iam;
    with_oidc(spec, report);
    unique(&iam.oidc_providers, |one| one.name.clone(), "iam.oidcProviders", "providers", report);
    unique(&iam.policies, |one| one.name.clone(), "iam.policies", "policies", report);
    unique(&iam.groups, |one| one.name.clone(), "iam.groups", "groups", report);
    unique(&iam.roles, |one| one.name.clone(), "iam.roles", "roles", report);
    let of_account = |one: &IamServiceAccount| format!("{}/{}", one.metadata.namespace, one.metadata.name);
    unique(&iam.service_accounts, of_account, "iam.serviceAccounts", "service accounts", report);
    providers(spec, report);
    for (index, one) in iam.policies.iter().enumerate() {
        policy(one, &Path::from("iam.policies").item(index), report);
    }
    for (index, one) in iam.groups.iter().enumerate() {
        group(spec, one, &Path::from("iam.groups").item(index), report);
    }
    for (index, one) in iam.roles.iter().enumerate() {
        role(spec, one, &Path::from("iam.roles").item(index), report);
    }
    for (index, one) in iam.service_accounts.iter().enumerate() {
        service_account(spec, one, &Path::from("iam.serviceAccounts").item(index), report);
    }
}

fn unique<T>(list: &[T], name: impl Fn(&T) -> String, path: &str, what: &str, report: &mut Report<'_, '_>) {
    let mut seen = BTreeSet::new();
    for (index, one) in list.iter().enumerate() {
        let name = name(one);
        if !seen.insert(name.clone()) {
            let message = format!("there are two {what} called {name}");
            report.error(&Path::from(path).item(index), message, "give each a name of its own, or remove one");
        }
    }
}

fn with_oidc(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let needed = oidc::needed_by(spec);
    if spec.iam.with_oidc == Some(false) && !needed.is_empty() {
        let message = format!("{} cannot do without the identity provider of the cluster", needed.join(", "));
        report.error(&Path::from("iam.withOIDC"), message, "set it to true, or leave it out");
    }
}

fn providers(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let mut urls = BTreeSet::new();
    for (index, one) in spec.iam.oidc_providers.iter().enumerate() {
        let path = Path::from("iam.oidcProviders").item(index);
        if one.name == "cluster" {
            let message = "the provider called cluster is the cluster itself";
            report.error(&path.key("name"), message, "choose another name; iam.withOIDC makes that one");
        }
        if !urls.insert(one.url.trim_start_matches("https://")) {
            let message = "an account has one provider for each URL, and this one stands here twice";
            report.error(&path.key("url"), message, "remove one; a provider may have several clientIDs");
        }
        if one.existing && (one.thumbprints.is_some() || !one.tags.is_empty()) {
            let message = "the stack does not change a provider that is there already";
            report.error(&path.key("existing"), message, "remove thumbprints and tags, or existing");
        }
        tags(&one.tags, &path.key("tags"), report);
    }
}

fn policy(one: &IamPolicy, path: &Path, report: &mut Report<'_, '_>) {
    let short = !one.ecr_push.is_empty() || !one.ecr_pull.is_empty();
    match (&one.document, short) {
        (Some(_), true) => {
            let message = "a policy is a document or a short form, not both";
            report.error(&path.key("document"), message, "move the short form into a policy of its own");
        }
        (None, false) => report.error(path, "a policy that allows nothing", "set document, ecrPush or ecrPull"),
        (Some(document), false) => is_policy(document, POLICY_SIZE, &path.key("document"), report),
        (None, true) => {}
    }
    tags(&one.tags, &path.key("tags"), report);
}

/// Source: IAM user guide, "Grammar of the IAM JSON policy language".
pub(super) fn is_policy(document: &serde_json::Value, limit: usize, path: &Path, report: &mut Report<'_, '_>) {
    let size = document.to_string().len();
    if document.get("Statement").is_none() {
        report.error(path, "a policy document without Statement", "write Version and Statement, as IAM wants them");
    } else if size > limit {
        let message = format!("the document has {size} characters, and IAM takes {limit}");
        report.error(path, message, "shorten it, or split it into several policies");
    }
}

fn group(spec: &StackSpec, one: &IamGroup, path: &Path, report: &mut Report<'_, '_>) {
    let nothing = WellKnownPolicies::default();
    attached(spec, &one.attach_policies, one.attach_policy_arns.len(), nothing, path, report);
    if let Some(document) = &one.attach_policy {
        // Source: IAM user guide, "IAM and AWS STS quotas": all inline policies of a group.
        is_policy(document, 5120, &path.key("attachPolicy"), report);
    }
}

fn role(spec: &StackSpec, one: &IamRole, path: &Path, report: &mut Report<'_, '_>) {
    let taken =
        RESERVED.contains(&one.name.as_str()) || RESERVED_PREFIXES.iter().any(|prefix| one.name.starts_with(prefix));
    if taken {
        let message = format!("{} is how the stack calls a role that it makes by itself", one.name);
        report.error(&path.key("name"), message, "choose another name; roleName is free");
    }
    attached(spec, &one.attach_policies, one.attach_policy_arns.len(), one.well_known_policies, path, report);
    inline_policy(one.attach_policy.as_ref(), &path.key("attachPolicy"), report);
    trust(spec, &one.trust, &path.key("trust"), report);
    tags(&one.tags, &path.key("tags"), report);
}

/// The policies that are attached: those that are named must be there, and they must not be too many.
pub(super) fn attached(
    spec: &StackSpec,
    names: &[String],
    arns: usize,
    known: WellKnownPolicies,
    path: &Path,
    report: &mut Report<'_, '_>,
) {
    are_there(spec, names, &path.key("attachPolicies"), report);
    let by_aws = [
        known.image_builder,
        known.ebs_csi_controller,
        known.efs_csi_controller,
        known.cloud_watch_observability,
        known.vpc_cni,
    ];
    let count = names.len() + arns + by_aws.into_iter().filter(|wanted| *wanted).count();
    count_attached(count, path, report);
}

/// So many policies are attached to a role or a group.
pub(super) fn count_attached(count: usize, path: &Path, report: &mut Report<'_, '_>) {
    if count > ATTACHED {
        let message = format!("{count} policies are attached, and IAM takes {ATTACHED}");
        report.error(path, message, "join some of them into one in iam.policies");
    }
}

/// A document that is written into a role.
pub(super) fn inline_policy(document: Option<&serde_json::Value>, path: &Path, report: &mut Report<'_, '_>) {
    if let Some(document) = document {
        is_policy(document, INLINE_SIZE, path, report);
    }
}

/// Reports every name at `path` that is not in `iam.policies`.
pub(super) fn are_there(spec: &StackSpec, names: &[String], path: &Path, report: &mut Report<'_, '_>) {
    for (index, name) in names.iter().enumerate() {
        if !spec.iam.policies.iter().any(|policy| policy.name == *name) {
            let message = format!("there is no policy {name} in iam.policies");
            let own: Vec<&str> = spec.iam.policies.iter().map(|policy| policy.name.as_str()).collect();
            let by_arn = match path.segments().last().map(String::as_str) {
                Some("permissionPolicies") => "permissionPolicyARNs",
                _ => "attachPolicyARNs",
            };
            let hint = match own.is_empty() {
                true => format!("write it there; policies of others are named in {by_arn}"),
                false => format!("it has {}; policies of others are named in {by_arn}", own.join(", ")),
            };
            report.error(&path.item(index), message, hint);
        }
    }
}

fn trust(spec: &StackSpec, trust: &RoleTrust, path: &Path, report: &mut Report<'_, '_>) {
    let people = !trust.accounts.is_empty() || !trust.principal_arns.is_empty();
    let anyone = people || !trust.services.is_empty() || trust.oidc.is_some();
    match (&trust.document, anyone) {
        (Some(_), true) => {
            let message = "a trust is a document or made of short forms, not both";
            report.error(&path.key("document"), message, "write everything into the document, or remove it");
        }
        (None, false) => {
            let hint = "name accounts, principalARNs, services or oidc, or write a document";
            report.error(path, "nobody could take the role", hint);
        }
        (Some(document), false) => is_policy(document, 2048, &path.key("document"), report),
        (None, true) => {}
    }
    if !people {
        for (key, set) in [("externalID", trust.external_id.is_some()), ("mfa", trust.mfa)] {
            if set {
                let message = format!("{key} is for accounts and principals, and there are none");
                report.error(&path.key(key), message, "name accounts or principalARNs, or remove it");
            }
        }
    }
    if let Some(oidc) = &trust.oidc {
        oidc_trust(spec, oidc, &path.key("oidc"), report);
    }
}

fn oidc_trust(spec: &StackSpec, trust: &OidcTrust, path: &Path, report: &mut Report<'_, '_>) {
    let known: Vec<&str> = spec.iam.oidc_providers.iter().map(|provider| provider.name.as_str()).collect();
    if trust.provider != "cluster" && !known.contains(&trust.provider.as_str()) {
        let message = format!("there is no provider {} in iam.oidcProviders", trust.provider);
        let hint = match known.is_empty() {
            true => "write it there; cluster is the cluster itself".to_owned(),
            false => format!("it has {}; cluster is the cluster itself", known.join(", ")),
        };
        report.error(&path.key("provider"), message, hint);
    }
    for (index, subject) in trust.subjects.iter().enumerate() {
        // Tokens of GitHub and GitLab begin so, whoever has them. Source: IAM user guide, "Configuring a role for GitHub OIDC
        // identity provider".
        let before = subject.split(['*', '?']).next().unwrap_or_default();
        if before.len() < subject.len() && ["", "repo:", "project_path:", "organization:"].contains(&before) {
            let message = format!("{subject} lets in everybody who has a token of the provider");
            report.error(&path.key("subjects").item(index), message, "name whose, such as repo:acme/app:*");
        }
    }
}

fn service_account(spec: &StackSpec, one: &IamServiceAccount, path: &Path, report: &mut Report<'_, '_>) {
    let nothing = one.attach_policies.is_empty()
        && one.attach_policy_arns.is_empty()
        && one.attach_policy.is_none()
        && one.well_known_policies == WellKnownPolicies::default();
    if one.attach_role_arn.is_some() {
        let own_role =
            !nothing || one.role_name.is_some() || one.permissions_boundary.is_some() || !one.other_clusters.is_empty();
        if own_role {
            let message = "a role that is there already is not changed";
            report.error(&path.key("attachRoleARN"), message, "remove it, or what else is said about the role");
        }
    } else if nothing {
        let hint = "set attachPolicyARNs, attachPolicies, attachPolicy or wellKnownPolicies, or attachRoleARN";
        report.error(path, "a role that may do nothing", hint);
    }
    attached(spec, &one.attach_policies, one.attach_policy_arns.len(), one.well_known_policies, path, report);
    inline_policy(one.attach_policy.as_ref(), &path.key("attachPolicy"), report);
    labels(&one.metadata.labels, &path.key("metadata").key("labels"), report);
    annotations(&one.metadata.annotations, &path.key("metadata").key("annotations"), report);
    tags(&one.tags, &path.key("tags"), report);
}
