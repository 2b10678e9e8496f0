//! IAM policy documents, compared by meaning.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// A policy document in a form in which equal meaning is equal text: single values are lists, lists that are sets are
/// sorted, principals that are the root of an account are its number.
///
/// Source: IAM user guide, "Grammar of the IAM JSON policy language".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyDocument(Value);

impl PolicyDocument {
    /// The document that `value` means.
    pub fn new(value: Value) -> Self {
        let Value::Object(mut fields) = value else { return Self(value) };
        if let Some(statements) = fields.get_mut("Statement") {
            let statement = |value: Value| match value {
                Value::Object(fields) => statement(fields),
                other => other,
            };
            *statements = match statements.take() {
                Value::Array(items) => items.into_iter().map(statement).collect(),
                single => Value::Array(vec![statement(single)]),
            };
        }
        Self(in_order(fields, &["Version", "Id", "Statement"]))
    }

    /// The document in `text`, as IAM stores it.
    ///
    /// # Errors
    ///
    /// The text is no JSON.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text).map(Self::new)
    }

    /// The text to send.
    pub fn text(&self) -> String {
        self.0.to_string()
    }

    /// The document as a value.
    pub fn value(&self) -> &Value {
        &self.0
    }
}

fn statement(fields: Map<String, Value>) -> Value {
    let mut out = Map::new();
    for (key, value) in fields {
        let value = match key.as_str() {
            "Action" | "NotAction" | "Resource" | "NotResource" => sorted_list(value),
            "Principal" | "NotPrincipal" => principal(value),
            "Condition" => condition(value),
            // An empty statement id is none.
            "Sid" if value == "" => continue,
            _ => value,
        };
        out.insert(key, value);
    }
    const ORDER: &[&str] =
        &["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];
    in_order(out, ORDER)
}

/// `"*"` is everybody; else lists by type, in which an account number is the account's root.
fn principal(value: Value) -> Value {
    let Value::Object(fields) = value else { return value };
    let types: BTreeMap<String, Value> = fields
        .into_iter()
        .map(|(kind, principals)| {
            let listed = match sorted_list(principals) {
                Value::Array(items) if kind == "AWS" => items.into_iter().map(account_number).collect(),
                other => other,
            };
            (kind, listed)
        })
        .collect();
    types.into_iter().collect::<Map<_, _>>().into()
}

/// `arn:aws:iam::111122223333:root` is what IAM makes of the account number, in the account's own partition.
fn account_number(principal: Value) -> Value {
    let account =
        principal.as_str().and_then(|text| text.strip_prefix("arn:")?.strip_suffix(":root")?.rsplit(':').next());
    match account {
        Some(number) if number.len() == 12 => number.into(),
        _ => principal,
    }
}

fn condition(value: Value) -> Value {
    let Value::Object(operators) = value else { return value };
    let sorted: BTreeMap<String, Value> = operators
        .into_iter()
        .map(|(operator, keys)| match keys {
            Value::Object(keys) => {
                let keys: BTreeMap<String, Value> =
                    keys.into_iter().map(|(key, values)| (key, sorted_list(values))).collect();
                (operator, keys.into_iter().collect::<Map<_, _>>().into())
            }
            other => (operator, other),
        })
        .collect();
    sorted.into_iter().collect::<Map<_, _>>().into()
}

fn sorted_list(value: Value) -> Value {
    let mut items = match value {
        Value::Array(items) => items,
        single => vec![single],
    };
    // IAM stores booleans and numbers in conditions as text.
    for item in &mut items {
        if matches!(item, Value::Bool(_) | Value::Number(_)) {
            *item = item.to_string().into();
        }
    }
    items.sort_by_key(ToString::to_string);
    items.dedup();
    Value::Array(items)
}

fn in_order(mut fields: Map<String, Value>, order: &[&str]) -> Value {
    let mut out = Map::new();
    for key in order {
        if let Some(value) = fields.shift_remove(*key) {
            out.insert((*key).to_owned(), value);
        }
    }
    out.extend(fields);
    out.into()
}

impl Serialize for PolicyDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PolicyDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn equal_meaning_is_equal_text() {
        let terse = json!({
            "Version": "2012-10-17",
            "Statement": {
                "Sid": "", "Effect": "Allow", "Principal": { "AWS": "111122223333" }, "Action": "sts:AssumeRole",
                "Condition": { "Bool": { "aws:SecureTransport": true } }
            }
        });
        let wordy = json!({
            "Statement": [{
                "Condition": { "Bool": { "aws:SecureTransport": ["true"] } },
                "Action": ["sts:AssumeRole"], "Effect": "Allow",
                "Principal": { "AWS": ["arn:aws-cn:iam::111122223333:root"] }
            }],
            "Version": "2012-10-17"
        });
        assert_eq!(PolicyDocument::new(terse).text(), PolicyDocument::new(wordy).text());
    }

    #[test]
    fn different_meaning_is_different_text() {
        let with = |action: &str| PolicyDocument::new(json!({ "Statement": [{ "Action": action }] }));
        assert_ne!(with("s3:*"), with("s3:Get*"));
    }

    #[test]
    fn the_order_of_a_list_does_not_count_and_that_of_statements_does() {
        let listed = |actions: Value| PolicyDocument::new(json!({ "Statement": [{ "Action": actions }] }));
        assert_eq!(listed(json!(["a", "b"])), listed(json!(["b", "a", "b"])));
        let ordered = |a: &str, b: &str| PolicyDocument::new(json!({ "Statement": [{ "Sid": a }, { "Sid": b }] }));
        assert_ne!(ordered("a", "b"), ordered("b", "a"));
    }
}
