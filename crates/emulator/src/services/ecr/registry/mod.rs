//! The registry of an account in a Region: what holds for all of its repositories.

pub(super) mod policy;
pub(super) mod replication;
pub(super) mod scanning;
pub(super) mod setting;
pub(super) mod token;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::policy_text::PolicyText;

/// A registry. It is always there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Registry {
    pub(super) scanning: scanning::Scanning,
    replication: Vec<replication::Rule>,
    policy: Option<PolicyText>,
    /// By name; those that nobody has put have their defaults.
    settings: BTreeMap<String, String>,
}
