//! Policies that are part of a role.

use serde_json::{Value, json};

use super::{document, listed, no_such_entity, permissions_policy};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[
    ("DeleteRolePolicy", delete_role_policy),
    ("GetRolePolicy", get_role_policy),
    ("ListRolePolicies", list_role_policies),
    ("PutRolePolicy", put_role_policy),
];

/// Source: "IAM and AWS STS quotas", the aggregate size of all inline policies of a role.
const ALL_POLICIES: usize = 10_240;

fn put_role_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (role_name, policy_name) = (call.required("RoleName"), call.required("PolicyName"));
    let text = call.required("PolicyDocument");
    let role = call.iam().modifiable(&role_name)?;
    permissions_policy::check(&text)?;
    let others = role.inline_policies.iter().filter(|(name, _)| **name != policy_name);
    let size: usize = others.map(|(_, text)| document::length(text)).sum();
    if size + document::length(&text) > ALL_POLICIES {
        let message = format!("Maximum policy size of {ALL_POLICIES} bytes exceeded for role {role_name}");
        return refuse("LimitExceeded", message);
    }
    role.inline_policies.insert(policy_name, text);
    Ok(json!({}))
}

fn get_role_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (role_name, policy_name) = (call.required("RoleName"), call.required("PolicyName"));
    let found = call.iam().existing(&role_name)?.inline_policies.get(&policy_name);
    let text = document::encoded(found.ok_or_else(|| no_such_policy(&policy_name))?);
    Ok(json!({ "RoleName": role_name, "PolicyName": policy_name, "PolicyDocument": text }))
}

fn list_role_policies(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let role = call.account.global.iam.existing(call.text("RoleName").unwrap_or_default())?;
    let names = role.inline_policies.keys().map(|name| name.as_str().into()).collect();
    listed(call, "PolicyNames", names)
}

fn delete_role_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (role_name, policy_name) = (call.required("RoleName"), call.required("PolicyName"));
    let removed = call.iam().modifiable(&role_name)?.inline_policies.remove(&policy_name);
    removed.map(|_| json!({})).ok_or_else(|| no_such_policy(&policy_name))
}

fn no_such_policy(name: &str) -> ApiError {
    no_such_entity(format!("The role policy with name {name} cannot be found."))
}
