//! Access policies: what EKS itself lets the principal of an entry do, in the whole cluster or in some namespaces.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{AccessEntry, EntryType};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::eks::{INVALID_REQUEST, NOT_FOUND, invalid, listed};

/// Source: "Review access policy permissions" in the user guide.
const POLICIES: &[&str] = &[
    "AmazonAIOpsAssistantPolicy",
    "AmazonARCRegionSwitchScalingPolicy",
    "AmazonEKSACKPolicy",
    "AmazonEKSAdminPolicy",
    "AmazonEKSAdminViewPolicy",
    "AmazonEKSArgoCDClusterPolicy",
    "AmazonEKSArgoCDPolicy",
    "AmazonEKSAutoNodePolicy",
    "AmazonEKSBlockStorageClusterPolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSClusterAdminPolicy",
    "AmazonEKSClusterInsightsPolicy",
    "AmazonEKSComputeClusterPolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSEditPolicy",
    "AmazonEKSEventPolicy",
    "AmazonEKSHybridPolicy",
    "AmazonEKSKROPolicy",
    "AmazonEKSLoadBalancingClusterPolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingClusterPolicy",
    "AmazonEKSNetworkingPolicy",
    "AmazonEKSSecretAdminPolicy",
    "AmazonEKSSecretReaderPolicy",
    "AmazonEKSViewPolicy",
    "AmazonSagemakerHyperpodClusterPolicy",
    "AmazonSagemakerHyperpodControllerPolicy",
    "AmazonSagemakerHyperpodSpacePolicy",
    "AmazonSagemakerHyperpodSpaceTemplatePolicy",
];

/// A policy that an entry has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Association {
    scope: Scope,
    /// Emulated seconds since the world began.
    associated_at: f64,
    modified_at: f64,
}

/// Where a policy counts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Scope {
    #[serde(rename = "type")]
    kind: Option<ScopeType>,
    #[serde(default)]
    namespaces: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ScopeType {
    Cluster,
    Namespace,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AssociateAccessPolicy {
    cluster_name: String,
    principal_arn: String,
    policy_arn: String,
    access_scope: Scope,
}

impl Association {
    fn show(&self, policy_arn: &str, epoch: f64) -> Value {
        json!({
            "policyArn": policy_arn,
            "accessScope": self.scope,
            "associatedAt": epoch + self.associated_at,
            "modifiedAt": epoch + self.modified_at,
        })
    }
}

impl Scope {
    const CLUSTER: Self = Self { kind: Some(ScopeType::Cluster), namespaces: BTreeSet::new() };

    /// Source: AccessScope; and "Associate access policies with access entries": a namespace may hold wildcards.
    fn check(&self) -> Result<(), ApiError> {
        let plain =
            |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || "-*".contains(character);
        let named = |name: &String| (1..=63).contains(&name.len()) && name.chars().all(plain);
        match self.kind {
            None => invalid("The accessScope must have a type"),
            Some(ScopeType::Cluster) if !self.namespaces.is_empty() => {
                invalid("The accessScope type 'cluster' must not have namespaces")
            }
            Some(ScopeType::Namespace) if self.namespaces.is_empty() => {
                invalid("The accessScope type 'namespace' must have at least one namespace")
            }
            Some(_) => match self.namespaces.iter().find(|name| !named(name)) {
                Some(name) => invalid(format!("The namespace {name} in the accessScope is invalid")),
                None => Ok(()),
            },
        }
    }
}

impl AccessEntry {
    /// With a policy of EKS's for the whole cluster.
    pub(super) fn allowed(mut self, policy: &str) -> Self {
        self.allow(policy, self.created_at);
        self
    }

    /// The same for an entry that is there.
    pub(super) fn allow(&mut self, policy: &str, now: f64) {
        let partition = self.principal.arn.split(':').nth(1).unwrap_or_default();
        let association = Association { scope: Scope::CLUSTER, associated_at: now, modified_at: now };
        self.policies.entry(arn(partition, policy)).or_insert(association);
    }

    /// Refuses policies for nodes that are not Auto Mode's: Kubernetes itself knows what they may do.
    fn check_can_have_policies(&self) -> Result<(), ApiError> {
        match self.kind {
            EntryType::Standard | EntryType::Ec2 => Ok(()),
            other => {
                let message = "Access policies can only be associated with access entries of type STANDARD or EC2";
                refuse(INVALID_REQUEST, format!("{message}, and not {}", other.name()))
            }
        }
    }
}

fn arn(partition: &str, name: &str) -> String {
    format!("arn:{partition}:eks::aws:cluster-access-policy/{name}")
}

fn check_policy(call: &Call<'_>, asked: &str) -> Result<(), ApiError> {
    let place = arn(call.partition(), "");
    match asked.strip_prefix(&place) {
        None => invalid("The policyArn parameter format is not valid"),
        Some(name) if POLICIES.contains(&name) => Ok(()),
        Some(_) => refuse(
            NOT_FOUND,
            "The specified policyArn could not be found. You can view your available access policies with \
             'list-access-policies'.",
        ),
    }
}

/// The same policy again changes its scope.
pub(super) fn associate_access_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: AssociateAccessPolicy = call.args()?;
    let cluster = call.clusters().cluster(&asked.cluster_name)?;
    cluster.check_entries_can_change()?;
    let entry = cluster.entry(&asked.principal_arn)?;
    entry.principal.check_not_a_services()?;
    check_policy(call, &asked.policy_arn)?;
    entry.check_can_have_policies()?;
    asked.access_scope.check()?;
    let (now, epoch) = (call.now, call.epoch);
    let entry = call.eks().cluster_mut(&asked.cluster_name)?.entry_mut(&asked.principal_arn)?;
    let new = Association { scope: Scope::CLUSTER, associated_at: now, modified_at: now };
    let association = entry.policies.entry(asked.policy_arn.clone()).or_insert(new);
    association.scope = asked.access_scope;
    association.modified_at = now;
    Ok(json!({
        "clusterName": asked.cluster_name,
        "principalArn": asked.principal_arn,
        "associatedAccessPolicy": association.show(&asked.policy_arn, epoch),
    }))
}

pub(super) fn disassociate_access_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, principal, policy) =
        (call.required("clusterName"), call.required("principalArn"), call.required("policyArn"));
    let cluster = call.clusters().cluster(&name)?;
    cluster.check_entries_can_change()?;
    let entry = cluster.entry(&principal)?;
    entry.principal.check_not_a_services()?;
    if !entry.policies.contains_key(&policy) {
        return refuse(NOT_FOUND, "The specified policyArn is not associated with the access entry.");
    }
    call.eks().cluster_mut(&name)?.entry_mut(&principal)?.policies.remove(&policy);
    Ok(json!({}))
}

pub(super) fn list_associated_access_policies(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, principal) = (call.required("clusterName"), call.required("principalArn"));
    let cluster = call.clusters().cluster(&name)?;
    cluster.check_has_entries()?;
    let policies = cluster.entry(&principal)?.policies.iter();
    let shown = policies.map(|(arn, association)| association.show(arn, call.epoch)).collect();
    let mut answer = listed(call, "associatedAccessPolicies", shown)?;
    answer["clusterName"] = name.into();
    answer["principalArn"] = principal.into();
    Ok(answer)
}

pub(super) fn list_access_policies(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let policies = POLICIES.iter().map(|name| json!({ "name": name, "arn": arn(call.partition(), name) }));
    listed(call, "accessPolicies", policies.collect())
}
