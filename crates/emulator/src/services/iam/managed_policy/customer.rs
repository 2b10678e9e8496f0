//! Managed policies of the account: making and deleting them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::usage::Usage;
use super::{ManagedPolicy, asked_mut};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::iam::{document, permissions_policy, quota, quota_exceeded, tag};
use crate::tags::{self, Tags};

pub(in crate::services::iam) const OPERATIONS: Operations =
    &[("CreatePolicy", create_policy), ("DeletePolicy", delete_policy)];

/// Source: "IAM and AWS STS quotas", managed policy length.
const SIZE: usize = 6144;

/// A managed policy of the account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct CustomerPolicy {
    pub(super) name: String,
    pub(super) path: String,
    id: String,
    pub(super) arn: String,
    pub(super) description: Option<String>,
    /// Emulated seconds since the world began.
    created_at: f64,
    /// By number.
    pub(super) versions: BTreeMap<u64, Version>,
    /// The number of the one that counts.
    pub(super) default: u64,
    /// How many there ever were: no number is given twice.
    pub(super) numbered: u64,
    pub(super) tags: Tags,
}

/// A version of a managed policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Version {
    /// As it was sent.
    pub(super) document: String,
    /// Emulated seconds since the world began.
    pub(super) created_at: f64,
}

impl CustomerPolicy {
    /// The document that counts.
    pub(in crate::services::iam) fn document(&self) -> &str {
        self.versions.get(&self.default).map_or("", |version| &version.document)
    }

    /// What lists tell of it and not of every policy.
    pub(super) fn own_part(&self, epoch: f64) -> Value {
        // Source: Policy, UpdateDate: when the most recent version was created.
        let updated = self.versions.values().map(|version| version.created_at).fold(self.created_at, f64::max);
        json!({
            "PolicyId": self.id,
            "DefaultVersionId": format!("v{}", self.default),
            "CreateDate": epoch + self.created_at,
            "UpdateDate": epoch + updated,
        })
    }
}

impl crate::services::iam::Iam {
    /// Every customer managed policy, with its tags, by ARN.
    pub(crate) fn tagged_policies(&self) -> impl Iterator<Item = (&str, &Tags)> {
        self.policies.values().map(|policy| (policy.arn.as_str(), &policy.tags))
    }

    /// The tags of the customer managed policy `arn`.
    pub(crate) fn policy_tags_mut(&mut self, arn: &str) -> Option<&mut Tags> {
        self.policies.get_mut(arn).map(|policy| &mut policy.tags)
    }
}

/// Refuses a document that a managed policy cannot have.
pub(super) fn check_document(text: &str) -> Result<(), ApiError> {
    permissions_policy::check(text)?;
    if document::length(text) > SIZE {
        return quota_exceeded("PolicySize", SIZE);
    }
    Ok(())
}

fn create_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, text) = (call.required("PolicyName"), call.required("PolicyDocument"));
    let path = call.text("Path").unwrap_or("/").to_owned();
    check_new(call, &name)?;
    check_document(&text)?;
    let mut tags = Tags::new();
    tag::put(&mut tags, &call.input["Tags"], "TagsPerPolicy")?;
    let policy = CustomerPolicy {
        id: call.iam_id("ANPA"),
        arn: call.iam_arn(&format!("policy{path}{name}")),
        name,
        path,
        description: call.text("Description").map(str::to_owned),
        created_at: call.now,
        versions: BTreeMap::from([(1, Version { document: text, created_at: call.now })]),
        default: 1,
        numbered: 1,
        tags,
    };
    let mut answer = ManagedPolicy::Customer(&policy).in_list(call);
    if !policy.tags.is_empty() {
        answer["Tags"] = tags::to_list(&policy.tags);
    }
    call.iam().policies.insert(policy.arn.clone(), policy);
    Ok(json!({ "Policy": answer }))
}

/// Source: CreatePolicy, "names must be unique within the account. Names are not distinguished by case".
fn check_new(call: &Call<'_>, name: &str) -> Result<(), ApiError> {
    let policies = &call.account.global.iam.policies;
    if policies.values().any(|taken| taken.name.eq_ignore_ascii_case(name)) {
        let message = format!("A policy called {name} already exists. Duplicate names are not allowed.");
        return refuse("EntityAlreadyExists", message);
    }
    let most = call.quota(quota::POLICIES);
    if policies.len() >= most {
        return quota_exceeded("PoliciesPerAccount", most);
    }
    Ok(())
}

fn delete_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let policy = asked_mut(call)?;
    let (arn, versions) = (policy.arn.clone(), policy.versions.len());
    if Usage::Either.count(call.iam(), &arn) > 0 {
        return refuse("DeleteConflict", "Cannot delete a policy attached to entities.");
    }
    if versions > 1 {
        let message = "This policy has more than one version. Before you delete a policy, you must delete the policy's \
                       versions. The default version is deleted with the policy.";
        return refuse("DeleteConflict", message);
    }
    call.iam().policies.remove(&arn);
    Ok(json!({}))
}
