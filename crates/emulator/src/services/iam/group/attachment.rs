//! Managed policies that are attached to a group.

use serde_json::{Value, json};

use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;
use crate::services::iam::{attachment, managed_policy, no_such_entity, quota, quota_exceeded};

pub(in crate::services::iam) const OPERATIONS: Operations = &[
    ("AttachGroupPolicy", attach_group_policy),
    ("DetachGroupPolicy", detach_group_policy),
    ("ListAttachedGroupPolicies", list_attached_group_policies),
];

fn attach_group_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, arn) = (call.required("GroupName"), call.required("PolicyArn"));
    call.iam().group(&name)?;
    managed_policy::check_attachable(call, &arn, "Policy", "Group")?;
    let most = call.quota(quota::POLICIES_PER_GROUP);
    let group = call.iam().group_mut(&name)?;
    if !group.attached.contains(&arn) && group.attached.len() >= most {
        return quota_exceeded("PoliciesPerGroup", most);
    }
    group.attached.insert(arn);
    Ok(json!({}))
}

fn detach_group_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, arn) = (call.required("GroupName"), call.required("PolicyArn"));
    managed_policy::find(call, &arn)?;
    if !call.iam().group_mut(&name)?.attached.remove(&arn) {
        return Err(no_such_entity(format!("Policy {arn} was not found.")));
    }
    Ok(json!({}))
}

fn list_attached_group_policies(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let group = call.account.global.iam.group(call.text("GroupName").unwrap_or_default())?;
    attachment::attached(call, &group.attached)
}
