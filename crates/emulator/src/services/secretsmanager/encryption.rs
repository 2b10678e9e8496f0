//! The keys that encrypt secrets.

use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::kms::{self, Found};

/// The key that the call gives: nothing if it gives none, an empty text, or the one that AWS manages.
pub(super) fn asked(call: &Call<'_>) -> Result<Option<String>, ApiError> {
    let managed = ["", "alias/aws/secretsmanager"];
    let Some(key) = call.text("KmsKeyId").filter(|key| !managed.contains(key)) else { return Ok(None) };
    let broken = "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check that the KMS \
                  key is available, enabled, and not in an invalid state.";
    match kms::find(call, key) {
        Found::OtherAccount => Ok(Some(key.to_owned())),
        Found::Key(found) if found.obstacle().is_none() => match found.lets_caller_encrypt(call) {
            true => Ok(Some(key.to_owned())),
            false => refuse("AccessDeniedException", "Access to KMS is not allowed"),
        },
        Found::Key(_) | Found::Nothing => refuse("EncryptionFailure", broken),
    }
}
