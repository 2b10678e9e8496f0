//! Tags of roles.

use serde_json::{Value, json};

use super::{listed, quota_exceeded};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(super) const OPERATIONS: Operations =
    &[("ListRoleTags", list_role_tags), ("TagRole", tag_role), ("UntagRole", untag_role)];

/// Puts the list `new` of `{Key, Value}` over `tags`, unless IAM is against it.
///
/// Keys keep their case and are told apart without it: `department` takes the place of `Department`. Source: "Tags for
/// AWS Identity and Access Management resources", case sensitivity.
pub(super) fn put(tags: &mut Tags, new: &Value) -> Result<(), ApiError> {
    let put = tags::from_list(new);
    let distinct = |key: &String| put.keys().filter(|other| other.eq_ignore_ascii_case(key)).count() == 1;
    if put.len() < new.as_array().map_or(0, Vec::len) || !put.keys().all(distinct) {
        let message = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
        return refuse("InvalidInput", message);
    }
    let mut merged = without(tags, put.keys().map(String::as_str));
    if merged.len() + put.len() > 50 {
        return quota_exceeded("TagsPerRole", 50);
    }
    tags::put(&mut merged, put, "InvalidInput")?;
    *tags = merged;
    Ok(())
}

fn without<'k>(tags: &Tags, keys: impl Iterator<Item = &'k str> + Clone) -> Tags {
    let stays = |key: &String| !keys.clone().any(|gone| gone.eq_ignore_ascii_case(key));
    tags.iter().filter(|(key, _)| stays(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn list_role_tags(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let role = call.account.global.iam.existing(call.text("RoleName").unwrap_or_default())?;
    let tags = role.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    listed(call, "Tags", tags)
}

/// Service-linked roles can be tagged too. Source: TagRole.
fn tag_role(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, new) = (call.required("RoleName"), call.input["Tags"].clone());
    put(&mut call.iam().existing_mut(&name)?.tags, &new)?;
    Ok(json!({}))
}

fn untag_role(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, keys) = (call.required("RoleName"), call.input["TagKeys"].clone());
    let role = call.iam().existing_mut(&name)?;
    role.tags = without(&role.tags, keys.as_array().into_iter().flatten().filter_map(Value::as_str));
    Ok(json!({}))
}
