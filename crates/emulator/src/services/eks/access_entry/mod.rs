//! Access entries: who of IAM gets into a cluster, and as whom.
//!
//! Sources: the EKS API reference, and "Grant IAM users access to Kubernetes with EKS access entries" in the user guide.

mod create;
mod own;
mod policy;
mod principal;
mod update;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::cluster::{Cluster, State};
use super::{INVALID_REQUEST, NOT_FOUND, forget, listed};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::random;
use crate::services::Operations;
use crate::tags::Tags;

use policy::Association;
pub(super) use principal::Principal;

pub(super) const OPERATIONS: Operations = &[
    ("AssociateAccessPolicy", policy::associate_access_policy),
    ("CreateAccessEntry", create::create_access_entry),
    ("DeleteAccessEntry", delete_access_entry),
    ("DescribeAccessEntry", describe_access_entry),
    ("DisassociateAccessPolicy", policy::disassociate_access_policy),
    ("ListAccessEntries", list_access_entries),
    ("ListAccessPolicies", policy::list_access_policies),
    ("ListAssociatedAccessPolicies", policy::list_associated_access_policies),
    ("UpdateAccessEntry", update::update_access_entry),
];

/// An access entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct AccessEntry {
    pub(super) arn: String,
    pub(super) principal: Principal,
    pub(super) kind: EntryType,
    username: String,
    groups: BTreeSet<String>,
    /// Emulated seconds since the world began.
    created_at: f64,
    modified_at: f64,
    pub(super) tags: Tags,
    /// By the ARN of the policy.
    policies: BTreeMap<String, Association>,
    /// EKS made it for something of the cluster, and deletes it with the last of what needs it.
    pub(super) by_eks: bool,
    /// That is a capability.
    #[serde(default)]
    of_capability: bool,
}

/// What the principal of an entry is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum EntryType {
    #[default]
    Standard,
    FargateLinux,
    Ec2Linux,
    Ec2Windows,
    /// The nodes of Auto Mode.
    Ec2,
    HybridLinux,
    HyperpodLinux,
}

impl EntryType {
    const ALL: [Self; 7] = [
        Self::Standard,
        Self::FargateLinux,
        Self::Ec2Linux,
        Self::Ec2Windows,
        Self::Ec2,
        Self::HybridLinux,
        Self::HyperpodLinux,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Standard => "STANDARD",
            Self::FargateLinux => "FARGATE_LINUX",
            Self::Ec2Linux => "EC2_LINUX",
            Self::Ec2Windows => "EC2_WINDOWS",
            Self::Ec2 => "EC2",
            Self::HybridLinux => "HYBRID_LINUX",
            Self::HyperpodLinux => "HYPERPOD_LINUX",
        }
    }

    /// The groups that EKS puts nodes into; nothing for people.
    fn groups(self) -> &'static [&'static str] {
        match self {
            Self::Standard => &[],
            Self::Ec2Linux | Self::Ec2 | Self::HybridLinux | Self::HyperpodLinux => &["system:nodes"],
            Self::Ec2Windows => &["eks:kube-proxy-windows", "system:nodes"],
            Self::FargateLinux => &["system:bootstrappers", "system:node-proxier", "system:nodes"],
        }
    }
}

impl AccessEntry {
    /// An entry as EKS fills it in; `occasion` is what makes its ARN unique.
    fn new(cluster: &Cluster, principal: Principal, kind: EntryType, occasion: &str, now: f64) -> Self {
        let place = cluster.arn.replace(":cluster/", ":access-entry/");
        let id = random::uuid(&json!([cluster.uid, principal.arn, occasion]));
        Self {
            arn: format!("{place}/{}/{}/{}/{id}", principal.kind(), principal.account(), principal.name()),
            username: principal.username(kind),
            groups: kind.groups().iter().map(|group| (*group).to_owned()).collect(),
            principal,
            kind,
            created_at: now,
            modified_at: now,
            tags: Tags::new(),
            policies: BTreeMap::new(),
            by_eks: false,
            of_capability: false,
        }
    }

    fn show(&self, cluster: &str, epoch: f64) -> Value {
        json!({
            "clusterName": cluster,
            "principalArn": self.principal.arn,
            "kubernetesGroups": self.groups,
            "accessEntryArn": self.arn,
            "createdAt": epoch + self.created_at,
            "modifiedAt": epoch + self.modified_at,
            "tags": self.tags,
            "username": self.username,
            "type": self.kind,
        })
    }
}

impl Cluster {
    /// The entry of a principal, or EKS's refusal.
    fn entry(&self, principal: &str) -> Result<&AccessEntry, ApiError> {
        self.access_entries.get(principal).ok_or_else(no_such_entry)
    }

    fn entry_mut(&mut self, principal: &str) -> Result<&mut AccessEntry, ApiError> {
        self.access_entries.get_mut(principal).ok_or_else(no_such_entry)
    }

    /// Refuses what has to do with access entries where there can be none.
    pub(super) fn check_has_entries(&self) -> Result<(), ApiError> {
        if self.config.authentication_mode.has_access_entries() {
            return Ok(());
        }
        let message = "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this \
                       operation.";
        refuse(INVALID_REQUEST, message)
    }

    /// Refuses changes of the entries of a cluster without a control plane.
    fn check_entries_can_change(&self) -> Result<(), ApiError> {
        self.check_has_entries()?;
        match self.state {
            State::Active | State::Updating(_) => Ok(()),
            _ => Err(self.not_active()),
        }
    }
}

fn no_such_entry() -> ApiError {
    let message = "The specified principalArn could not be found. You can view your available access entries with \
                   'list-access-entries'.";
    ApiError::new(NOT_FOUND, message)
}

fn describe_access_entry(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let cluster = call.clusters().cluster(&call.required("clusterName"))?;
    cluster.check_has_entries()?;
    let entry = cluster.entry(&call.required("principalArn"))?;
    Ok(json!({ "accessEntry": entry.show(&cluster.name, call.epoch) }))
}

fn list_access_entries(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let cluster = call.clusters().cluster(&call.required("clusterName"))?;
    cluster.check_has_entries()?;
    let policy = call.text("associatedPolicyArn");
    let entries = cluster.access_entries.values();
    let found = entries.filter(|entry| policy.is_none_or(|policy| entry.policies.contains_key(policy)));
    listed(call, "accessEntries", found.map(|entry| entry.principal.arn.as_str().into()).collect())
}

fn delete_access_entry(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, principal) = (call.required("clusterName"), call.required("principalArn"));
    let cluster = call.clusters().cluster(&name)?;
    cluster.check_entries_can_change()?;
    let entry = cluster.entry(&principal)?;
    entry.principal.check_not_a_services()?;
    let arn = entry.arn.clone();
    call.eks().cluster_mut(&name)?.access_entries.remove(&principal);
    forget(call, &arn);
    Ok(json!({}))
}
