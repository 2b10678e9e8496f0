//! Where the registry copies images to: one setting for the account and Region.
//!
//! It cannot be tagged, so nothing says whose it is: see `docs/decisions/0011-settings-of-a-registry-stay.md`.

mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeSet;

use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Run, Traits, spec};
use serde::{Deserialize, Serialize};

use super::STAYS;
use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use write::Call;

spec! {
    /// Where the registry copies images to when they are pushed. Source: ECR `PutReplicationConfiguration`.
    pub struct Spec {
        /// The rules. An image goes wherever one of them says.
        rules: BTreeSet<Rule> => InPlace, limit = "10 rules with 25 different destinations in all";
    }
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rule {
    /// Where images go.
    pub destinations: BTreeSet<Destination>,
    /// The beginnings of the names of their repositories; none, all repositories.
    pub prefixes: BTreeSet<String>,
}

/// A registry that images are copied to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Destination {
    /// Its Region.
    pub region: String,
    /// Its account.
    pub account: String,
}

/// The room of the registry's replication.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "ecr.RegistryReplication";
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
