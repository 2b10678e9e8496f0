//! What the caller may not do.

use serde::Deserialize;

use super::Check;
use crate::filter::like;
use crate::model::MODELS;
use crate::services;

/// Calls that are refused for want of a permission, in each service's own words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Denied {
    /// The action as in a policy, such as `ec2:CreateNatGateway`; `*` stands for any text.
    pub action: String,
    /// How many such calls are allowed before.
    #[serde(default)]
    pub after: u64,
    /// How many are denied, until everything is allowed again; nothing never allows it.
    pub times: Option<u64>,
}

impl Denied {
    /// Denies an action from now on.
    pub fn action(action: &str) -> Self {
        Self { action: action.to_owned(), after: 0, times: None }
    }

    pub(super) fn fits(&self, action: &str) -> bool {
        action != ALWAYS_ALLOWED && like(&self.action.to_lowercase(), &action.to_lowercase())
    }
}

/// Source: GetCallerIdentity, "No permissions are required to perform this operation".
const ALWAYS_ALLOWED: &str = "sts:GetCallerIdentity";

impl Check for Denied {
    fn check(&self) -> Result<(), String> {
        if self.times == Some(0) {
            return Err("times: 0 denies nothing; leave the entry out".to_owned());
        }
        let action = &self.action;
        if action.eq_ignore_ascii_case(ALWAYS_ALLOWED) {
            return Err(format!("{ALWAYS_ALLOWED} needs no permission, and AWS lets nobody deny it"));
        }
        match every_action().any(|known| self.fits(&known)) {
            true => Ok(()),
            false => Err(format!(
                "the emulator has no action {action:?}; write it as in a policy, such as ec2:CreateNatGateway or eks:*"
            )),
        }
    }
}

/// All actions, as in policies.
fn every_action() -> impl Iterator<Item = String> {
    services::all().iter().flat_map(|service| {
        let operations = MODELS.get(service.name).into_iter().flat_map(|model| model.operations.keys());
        operations.map(|operation| service.action(operation))
    })
}
