//! Who may use the cluster.

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_aws::eks::access_entry::{ANY_SUFFIX, AccessScope, CLUSTER_ADMIN_POLICY, Spec};
use eksctl_rs_core::{Facts, Question, Reference, Refusal, Tags};

use super::cluster::word;
use super::{Expansion, karpenter, names};
use crate::schema::{AccessEntry, AccessEntryType, AccessPolicy, AccessScopeType, StackSpec};

/// The questions for the roles behind permission sets.
pub(super) fn needs(spec: &StackSpec) -> Vec<Question> {
    let sets = spec.access_config.access_entries.iter().filter_map(|entry| entry.permission_set.clone());
    let sets: BTreeSet<String> = sets.collect();
    sets.into_iter().map(Question::PermissionSetRole).collect()
}

pub(super) fn expand(expansion: &mut Expansion<'_>, facts: &Facts, problems: &mut Vec<Refusal>) {
    for entry in &expansion.spec.access_config.access_entries {
        let (principal, principal_id) = principal(expansion, entry, facts, problems);
        let mut tags: Tags = expansion.spec.metadata.tags.clone();
        tags.extend(entry.tags.clone());
        let spec = Spec {
            cluster: Reference::to(&names::cluster(&expansion.spec.metadata.name), "name"),
            principal,
            principal_id,
            entry_type: word(entry.r#type),
            username: entry.kubernetes_username.clone(),
            kubernetes_groups: entry.kubernetes_groups.clone(),
            access_policies: entry.access_policies.iter().map(|policy| access_policy(expansion, policy)).collect(),
            tags,
        };
        expansion.add(names::access_entry(&name_of(entry)), &spec);
    }
    for_karpenter(expansion);
}

/// The name of an entry: its own, else that of the principal.
pub(crate) fn name_of(entry: &AccessEntry) -> String {
    let derived = || principal_of(entry).rsplit('/').next().unwrap_or_default().to_owned();
    entry.name.clone().unwrap_or_else(derived)
}

/// Who an entry is for, in the words of the stack.
pub(crate) fn principal_of(entry: &AccessEntry) -> String {
    [&entry.principal_arn, &entry.role, &entry.permission_set].into_iter().flatten().next().cloned().unwrap_or_default()
}

/// Whether an entry makes its principal administrator of the whole cluster.
pub(crate) fn is_admin(entry: &AccessEntry) -> bool {
    entry.access_policies.iter().any(|policy| {
        policy.access_scope.r#type == AccessScopeType::Cluster
            && policy.policy_arn.rsplit('/').next() == Some(CLUSTER_ADMIN_POLICY)
    })
}

/// The ARN, and the unique id where the stack knows it.
fn principal(
    expansion: &Expansion<'_>,
    entry: &AccessEntry,
    facts: &Facts,
    problems: &mut Vec<Refusal>,
) -> (Reference, Option<Reference>) {
    if let Some(name) = &entry.role {
        return of_the_stack(name);
    }
    let arn = match (&entry.principal_arn, &entry.permission_set) {
        (Some(arn), _) => arn.clone(),
        (None, Some(set)) => permission_set(expansion, entry, set, facts, problems),
        (None, None) => String::new(),
    };
    (Reference::from(arn.as_str()), None)
}

/// A role of the stack: when it is made anew, the entry is, too.
fn of_the_stack(name: &str) -> (Reference, Option<Reference>) {
    let role = names::role(name);
    (Reference::to(&role, "arn"), Some(Reference::to(&role, "unique_id")))
}

/// What lets the nodes of Karpenter join. Source: Karpenter, "Getting Started".
fn for_karpenter(expansion: &mut Expansion<'_>) {
    if expansion.spec.karpenter.is_none() {
        return;
    }
    let (principal, principal_id) = of_the_stack(karpenter::NODES);
    let spec = Spec {
        cluster: Reference::to(&names::cluster(&expansion.spec.metadata.name), "name"),
        principal,
        principal_id,
        entry_type: word(AccessEntryType::Ec2Linux),
        username: None,
        kubernetes_groups: BTreeSet::new(),
        access_policies: BTreeMap::new(),
        tags: expansion.spec.metadata.tags.clone(),
    };
    expansion.add(names::access_entry(karpenter::NODES), &spec);
}

/// The ARN of the role of a permission set. Its random part is not known without facts.
fn permission_set(
    expansion: &Expansion<'_>,
    entry: &AccessEntry,
    set: &str,
    facts: &Facts,
    problems: &mut Vec<Refusal>,
) -> String {
    let unknown = || {
        let name = format!("role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_{set}{ANY_SUFFIX}");
        expansion.world.iam_arn(&name)
    };
    let address = names::access_entry(&name_of(entry));
    match facts.permission_set_roles(set).as_deref() {
        None => unknown(),
        Some([only]) => only.clone(),
        Some([]) => {
            let message = format!("the permission set {set} has no role in the account {}", expansion.world.account);
            let hint = "assign the permission set in this account (IAM Identity Center makes the role then), or correct \
                        its name";
            problems.push(Refusal { address, message, hint: hint.to_owned() });
            unknown()
        }
        Some(several) => {
            let message = format!("the permission set {set} has several roles: {}", several.join(", "));
            problems.push(Refusal { address, message, hint: "name one of them by principalARN".to_owned() });
            unknown()
        }
    }
}

fn access_policy(expansion: &Expansion<'_>, policy: &AccessPolicy) -> (String, AccessScope) {
    let arn = match policy.policy_arn.contains('/') {
        true => policy.policy_arn.clone(),
        false => {
            format!("arn:{}:eks::aws:cluster-access-policy/{}", expansion.world.partition(), policy.policy_arn)
        }
    };
    let scope = AccessScope {
        kind: word(policy.access_scope.r#type),
        namespaces: policy.access_scope.namespaces.iter().cloned().collect(),
    };
    (arn, scope)
}
