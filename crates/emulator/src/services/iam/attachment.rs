//! Managed policies that are attached to a role.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{listed, managed_policy, no_such_entity, path_prefix, quota, quota_exceeded};
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[
    ("AttachRolePolicy", attach_role_policy),
    ("DetachRolePolicy", detach_role_policy),
    ("ListAttachedRolePolicies", list_attached_role_policies),
];

fn attach_role_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, arn) = (call.required("RoleName"), call.required("PolicyArn"));
    call.iam().modifiable(&name)?;
    managed_policy::check_attachable(call, &arn, "Policy", "Role")?;
    let most = call.quota(quota::POLICIES_PER_ROLE);
    let role = call.iam().modifiable(&name)?;
    if !role.attached.contains(&arn) && role.attached.len() >= most {
        return quota_exceeded("PoliciesPerRole", most);
    }
    role.attached.insert(arn);
    Ok(json!({}))
}

fn detach_role_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, arn) = (call.required("RoleName"), call.required("PolicyArn"));
    managed_policy::find(call, &arn)?;
    if !call.iam().modifiable(&name)?.attached.remove(&arn) {
        return Err(no_such_entity(format!("Policy {arn} was not found.")));
    }
    Ok(json!({}))
}

fn list_attached_role_policies(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let role = call.account.global.iam.existing(call.text("RoleName").unwrap_or_default())?;
    attached(call, &role.attached)
}

/// The page of attached policies that the call asks for.
pub(super) fn attached(call: &Call<'_>, arns: &BTreeSet<String>) -> Result<Value, ApiError> {
    let mut attached = Vec::new();
    for arn in arns {
        let policy = managed_policy::find(call, arn)?.filter(|policy| policy.path().starts_with(path_prefix(call)));
        attached.extend(policy.map(|policy| json!({ "PolicyName": policy.name(), "PolicyArn": arn })));
    }
    listed(call, "AttachedPolicies", attached)
}
