//! What the emulator answers when it refuses.

use std::collections::BTreeMap;

use serde_json::Value;

/// A refusal, with AWS's error code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub(crate) struct ApiError {
    /// The code as it travels, such as `InvalidVpcID.NotFound` or `ResourceInUseException`.
    pub(crate) code: String,
    /// AWS's words, as near as they are known.
    pub(crate) message: String,
    /// The HTTP status, where it is not what the model says of the code (or 400).
    pub(crate) status: Option<u16>,
    /// What the model's structure of the error holds besides the message.
    pub(crate) details: BTreeMap<&'static str, Value>,
}

impl ApiError {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), status: None, details: BTreeMap::new() }
    }

    pub(crate) fn with_status(code: &str, status: u16, message: impl Into<String>) -> Self {
        Self { status: Some(status), ..Self::new(code, message) }
    }

    /// The same refusal, with one more of its details.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.details.insert(name, value.into());
        self
    }
}

/// Refuses, in one word: `return refuse("DependencyViolation", "…")`.
pub(crate) fn refuse<T>(code: &str, message: impl Into<String>) -> Result<T, ApiError> {
    Err(ApiError::new(code, message))
}
