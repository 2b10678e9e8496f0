//! From AWS's answers to our spec.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_eks::operation::list_access_entries::ListAccessEntriesOutput;
use aws_sdk_eks::operation::list_associated_access_policies::ListAssociatedAccessPoliciesOutput;
use aws_sdk_eks::types::{AccessEntry, AssociatedAccessPolicy};
use aws_sdk_iam::types::Role;
use eksctl_rs_core::{Address, CallError, ErrorClass, Outputs, Progress, Reference, Run, tag};

use super::admins::OTHER_ADMINS;
use super::{ANY_SUFFIX, AccessScope, CLUSTER_ADMIN_POLICY, Call, EARLIER_ROLE, NO_ROLE, Room, Spec};
use crate::Aws;
use crate::branches::{try_join, try_join_all, try_join3};
use crate::ec2::literal;
use crate::eks::{cluster, cluster_name, fargate_profile, nodegroup, tags_of};
use crate::iam::{permission_set, role};
use crate::kind::{Found, not_ours, outputs_of, own_tags};
use crate::reads::{Reads, absent_is_none};

/// The entries that the stack wants are asked for by their principals; the list of the cluster's tells of the others, of
/// which most are EKS's own.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let cluster = cluster_name(reads);
    let wanted = reads.wanted::<Room>();
    let principals: Vec<(String, &Address)> =
        wanted.iter().filter_map(|(address, spec)| Some((reads.known(&spec.principal)?, address))).collect();
    let (guessed, named): (Vec<_>, Vec<_>) =
        principals.into_iter().partition(|(principal, _)| principal.ends_with(ANY_SUFFIX));
    let expected =
        try_join_all(named.iter().map(|(principal, address)| one(reads, &cluster, principal, Some(address))));
    let others = async {
        let listed = principals_of(reads, &cluster, None).await?;
        let own = owners_of_entries_of_eks(reads);
        let surprises = listed.iter().filter(|principal| named.iter().all(|(name, _)| name != *principal));
        let surprises = surprises.filter(|principal| !is_of_a_service(principal) && !own.contains(*principal));
        let found = surprises.map(|principal| {
            let address = guessed.iter().find(|(pattern, _)| permission_set::fits(principal, pattern));
            other(reads, &cluster, principal, address.map(|(_, address)| *address))
        });
        try_join_all(found).await
    };
    let (expected, others) = try_join(expected, others).await?;
    let mut found: Vec<Found<Spec>> = expected.into_iter().chain(others).flatten().collect();
    let ours: Vec<&Found<Spec>> = found.iter().filter(|found| reads.aws.owns(&found.tags)).collect();
    let somebody_stays = wanted.iter().any(|(_, spec)| spec.is_admin());
    if !somebody_stays && ours.iter().any(|found| found.spec.is_admin()) {
        let ours: BTreeSet<String> = ours.iter().map(|found| found.id.clone()).collect();
        if admins(reads, &cluster).await?.iter().any(|admin| !ours.contains(admin)) {
            found = found.into_iter().map(|found| found.telling(OTHER_ADMINS, "yes")).collect();
        }
    }
    Ok(found)
}

/// The roles of the nodes that EKS manages for the stack: it makes their entries itself, and nodes get in by them. Source:
/// EKS `CreateAccessEntry`: "If you use managed node groups or Fargate, Amazon EKS creates the entries".
fn owners_of_entries_of_eks(reads: &Reads<'_>) -> BTreeSet<String> {
    let groups = reads.wanted::<nodegroup::Room>().into_iter().map(|(_, spec)| spec.node_role);
    let profiles = reads.wanted::<fargate_profile::Room>().into_iter().map(|(_, spec)| spec.pod_execution_role);
    let clusters = reads.wanted::<cluster::Room>().into_iter();
    let nodes = clusters.filter_map(|(_, spec)| spec.auto_mode?.node_role);
    groups.chain(profiles).chain(nodes).filter_map(|role| reads.known(&role)).collect()
}

/// Entries of service-linked roles are EKS's own. Source: EKS user guide, "Create access entries".
fn is_of_a_service(principal: &str) -> bool {
    principal.contains(":role/aws-service-role/")
}

