//! How a spec points at another resource.
//!
//! Specs are erased to [`serde_json::Value`] with two kinds of reference node in them:
//!
//! | node | meaning |
//! |---|---|
//! | `{"$ref": "ec2.Vpc/main", "output": "id"}` | an output of a resource of the stack |
//! | `{"$id": "vpc-0123"}` | a literal id: of something that is not ours, or read from AWS |
//! | `{"$text": ["literal", {"$ref": …}]}` | a text with references in it |
//! | `{"$fields": [[key, value], …]}` | an object whose keys are texts with references in them |
//!
//! References are resolved forward: a `$ref` becomes the output that is known, as an `$id` where a reference stands and
//! as plain text inside a `$text`. Nothing is ever substituted back from ids to names.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::Address;

/// What a resource tells of itself once it exists: `id`, `arn`, `endpoint`, …
pub type Outputs = BTreeMap<String, String>;

/// A pointer from one spec to another resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    /// An output of a resource of this stack.
    To {
        /// The resource.
        address: Address,
        /// The name of its output.
        output: String,
    },
    /// A literal id, name or ARN.
    Id(String),
}

impl Reference {
    /// The `output` of the resource at `address`.
    pub fn to(address: &Address, output: &str) -> Self {
        Self::To { address: address.clone(), output: output.to_owned() }
    }

    /// The literal, once the reference is resolved.
    ///
    /// # Errors
    ///
    /// The symbol of the reference if it is not resolved yet: calling this too early is a bug.
    pub fn literal(&self) -> Result<&str, String> {
        match self {
            Self::Id(id) => Ok(id),
            Self::To { address, output } => Err(symbol(address, output)),
        }
    }
}

impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::To { address, output } => node_to(address, output).serialize(serializer),
            Self::Id(id) => node_id(id).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        match Node::of(&value) {
            Some(Node::Ref(address, output)) => Ok(Self::To { address, output: output.to_owned() }),
            Some(Node::Id(id)) => Ok(Self::Id(id.to_owned())),
            _ => Err(D::Error::custom(format!("expected a reference, found {value}"))),
        }
    }
}

/// A text that may hold references: an ARN in a policy, a name in user data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Literal(String),
    To(Address, String),
}

impl Text {
    /// A text that is one output of another resource.
    pub fn of(address: &Address, output: &str) -> Self {
        Self(vec![Part::To(address.clone(), output.to_owned())])
    }

    /// This text with `literal` after it.
    #[must_use]
    pub fn then(mut self, literal: &str) -> Self {
        self.0.push(Part::Literal(literal.to_owned()));
        self
    }

    /// This text with an output of another resource after it.
    #[must_use]
    pub fn then_of(mut self, address: &Address, output: &str) -> Self {
        self.0.push(Part::To(address.clone(), output.to_owned()));
        self
    }

    /// This text with another one after it.
    #[must_use]
    pub fn joined(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The text as a node for a JSON document.
    pub fn to_value(&self) -> Value {
        let parts: Vec<Value> = self
            .0
            .iter()
            .map(|part| match part {
                Part::Literal(text) => Value::from(text.as_str()),
                Part::To(address, output) => node_to(address, output),
            })
            .collect();
        collapse(parts)
    }

    /// The text itself, once every reference in it is resolved.
    pub fn literal(&self) -> Option<String> {
        self.0
            .iter()
            .map(|part| match part {
                Part::Literal(text) => Some(text.as_str()),
                Part::To(..) => None,
            })
            .collect()
    }
}

/// An object whose keys hold references, such as the condition of a trust policy that names its issuer: a node for a JSON
/// document, and the plain object as soon as every key is known.
pub fn keyed(fields: impl IntoIterator<Item = (Text, Value)>) -> Value {
    collapse_fields(fields.into_iter().map(|(key, value)| (key.to_value(), value)).collect())
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(vec![Part::Literal(text.to_owned())])
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(vec![Part::Literal(text)])
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self::from(text)),
            value => match Node::of(&value) {
                Some(Node::Text(parts)) => parts
                    .iter()
                    .map(|part| match (part, Node::of(part)) {
                        (Value::String(text), _) => Ok(Part::Literal(text.clone())),
                        (_, Some(Node::Ref(address, output))) => Ok(Part::To(address, output.to_owned())),
                        _ => Err(D::Error::custom(format!("no part of a text: {part}"))),
                    })
                    .collect::<Result<_, _>>()
                    .map(Self),
                _ => Err(D::Error::custom(format!("expected a text, found {value}"))),
            },
        }
    }
}

