//! Lifecycle policies, compared by meaning.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// A lifecycle policy in a form in which equal meaning is equal text: rules in the order of their priority, in which ECR
/// goes through them; lists of tags sorted, for each of their entries has to match whatever its place; what is empty left
/// out.
///
/// Source: ECR user guide, "Lifecycle policy properties in Amazon ECR".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LifecycleDocument(Value);

impl LifecycleDocument {
    /// The policy that `value` means.
    pub fn new(value: Value) -> Self {
        let Value::Object(mut fields) = value else { return Self(value) };
        if let Some(Value::Array(rules)) = fields.get_mut("rules") {
            let mut sorted: Vec<Value> = std::mem::take(rules).into_iter().map(rule).collect();
            sorted.sort_by_key(|rule| rule["rulePriority"].as_i64());
            *rules = sorted;
        }
        Self(Value::Object(fields))
    }

    /// The policy in `text`, as ECR stores it.
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

    /// The policy as a value.
    pub fn value(&self) -> &Value {
        &self.0
    }
}

fn rule(value: Value) -> Value {
    let Value::Object(mut fields) = value else { return value };
    fields.retain(|key, value| !(key == "description" && is_empty(value)));
    if let Some(selected) = fields.get_mut("selection") {
        *selected = selection(selected.take());
    }
    if let Some(Value::Object(action)) = fields.get_mut("action") {
        *action = in_order(std::mem::take(action), &["type", "targetStorageClass"]);
    }
    Value::Object(in_order(fields, &["rulePriority", "description", "selection", "action"]))
}

fn selection(value: Value) -> Value {
    const TAGS: &[&str] = &["tagPrefixList", "tagPatternList"];
    const ORDER: &[&str] =
        &["tagStatus", "tagPrefixList", "tagPatternList", "storageClass", "countType", "countUnit", "countNumber"];
    let Value::Object(mut fields) = value else { return value };
    fields.retain(|key, value| !(TAGS.contains(&key.as_str()) && is_empty(value)));
    for list in TAGS {
        if let Some(Value::Array(tags)) = fields.get_mut(*list) {
            tags.sort_by_key(ToString::to_string);
            tags.dedup();
        }
    }
    Value::Object(in_order(fields, ORDER))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn in_order(mut fields: Map<String, Value>, order: &[&str]) -> Map<String, Value> {
    let mut out = Map::new();
    for key in order {
        if let Some(value) = fields.shift_remove(*key) {
            out.insert((*key).to_owned(), value);
        }
    }
    out.extend(fields);
    out
}

impl Serialize for LifecycleDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for LifecycleDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn tagged(priority: i64, prefixes: Value) -> Value {
        json!({
            "rulePriority": priority,
            "selection": { "tagStatus": "tagged", "tagPrefixList": prefixes, "countType": "imageCountMoreThan", "countNumber": 30 },
            "action": { "type": "expire" }
        })
    }

    #[test]
    fn equal_meaning_is_equal_text() {
        let one = json!({ "rules": [tagged(2, json!(["v", "release"])), tagged(1, json!(["dev"]))] });
        let other = json!({ "rules": [
            {
                "action": { "type": "expire" }, "description": "",
                "selection": {
                    "countNumber": 30, "countType": "imageCountMoreThan", "tagPatternList": [], "tagPrefixList": ["dev"],
                    "tagStatus": "tagged"
                },
                "rulePriority": 1
            },
            tagged(2, json!(["release", "v"])),
        ] });
        assert_eq!(LifecycleDocument::new(one).text(), LifecycleDocument::new(other).text());
    }

    #[test]
    fn different_meaning_is_different_text() {
        let policy = |priority: i64, prefix: &str| {
            LifecycleDocument::new(json!({ "rules": [tagged(priority, json!([prefix]))] }))
        };
        assert_ne!(policy(1, "v"), policy(2, "v"));
        assert_ne!(policy(1, "v"), policy(1, "w"));
    }
}
