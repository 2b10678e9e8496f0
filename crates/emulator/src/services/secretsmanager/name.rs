//! How calls name a secret: by name, by ARN, or by an ARN without its random end.

use super::secret::Secret;
use super::{INVALID_REQUEST, not_found};
use crate::call::Call;
use crate::error::{ApiError, refuse};

/// The secret that `text` names, if anybody is told of it.
pub(crate) fn find<'c>(call: &'c Call<'_>, text: &str) -> Option<&'c Secret> {
    let prefix = call.arn("secretsmanager", "secret:");
    let secrets = &call.secrets().secrets;
    let found = match text.strip_prefix(&prefix) {
        None if text.starts_with("arn:") => None,
        None => secrets.get(text),
        Some(rest) => secrets.values().find(|secret| secret.arn == text).or_else(|| secrets.get(rest)),
    };
    found.filter(|secret| secret.is_seen())
}

/// The secret that the call names.
pub(super) fn asked<'c>(call: &'c Call<'_>) -> Result<&'c Secret, ApiError> {
    let found = find(call, call.text("SecretId").unwrap_or_default());
    found.ok_or_else(|| not_found("Secrets Manager can't find the specified secret."))
}

/// The secret that the call names, if it is not to be deleted.
pub(super) fn usable<'c>(call: &'c Call<'_>) -> Result<&'c Secret, ApiError> {
    let secret = asked(call)?;
    if secret.is_scheduled() {
        let message = "You can't perform this operation on the secret because it was marked for deletion.";
        return refuse(INVALID_REQUEST, message);
    }
    Ok(secret)
}

/// The secret called `name`, for a change.
pub(super) fn change<T>(call: &mut Call<'_>, name: &str, change: impl FnOnce(&mut Secret) -> T) -> Result<T, ApiError> {
    let found = call.secrets_mut().secrets.get_mut(name).map(change);
    found.ok_or_else(|| not_found("Secrets Manager can't find the specified secret."))
}

/// Source: CreateSecret, Name. The words are Secrets Manager's, which takes more characters than it documents.
pub(super) fn check(name: &str) -> Result<(), ApiError> {
    match name.chars().all(|character| character.is_ascii_alphanumeric() || "-/_+=.@!".contains(character)) {
        true => Ok(()),
        false => refuse(
            "ValidationException",
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
        ),
    }
}
