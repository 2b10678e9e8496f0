//! CloudWatch Logs: log groups.

pub mod log_group;

use eksctl_rs_core::ErrorClass;

/// What CloudWatch Logs' error codes mean. Source: CloudWatch Logs API reference, the errors of each action.
pub(crate) fn classify(operation: &str, code: &str, message: &str) -> Option<ErrorClass> {
    let reads_or_removes = ["Describe", "List", "Delete", "Untag"].iter().any(|verb| operation.starts_with(verb));
    match code {
        "ResourceNotFoundException" if reads_or_removes => Some(ErrorClass::Gone),
        // A group that was made a moment ago is not known everywhere yet.
        "ResourceNotFoundException" => Some(ErrorClass::NotYet),
        "ResourceAlreadyExistsException" => Some(ErrorClass::Exists),
        "LimitExceededException" => Some(ErrorClass::Quota),
        "OperationAbortedException" => Some(ErrorClass::Busy),
        // A key that was made a moment ago, or a policy that it was given: neither is known everywhere yet.
        "InvalidParameterException" if message.contains("KMS key") => Some(ErrorClass::NotYet),
        _ => None,
    }
}
