//! What can go wrong with one call, in the words that the engine decides by.

use serde::{Deserialize, Serialize};

/// What an error means for the run. Rooms classify; the engine decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorClass {
    /// AWS asks for patience; nothing has happened.
    Throttled,
    /// The server or the connection failed; whether the call took effect is not known.
    Transient,
    /// Something that was made a moment ago is not visible everywhere yet.
    NotYet,
    /// Another change of the same thing is running.
    Busy,
    /// Something else still uses it.
    Held,
    /// Something stands there under that name already.
    Exists,
    /// What was to be read, changed or deleted is not there.
    Gone,
    /// The client token was used before, with other parameters or for something that is gone.
    TokenUsed,
    /// The caller may not do this.
    Denied,
    /// A quota of the account is used up.
    Quota,
    /// The credentials have expired, or there are none.
    Credentials,
    /// AWS refuses the request as it stands.
    Invalid,
    /// AWS has taken longer than the run was to wait, and goes on.
    TimedOut,
    /// The resource itself failed while it was made, changed or deleted.
    Failed,
    /// A bug of ours.
    Bug,
}

impl ErrorClass {
    /// Whether the same call may succeed later without anybody doing anything.
    pub fn passes(self) -> bool {
        matches!(self, Self::Throttled | Self::Transient | Self::NotYet | Self::Busy | Self::Held)
    }

    /// What the reader can do about it, if that follows from the class.
    pub fn hint(self) -> Option<&'static str> {
        match self {
            Self::Throttled => Some("AWS kept throttling; run again later, or ask AWS for a higher limit"),
            Self::Transient => Some("AWS or the network failed; run again: what was done is kept"),
            Self::NotYet => Some("AWS has not propagated a change yet; run again in a minute"),
            Self::Busy => Some("another change is running on it; run again when it has ended"),
            Self::Held => Some("find what uses it (AWS's message names it or its VPC), remove that, then run again"),
            Self::Exists => Some("rename it in the YAML, or delete what stands there"),
            Self::Denied => Some("grant the caller this action, then run again"),
            Self::Quota => Some("ask AWS for a higher quota (Service Quotas), then run again"),
            Self::Credentials => Some("renew the credentials (for instance `aws sso login`), then run again"),
            Self::TimedOut => Some("run again to go on waiting; `timeouts` in the YAML says for how long"),
            Self::Failed => Some("see the reason that AWS gives; then run again: what failed is made anew"),
            Self::Gone | Self::TokenUsed => Some("run again: the plan is made anew from what AWS has"),
            Self::Invalid => None,
            Self::Bug => Some("this is a bug of eksctl-rs; please report it"),
        }
    }
}

/// A call that did not succeed, in AWS's own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{operation}: {code}: {message}")]
pub struct CallError {
    /// What the error means for the run.
    pub class: ErrorClass,
    /// The operation, such as `eks:CreateCluster`.
    pub operation: String,
    /// AWS's error code, such as `ResourceInUseException`.
    pub code: String,
    /// AWS's message.
    pub message: String,
    /// AWS's id of the request, for its support.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl CallError {
    /// An error of `operation`.
    pub fn new(
        class: ErrorClass,
        operation: impl Into<String>,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self { class, operation: operation.into(), code: code.into(), message: message.into(), request_id: None }
    }

    /// A bug of ours, found while running `operation`.
    pub fn bug(operation: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(ErrorClass::Bug, operation, "Bug", message)
    }
}