/// How a reference that is not known yet is shown: `(eks.Cluster/dev).issuer`.
pub fn symbol(address: &Address, output: &str) -> String {
    format!("({address}).{output}")
}

/// Every reference to a resource of the stack inside `value`, in order, with the output that it names.
pub fn references(value: &Value) -> Vec<(Address, String)> {
    let mut found = Vec::new();
    walk(value, &mut |node| {
        if let Node::Ref(address, output) = node {
            found.push((address, output.to_owned()));
        }
    });
    found
}

/// Every literal id that stands where a reference would, inside `value`.
pub fn ids(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(value, &mut |node| {
        if let Node::Id(id) = node {
            found.push(id.to_owned());
        }
    });
    found
}

/// `value` with every reference replaced by the output that `lookup` knows; what it does not know stays symbolic.
pub fn resolve(value: &Value, lookup: &mut dyn FnMut(&Address, &str) -> Option<String>) -> Value {
    match Node::of(value) {
        Some(Node::Ref(address, output)) => match lookup(&address, output) {
            Some(id) => node_id(&id),
            None => value.clone(),
        },
        Some(Node::Id(_)) => value.clone(),
        Some(Node::Text(parts)) => collapse(
            parts
                .iter()
                .map(|part| match Node::of(part) {
                    Some(Node::Ref(address, output)) => {
                        lookup(&address, output).map_or_else(|| part.clone(), Value::from)
                    }
                    _ => part.clone(),
                })
                .collect(),
        ),
        Some(Node::Fields(fields)) => collapse_fields(
            fields.into_iter().map(|(key, field)| (resolve(key, lookup), resolve(field, lookup))).collect(),
        ),
        None => match value {
            Value::Array(items) => items.iter().map(|item| resolve(item, lookup)).collect(),
            Value::Object(fields) => {
                fields.iter().map(|(key, field)| (key.clone(), resolve(field, lookup))).collect::<Map<_, _>>().into()
            }
            _ => value.clone(),
        },
    }
}

fn node_to(address: &Address, output: &str) -> Value {
    json!({ "$ref": address, "output": output })
}

fn node_id(id: &str) -> Value {
    json!({ "$id": id })
}

/// A text of parts, as plain text when nothing symbolic is left.
fn collapse(parts: Vec<Value>) -> Value {
    let mut merged: Vec<Value> = Vec::new();
    for part in parts {
        match (merged.last_mut(), &part) {
            (Some(Value::String(last)), Value::String(next)) => last.push_str(next),
            _ => merged.push(part),
        }
    }
    match merged.as_slice() {
        [] => Value::from(""),
        [Value::String(text)] => Value::from(text.as_str()),
        _ => json!({ "$text": merged }),
    }
}

/// Keys and values, as a plain object when no key is symbolic.
fn collapse_fields(fields: Vec<(Value, Value)>) -> Value {
    let plain: Option<Map<String, Value>> =
        fields.iter().map(|(key, value)| Some((key.as_str()?.to_owned(), value.clone()))).collect();
    match plain {
        Some(object) => object.into(),
        None => json!({ "$fields": fields }),
    }
}

