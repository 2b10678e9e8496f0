//! Secrets Manager: secrets.

pub mod secret;

use eksctl_rs_core::ErrorClass;

/// What Secrets Manager's error codes mean. Source: Secrets Manager API reference, the errors of each action.
pub(crate) fn classify(operation: &str, code: &str, message: &str) -> Option<ErrorClass> {
    let reads_or_removes =
        ["Describe", "List", "Get", "Delete", "Untag"].iter().any(|verb| operation.starts_with(verb));
    match code {
        "ResourceNotFoundException" if reads_or_removes => Some(ErrorClass::Gone),
        // A secret that was made a moment ago is not known everywhere yet.
        "ResourceNotFoundException" => Some(ErrorClass::NotYet),
        // The token names a version that has another value.
        "ResourceExistsException" if operation == "PutSecretValue" => Some(ErrorClass::TokenUsed),
        "ResourceExistsException" => Some(ErrorClass::Exists),
        "LimitExceededException" => Some(ErrorClass::Quota),
        "InternalServiceError" => Some(ErrorClass::Transient),
        // One code for every state that does not allow the call: the message tells which.
        "InvalidRequestException" if message.contains("deletion") => Some(match operation {
            "CreateSecret" => ErrorClass::Exists,
            "DeleteSecret" => ErrorClass::Gone,
            // A secret that was restored a moment ago is not known as such everywhere yet.
            _ => ErrorClass::NotYet,
        }),
        _ => None,
    }
}
