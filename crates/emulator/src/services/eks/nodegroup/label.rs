//! Kubernetes labels.
//!
//! Source: "Labels and Selectors" in the Kubernetes documentation, for the syntax that taints share.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use crate::error::ApiError;
use crate::services::eks::invalid;
use crate::services::eks::update::{Params, param};

const RESERVED: [&str; 3] = ["kubernetes.io/", "k8s.io/", "eks.amazonaws.com/"];

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct UpdateLabels {
    add_or_update_labels: Option<BTreeMap<String, String>>,
    remove_labels: Option<Vec<String>>,
}

impl UpdateLabels {
    pub(super) fn after(&self, labels: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, ApiError> {
        let new = self.add_or_update_labels.clone().unwrap_or_default();
        let old = self.remove_labels.as_deref().unwrap_or_default();
        if let Some(key) = old.iter().find(|key| new.contains_key(*key)) {
            return invalid(format!("The label {key} cannot be both added and removed"));
        }
        check(&new)?;
        let mut after = labels.clone();
        after.retain(|key, _| !old.contains(key));
        after.extend(new);
        Ok(after)
    }

    pub(super) fn params(&self) -> Params {
        let new = self.add_or_update_labels.as_ref().map(|labels| param("LabelsToAdd", json!(labels)));
        let old = self.remove_labels.as_ref().map(|labels| param("LabelsToRemove", json!(labels)));
        new.into_iter().chain(old).collect()
    }
}

/// Refuses labels that nodes cannot have, or that are Kubernetes' own.
pub(super) fn check(labels: &BTreeMap<String, String>) -> Result<(), ApiError> {
    for (key, value) in labels {
        if RESERVED.iter().any(|reserved| key.contains(reserved)) {
            return invalid(format!("Label cannot contain reserved prefixes [{}]: {key}", RESERVED.join(", ")));
        }
        if !is_key(key) {
            return invalid(format!("Invalid label key: {key}"));
        }
        if !is_value(value) {
            return invalid(format!("Invalid value of the label {key}: {value}"));
        }
    }
    Ok(())
}

/// `name` or `dns.subdomain/name`.
pub(super) fn is_key(key: &str) -> bool {
    let (prefix, name) = key.split_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    !name.is_empty() && is_value(name) && prefix.is_none_or(is_subdomain)
}

/// At most 63 letters and digits; between them also `-`, `_` and `.`.
pub(super) fn is_value(text: &str) -> bool {
    let inner = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let outer = |character: Option<char>| character.is_none_or(|character| character.is_ascii_alphanumeric());
    text.len() <= 63 && text.chars().all(inner) && outer(text.chars().next()) && outer(text.chars().last())
}

fn is_subdomain(text: &str) -> bool {
    let inner = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-';
    let is_part =
        |part: &str| !part.is_empty() && part.chars().all(inner) && !part.starts_with('-') && !part.ends_with('-');
    text.len() <= 253 && text.split('.').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_have_the_syntax_of_kubernetes() {
        for key in ["a", "A1", "a.b_c-d", "example.com/role", "a-b.c/D"] {
            assert!(is_key(key), "{key}");
        }
        for key in ["", "-a", "a-", "a b", "/a", "a/", "a/b/c", "Example.com/a", "a..b/c", "ä"] {
            assert!(!is_key(key), "{key}");
        }
        assert!(is_value("") && is_value(&"x".repeat(63)) && !is_value(&"x".repeat(64)) && !is_value("a/b"));
    }
}
