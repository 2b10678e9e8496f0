//! Tags of repositories, by ARN.

use serde_json::{Value, json};

use super::{Repository, not_found};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::ecr::{invalid_at, texts};
use crate::tags::{self, Tags};

pub(in crate::services::ecr) const OPERATIONS: Operations = &[
    ("ListTagsForResource", list_tags_for_resource),
    ("TagResource", tag_resource),
    ("UntagResource", untag_resource),
];

const BAD_TAG: &str = "InvalidTagParameterException";
const TAGS: usize = 50;

/// Puts the list `new` of `{Key, Value}` over `tags`, unless ECR is against it.
pub(in crate::services::ecr) fn put(tags: &mut Tags, new: &Value) -> Result<(), ApiError> {
    let put = tags::from_list(new);
    if put.len() < new.as_array().map_or(0, Vec::len) {
        return refuse(BAD_TAG, "Duplicate tag keys found");
    }
    if tags.len() + put.keys().filter(|key| !tags.contains_key(*key)).count() > TAGS {
        return refuse("TooManyTagsException", format!("A repository can have at most {TAGS} tags"));
    }
    tags::put(tags, put, BAD_TAG)
}

/// The repository with the ARN that the call names.
fn asked<'c>(call: &'c mut Call<'_>) -> Result<&'c mut Repository, ApiError> {
    let arn = call.required("resourceArn");
    let Some(name) = arn.strip_prefix(&call.arn("ecr", "repository/")).map(str::to_owned) else {
        return Err(invalid_at("resourceArn", "Invalid ARN"));
    };
    let account = call.account_id.clone();
    call.ecr().repositories.get_mut(&name).ok_or_else(|| not_found(&account, &name))
}

fn list_tags_for_resource(call: &mut Call<'_>) -> Result<Value, ApiError> {
    Ok(json!({ "tags": tags::to_list(&asked(call)?.tags) }))
}

fn tag_resource(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let new = call.input["tags"].clone();
    put(&mut asked(call)?.tags, &new)?;
    Ok(json!({}))
}

fn untag_resource(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let input = call.input["tagKeys"].clone();
    let keys = texts(&input);
    if let Some(key) = keys.iter().find(|key| key.to_ascii_lowercase().starts_with("aws:")) {
        return refuse(BAD_TAG, format!("Tag keys starting with 'aws:' are reserved for internal use: {key}"));
    }
    asked(call)?.tags.retain(|key, _| !keys.contains(&key.as_str()));
    Ok(json!({}))
}
