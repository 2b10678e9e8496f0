//! Rotation of key material, which nobody sees but for its dates.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::key::State;
use super::{Key, UNSUPPORTED, change, name};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[
    ("DisableKeyRotation", disable_key_rotation),
    ("EnableKeyRotation", enable_key_rotation),
    ("GetKeyRotationStatus", get_key_rotation_status),
];

const DAY: f64 = 86_400.0;
/// Source: EnableKeyRotation, RotationPeriodInDays.
const DEFAULT_DAYS: u32 = 365;

/// Automatic rotation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Rotation {
    days: u32,
    /// Since when, in emulated seconds.
    since: f64,
}

impl Rotation {
    /// The next time after `now`.
    fn next(self, now: f64) -> f64 {
        let period = f64::from(self.days) * DAY;
        self.since + (((now - self.since) / period).floor() + 1.0) * period
    }
}

fn enable_key_rotation(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let days = call.input["RotationPeriodInDays"].as_u64().and_then(|days| u32::try_from(days).ok());
    let rotation = Rotation { days: days.unwrap_or(DEFAULT_DAYS), since: call.now };
    put(call, Some(rotation))
}

fn disable_key_rotation(call: &mut Call<'_>) -> Result<Value, ApiError> {
    put(call, None)
}

fn put(call: &mut Call<'_>, rotation: Option<Rotation>) -> Result<Value, ApiError> {
    let key = name::asked(call, "KeyId")?;
    check_rotates(key)?;
    key.check_stays()?;
    if key.state == State::Disabled {
        return refuse("DisabledException", format!("{} is disabled.", key.arn));
    }
    let id = key.id.clone();
    change(call, &id, |key| key.rotation = rotation);
    Ok(json!({}))
}

fn check_rotates(key: &Key) -> Result<(), ApiError> {
    match key.is_symmetric() {
        true => Ok(()),
        false => refuse(UNSUPPORTED, format!("{} is not a symmetric encryption key: it has no rotation.", key.arn)),
    }
}

/// A key that is to be deleted does not rotate, and does so again if the deletion is cancelled. Source:
/// GetKeyRotationStatus.
fn get_key_rotation_status(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let key = name::asked(call, "KeyId")?;
    check_rotates(key)?;
    let rotation = key.rotation.filter(|_| !key.is_pending_deletion());
    Ok(json!({
        "KeyId": key.id,
        "KeyRotationEnabled": rotation.is_some(),
        "RotationPeriodInDays": rotation.map(|rotation| rotation.days),
        "NextRotationDate": rotation.map(|rotation| call.epoch + rotation.next(call.now)),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_rotation_is_a_whole_number_of_periods_later() {
        let rotation = Rotation { days: 90, since: 5.0 };
        let period = 90.0 * DAY;
        assert_eq!(rotation.next(5.0), 5.0 + period);
        assert_eq!(rotation.next(5.0 + 2.5 * period), 5.0 + 3.0 * period);
    }
}
