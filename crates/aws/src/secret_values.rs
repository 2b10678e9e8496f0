//! Values that a stack names and never holds: each is read only by the call that sends it.

use std::fmt;
use std::sync::Arc;

use eksctl_rs_core::{CallError, ErrorClass};

use crate::Aws;

/// Looks secret values up by the names that stacks have for them. What it holds is never shown.
#[derive(Clone)]
pub struct SecretValues(Arc<LookUp>);

/// The value of what has a name.
type LookUp = dyn Fn(&str) -> Option<String> + Send + Sync;

impl SecretValues {
    /// Values that `look_up` finds, such as those of environment variables.
    pub fn new(look_up: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(look_up))
    }

    /// No values at all.
    pub fn none() -> Self {
        Self::new(|_| None)
    }

    /// Whether there is a value called `name`. An empty one is none.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn get(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }
}

impl fmt::Debug for SecretValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretValues(..)")
    }
}

impl Aws {
    /// This AWS with `values` to send.
    #[must_use]
    pub fn with_secret_values(self, values: SecretValues) -> Self {
        Self { secret_values: values, ..self }
    }

    /// The value of the environment variable `name`, for a call of `operation`.
    pub(crate) fn secret_value(&self, operation: &str, name: &str) -> Result<String, CallError> {
        let missing = || {
            let message = format!("the environment variable {name} is not set; export it, then run again");
            CallError::new(ErrorClass::Invalid, operation, "NotSet", message)
        };
        self.secret_values.get(name).ok_or_else(missing)
    }
}

/// The error without any of `values`, should AWS repeat what it was sent.
pub(crate) fn redacted<'v>(mut error: CallError, values: impl IntoIterator<Item = &'v String>) -> CallError {
    for value in values {
        error.message = error.message.replace(value.as_str(), "***");
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_not_shown() {
        let values = SecretValues::new(|name| (name == "TOKEN").then(|| "canary".to_owned()));
        assert!(values.has("TOKEN") && !values.has("OTHER"));
        assert!(!SecretValues::new(|_| Some(String::new())).has("TOKEN"), "an empty value is none");
        assert_eq!(format!("{values:?}"), "SecretValues(..)");
        let error = CallError::new(ErrorClass::Invalid, "secretsmanager:CreateSecret", "Odd", "canary is no value");
        assert_eq!(redacted(error, &["canary".to_owned()]).message, "*** is no value");
    }
}
