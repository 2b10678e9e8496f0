//! IAM: roles.

pub(crate) mod permission_set;
pub mod role;

use eksctl_rs_core::ErrorClass;

/// What IAM's error codes mean. Source: IAM API reference, the errors of each action.
pub(crate) fn classify(operation: &str, code: &str, message: &str) -> Option<ErrorClass> {
    match code {
        "NoSuchEntity" if attaches_missing_policy(operation, message) => Some(ErrorClass::Invalid),
        "NoSuchEntity" if reads_or_removes(operation) => Some(ErrorClass::Gone),
        // A role that was made a moment ago is not known everywhere yet.
        "NoSuchEntity" => Some(ErrorClass::NotYet),
        "EntityAlreadyExists" => Some(ErrorClass::Exists),
        "DeleteConflict" => Some(ErrorClass::Held),
        "LimitExceeded" => Some(ErrorClass::Quota),
        "ConcurrentModification" | "EntityTemporarilyUnmodifiable" => Some(ErrorClass::Busy),
        // The principal of a trust policy may be a role that was made a moment ago.
        "MalformedPolicyDocument" if message.contains("Invalid principal") => Some(ErrorClass::NotYet),
        _ => None,
    }
}

fn reads_or_removes(operation: &str) -> bool {
    ["Get", "List", "Delete", "Detach", "Untag"].iter().any(|verb| operation.starts_with(verb))
}

fn attaches_missing_policy(operation: &str, message: &str) -> bool {
    operation.starts_with("Attach") && message.contains("not attachable")
}
