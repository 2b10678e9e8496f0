//! Tags, and the rules that all services share for them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::error::{ApiError, refuse};

/// Tags, in the order of their keys.
pub(crate) type Tags = BTreeMap<String, String>;

/// Tags as a list of `{Key, Value}`.
pub(crate) fn to_list(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

/// Tags out of a list of `{Key, Value}`.
pub(crate) fn from_list(list: &Value) -> Tags {
    let text = |tag: &Value, key: &str| tag[key].as_str().unwrap_or_default().to_owned();
    list.as_array().into_iter().flatten().map(|tag| (text(tag, "Key"), text(tag, "Value"))).collect()
}

/// Tags out of a map.
pub(crate) fn from_map(map: &Value) -> Tags {
    let entries = map.as_object().into_iter().flatten();
    entries.map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned())).collect()
}

/// Puts `new` over `tags`, unless AWS's rules are against it; `code` is the service's word for that.
///
/// At most 50 tags; keys of 1 to 128 characters that do not begin with `aws:`; values of at most 256.
pub(crate) fn put(tags: &mut Tags, new: Tags, code: &str) -> Result<(), ApiError> {
    for (key, value) in &new {
        if key.to_ascii_lowercase().starts_with("aws:") {
            return refuse(code, format!("Tag keys starting with 'aws:' are reserved for internal use: {key}"));
        }
        if key.is_empty() || key.chars().count() > 128 {
            return refuse(code, format!("Tag keys must have 1 to 128 characters: {key:?}"));
        }
        if value.chars().count() > 256 {
            return refuse(code, format!("Tag values must have at most 256 characters: the tag {key}"));
        }
    }
    let mut merged = tags.clone();
    merged.extend(new);
    if merged.keys().filter(|key| !key.starts_with("aws:")).count() > 50 {
        return refuse(if code.starts_with("Invalid") { "TagLimitExceeded" } else { code }, "more than 50 tags");
    }
    *tags = merged;
    Ok(())
}
