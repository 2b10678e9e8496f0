//! What a resource tells, as plain texts.

use eksctl_rs_aws::AwsRules;
use eksctl_rs_core::{Mutability, Observed, Rules};
use serde_json::Value;

/// An output of a resource, or a field of its spec: a text or a list of texts.
pub(super) fn told(observed: &Observed, name: &str) -> Option<Value> {
    if name == "id" {
        return Some(observed.id.as_str().into());
    }
    if let Some(value) = observed.outputs.get(name) {
        return Some(value.as_str().into());
    }
    // What is sent and never told again, such as a secret, has no business here.
    let kind = AwsRules.kind(observed.address.kind());
    let fields = kind.map(|kind| kind.fields()).unwrap_or_default();
    let is_secret = fields.iter().any(|field| field.name == name && field.mutability == Mutability::WriteOnly);
    if is_secret { None } else { plain(observed.spec.get(name)?) }
}

fn plain(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::String(_) => Some(value.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string().into()),
        Value::Array(_) | Value::Object(_) => match value.get("$id").and_then(Value::as_str) {
            Some(id) => Some(id.into()),
            None => Some(texts(value).into_iter().map(Value::from).collect()),
        },
    }
}

/// Every text in it.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Bool(_) | Value::Number(_) => vec![value.to_string()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
    }
}
