//! Key policies: what KMS takes for one.
//!
//! Source: "Key policies in AWS KMS", "Policy elements": statement ids may have spaces, and every statement has a
//! principal, which exists.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::iam::document::{Document, Effect, Statement};
use crate::services::iam::principal;

/// A policy that KMS takes.
pub(super) struct Policy {
    /// As KMS gives it back: it does not keep white space.
    pub(super) text: String,
    /// The ids of the roles in it, by their ARNs.
    pub(super) roles: BTreeMap<String, String>,
}

pub(super) fn malformed<T>(message: impl Into<String>) -> Result<T, ApiError> {
    refuse("MalformedPolicyDocumentException", message)
}

/// The policy of a key that is created without one. Source: "Default key policy".
pub(super) fn default_text(call: &Call<'_>) -> String {
    let root = call.iam_arn("root");
    format!(
        r#"{{"Version":"2012-10-17","Id":"key-default-1","Statement":[{{"Sid":"Enable IAM User Permissions",
        "Effect":"Allow","Principal":{{"AWS":"{root}"}},"Action":"kms:*","Resource":"*"}}]}}"#
    )
}

impl Policy {
    /// Reads a policy, unless KMS would not take it.
    pub(super) fn read(call: &Call<'_>, text: &str) -> Result<(Self, Document), ApiError> {
        let document = Document::read(text).or_else(|error| malformed(error.message))?;
        if !matches!(document.version.as_deref(), Some("2008-10-17" | "2012-10-17")) {
            return malformed("The policy must be of version 2008-10-17 or 2012-10-17");
        }
        let mut ids = BTreeSet::new();
        for id in document.statements().iter().filter_map(|statement| statement.sid.as_deref()) {
            if !id.is_empty() && !ids.insert(id) {
                return malformed("Statement IDs (SID) in a single policy must be unique.");
            }
        }
        document.statements().iter().try_for_each(|statement| check(call, statement))?;
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        Ok((Self { text: format!("{value:#}"), roles: roles(call, &document) }, document))
    }
}

fn check(call: &Call<'_>, statement: &Statement) -> Result<(), ApiError> {
    let actions = statement.actions().or_else(|error| malformed(error.message))?;
    statement.resources().or_else(|error| malformed(error.message))?;
    if let Some(wrong) = actions.iter().find(|action| !is_action(action)) {
        return malformed(format!("Policy contains a statement with an action that is not one of KMS: {wrong}"));
    }
    let principals = match (&statement.principal, &statement.not_principal) {
        (Some(principals), None) => principals,
        (None, Some(principals)) if statement.effect == Effect::Deny => principals,
        (None, Some(_)) => return malformed("Allow with NotPrincipal is not allowed."),
        _ => return malformed("Policy contains a statement with no principal."),
    };
    let unheard_of = principal::roles(call, principals).any(|role| !role.is_known(call));
    if principal::check(call, principals).is_err() || unheard_of {
        return malformed("Policy contains a statement with one or more invalid principals.");
    }
    Ok(())
}

fn is_action(text: &str) -> bool {
    let name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "*?".contains(c));
    text == "*" || text.split_once(':').is_some_and(|(vendor, rest)| vendor.eq_ignore_ascii_case("kms") && name(rest))
}

fn roles(call: &Call<'_>, document: &Document) -> BTreeMap<String, String> {
    let roles = document.principals().flat_map(|principals| principal::roles(call, principals));
    roles.map(|role| (role.arn.clone(), role.id.clone())).collect()
}
