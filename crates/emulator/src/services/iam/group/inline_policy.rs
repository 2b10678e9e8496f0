//! Policies that are part of a group.

use serde_json::{Value, json};

use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;
use crate::services::iam::{document, inline_policy, listed, no_such_entity};

pub(in crate::services::iam) const OPERATIONS: Operations = &[
    ("DeleteGroupPolicy", delete_group_policy),
    ("GetGroupPolicy", get_group_policy),
    ("ListGroupPolicies", list_group_policies),
    ("PutGroupPolicy", put_group_policy),
];

/// Source: "IAM and AWS STS quotas", the aggregate size of all inline policies of a group.
const ALL_POLICIES: usize = 5120;

fn put_group_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (group, policy, text) =
        (call.required("GroupName"), call.required("PolicyName"), call.required("PolicyDocument"));
    let policies = &mut call.iam().group_mut(&group)?.inline_policies;
    inline_policy::put(policies, policy, text, ALL_POLICIES, &format!("group {group}"))?;
    Ok(json!({}))
}

fn get_group_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (group, policy) = (call.required("GroupName"), call.required("PolicyName"));
    let found = call.iam().group(&group)?.inline_policies.get(&policy);
    let text = document::encoded(found.ok_or_else(|| no_such_policy(&policy))?);
    Ok(json!({ "GroupName": group, "PolicyName": policy, "PolicyDocument": text }))
}

fn list_group_policies(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let group = call.account.global.iam.group(call.text("GroupName").unwrap_or_default())?;
    let names = group.inline_policies.keys().map(|name| name.as_str().into()).collect();
    listed(call, "PolicyNames", names)
}

fn delete_group_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (group, policy) = (call.required("GroupName"), call.required("PolicyName"));
    let removed = call.iam().group_mut(&group)?.inline_policies.remove(&policy);
    removed.map(|_| json!({})).ok_or_else(|| no_such_policy(&policy))
}

fn no_such_policy(name: &str) -> ApiError {
    no_such_entity(format!("The group policy with name {name} cannot be found."))
}
