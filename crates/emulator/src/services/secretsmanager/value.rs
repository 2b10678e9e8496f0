//! Values of secrets, and what is kept of them.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{INVALID_PARAMETER, INVALID_REQUEST};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::random;

/// A value, as it was sent. It is never written to the disk, and never printed.
#[derive(Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    /// In base64.
    Binary(String),
}

impl fmt::Debug for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(a secret value)")
    }
}

/// What is kept of a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Trace {
    digest: String,
    /// Whether it is a JSON object with a `username` and an `accessToken`: what ECR reads from a secret.
    pub(super) is_registry_login: bool,
}

impl Value {
    /// The one that the call brings, if it does.
    pub(super) fn asked(call: &Call<'_>) -> Result<Option<Self>, ApiError> {
        match (call.text("SecretString"), call.text("SecretBinary")) {
            (None, None) => Ok(None),
            (Some(text), None) => Ok(Some(Self::Text(text.to_owned()))),
            (None, Some(bytes)) => Ok(Some(Self::Binary(bytes.to_owned()))),
            (Some(_), Some(_)) => {
                let message =
                    "You can't specify both a binary secret value and a string secret value in the same secret.";
                refuse(INVALID_PARAMETER, message)
            }
        }
    }

    /// The one that the call must bring.
    pub(super) fn required(call: &Call<'_>) -> Result<Self, ApiError> {
        let missing = || ApiError::new(INVALID_REQUEST, "You must provide either SecretString or SecretBinary.");
        Self::asked(call)?.ok_or_else(missing)
    }

    /// What is kept of it as the version `id` of the secret `arn`: the digest fits no other one.
    pub(super) fn trace(&self, arn: &str, id: &str) -> Trace {
        let (kind, text) = match self {
            Self::Text(text) => ("text", text),
            Self::Binary(bytes) => ("binary", bytes),
        };
        Trace { digest: random::hex(&json!([arn, id, kind, text]), 64), is_registry_login: self.is_registry_login() }
    }

    fn is_registry_login(&self) -> bool {
        let Self::Text(text) = self else { return false };
        let read: Json = serde_json::from_str(text).unwrap_or_default();
        ["username", "accessToken"].iter().all(|key| read[*key].as_str().is_some_and(|found| !found.is_empty()))
    }

    /// Puts it into an answer.
    pub(super) fn show(&self, shown: &mut Json) {
        match self {
            Self::Text(text) => shown["SecretString"] = text.as_str().into(),
            Self::Binary(bytes) => shown["SecretBinary"] = bytes.as_str().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_login_is_a_user_name_with_an_access_token() {
        let is_login = |text: &str| Value::Text(text.to_owned()).is_registry_login();
        assert!(is_login(r#"{"username":"u","accessToken":"t","more":1}"#));
        for text in ["", "u:t", r#"{"username":"u"}"#, r#"{"username":"u","accessToken":""}"#, r#"["username"]"#] {
            assert!(!is_login(text), "{text}");
        }
        assert!(!Value::Binary("e30=".to_owned()).is_registry_login());
    }

    #[test]
    fn values_are_not_printed() {
        assert_eq!(format!("{:?}", Value::Text("canary".to_owned())), "(a secret value)");
    }
}
