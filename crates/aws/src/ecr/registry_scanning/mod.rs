//! How the registry scans images: one setting for the account and Region.
//!
//! It cannot be tagged, so nothing says whose it is: see `docs/decisions/0011-settings-of-a-registry-stay.md`.

mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Run, Traits, spec};

use super::STAYS;
use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use write::Call;

spec! {
    /// How the registry scans images. Source: ECR `PutRegistryScanningConfiguration`.
    pub struct Spec {
        /// `BASIC`, by ECR itself, or `ENHANCED`, by Amazon Inspector.
        scan_type: String => InPlace, default = "BASIC";
        /// By how often (`SCAN_ON_PUSH`, `CONTINUOUS_SCAN`), the repositories: texts in which `*` stands for any text. What
        /// no rule is about is scanned when somebody asks.
        rules: BTreeMap<String, BTreeSet<String>> => InPlace, limit = "2 rules; CONTINUOUS_SCAN only with ENHANCED";
    }
}

/// The room of the registry's scanning.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "ecr.RegistryScanning";
    const TRAITS: Traits = Traits { create_first: false, precious: None, dies_with: &[], order: &[] };
    const FOUND_BY_SPEC: bool = true;
    const STAYS: Option<&'static str> = Some(STAYS);
    type Spec = Spec;
    type Call = Call;

    fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
        write::lower(lowering)
    }

    async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
        read::find(reads).await
    }

    async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
        write::start(aws, call, run).await
    }

    async fn status(_: &Aws, _: Option<Call>, _: &Run<'_>) -> Result<Progress, CallError> {
        // The setting is there when it is set, and setting it twice is setting it once.
        Ok(super::registry_set())
    }
}
