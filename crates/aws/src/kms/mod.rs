//! KMS: keys.

pub mod key;

use eksctl_rs_core::ErrorClass;

/// What KMS's error codes mean. Source: KMS API reference, the errors of each action.
pub(crate) fn classify(operation: &str, code: &str, message: &str) -> Option<ErrorClass> {
    let reads_or_removes =
        ["Describe", "List", "Get", "Delete", "Untag", "Schedule"].iter().any(|verb| operation.starts_with(verb));
    match code {
        "NotFoundException" if reads_or_removes => Some(ErrorClass::Gone),
        // A key that was made a moment ago is not known everywhere yet.
        "NotFoundException" => Some(ErrorClass::NotYet),
        "AlreadyExistsException" => Some(ErrorClass::Exists),
        "LimitExceededException" => Some(ErrorClass::Quota),
        // The principal of a policy may be a role that was made a moment ago. Source: KMS API reference, `CreateKey`.
        "MalformedPolicyDocumentException" if message.contains("principal") => Some(ErrorClass::NotYet),
        "DependencyTimeoutException" | "KMSInternalException" => Some(ErrorClass::Transient),
        _ => None,
    }
}
