//! Flags of Modify operations, which travel in a structure of their own.

use serde::Deserialize;

use crate::error::ApiError;

/// A flag as the parameter of a Modify operation.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Flag {
    value: Option<bool>,
}

impl Flag {
    /// The value of the flag called `name`, which must be there.
    pub(super) fn value(&self, name: &str) -> Result<bool, ApiError> {
        let missing =
            || ApiError::new("MissingParameter", format!("The request must contain the parameter {name}.Value"));
        self.value.ok_or_else(missing)
    }
}
