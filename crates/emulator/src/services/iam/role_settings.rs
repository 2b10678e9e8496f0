//! What can be changed of a role in place: its description, the length of its sessions, and who may assume it.

use serde_json::{Value, json};

use super::role::check_trust_policy;
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[
    ("UpdateAssumeRolePolicy", update_assume_role_policy),
    ("UpdateRole", update_role),
    ("UpdateRoleDescription", update_role_description),
];

/// Without a description the old one stays; without a length of sessions "the default value of one hour is applied"
/// (UpdateRole). Of a service-linked role only the description may change ("Using service-linked roles").
fn update_role(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let name = call.required("RoleName");
    let description = call.text("Description").map(str::to_owned);
    let duration = call.input["MaxSessionDuration"].as_i64();
    let iam = call.iam();
    let role = if duration.is_some() { iam.modifiable(&name)? } else { iam.existing_mut(&name)? };
    role.max_session_duration = duration.unwrap_or(3600);
    role.description = description.or(role.description.take());
    Ok(json!({}))
}

fn update_role_description(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, description, epoch) = (call.required("RoleName"), call.required("Description"), call.epoch);
    let role = call.iam().existing_mut(&name)?;
    role.description = Some(description);
    Ok(json!({ "Role": role.in_full(epoch) }))
}

fn update_assume_role_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, text) = (call.required("RoleName"), call.required("PolicyDocument"));
    call.iam().modifiable(&name)?;
    check_trust_policy(call, &text)?;
    call.iam().modifiable(&name)?.trust_policy = text;
    Ok(json!({}))
}
