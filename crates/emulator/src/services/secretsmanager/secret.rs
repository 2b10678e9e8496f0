//! Secrets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::policy::ResourcePolicy;
use super::version::{CURRENT, Version};
use crate::tags::{self, Tags};

/// A secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Secret {
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) description: Option<String>,
    /// As it was given; nothing is the key that AWS manages.
    pub(super) kms_key: Option<String>,
    /// Emulated seconds since the world began.
    pub(super) created_at: f64,
    pub(super) changed_at: f64,
    pub(super) deletion: Option<Deletion>,
    pub(super) policy: Option<ResourcePolicy>,
    pub(super) tags: Tags,
    /// By id.
    pub(super) versions: BTreeMap<String, Version>,
}

/// A deletion that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Deletion {
    /// When the secret is gone, in emulated seconds.
    pub(super) due: f64,
    /// Whether it can still be restored.
    pub(super) recoverable: bool,
}

impl Secret {
    /// Whether it is to be deleted.
    pub(crate) fn is_scheduled(&self) -> bool {
        self.deletion.is_some()
    }

    /// Whether a key of the customer's encrypts it.
    pub(crate) fn has_own_key(&self) -> bool {
        self.kms_key.is_some()
    }

    /// Whether its current value is a JSON object with a `username` and an `accessToken`.
    pub(crate) fn is_registry_login(&self) -> bool {
        self.current().is_some_and(|(_, version)| version.trace.is_registry_login)
    }

    /// Whether anybody is told of it. Without recovery it is not, though its name is taken until it is gone.
    pub(super) fn is_seen(&self) -> bool {
        self.deletion.is_none_or(|deletion| deletion.recoverable)
    }

    pub(super) fn is_gone(&self, now: f64) -> bool {
        self.deletion.is_some_and(|deletion| deletion.due <= now)
    }

    pub(super) fn current(&self) -> Option<(&String, &Version)> {
        self.with_stage(CURRENT)
    }

    pub(super) fn with_stage(&self, stage: &str) -> Option<(&String, &Version)> {
        self.versions.iter().find(|(_, version)| version.stages.contains(stage))
    }

    /// What DescribeSecret and ListSecrets have in common; `versions` is how they call the versions with stages.
    pub(super) fn show(&self, epoch: f64, versions: &str) -> Value {
        let staged = self.versions.iter().filter(|(_, version)| !version.stages.is_empty());
        let staged: BTreeMap<&String, Vec<&String>> =
            staged.map(|(id, version)| (id, version.stages.iter().collect())).collect();
        let mut shown = json!({
            "ARN": self.arn,
            "Name": self.name,
            "Description": self.description,
            "KmsKeyId": self.kms_key,
            "CreatedDate": epoch + self.created_at,
            "LastChangedDate": epoch + self.changed_at,
            "Tags": tags::to_list(&self.tags),
        });
        if !staged.is_empty() {
            shown[versions] = json!(staged);
        }
        if let Some(deletion) = self.deletion {
            shown["DeletedDate"] = (epoch + deletion.due).into();
        }
        shown
    }
}
