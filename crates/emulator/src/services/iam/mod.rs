//! IAM: roles and policies.

use serde::{Deserialize, Serialize};

use super::{Service, validation_error};

pub(crate) const SERVICE: Service = Service {
    name: "iam",
    operations: &[],
    invalid: |problems| validation_error("ValidationError", problems),
    unknown_caller: ("InvalidClientTokenId", 403),
};

/// The roles and policies of one account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Iam {
    roles: std::collections::BTreeMap<String, Role>,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) arn: String,
    /// Seconds.
    pub(crate) max_session_duration: i64,
}

impl Iam {
    /// The role with the ARN `arn`.
    pub(crate) fn role_by_arn(&self, arn: &str) -> Option<&Role> {
        self.roles.values().find(|role| role.arn == arn)
    }
}
