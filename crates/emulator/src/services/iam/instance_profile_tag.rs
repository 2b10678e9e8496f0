//! Tags of instance profiles.

use serde_json::{Value, json};

use super::tag;
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[
    ("ListInstanceProfileTags", list_instance_profile_tags),
    ("TagInstanceProfile", tag_instance_profile),
    ("UntagInstanceProfile", untag_instance_profile),
];

fn list_instance_profile_tags(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let profile = call.account.global.iam.profile(call.text("InstanceProfileName").unwrap_or_default())?;
    tag::listed(call, &profile.tags)
}

fn tag_instance_profile(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, new) = (call.required("InstanceProfileName"), call.input["Tags"].clone());
    tag::put(&mut call.iam().profile_mut(&name)?.tags, &new, "TagsPerInstanceProfile")?;
    Ok(json!({}))
}

fn untag_instance_profile(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, keys) = (call.required("InstanceProfileName"), call.input["TagKeys"].clone());
    tag::remove(&mut call.iam().profile_mut(&name)?.tags, &keys);
    Ok(json!({}))
}
