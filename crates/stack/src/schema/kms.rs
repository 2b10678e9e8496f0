//! The KMS key of the stack's own.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A KMS key of the stack's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Kms {
    /// Its alias. Absent, `alias/` and the name of the stack.
    #[schemars(
        regex(pattern = r"^alias/(?!aws/)[a-zA-Z0-9/_-]{1,250}$"),
        extend("x-becomes" = ["kms.Key.alias"], "x-rule" = "alias/ and up to 250 letters, digits, /, _ and -; not alias/aws/")
    )]
    pub alias: Option<String>,
    /// What it is for. Absent, the name of the stack tells.
    #[schemars(length(max = 8192), extend("x-becomes" = ["kms.Key.description"]))]
    pub description: Option<String>,
    /// Whether AWS makes new key material from time to time.
    #[schemars(extend("default" = true, "x-becomes" = ["kms.Key.rotation_period_in_days"]))]
    pub enable_key_rotation: bool,
    /// How often, in days.
    #[schemars(
        range(min = 90, max = 2560),
        extend("default" = 365, "x-becomes" = ["kms.Key.rotation_period_in_days"])
    )]
    pub rotation_period_in_days: i32,
    /// Whether there may be replicas of it in other Regions.
    #[schemars(extend("default" = false, "x-becomes" = ["kms.Key.multi_region"]))]
    pub multi_region: bool,
    /// How many days it can be taken back after its deletion. A stack that is applied again meanwhile takes it back.
    #[schemars(
        range(min = 7, max = 30),
        extend("default" = 30, "x-becomes" = ["kms.Key.deletion_window_in_days"])
    )]
    pub deletion_window_in_days: i32,
    /// What is encrypted with it.
    #[schemars(extend("default" = ["secrets", "logs"], "x-becomes" = ["kms.Key.policy"]))]
    pub used_for: BTreeSet<KeyUse>,
    /// Statements of one's own for its policy, besides those that its uses need and that of the account.
    #[schemars(with = "Vec<serde_json::Map<String, Value>>", extend("default" = [], "x-becomes" = ["kms.Key.policy"]))]
    pub policy_statements: Vec<Value>,
}

/// Something that a key encrypts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum KeyUse {
    /// Kubernetes secrets. One-way: the cluster keeps the key for good.
    Secrets,
    /// The logs of the control plane, and flow logs.
    Logs,
    /// The volumes of nodes.
    Volumes,
    /// The images in ECR repositories.
    Images,
}
