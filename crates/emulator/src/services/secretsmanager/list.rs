//! Lists of secrets.

use serde_json::{Value, json};

use super::INVALID_PARAMETER;
use super::secret::Secret;
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::page::{Paging, page};
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[("ListSecrets", list_secrets)];

fn list_secrets(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let filters = call.input["Filters"].as_array().cloned().unwrap_or_default();
    filters.iter().try_for_each(check)?;
    let with_planned = call.input["IncludePlannedDeletion"] == true;
    let is_shown = |secret: &&Secret| {
        secret.is_seen()
            && (with_planned || !secret.is_scheduled())
            && filters.iter().all(|filter| passes(secret, &call.region_name, filter))
    };
    let mut found: Vec<&Secret> = call.secrets().secrets.values().filter(is_shown).collect();
    match call.text("SortBy") {
        Some("name") => {}
        Some("last-changed-date") => found.sort_by(|a, b| a.changed_at.total_cmp(&b.changed_at)),
        _ => found.sort_by(|a, b| a.created_at.total_cmp(&b.created_at)),
    }
    if call.text("SortOrder") == Some("desc") {
        found.reverse();
    }
    let all = found.into_iter().map(|secret| secret.show(call.epoch, "SecretVersionsToStages")).collect();
    let paging =
        Paging { size: "MaxResults", token: "NextToken", default: 100, bad_token: "InvalidNextTokenException" };
    let (shown, next): (Vec<Value>, _) = page(&call.input, paging, all)?;
    Ok(json!({ "SecretList": shown, "NextToken": next }))
}

fn check(filter: &Value) -> Result<(), ApiError> {
    match filter["Key"].is_null() || filter["Values"].as_array().is_none_or(Vec::is_empty) {
        true => refuse(INVALID_PARAMETER, "Each filter must have a Key and Values"),
        false => Ok(()),
    }
}

/// Whether a secret has what a filter asks for. Source: Filter, Key: a text fits what it is the beginning of, or nothing of
/// that if there is an exclamation mark before it.
fn passes(secret: &Secret, region: &str, filter: &Value) -> bool {
    let (key, values) = (filter["Key"].as_str().unwrap_or_default(), filter["Values"].as_array());
    let attributes = attributes(secret, region, key);
    let any_case = ["all", "description"].contains(&key);
    let fits = |wanted: &str| {
        let begins = |found: &str| match any_case {
            true => found.to_lowercase().starts_with(&wanted.to_lowercase()),
            false => found.starts_with(wanted),
        };
        // Words, as long as all attributes are asked for.
        attributes.iter().any(|found| begins(found) || key == "all" && found.split(is_separator).any(begins))
    };
    let passes = |wanted: &str| wanted.strip_prefix('!').map_or_else(|| fits(wanted), |unwanted| !fits(unwanted));
    values.into_iter().flatten().filter_map(Value::as_str).any(passes)
}

fn is_separator(character: char) -> bool {
    !character.is_alphanumeric()
}

fn attributes<'s>(secret: &'s Secret, region: &'s str, key: &str) -> Vec<&'s str> {
    let description = secret.description.iter().map(String::as_str);
    let (keys, values) = (secret.tags.keys().map(String::as_str), secret.tags.values().map(String::as_str));
    match key {
        "name" => vec![&secret.name],
        "description" => description.collect(),
        "tag-key" => keys.collect(),
        "tag-value" => values.collect(),
        "primary-region" => vec![region],
        "all" => description.chain(keys).chain(values).chain([secret.name.as_str()]).collect(),
        // No service owns any secret here.
        _ => Vec::new(),
    }
}
