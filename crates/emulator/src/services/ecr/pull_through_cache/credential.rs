//! The secrets with which ECR gets at an upstream registry.

use crate::call::Call;
use crate::error::ApiError;
use crate::services::secretsmanager::{self, Secret};

/// Refuses a secret that ECR's service-linked role cannot read. Source: "Storing your upstream repository credentials in an
/// AWS Secrets Manager secret": ECR "doesn't support using a customer managed key (CMK) for this".
pub(super) fn check(call: &Call<'_>, arn: Option<&str>) -> Result<(), ApiError> {
    arn.map_or(Ok(()), |arn| readable(call, arn).map(drop))
}

/// The secret with the ARN `arn`.
pub(super) fn readable<'c>(call: &'c Call<'_>, arn: &str) -> Result<&'c Secret, ApiError> {
    let found = secretsmanager::find(call, arn).filter(|_| arn.starts_with("arn:"));
    let Some(secret) = found else {
        let message = "The ARN of the secret specified in the pull through cache rule was not found. Update the pull \
                       through cache rule with a valid secret ARN and try again.";
        return Err(ApiError::new("SecretNotFoundException", message));
    };
    if secret.is_scheduled() {
        let message =
            "The secret is unable to be accessed. Verify the resource permissions for the secret and try again.";
        return Err(ApiError::new("UnableToAccessSecretException", message));
    }
    if secret.has_own_key() {
        let message =
            "The secret is accessible but is unable to be decrypted. Verify the resource permisisons and try again.";
        return Err(ApiError::new("UnableToDecryptSecretValueException", message));
    }
    Ok(secret)
}
