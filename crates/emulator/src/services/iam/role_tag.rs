//! Tags of roles.

use serde_json::{Value, json};

use super::tag;
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;

pub(super) const OPERATIONS: Operations =
    &[("ListRoleTags", list_role_tags), ("TagRole", tag_role), ("UntagRole", untag_role)];

fn list_role_tags(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let role = call.account.global.iam.existing(call.text("RoleName").unwrap_or_default())?;
    tag::listed(call, &role.tags)
}

/// Service-linked roles can be tagged too. Source: TagRole.
fn tag_role(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, new) = (call.required("RoleName"), call.input["Tags"].clone());
    tag::put(&mut call.iam().existing_mut(&name)?.tags, &new, "TagsPerRole")?;
    Ok(json!({}))
}

fn untag_role(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, keys) = (call.required("RoleName"), call.input["TagKeys"].clone());
    tag::remove(&mut call.iam().existing_mut(&name)?.tags, &keys);
    Ok(json!({}))
}
