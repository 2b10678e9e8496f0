//! IAM: roles and groups, what they may do, and the identity providers that roles trust.

pub mod group;
pub mod oidc_provider;
pub(crate) mod permission_set;
pub mod policy;
pub mod role;
pub(crate) mod tags;

use eksctl_rs_core::ErrorClass;
use percent_encoding::percent_decode_str;

use crate::PolicyDocument;

/// What IAM's error codes mean. Source: IAM API reference, the errors of each action.
pub(crate) fn classify(operation: &str, code: &str, message: &str) -> Option<ErrorClass> {
    match code {
        "NoSuchEntity" if attaches_missing_policy(operation, message) => Some(ErrorClass::Invalid),
        "NoSuchEntity" if adds_missing_user(operation, message) => Some(ErrorClass::Invalid),
        "NoSuchEntity" if reads_or_removes(operation) => Some(ErrorClass::Gone),
        // A role that was made a moment ago is not known everywhere yet.
        "NoSuchEntity" => Some(ErrorClass::NotYet),
        "EntityAlreadyExists" => Some(ErrorClass::Exists),
        "DeleteConflict" => Some(ErrorClass::Held),
        "LimitExceeded" => Some(ErrorClass::Quota),
        "ConcurrentModification" | "EntityTemporarilyUnmodifiable" => Some(ErrorClass::Busy),
        // The issuer of a cluster that was made a moment ago does not answer at once.
        "OpenIdIdpCommunicationError" => Some(ErrorClass::NotYet),
        // The principal of a trust policy may be a role that was made a moment ago.
        "MalformedPolicyDocument" if message.contains("Invalid principal") => Some(ErrorClass::NotYet),
        _ => None,
    }
}

fn reads_or_removes(operation: &str) -> bool {
    ["Get", "List", "Delete", "Detach", "Remove", "Untag"].iter().any(|verb| operation.starts_with(verb))
}

fn attaches_missing_policy(operation: &str, message: &str) -> bool {
    operation.starts_with("Attach") && message.contains("not attachable")
}

fn adds_missing_user(operation: &str, message: &str) -> bool {
    operation == "AddUserToGroup" && message.contains("user")
}

/// IAM percent-encodes the documents that it tells.
pub(crate) fn document(text: &str) -> PolicyDocument {
    let decoded = percent_decode_str(text).decode_utf8_lossy();
    PolicyDocument::parse(&decoded).unwrap_or_else(|_| PolicyDocument::new(decoded.into_owned().into()))
}
