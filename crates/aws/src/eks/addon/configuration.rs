//! The configuration of an add-on: a text of JSON or YAML, compared by what it means.

use serde_json::Value;

/// What the text of a configuration means: nothing if it sets nothing.
///
/// # Errors
///
/// Why it is neither JSON nor YAML.
pub fn parse(text: &str) -> Result<Option<Value>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let json = serde_json::from_str::<Value>(text).ok();
    let value = match json {
        Some(value) => value,
        None => serde_saphyr::from_str::<Value>(text).map_err(|error| error.to_string())?,
    };
    Ok(meaningful(value))
}

/// A configuration that sets nothing is none.
pub(super) fn meaningful(value: Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Object(fields) if fields.is_empty() => None,
        value => Some(value),
    }
}

/// The configuration that AWS tells. What cannot be read is a difference from everything.
pub(super) fn of_live(text: Option<&str>) -> Option<Value> {
    let text = text.unwrap_or_default();
    parse(text).unwrap_or_else(|_| Some(text.into()))
}

/// The text to send. An empty object takes back what was set before.
pub(super) fn text(configuration: Option<&Value>) -> String {
    match configuration {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => "{}".to_owned(),
    }
}
