//! Access entries. Source: EKS user guide, "Grant IAM users access to Kubernetes with EKS access entries".

use std::collections::BTreeSet;

use super::Report;
use crate::check::nearest;
use crate::expand::access;
use crate::expand::karpenter::NODES;
use crate::places::Path;
use crate::schema::{AccessEntry, AccessEntryType, AccessScopeType, AuthenticationMode, StackSpec};

pub(super) fn check(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let path = Path::from("accessConfig.accessEntries");
    let entries = &spec.access_config.access_entries;
    if !entries.is_empty() && spec.access_config.authentication_mode == AuthenticationMode::ConfigMap {
        let hint = "set accessConfig.authenticationMode to API, or API_AND_CONFIG_MAP as long as aws-auth is used";
        report.error(&path, "with CONFIG_MAP a cluster knows no access entries", hint);
    }
    let (mut names, mut principals) = (BTreeSet::new(), BTreeSet::new());
    names.extend(spec.karpenter.iter().map(|_| NODES.to_owned()));
    for (index, entry) in entries.iter().enumerate() {
        let at = path.item(index);
        if !one_principal(entry, &at, report) {
            continue;
        }
        let kind = [entry.role.is_some(), entry.permission_set.is_some()];
        if !principals.insert((kind, access::principal_of(entry))) {
            report.error(&at, "this principal has an entry already", "a principal has one entry: put both together");
        } else if !names.insert(access::name_of(entry)) {
            let message = format!("there are two access entries called {}", access::name_of(entry));
            report.error(&at, message, "give each a name of its own");
        }
        principal(spec, entry, &at, report);
        in_kubernetes(entry, &at, report);
        policies(entry, &at, report);
    }
}

fn one_principal(entry: &AccessEntry, path: &Path, report: &mut Report<'_, '_>) -> bool {
    let ways = [entry.principal_arn.is_some(), entry.role.is_some(), entry.permission_set.is_some()];
    match ways.into_iter().filter(|is_set| *is_set).count() {
        1 => return true,
        0 => report.error(path, "nothing says who this is for", "set principalARN, role or permissionSet"),
        _ => report.error(
            path,
            "the principal is named in several ways",
            "keep one of principalARN, role and permissionSet",
        ),
    }
    false
}

/// Source: EKS `CreateAccessEntry.principalArn`.
fn principal(spec: &StackSpec, entry: &AccessEntry, path: &Path, report: &mut Report<'_, '_>) {
    let arn = entry.principal_arn.as_deref().unwrap_or_default();
    let at = path.key("principalARN");
    if let Some(name) = &entry.role
        && !spec.iam.roles.iter().any(|role| role.name == *name)
    {
        let hint = "write it there, or name a role that is there already by principalARN";
        report.error(&path.key("role"), format!("there is no role {name} in iam.roles"), hint);
    }
    if arn.contains(":role/aws-service-role/") {
        report.error(
            &at,
            "a service-linked role can have no access entry",
            "remove the entry: EKS makes what its services need itself",
        );
    }
    if entry.r#type == AccessEntryType::Standard {
        return;
    }
    if arn.contains(":user/") || entry.permission_set.is_some() {
        report.error(&path.key("type"), "nodes have a role", "name the role of the nodes, or set type to STANDARD");
    } else if arn.split(':').nth(4).is_some_and(|account| account != spec.metadata.account) {
        let message = "the role of nodes must be in the account of the cluster";
        report.error(&at, message, "use a role of this account, or set type to STANDARD");
    }
}

/// What names in Kubernetes may not begin with. Source: EKS user guide, "Create access entries".
const RESERVED: [&str; 5] = ["system:", "eks:", "aws:", "amazon:", "iam:"];

fn is_reserved(name: &str) -> bool {
    RESERVED.iter().any(|prefix| name.to_ascii_lowercase().starts_with(prefix))
}