enum Node<'a> {
    Ref(Address, &'a str),
    Id(&'a str),
    Text(&'a [Value]),
    Fields(Vec<(&'a Value, &'a Value)>),
}

impl<'a> Node<'a> {
    fn of(value: &'a Value) -> Option<Self> {
        let fields = value.as_object()?;
        if !fields.keys().any(|key| key.starts_with('$')) {
            return None;
        }
        if let Some(text) = fields.get("$text") {
            return Some(Self::Text(text.as_array()?));
        }
        if let Some(fields) = fields.get("$fields") {
            let pair = |pair: &'a Value| Some((pair.get(0)?, pair.get(1)?));
            return fields.as_array()?.iter().map(pair).collect::<Option<_>>().map(Self::Fields);
        }
        if let Some(id) = fields.get("$id") {
            return Some(Self::Id(id.as_str()?));
        }
        let address = fields.get("$ref")?.as_str()?.parse().ok()?;
        Some(Self::Ref(address, fields.get("output")?.as_str()?))
    }
}

fn walk(value: &Value, visit: &mut dyn FnMut(Node<'_>)) {
    match Node::of(value) {
        Some(Node::Text(parts)) => parts.iter().for_each(|part| walk(part, visit)),
        Some(Node::Fields(fields)) => fields.into_iter().for_each(|(key, field)| {
            walk(key, visit);
            walk(field, visit);
        }),
        Some(node) => visit(node),
        None => match value {
            Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
            Value::Object(fields) => fields.values().for_each(|field| walk(field, visit)),
            _ => {}
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vpc() -> Address {
        Address::new("ec2.Vpc", "main")
    }

    #[test]
    fn a_reference_becomes_the_output_that_is_known() {
        let spec = json!({ "vpc": Reference::to(&vpc(), "id"), "cidr": "10.0.0.0/24" });
        let resolved = resolve(&spec, &mut |address, output| {
            assert_eq!((address, output), (&vpc(), "id"));
            Some("vpc-1".to_owned())
        });
        assert_eq!(resolved, json!({ "vpc": { "$id": "vpc-1" }, "cidr": "10.0.0.0/24" }));
        assert_eq!(ids(&resolved), ["vpc-1"]);
    }

    #[test]
    fn what_is_not_known_stays_symbolic() {
        let spec = json!({ "vpc": Reference::to(&vpc(), "id") });
        assert_eq!(resolve(&spec, &mut |_, _| None), spec);
        assert_eq!(references(&spec), [(vpc(), "id".to_owned())]);
        assert_eq!(symbol(&vpc(), "id"), "(ec2.Vpc/main).id");
    }

    #[test]
    fn a_text_collapses_when_its_last_reference_is_known() {
        let text = Text::from("arn:").then_of(&vpc(), "id").then("/*");
        assert_eq!(text.literal(), None);
        let resolved = resolve(&text.to_value(), &mut |_, _| Some("vpc-1".to_owned()));
        assert_eq!(resolved, json!("arn:vpc-1/*"));
        let back: Text = serde_json::from_value(text.to_value()).expect("reads what it writes");
        assert_eq!(back, text);
    }

    #[test]
    fn keys_with_references_become_keys_when_they_are_known() {
        let fields = keyed([
            (Text::of(&vpc(), "id").then(":sub"), json!("a")),
            (Text::from("plain"), Text::of(&vpc(), "arn").to_value()),
        ]);
        assert_eq!(references(&fields), [(vpc(), "id".to_owned()), (vpc(), "arn".to_owned())]);
        assert_eq!(resolve(&fields, &mut |_, _| None), fields);
        let mut lookup = |_: &Address, output: &str| (output == "id").then(|| "vpc-1".to_owned());
        let resolved = resolve(&fields, &mut lookup);
        assert_eq!(resolved, json!({ "vpc-1:sub": "a", "plain": Text::of(&vpc(), "arn").to_value() }));
        assert_eq!(keyed([(Text::from("a"), json!(1))]), json!({ "a": 1 }));
    }
}
