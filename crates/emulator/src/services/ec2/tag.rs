//! Tags of everything that EC2 has.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use super::describe::{Described, Filters, matching, one};
use super::{PAGING, parameters, taggable};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::page::page;
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(super) const OPERATIONS: Operations =
    &[("CreateTags", create_tags), ("DeleteTags", delete_tags), ("DescribeTags", describe_tags)];

/// The code for everything that is wrong with tags, but for their number.
const INVALID: &str = "InvalidParameterValue";

/// Tags for something that is being created.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct TagSpecification {
    resource_type: Option<String>,
    #[serde(default)]
    tags: Value,
}

/// The tags in `specifications` for the one thing, of the type `resource_type`, that a call creates.
pub(super) fn on_creation(specifications: &[TagSpecification], resource_type: &str) -> Result<Tags, ApiError> {
    let mut found = Tags::new();
    if specifications.len() > 1 {
        return refuse(INVALID, format!("Duplicate tag specification for the resource type {resource_type}"));
    }
    for specification in specifications {
        let Some(named) = specification.resource_type.as_deref() else {
            return refuse(INVALID, "Tag specification resource type must have a value");
        };
        if named != resource_type {
            return refuse(INVALID, format!("'{named}' is not a valid taggable resource type for this operation."));
        }
        if specification.tags.as_array().is_none_or(Vec::is_empty) {
            return refuse(INVALID, "Tag specification must have at least one tag");
        }
        tags::put(&mut found, checked(&specification.tags)?, INVALID)?;
    }
    Ok(found)
}

/// The tags of a list in which every one has a key of its own.
fn checked(list: &Value) -> Result<Tags, ApiError> {
    let mut keys = BTreeSet::new();
    for tag in list.as_array().into_iter().flatten() {
        let Some(key) = tag["Key"].as_str() else { return refuse(INVALID, "Tag key cannot be null.") };
        if !keys.insert(key) {
            return refuse(INVALID, format!("Duplicate tag key '{key}' specified."));
        }
    }
    Ok(tags::from_list(list))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct TagRequest {
    resources: Vec<String>,
    #[serde(default)]
    tags: Value,
}

impl TagRequest {
    /// The parameters, if all the resources are there.
    fn read(call: &Call<'_>) -> Result<Self, ApiError> {
        let request: Self = parameters(call)?;
        if request.resources.is_empty() {
            return refuse("MissingParameter", "The request must contain the parameter resourceIdSet");
        }
        if request.resources.len() > 1000 {
            return refuse(INVALID, "At most 1000 resources can be tagged in one request");
        }
        request.resources.iter().try_for_each(|id| taggable::check(call.network(), id))?;
        Ok(request)
    }
}

fn create_tags(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let request = TagRequest::read(call)?;
    let new = checked(&request.tags)?;
    if new.is_empty() {
        return refuse("MissingParameter", "The request must contain the parameter tagSet");
    }
    let mut changed: BTreeMap<&String, Tags> = BTreeMap::new();
    for id in &request.resources {
        let mut tags = call.ec2().tags_mut(id).cloned().unwrap_or_default();
        tags::put(&mut tags, new.clone(), INVALID)?;
        changed.insert(id, tags);
    }
    for (id, tags) in changed {
        call.ec2().tags_mut(id).into_iter().for_each(|found| found.clone_from(&tags));
    }
    Ok(json!({}))
}

fn delete_tags(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let request = TagRequest::read(call)?;
    let doomed: Vec<(String, Option<String>)> =
        request.tags.as_array().into_iter().flatten().map(key_and_value).collect();
    if let Some((key, _)) = doomed.iter().find(|(key, _)| is_reserved(key)) {
        return refuse(INVALID, format!("Tag keys starting with 'aws:' are reserved for internal use: {key}"));
    }
    let all = request.tags.is_null();
    for id in &request.resources {
        if let Some(tags) = call.ec2().tags_mut(id) {
            tags.retain(|key, value| {
                let named =
                    doomed.iter().any(|(doomed, only)| doomed == key && only.as_ref().is_none_or(|only| only == value));
                is_reserved(key) || !(all || named)
            });
        }
    }
    Ok(json!({}))
}

fn key_and_value(tag: &Value) -> (String, Option<String>) {
    (tag["Key"].as_str().unwrap_or_default().to_owned(), tag["Value"].as_str().map(str::to_owned))
}

/// Whether the tag is AWS's own.
fn is_reserved(key: &str) -> bool {
    key.to_ascii_lowercase().starts_with("aws:")
}

/// One tag of one thing.
struct Tagging {
    resource_type: &'static str,
    resource_id: String,
    key: String,
    value: String,
    /// Itself, alone.
    tags: Tags,
}

impl Described for Tagging {
    const FILTERS: Filters<Self> = &[
        ("key", |tag, _| one(&tag.key)),
        ("resource-id", |tag, _| one(&tag.resource_id)),
        ("resource-type", |tag, _| one(tag.resource_type)),
        ("value", |tag, _| one(&tag.value)),
    ];
    const TAG_FILTERS: &'static [&'static str] = &["tag:"];

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn show(&self, _call: &Call<'_>) -> Value {
        json!({
            "Key": self.key, "Value": self.value, "ResourceId": self.resource_id, "ResourceType": self.resource_type,
        })
    }
}

fn describe_tags(call: &mut Call<'_>) -> Result<Value, ApiError> {
    // The model gives no range here; the documentation does.
    if let Some(size) = call.input[PAGING.size].as_i64().filter(|size| !(5..=1000).contains(size)) {
        let message =
            format!("Value ( {size} ) for parameter maxResults is invalid. Expecting a value from 5 to 1000.");
        return refuse(INVALID, message);
    }
    let mut all = Vec::new();
    for (resource_type, id, tags) in call.network().tagged() {
        all.extend(tags.iter().map(|(key, value)| Tagging {
            resource_type,
            resource_id: id.clone(),
            key: key.clone(),
            value: value.clone(),
            tags: Tags::from([(key.clone(), value.clone())]),
        }));
    }
    let found = matching(call, all.iter(), &call.input["Filters"])?;
    let (shown, next) = page(&call.input, PAGING, found)?;
    let shown: Vec<Value> = shown.into_iter().map(|tag| tag.show(call)).collect();
    Ok(json!({ "Tags": shown, "NextToken": next }))
}
