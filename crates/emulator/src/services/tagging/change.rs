//! Tagging and untagging by ARN: what fails for one resource does not keep the others from it.

use serde_json::{Map, Value, json};

use super::arn::Arn;
use super::{INVALID, sources};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(super) const OPERATIONS: Operations = &[("TagResources", tag_resources), ("UntagResources", untag_resources)];

fn tag_resources(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let new = tags::from_map(&call.input["Tags"]);
    // Tags that no resource may have are refused as a whole.
    tags::put(&mut Tags::new(), new.clone(), INVALID)?;
    each(call, |tags| tags::put(tags, new.clone(), INVALID))
}

fn untag_resources(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let input = call.input["TagKeys"].clone();
    let keys: Vec<&str> = input.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if let Some(key) = keys.iter().find(|key| key.to_ascii_lowercase().starts_with("aws:")) {
        return refuse(INVALID, format!("Tag keys starting with 'aws:' are reserved for internal use: {key}"));
    }
    each(call, |tags| {
        tags.retain(|key, _| !keys.contains(&key.as_str()));
        Ok(())
    })
}

/// Changes the tags of every resource that the call names, and tells which could not be changed.
fn each(call: &mut Call<'_>, change: impl Fn(&mut Tags) -> Result<(), ApiError>) -> Result<Value, ApiError> {
    let input = call.input["ResourceARNList"].clone();
    let texts = input.as_array().into_iter().flatten().filter_map(Value::as_str);
    let arns: Vec<Arn<'_>> = texts.map(|text| Arn::asked(call, text)).collect::<Result<_, _>>()?;
    let mut failed = Map::new();
    for arn in arns {
        let changed = match sources::tags_mut(call, arn) {
            Some(tags) => change(tags),
            None => refuse(INVALID, format!("{} does not exist here, or cannot be tagged", arn.text)),
        };
        if let Err(error) = changed {
            let failure = json!({ "StatusCode": 400, "ErrorCode": INVALID, "ErrorMessage": error.message });
            failed.insert(arn.text.to_owned(), failure);
        }
    }
    Ok(json!({ "FailedResourcesMap": failed }))
}
