//! Deleting secrets: after a recovery window, in which they can be restored, or at once.

use serde_json::{Value, json};

use super::secret::Deletion;
use super::{INVALID_PARAMETER, INVALID_REQUEST, name};
use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[("DeleteSecret", delete_secret), ("RestoreSecret", restore_secret)];

const DAY: f64 = 86_400.0;
/// Source: DeleteSecret, RecoveryWindowInDays.
const DEFAULT_DAYS: i64 = 30;
const FEWEST_DAYS: i64 = 7;

/// The recovery window is as long where everything else is complete at once: nothing is in progress in it. Without recovery
/// the secret is not seen any more, and its name is free after "a short delay".
fn delete_secret(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let days = call.input["RecoveryWindowInDays"].as_i64();
    let force = call.input["ForceDeleteWithoutRecovery"] == true;
    if force && days.is_some() {
        let message = "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.";
        return refuse(INVALID_PARAMETER, message);
    }
    let days = days.unwrap_or(DEFAULT_DAYS);
    if !(FEWEST_DAYS..=DEFAULT_DAYS).contains(&days) {
        return refuse(INVALID_PARAMETER, "RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
    }
    let secret = match name::asked(call) {
        // "If you forcibly delete an already deleted or nonexistent secret, the operation does not return
        // ResourceNotFoundException."
        Err(_) if force => {
            let id = call.required("SecretId");
            return Ok(json!({ "ARN": id, "Name": id, "DeletionDate": call.time() }));
        }
        found => found?,
    };
    if secret.is_scheduled() && !force {
        let message = "You can't perform this operation on the secret because it was already scheduled for deletion.";
        return refuse(INVALID_REQUEST, message);
    }
    let (found, arn) = (secret.name.clone(), secret.arn.clone());
    let gone = if force { call.until(durations::DELETE_SECRET, &arn) } else { call.now + days as f64 * DAY };
    let told = if force { call.time() } else { call.epoch + gone };
    name::change(call, &found, |secret| secret.deletion = Some(Deletion { due: gone, recoverable: !force }))?;
    if force && call.instant {
        call.secrets_mut().secrets.remove(&found);
    }
    Ok(json!({ "ARN": arn, "Name": found, "DeletionDate": told }))
}

/// Restoring one that is not to be deleted is no mistake.
fn restore_secret(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let secret = name::asked(call)?;
    let (found, arn) = (secret.name.clone(), secret.arn.clone());
    name::change(call, &found, |secret| secret.deletion = None)?;
    Ok(json!({ "ARN": arn, "Name": found }))
}
