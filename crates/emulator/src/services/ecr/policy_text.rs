//! Policies of repositories and of the registry: what ECR takes for one.
//!
//! Source: "Private repository policies in Amazon ECR" and "Private registry permissions in Amazon ECR". Whom a policy
//! would lock out is not looked at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::invalid_at;
use crate::call::Call;
use crate::error::ApiError;
use crate::services::iam::document::{Document, Effect, Statement};
use crate::services::iam::principal;

/// A policy that ECR takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PolicyText {
    text: String,
    /// The ids that the roles in it had when it was put, by their ARNs.
    roles: BTreeMap<String, String>,
}

/// What a policy belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Its statements name no resource: the repository is.
    Repository,
    Registry,
}

impl PolicyText {
    /// Reads a policy, unless ECR would not take it.
    pub(super) fn read(call: &Call<'_>, text: &str, of: Of) -> Result<Self, ApiError> {
        let what = if of == Of::Repository { "repository" } else { "registry" };
        let wrong = |constraint: &str| invalid_at("PolicyText", constraint);
        let malformed = || wrong(&format!("Invalid {what} policy provided"));
        let document = Document::read(text).map_err(|_| malformed())?;
        let is_version = matches!(document.version.as_deref(), Some("2008-10-17" | "2012-10-17"));
        if !is_version || !document.statements().iter().all(|statement| is_statement(statement, of)) {
            return Err(malformed());
        }
        for principals in document.principals() {
            let unheard_of = principal::roles(call, principals).any(|role| !role.is_known(call));
            if principal::check(call, principals).is_err() || unheard_of {
                return Err(wrong("Principal not found"));
            }
        }
        let roles = document.principals().flat_map(|principals| principal::roles(call, principals));
        let roles = roles.map(|role| (role.arn.clone(), role.id.clone())).collect();
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        Ok(Self { text: format!("{value:#}"), roles })
    }

    /// The policy as it is now, with the ids of roles that are gone. ECR does not keep white space.
    pub(super) fn current(&self, call: &Call<'_>) -> String {
        principal::without_gone(call, &self.text, &self.roles)
    }
}

fn is_statement(statement: &Statement, of: Of) -> bool {
    let is_action = |text: &String| {
        let lower = text.to_ascii_lowercase();
        text == "*"
            || lower
                .strip_prefix("ecr:")
                .is_some_and(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || "*?".contains(c)))
    };
    let acts = statement.actions().is_ok_and(|actions| actions.iter().all(is_action));
    let names_somebody = match (&statement.principal, &statement.not_principal) {
        (Some(_), None) => true,
        (None, Some(_)) => statement.effect == Effect::Deny,
        _ => false,
    };
    let names_resources = statement.resource.is_some() || statement.not_resource.is_some();
    acts && names_somebody && names_resources == (of == Of::Registry)
}