fn in_kubernetes(entry: &AccessEntry, path: &Path, report: &mut Report<'_, '_>) {
    let begins = format!("choose one that does not begin with {}", RESERVED.join(", "));
    let is_node = entry.r#type != AccessEntryType::Standard;
    if let Some(username) = &entry.kubernetes_username {
        let at = path.key("kubernetesUsername");
        let session = username.find("{{SessionName");
        if is_node {
            report.error(&at, "the names of nodes are EKS's", "remove it, or set type to STANDARD");
        } else if is_reserved(username) {
            report.error(&at, format!("the name {username} is reserved"), &begins);
        } else if session.is_some_and(|session| !username[..session].contains(':')) {
            report.error(&at, "{{SessionName}} without a colon before it", "write it as in team:{{SessionName}}");
        }
    }
    let at = path.key("kubernetesGroups");
    if is_node && !entry.kubernetes_groups.is_empty() {
        report.error(&at, "the groups of nodes are EKS's", "remove them, or set type to STANDARD");
        return;
    }
    if let Some(group) = entry.kubernetes_groups.iter().find(|group| is_reserved(group)) {
        let hint = format!("{begins}; for rights of system:masters use AmazonEKSClusterAdminPolicy in accessPolicies");
        report.error(&at, format!("the group {group} is reserved"), hint);
    }
}

/// Source: EKS user guide, "Review access policy permissions".
const KNOWN: [&str; 23] = [
    "AmazonEKSAdminPolicy",
    "AmazonEKSClusterAdminPolicy",
    "AmazonEKSAdminViewPolicy",
    "AmazonEKSEditPolicy",
    "AmazonEKSViewPolicy",
    "AmazonEKSSecretReaderPolicy",
    "AmazonEKSAutoNodePolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSBlockStorageClusterPolicy",
    "AmazonEKSComputeClusterPolicy",
    "AmazonEKSLoadBalancingClusterPolicy",
    "AmazonEKSNetworkingClusterPolicy",
    "AmazonEKSHybridPolicy",
    "AmazonEKSClusterInsightsPolicy",
    "AmazonEKSEventPolicy",
    "AmazonEKSACKPolicy",
    "AmazonEKSArgoCDPolicy",
    "AmazonEKSArgoCDClusterPolicy",
    "AmazonEKSKROPolicy",
    "AmazonARCRegionSwitchScalingPolicy",
];

fn policies(entry: &AccessEntry, path: &Path, report: &mut Report<'_, '_>) {
    let path = path.key("accessPolicies");
    if !entry.access_policies.is_empty() && !matches!(entry.r#type, AccessEntryType::Standard | AccessEntryType::Ec2) {
        let message = "EKS takes access policies only for STANDARD and EC2: it gives nodes what they need itself";
        report.error(&path, message, "remove them, or set type to STANDARD");
        return;
    }
    let mut seen = BTreeSet::new();
    for (index, policy) in entry.access_policies.iter().enumerate() {
        let at = path.item(index);
        let name = policy.policy_arn.rsplit('/').next().unwrap_or_default();
        if !policy.policy_arn.contains('/') && !KNOWN.contains(&name) {
            let known: Vec<String> = KNOWN.iter().map(|name| (*name).to_owned()).collect();
            let hint = match nearest(name, &known) {
                Some(near) => format!("did you mean {near}? One that is newer than this list can be named by its ARN"),
                None => format!("known are {}; others can be named by their ARN", KNOWN.join(", ")),
            };
            report.error(&at.key("policyARN"), format!("there is no access policy {name}"), hint);
        }
        if !seen.insert(name) {
            let hint = "a policy is associated once: put the namespaces together";
            report.error(&at.key("policyARN"), format!("{name} stands here already"), hint);
        }
        scope(policy, &at.key("accessScope"), report);
    }
}

fn scope(policy: &crate::schema::AccessPolicy, path: &Path, report: &mut Report<'_, '_>) {
    let scope = &policy.access_scope;
    match (scope.r#type, scope.namespaces.is_empty()) {
        (AccessScopeType::Namespace, true) => {
            report.error(path, "nothing says in which namespaces", "list them in namespaces, or set type to cluster");
        }
        (AccessScopeType::Cluster, false) => {
            let message = "a policy for the whole cluster has no namespaces";
            report.error(&path.key("namespaces"), message, "set type to namespace, or remove them");
        }
        _ => {}
    }
    if let Some(name) = scope.namespaces.iter().find(|name| !is_namespace_pattern(name)) {
        let hint = "use up to 63 small letters, digits and -; * stands for any text";
        report.error(&path.key("namespaces"), format!("{name:?} is no namespace"), hint);
    }
}

/// A name of a namespace, in which `*` may stand for any text. Source: EKS user guide, "Associate access policies with access
/// entries".
fn is_namespace_pattern(text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-*".contains(letter);
    (1..=63).contains(&text.len()) && text.chars().all(plain) && !text.starts_with('-') && !text.ends_with('-')
}
