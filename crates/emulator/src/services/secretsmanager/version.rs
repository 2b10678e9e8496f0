//! Versions of secrets, and the stages that tell which one counts.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::secret::Secret;
use super::value::{Trace, Value};
use super::{EXISTS, INVALID_PARAMETER};
use crate::call::Call;
use crate::error::{ApiError, refuse};

pub(super) const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";
/// Source: PutSecretValue, "Secrets Manager keeps 100 of the most recent versions".
const KEPT: usize = 100;

/// A version of a secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Version {
    /// Emulated seconds since the world began.
    pub(super) created_at: f64,
    pub(super) stages: BTreeSet<String>,
    pub(super) trace: Trace,
    /// Only in the process to which it was sent.
    #[serde(skip)]
    pub(super) value: Option<Value>,
}

/// The id of the version that a call makes. Source: ClientRequestToken, which becomes it.
pub(super) fn id(call: &Call<'_>) -> Result<String, ApiError> {
    let missing = "You must provide a ClientRequestToken value. We recommend a UUID-type value.";
    call.text("ClientRequestToken").map(str::to_owned).ok_or_else(|| ApiError::new(INVALID_PARAMETER, missing))
}

impl Secret {
    /// Whether the version `id` is there with the same value. Another value is refused: versions do not change.
    pub(super) fn has_version(&self, id: &str, value: &Value) -> Result<bool, ApiError> {
        match self.versions.get(id) {
            None => Ok(false),
            Some(version) if version.trace == value.trace(&self.arn, id) => Ok(true),
            Some(_) => refuse(EXISTS, self.token_in_use(id)),
        }
    }

    pub(super) fn token_in_use(&self, id: &str) -> String {
        format!(
            "You can't use ClientRequestToken {id} because that value is already in use for a version of secret {}.",
            self.arn
        )
    }

    /// Adds a version with `stages`, which the others lose; the first one is the current one in any case. The one that was
    /// current before is the previous one then.
    pub(super) fn add_version(&mut self, id: String, value: Value, stages: BTreeSet<String>, now: f64) {
        let mut stages = stages;
        if self.versions.is_empty() {
            stages.insert(CURRENT.to_owned());
        }
        let was_current = self.current().map(|(id, _)| id.clone()).filter(|_| stages.contains(CURRENT));
        for version in self.versions.values_mut() {
            version.stages.retain(|stage| !stages.contains(stage));
            if was_current.is_some() {
                version.stages.remove(PREVIOUS);
            }
        }
        if let Some(version) = was_current.and_then(|id| self.versions.get_mut(&id)) {
            version.stages.insert(PREVIOUS.to_owned());
        }
        let trace = value.trace(&self.arn, &id);
        self.versions.insert(id, Version { created_at: now, stages, trace, value: Some(value) });
        self.changed_at = now;
        self.forget_versions();
    }

    /// Versions without stages are deprecated; the oldest go first.
    fn forget_versions(&mut self) {
        while self.versions.len() > KEPT {
            let deprecated = self.versions.iter().filter(|(_, version)| version.stages.is_empty());
            let oldest = deprecated.min_by(|a, b| a.1.created_at.total_cmp(&b.1.created_at)).map(|(id, _)| id.clone());
            match oldest {
                Some(id) => self.versions.remove(&id),
                None => return,
            };
        }
    }
}
