//! Deleting keys: after a waiting period, in which it can be cancelled.

use serde_json::{Value, json};

use super::key::State;
use super::{INVALID_STATE, change, invalid, name};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;

pub(super) const OPERATIONS: Operations =
    &[("CancelKeyDeletion", cancel_key_deletion), ("ScheduleKeyDeletion", schedule_key_deletion)];

const DAY: f64 = 86_400.0;
/// Source: ScheduleKeyDeletion, PendingWindowInDays. The limits of the model are others.
const DEFAULT_DAYS: i64 = 30;
const FEWEST_DAYS: i64 = 7;

/// The waiting period is as long where everything else is complete at once: nothing is in progress in it.
fn schedule_key_deletion(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let days = call.input["PendingWindowInDays"].as_i64().unwrap_or(DEFAULT_DAYS);
    if !(FEWEST_DAYS..=DEFAULT_DAYS).contains(&days) {
        return invalid(format!("PendingWindowInDays must be between {FEWEST_DAYS} and {DEFAULT_DAYS}"));
    }
    let key = name::asked(call, "KeyId")?;
    key.check_stays()?;
    let (id, arn, due) = (key.id.clone(), key.arn.clone(), call.now + days as f64 * DAY);
    change(call, &id, |key| key.state = State::PendingDeletion { due });
    Ok(json!({
        "KeyId": arn,
        "DeletionDate": call.epoch + due,
        "KeyState": "PendingDeletion",
        "PendingWindowInDays": days,
    }))
}

fn cancel_key_deletion(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let key = name::asked(call, "KeyId")?;
    if !key.is_pending_deletion() {
        return refuse(INVALID_STATE, format!("{} is not pending deletion.", key.arn));
    }
    let (id, arn) = (key.id.clone(), key.arn.clone());
    change(call, &id, |key| key.state = State::Disabled);
    Ok(json!({ "KeyId": arn }))
}