/// The principals of the cluster's entries; with a policy, of those that it is associated with.
async fn principals_of(reads: &Reads<'_>, cluster: &str, policy: Option<&str>) -> Result<Vec<String>, CallError> {
    let request = || {
        let request = reads.aws.eks.list_access_entries().cluster_name(cluster).max_results(100);
        request.set_associated_policy_arn(policy.map(str::to_owned))
    };
    let page = |page: ListAccessEntriesOutput| (page.access_entries.unwrap_or_default(), page.next_token);
    let listed = reads.pages("eks:ListAccessEntries", |token| request().set_next_token(token).send(), page).await;
    Ok(absent_is_none(listed)?.unwrap_or_default())
}

/// The principals that may do everything in the whole cluster. Only asked for where the stack would leave nobody of its own
/// who may.
async fn admins(reads: &Reads<'_>, cluster: &str) -> Result<Vec<String>, CallError> {
    let policy = policy_arn(reads, CLUSTER_ADMIN_POLICY);
    let listed = principals_of(reads, cluster, Some(&policy)).await?;
    let everywhere = try_join_all(listed.into_iter().map(|principal| {
        let policy = policy.clone();
        async move {
            let policies = policies(reads, cluster, &principal).await?;
            Ok::<_, CallError>(policies.get(&policy).is_some_and(|scope| scope.kind == "cluster").then_some(principal))
        }
    }));
    Ok(everywhere.await?.into_iter().flatten().collect())
}

fn policy_arn(reads: &Reads<'_>, name: &str) -> String {
    format!("arn:{}:eks::aws:cluster-access-policy/{name}", reads.world().partition())
}

/// An entry that is wanted: everything of it at once.
async fn one(
    reads: &Reads<'_>,
    cluster: &str,
    principal: &str,
    address: Option<&Address>,
) -> Result<Option<Found<Spec>>, CallError> {
    let (entry, policies, bond) =
        try_join3(entry(reads, cluster, principal), policies(reads, cluster, principal), role_of(reads, principal))
            .await?;
    Ok(entry.map(|entry| known_as(from_live(&entry, policies, &bond), reads.aws, address)))
}

/// A principal has one entry: whatever the stack calls it now, and called it when it was made, it is the same.
fn known_as(mut found: Found<Spec>, aws: &Aws, address: Option<&Address>) -> Found<Spec> {
    if let Some(address) = address.filter(|_| aws.owns(&found.tags)) {
        found.tags.insert(tag::ADDRESS.to_owned(), address.to_string());
    }
    found.asked_as(address.cloned())
}

/// An entry that only the list tells of.
async fn other(
    reads: &Reads<'_>,
    cluster: &str,
    principal: &str,
    address: Option<&Address>,
) -> Result<Option<Found<Spec>>, CallError> {
    if address.is_some() {
        return one(reads, cluster, principal, address).await;
    }
    let Some(entry) = entry(reads, cluster, principal).await? else { return Ok(None) };
    if !reads.aws.owns(&tags_of(entry.tags())) {
        return Ok(None);
    }
    let (policies, bond) = try_join(policies(reads, cluster, principal), role_of(reads, principal)).await?;
    Ok(Some(from_live(&entry, policies, &bond)))
}

async fn entry(reads: &Reads<'_>, cluster: &str, principal: &str) -> Result<Option<AccessEntry>, CallError> {
    let request = || reads.aws.eks.describe_access_entry().cluster_name(cluster).principal_arn(principal).send();
    Ok(reads.ask_for("eks:DescribeAccessEntry", request).await?.and_then(|answer| answer.access_entry))
}

async fn policies(
    reads: &Reads<'_>,
    cluster: &str,
    principal: &str,
) -> Result<BTreeMap<String, AccessScope>, CallError> {
    let request = || {
        let request = reads.aws.eks.list_associated_access_policies();
        request.cluster_name(cluster).principal_arn(principal).max_results(100)
    };
    let page = |page: ListAssociatedAccessPoliciesOutput| {
        (page.associated_access_policies.unwrap_or_default(), page.next_token)
    };
    let operation = "eks:ListAssociatedAccessPolicies";
    let listed = reads.pages(operation, |token| request().set_next_token(token).send(), page).await;
    let listed = absent_is_none(listed)?.unwrap_or_default();
    Ok(listed.iter().filter_map(|policy| Some((policy.policy_arn()?.to_owned(), scope(policy)))).collect())
}

