//! What can be wrong: with a cluster, with a node group, with an update.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::weather::Mishap;

/// Something that is wrong with a resource, or that an update failed for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Issue {
    /// One of the model's codes.
    pub(super) code: String,
    pub(super) message: String,
    pub(super) resource_ids: Vec<String>,
}

/// When something in progress ends, and how: without issues it succeeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Ending {
    /// In emulated seconds.
    pub(super) due: f64,
    pub(super) issues: Vec<Issue>,
}

impl Issue {
    pub(super) fn new(code: &str, message: impl Into<String>, resource_ids: Vec<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), resource_ids }
    }

    /// As an `ErrorDetail` of an update.
    pub(super) fn show_as_error(&self) -> Value {
        json!({ "errorCode": self.error_code(), "errorMessage": self.message, "resourceIds": self.resource_ids })
    }

    /// The nearest of the model's codes for updates, which are others.
    fn error_code(&self) -> &str {
        match self.code.as_str() {
            "Ec2SubnetNotFound" => "SubnetNotFound",
            "Ec2SubnetInvalidConfiguration" | "Ec2SubnetMissingIpv6Assignment" | "IamNodeRoleNotFound" => {
                "NodeCreationFailure"
            }
            code => code,
        }
    }

    fn show(&self) -> Value {
        json!({ "code": self.code, "message": self.message, "resourceIds": self.resource_ids })
    }
}

impl From<Mishap> for Issue {
    /// What the weather has in store.
    fn from(mishap: Mishap) -> Self {
        Self { code: mishap.code, message: mishap.message, resource_ids: Vec::new() }
    }
}

impl Ending {
    /// A success.
    pub(super) fn well(due: f64) -> Self {
        Self { due, issues: Vec::new() }
    }
}

/// The health of a resource.
pub(super) fn show(issues: &[Issue]) -> Value {
    json!({ "issues": issues.iter().map(Issue::show).collect::<Vec<_>>() })
}
