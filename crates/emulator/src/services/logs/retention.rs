//! How long events are kept.

use serde_json::{Value, json};

use super::group::{DELIVERY, LogGroup};
use super::invalid;
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;

pub(super) const OPERATIONS: Operations =
    &[("DeleteRetentionPolicy", delete_retention_policy), ("PutRetentionPolicy", put_retention_policy)];

/// Source: PutRetentionPolicy, retentionInDays.
const DAYS: &[i64] =
    &[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/// What a log group of the class begins with. Those of the class DELIVERY keep events for one day, says CreateLogGroup;
/// users see two.
pub(super) fn initial(class: &str) -> Option<i64> {
    (class == DELIVERY).then_some(2)
}

fn put_retention_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let days = call.input["retentionInDays"].as_i64().unwrap_or_default();
    if !DAYS.contains(&days) {
        let allowed: Vec<String> = DAYS.iter().map(i64::to_string).collect();
        return invalid(format!(
            "1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: \
             Member must satisfy enum value set: [{}]",
            allowed.join(", ")
        ));
    }
    changeable(call)?.retention = Some(days);
    Ok(json!({}))
}

fn delete_retention_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    changeable(call)?.retention = None;
    Ok(json!({}))
}

fn changeable<'c>(call: &'c mut Call<'_>) -> Result<&'c mut LogGroup, ApiError> {
    let name = call.required("logGroupName");
    let group = call.logs().existing(&name)?;
    match group.class.as_str() {
        DELIVERY => invalid("The retention of a log group of the class DELIVERY cannot be changed"),
        _ => Ok(group),
    }
}