fn scope(policy: &AssociatedAccessPolicy) -> AccessScope {
    let scope = policy.access_scope();
    AccessScope {
        kind: scope.and_then(|scope| scope.r#type()).map_or("cluster", |kind| kind.as_str()).to_owned(),
        namespaces: scope.map(|scope| scope.namespaces().iter().cloned().collect()).unwrap_or_default(),
    }
}

/// What is known of the role behind a principal.
pub(super) enum RoleBehind {
    /// Nothing: it is a user, or in another account, or we may not look.
    Unknown,
    /// It is there.
    There(Box<Role>),
    /// It is not there.
    Gone,
}

/// A role of the stack is read anyway, those of IAM Identity Center come as a list, others cost a call each.
async fn role_of(reads: &Reads<'_>, principal: &str) -> Result<RoleBehind, CallError> {
    let account = principal.split(':').nth(4);
    let name = principal.split_once(":role/").and_then(|(_, path)| path.rsplit('/').next());
    let Some(name) = name.filter(|_| account == Some(reads.world().account.as_str())) else {
        return Ok(RoleBehind::Unknown);
    };
    let found = match permission_set::is_role(principal) {
        true => permission_set::role(reads, principal).await,
        false => role::by_name(reads, name).await,
    };
    match found {
        Ok(Some(role)) => Ok(RoleBehind::There(Box::new(role))),
        Ok(None) => Ok(RoleBehind::Gone),
        Err(error) if error.class == ErrorClass::Denied => Ok(RoleBehind::Unknown),
        Err(error) => Err(error),
    }
}

pub(super) fn from_live(
    live: &AccessEntry,
    access_policies: BTreeMap<String, AccessScope>,
    role: &RoleBehind,
) -> Found<Spec> {
    let tags = tags_of(live.tags());
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let entry_type = live.r#type().unwrap_or("STANDARD").to_owned();
    // The groups of nodes are EKS's.
    let groups = live.kubernetes_groups().iter().cloned();
    let kubernetes_groups = if entry_type == "STANDARD" { groups.collect() } else { BTreeSet::new() };
    let spec = Spec {
        cluster: Reference::from(live.cluster_name().unwrap_or_default()),
        principal: Reference::from(live.principal_arn().unwrap_or_default()),
        principal_id: principal_id(live, role).map(|id| Reference::from(id.as_str())),
        entry_type,
        username: live.username().map(str::to_owned),
        kubernetes_groups,
        access_policies,
        tags: own_tags(&tags),
    };
    let mut found = Found::new(&text(live.principal_arn()), spec, tags);
    found.outputs = outputs(live);
    found
}

/// EKS does not tell which role an entry knows: one that is newer than the entry, it cannot.
fn principal_id(live: &AccessEntry, role: &RoleBehind) -> Option<String> {
    match role {
        RoleBehind::Unknown => None,
        RoleBehind::Gone => Some(NO_ROLE.to_owned()),
        RoleBehind::There(role) => {
            let is_newer = live.created_at().is_some_and(|made| made.secs() < role.create_date().secs());
            Some(if is_newer { EARLIER_ROLE.to_owned() } else { role.role_id().to_owned() })
        }
    }
}

pub(super) fn outputs(live: &AccessEntry) -> Outputs {
    outputs_of([("principal", live.principal_arn()), ("arn", live.access_entry_arn()), ("username", live.username())])
}

/// Entries are complete when they are made. This only answers for a creation whose answer was lost.
pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let Some(Call::Create { cluster, principal, .. }) = &call else { return Ok(Progress::done()) };
    let request = aws.eks.describe_access_entry().cluster_name(literal(cluster, run)?);
    let answer = aws.call("eks:DescribeAccessEntry", request.principal_arn(literal(principal, run)?).send()).await?;
    let gone = || not_ours(run, "the entry");
    let entry = answer.access_entry().filter(|entry| aws.owns(&tags_of(entry.tags()))).ok_or_else(gone)?;
    Ok(Progress::Done { outputs: outputs(entry) })
}
