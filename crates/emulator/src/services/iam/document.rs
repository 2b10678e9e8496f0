//! Policy documents: what permissions, trust and key policies have in common, and how IAM gives them back.
//!
//! Source: "Grammar of the IAM JSON policy language" in the IAM user guide. The messages, here and in the checks of
//! either purpose, are those that IAM is known to answer with.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::Value;

use crate::error::{ApiError, refuse};

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A document as IAM answers with it.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The length that counts against quotas: IAM does not count white space.
pub(crate) fn length(text: &str) -> usize {
    text.chars().filter(|character| !character.is_whitespace()).count()
}

pub(crate) fn malformed<T>(message: impl Into<String>) -> Result<T, ApiError> {
    refuse("MalformedPolicyDocument", message)
}

/// A policy document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Document {
    pub(crate) version: Option<String>,
    #[serde(rename = "Id")]
    _id: Option<String>,
    statement: Option<OneOrMany<Statement>>,
}

/// A statement of a policy document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Statement {
    pub(crate) sid: Option<String>,
    pub(crate) effect: Effect,
    pub(crate) principal: Option<Principals>,
    pub(crate) not_principal: Option<Principals>,
    pub(crate) action: Option<OneOrMany<String>>,
    pub(crate) not_action: Option<OneOrMany<String>>,
    pub(crate) resource: Option<OneOrMany<String>>,
    pub(crate) not_resource: Option<OneOrMany<String>>,
    /// By operator, then by condition key.
    pub(crate) condition: Option<BTreeMap<String, BTreeMap<String, Value>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// Whom a statement is about.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Principals {
    /// `"*"`, and nothing else.
    Everyone(String),
    /// By type: `AWS`, `Service`, `Federated`.
    Listed(BTreeMap<String, OneOrMany<String>>),
}

/// Policies may leave out the brackets of a list of one.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    pub(crate) fn as_slice(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

impl Document {
    /// Reads a document and checks what both purposes in IAM ask of it.
    pub(crate) fn parse(text: &str) -> Result<Self, ApiError> {
        let document = Self::read(text)?;
        check_statement_ids(document.statements())?;
        Ok(document)
    }

    /// Reads a document and checks what every purpose asks of it.
    pub(crate) fn read(text: &str) -> Result<Self, ApiError> {
        if text.starts_with(char::is_whitespace) {
            return malformed("JSON strings must not have leading spaces");
        }
        let Ok(document) = serde_json::from_str::<Self>(text) else {
            return malformed("Syntax errors in policy.");
        };
        if document.statements().is_empty() {
            return malformed("Syntax errors in policy.");
        }
        if document.version.is_none() {
            return malformed("Missing required field Version");
        }
        document.statements().iter().try_for_each(check_condition)?;
        Ok(document)
    }

    /// Whom its statements are about, or not about.
    pub(crate) fn principals(&self) -> impl Iterator<Item = &Principals> {
        self.statements().iter().flat_map(|statement| statement.principal.iter().chain(&statement.not_principal))
    }

    pub(crate) fn statements(&self) -> &[Statement] {
        self.statement.as_ref().map_or(&[], OneOrMany::as_slice)
    }
}

impl Statement {
    /// The actions that it is about, or those that it is not about.
    pub(crate) fn actions(&self) -> Result<&[String], ApiError> {
        either(&self.action, &self.not_action, "Policy statement must contain actions.")
    }

    /// The resources that it is about, or those that it is not about.
    pub(crate) fn resources(&self) -> Result<&[String], ApiError> {
        either(&self.resource, &self.not_resource, "Policy statement must contain resources.")
    }
}

/// An element or its negation; not both, and not an empty one.
fn either<'d>(
    element: &'d Option<OneOrMany<String>>,
    negation: &'d Option<OneOrMany<String>>,
    missing: &str,
) -> Result<&'d [String], ApiError> {
    match (element, negation) {
        (Some(_), Some(_)) => malformed("Syntax errors in policy."),
        (Some(found), None) | (None, Some(found)) if !found.as_slice().is_empty() => Ok(found.as_slice()),
        _ => malformed(missing),
    }
}

fn check_statement_ids(statements: &[Statement]) -> Result<(), ApiError> {
    let mut seen = BTreeSet::new();
    for id in statements.iter().filter_map(|statement| statement.sid.as_deref()) {
        if !id.chars().all(|character| character.is_ascii_alphanumeric()) {
            return malformed(
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression \
                 [0-9A-Za-z]*",
            );
        }
        if !id.is_empty() && !seen.insert(id) {
            return malformed("Statement IDs (SID) in a single policy must be unique.");
        }
    }
    Ok(())
}

fn check_condition(statement: &Statement) -> Result<(), ApiError> {
    for (operator, keys) in statement.condition.iter().flatten() {
        if !is_operator(operator) {
            return malformed(format!("Invalid Condition type : {operator}."));
        }
        let is_scalar = |value: &Value| !matches!(value, Value::Null | Value::Array(_) | Value::Object(_));
        let fits = |value: &Value| is_scalar(value) || value.as_array().is_some_and(|list| list.iter().all(is_scalar));
        if !keys.values().all(fits) {
            return malformed("Syntax errors in policy.");
        }
    }
    Ok(())
}

/// Source: "IAM JSON policy elements: Condition operators" in the IAM user guide.
fn is_operator(text: &str) -> bool {
    const LIKENESS: &[&str] = &["Equals", "NotEquals", "Like", "NotLike"];
    const ORDER: &[&str] = &["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"];
    let bare = text.strip_prefix("ForAllValues:").or_else(|| text.strip_prefix("ForAnyValue:")).unwrap_or(text);
    let bare = bare.strip_suffix("IfExists").unwrap_or(bare);
    let compares = |kind: &str, how: &[&str]| bare.strip_prefix(kind).is_some_and(|rest| how.contains(&rest));
    ["BinaryEquals", "Bool", "IpAddress", "NotIpAddress", "Null"].contains(&bare)
        || compares("Arn", LIKENESS)
        || compares("String", LIKENESS)
        || compares("String", &["EqualsIgnoreCase", "NotEqualsIgnoreCase"])
        || compares("Numeric", ORDER)
        || compares("Date", ORDER)
}
