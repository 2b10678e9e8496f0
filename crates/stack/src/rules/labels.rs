//! Labels, annotations and taints of Kubernetes.
//!
//! Source: Kubernetes, "Labels and Selectors" and "Annotations": syntax and character set.

use std::collections::{BTreeMap, BTreeSet};

use super::Report;
use crate::places::Path;
use crate::schema::Taint;

/// How a value is written, and the last part of a key.
const NAME: &str = "use up to 63 letters, digits, -, _ and ., beginning and ending with a letter or digit";

pub(super) fn labels(labels: &BTreeMap<String, String>, path: &Path, report: &mut Report<'_, '_>) {
    for (key, value) in labels {
        let at = path.key(key);
        label_key(key, &at, report);
        if !is_value(value) {
            report.error(&at, format!("{value:?} is no value of a label"), NAME);
        }
    }
}

pub(super) fn annotations(annotations: &BTreeMap<String, String>, path: &Path, report: &mut Report<'_, '_>) {
    annotations.keys().for_each(|key| label_key(key, &path.key(key), report));
}

pub(super) fn taints(taints: &[Taint], path: &Path, report: &mut Report<'_, '_>) {
    let mut seen = BTreeSet::new();
    for (index, taint) in taints.iter().enumerate() {
        let at = path.item(index);
        if !is_key(&taint.key) {
            let hint = format!("{NAME}; after a domain and / if need be");
            report.error(&at.key("key"), format!("{:?} is no key of a taint", taint.key), hint);
        }
        if !is_value(&taint.value) {
            report.error(&at.key("value"), format!("{:?} is no value of a taint", taint.value), NAME);
        }
        if !seen.insert((&taint.key, format!("{:?}", taint.effect))) {
            report.error(&at, "a taint with this key and effect stands here already", "remove one");
        }
    }
}

fn label_key(key: &str, path: &Path, report: &mut Report<'_, '_>) {
    if !is_key(key) {
        let hint = format!("{NAME}; after a domain and / if need be");
        report.error_in_key(path, format!("{key:?} is no key of a label or annotation"), hint);
    }
}

/// A name, which may have a domain before it.
fn is_key(key: &str) -> bool {
    let (domain, name) = key.split_once('/').map_or((None, key), |(domain, name)| (Some(domain), name));
    let is_part = |part: &str| is_name(part) && !part.contains('_') && part == part.to_lowercase();
    let is_domain = |domain: &str| domain.len() <= 253 && domain.split('.').all(is_part);
    is_name(name) && domain.is_none_or(is_domain)
}

fn is_value(value: &str) -> bool {
    value.is_empty() || is_name(value)
}

fn is_name(text: &str) -> bool {
    let is_outer = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    let is_inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    text.len() <= 63 && is_outer(bytes.first()) && is_outer(bytes.last()) && bytes.iter().all(is_inner)
}
