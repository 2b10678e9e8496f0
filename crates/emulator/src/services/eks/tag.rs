//! Tags by ARN.

use serde_json::{Value, json};

use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(super) const OPERATIONS: Operations = &[
    ("ListTagsForResource", list_tags_for_resource),
    ("TagResource", tag_resource),
    ("UntagResource", untag_resource),
];

const BAD_REQUEST: &str = "BadRequestException";

fn list_tags_for_resource(call: &mut Call<'_>) -> Result<Value, ApiError> {
    Ok(json!({ "tags": asked(call)? }))
}

fn tag_resource(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let new = tags::from_map(&call.input["tags"]);
    tags::put(asked(call)?, new, BAD_REQUEST)?;
    Ok(json!({}))
}

fn untag_resource(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let input = call.input["tagKeys"].clone();
    let keys: Vec<&str> = input.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if let Some(key) = keys.iter().find(|key| key.to_ascii_lowercase().starts_with("aws:")) {
        let message = format!("Tag keys starting with 'aws:' are reserved for internal use: {key}");
        return refuse(BAD_REQUEST, message);
    }
    asked(call)?.retain(|key, _| !keys.contains(&key.as_str()));
    Ok(json!({}))
}

/// The tags of the resource that the call names.
fn asked<'c>(call: &'c mut Call<'_>) -> Result<&'c mut Tags, ApiError> {
    let arn = call.required("resourceArn");
    let here = call.arn("eks", "");
    if !arn.starts_with("arn:") || arn.splitn(6, ':').count() < 6 {
        return refuse(BAD_REQUEST, format!("Invalid resource ARN: {arn}"));
    }
    if !arn.starts_with(&here) {
        return refuse(BAD_REQUEST, format!("{arn} is not an ARN of EKS in this account and Region"));
    }
    let missing = || ApiError::new("NotFoundException", format!("Resource not found: {arn}"));
    call.eks().tags_mut(&arn).ok_or_else(missing)
}
