//! Digests of JSON values, the same for the same meaning.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// `value` with the keys of every object in order, so that equal values have equal texts.
pub fn canonical(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(canonical).collect(),
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().map(|(key, field)| (key.clone(), canonical(field))).collect();
            sorted.sort_by(|a, b| a.0.cmp(&b.0));
            sorted.into_iter().collect::<Map<_, _>>().into()
        }
        _ => value.clone(),
    }
}

/// The first `length` hexadecimal digits of the SHA-256 of the canonical text of `value`; 64 at most.
pub fn digest(value: &Value, length: usize) -> String {
    let text = canonical(value).to_string();
    let mut hex: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    hex.truncate(length);
    hex
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_keys_does_not_count() {
        assert_eq!(digest(&json!({ "a": 1, "b": [2] }), 16), digest(&json!({ "b": [2], "a": 1 }), 16));
        assert_ne!(digest(&json!([1, 2]), 16), digest(&json!([2, 1]), 16));
        assert_eq!(digest(&json!(1), 8).len(), 8);
    }
}
