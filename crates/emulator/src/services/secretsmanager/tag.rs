//! Tags of secrets. Their keys are told apart by case.

use serde_json::{Value, json};

use super::{INVALID_PARAMETER, name};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(super) const OPERATIONS: Operations = &[("TagResource", tag_resource), ("UntagResource", untag_resource)];

const TAGS: usize = 50;

/// Puts the list `new` of `{Key, Value}` over `tags`, unless Secrets Manager is against it.
pub(super) fn put(tags: &mut Tags, new: &Value) -> Result<(), ApiError> {
    let put = tags::from_list(new);
    if put.len() < new.as_array().map_or(0, Vec::len) {
        return refuse(INVALID_PARAMETER, "Duplicate tag keys found.");
    }
    if tags.len() + put.keys().filter(|key| !tags.contains_key(*key)).count() > TAGS {
        return refuse(INVALID_PARAMETER, format!("A secret can have at most {TAGS} tags."));
    }
    tags::put(tags, put, INVALID_PARAMETER)
}

fn tag_resource(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let secret = name::usable(call)?;
    let (found, mut tags) = (secret.name.clone(), secret.tags.clone());
    put(&mut tags, &call.input["Tags"])?;
    name::change(call, &found, |secret| secret.tags = tags)?;
    Ok(json!({}))
}

fn untag_resource(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (found, input) = (name::usable(call)?.name.clone(), call.input["TagKeys"].clone());
    let keys: Vec<&str> = input.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if let Some(key) = keys.iter().find(|key| key.to_ascii_lowercase().starts_with("aws:")) {
        let message = format!("Tag keys starting with 'aws:' are reserved for internal use: {key}");
        return refuse(INVALID_PARAMETER, message);
    }
    name::change(call, &found, |secret| secret.tags.retain(|key, _| !keys.contains(&key.as_str())))?;
    Ok(json!({}))
}
