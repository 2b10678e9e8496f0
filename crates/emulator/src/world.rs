//! Everything that the emulator's AWS has: per account what is global, and per Region the rest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::services::{
    ec2::Ec2, ecr::Ecr, eks::Eks, elb::Elb, iam::Iam, kms::Kms, logs::Logs, secretsmanager::SecretsManager,
    sts::Sessions,
};

/// All accounts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct World {
    pub(crate) accounts: BTreeMap<String, Account>,
}

/// One account.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Account {
    pub(crate) global: Global,
    pub(crate) regions: BTreeMap<String, Region>,
}

/// What is the same in every Region.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Global {
    pub(crate) at: Mark,
    pub(crate) iam: Iam,
    pub(crate) sessions: Sessions,
}

/// One Region of an account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Region {
    pub(crate) at: Mark,
    /// What create calls with a client token made, for answering them again.
    pub(crate) tokens: BTreeMap<String, Token>,
    pub(crate) ec2: Ec2,
    pub(crate) ecr: Ecr,
    pub(crate) eks: Eks,
    pub(crate) elb: Elb,
    pub(crate) kms: Kms,
    pub(crate) logs: Logs,
    pub(crate) secretsmanager: SecretsManager,
}

/// How far a part of the world has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// Emulated seconds since the world began.
    pub(crate) elapsed: f64,
    /// How many ids were given.
    pub(crate) serial: u64,
}

/// What a call with a client token did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Token {
    /// A digest of its parameters.
    pub(crate) input: String,
    /// The id of what it made.
    pub(crate) made: String,
}

impl World {
    /// How far the world has come.
    pub(crate) fn elapsed(&self) -> f64 {
        let marks = self.accounts.values().flat_map(|account| {
            std::iter::once(account.global.at).chain(account.regions.values().map(|region| region.at))
        });
        marks.map(|mark| mark.elapsed).fold(0.0, f64::max)
    }
}
