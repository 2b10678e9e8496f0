//! Digests of JSON values, the same for the same meaning.

use serde::{Serialize, Serializer};
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
    let text = serde_json::to_string(&Canonical(value)).unwrap_or_else(|_| canonical(value).to_string());
    let digits = Sha256::digest(text.as_bytes()).into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.take(length).filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// Writes what [`canonical`] makes, without making it.
struct Canonical<'a>(&'a Value);

impl Serialize for Canonical<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Array(items) => serializer.collect_seq(items.iter().map(Canonical)),
            Value::Object(fields) => {
                let mut sorted: Vec<_> = fields.iter().collect();
                sorted.sort_by_key(|(key, _)| *key);
                serializer.collect_map(sorted.into_iter().map(|(key, field)| (key, Canonical(field))))
            }
            plain => plain.serialize(serializer),
        }
    }
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

    #[test]
    fn a_digest_is_of_the_canonical_text() {
        let value = json!({ "b": [{ "d": 1.5, "c": "\"ü\n" }, null], "a": { "z": {}, "y": [true] } });
        let bytes = Sha256::digest(canonical(&value).to_string());
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!([digest(&value, 64), digest(&value, 7)], [hex.clone(), hex[..7].to_owned()]);
    }
}
