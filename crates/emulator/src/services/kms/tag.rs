//! Tags of keys.

use serde_json::{Value, json};

use super::page::listed;
use super::{LIMIT_EXCEEDED, change, name};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(super) const OPERATIONS: Operations =
    &[("ListResourceTags", list_resource_tags), ("TagResource", tag_resource), ("UntagResource", untag_resource)];

const BAD_TAG: &str = "TagException";
const TAGS: usize = 50;

/// Puts the list `new` of `{TagKey, TagValue}` over `tags`, unless KMS is against it.
pub(super) fn put(tags: &mut Tags, new: &Value) -> Result<(), ApiError> {
    let text = |tag: &Value, part: &str| tag[part].as_str().unwrap_or_default().to_owned();
    let list = new.as_array().map_or(&[] as &[Value], Vec::as_slice);
    let put: Tags = list.iter().map(|tag| (text(tag, "TagKey"), text(tag, "TagValue"))).collect();
    if put.len() < list.len() {
        return refuse(BAD_TAG, "Duplicate tag keys");
    }
    if let Some(wrong) = put.iter().flat_map(|(key, value)| [key, value]).find(|text| !is_allowed(text)) {
        return refuse(BAD_TAG, format!("Invalid characters in a tag: {wrong}"));
    }
    if tags.len() + put.keys().filter(|key| !tags.contains_key(*key)).count() > TAGS {
        return refuse(LIMIT_EXCEEDED, format!("A key can have at most {TAGS} tags"));
    }
    tags::put(tags, put, BAD_TAG)
}

/// Source: "Tag naming limits and requirements" in the AWS General Reference.
fn is_allowed(text: &str) -> bool {
    text.chars().all(|character| character.is_alphanumeric() || character == ' ' || "_.:/=+-@".contains(character))
}

fn list_resource_tags(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let tags = &name::asked(call, "KeyId")?.tags;
    let all = tags.iter().map(|(key, value)| json!({ "TagKey": key, "TagValue": value })).collect();
    listed(call, "Tags", all, [50, 50])
}

fn tag_resource(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let key = name::asked(call, "KeyId")?;
    key.check_stays()?;
    let (id, mut tags) = (key.id.clone(), key.tags.clone());
    put(&mut tags, &call.input["Tags"])?;
    change(call, &id, |key| key.tags = tags);
    Ok(json!({}))
}

fn untag_resource(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let key = name::asked(call, "KeyId")?;
    key.check_stays()?;
    let (id, input) = (key.id.clone(), call.input["TagKeys"].clone());
    let gone: Vec<&str> = input.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if let Some(reserved) = gone.iter().find(|key| key.to_ascii_lowercase().starts_with("aws:")) {
        return refuse(BAD_TAG, format!("Tag keys starting with 'aws:' are reserved for internal use: {reserved}"));
    }
    change(call, &id, |key| key.tags.retain(|key, _| !gone.contains(&key.as_str())));
    Ok(json!({}))
}
