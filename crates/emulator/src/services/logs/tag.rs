//! Tags by ARN.

use serde_json::{Value, json};

use super::group::LogGroup;
use super::{INVALID_PARAMETER, invalid, name_in_arn};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(super) const OPERATIONS: Operations = &[
    ("ListTagsForResource", list_tags_for_resource),
    ("TagResource", tag_resource),
    ("UntagResource", untag_resource),
];

const TAGS: usize = 50;

/// Puts the map `new` over `tags`, unless AWS is against it.
pub(super) fn put(tags: &mut Tags, new: &Value) -> Result<(), ApiError> {
    let put = tags::from_map(new);
    if tags.len() + put.keys().filter(|key| !tags.contains_key(*key)).count() > TAGS {
        return refuse("TooManyTagsException", format!("A resource can have no more than {TAGS} tags."));
    }
    tags::put(tags, put, INVALID_PARAMETER)
}

fn list_tags_for_resource(call: &mut Call<'_>) -> Result<Value, ApiError> {
    Ok(json!({ "tags": asked(call)?.tags }))
}

fn tag_resource(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let new = call.input["tags"].clone();
    put(&mut asked(call)?.tags, &new)?;
    Ok(json!({}))
}

fn untag_resource(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let input = call.input["tagKeys"].clone();
    let keys: Vec<&str> = input.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if let Some(key) = keys.iter().find(|key| key.to_ascii_lowercase().starts_with("aws:")) {
        return invalid(format!("Tag keys starting with 'aws:' are reserved for internal use: {key}"));
    }
    asked(call)?.tags.retain(|key, _| !keys.contains(&key.as_str()));
    Ok(json!({}))
}

/// The log group that the call names.
fn asked<'c>(call: &'c mut Call<'_>) -> Result<&'c mut LogGroup, ApiError> {
    let arn = call.required("resourceArn");
    let name = name_in_arn(call, &arn)?.to_owned();
    call.logs().existing(&name)
}
