//! Tags of everything in IAM that has some.

use serde_json::{Value, json};

use super::quota_exceeded;
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::tags::{self, Tags};

/// Puts the list `new` of `{Key, Value}` over `tags`, unless IAM is against it; `quota` is its word for too many.
///
/// Keys keep their case and are told apart without it: `department` takes the place of `Department`. Source: "Tags for
/// AWS Identity and Access Management resources", case sensitivity.
pub(super) fn put(tags: &mut Tags, new: &Value, quota: &str) -> Result<(), ApiError> {
    let put = tags::from_list(new);
    let distinct = |key: &String| put.keys().filter(|other| other.eq_ignore_ascii_case(key)).count() == 1;
    if put.len() < new.as_array().map_or(0, Vec::len) || !put.keys().all(distinct) {
        let message = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
        return refuse("InvalidInput", message);
    }
    let mut merged = without(tags, put.keys().map(String::as_str));
    if merged.len() + put.len() > 50 {
        return quota_exceeded(quota, 50);
    }
    tags::put(&mut merged, put, "InvalidInput")?;
    *tags = merged;
    Ok(())
}

fn without<'k>(tags: &Tags, keys: impl Iterator<Item = &'k str> + Clone) -> Tags {
    let stays = |key: &String| !keys.clone().any(|gone| gone.eq_ignore_ascii_case(key));
    tags.iter().filter(|(key, _)| stays(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Takes the tags with the keys `keys` away.
pub(super) fn remove(tags: &mut Tags, keys: &Value) {
    *tags = without(tags, keys.as_array().into_iter().flatten().filter_map(Value::as_str));
}

/// The page of `tags` that the call asks for.
pub(super) fn listed(call: &Call<'_>, tags: &Tags) -> Result<Value, ApiError> {
    let all = tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    super::listed(call, "Tags", all)
}
