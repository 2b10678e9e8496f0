//! Policies that are part of a role.

use std::collections::BTreeMap;

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
    let policies = &mut call.iam().modifiable(&role_name)?.inline_policies;
    put(policies, policy_name, text, ALL_POLICIES, &format!("role {role_name}"))?;
    Ok(json!({}))
}

/// Puts a document among the inline policies of `holder`, which can have so many characters of them in all.
pub(super) fn put(
    policies: &mut BTreeMap<String, String>,
    name: String,
    text: String,
    most: usize,
    holder: &str,
) -> Result<(), ApiError> {
    permissions_policy::check(&text)?;
    let others = policies.iter().filter(|(other, _)| **other != name);
    let size: usize = others.map(|(_, text)| document::length(text)).sum();
    if size + document::length(&text) > most {
        return refuse("LimitExceeded", format!("Maximum policy size of {most} bytes exceeded for {holder}"));
    }
    policies.insert(name, text);
    Ok(())
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
