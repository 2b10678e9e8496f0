//! The schema as data: made once out of the types and the attributes beside their fields.
//!
//! | keyword | meaning |
//! |---|---|
//! | `default` | the value of a field that is not set, in a stack of our own |
//! | `x-merge-key` | what names the elements of a list, so that two layers can be merged |
//! | `x-rule` | what a pattern or a limit means, in words |
//! | `x-becomes` | the fields of kinds that it becomes, which know whether AWS can change it in place |
//! | `x-edit` | what an edit leads to, in words, where nothing that it becomes tells |
//! | `x-example` | YAML, from the root of a stack, for the reference |

use std::sync::LazyLock;

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::{Map, Value, json};

use super::StackSpec;

/// The JSON Schema of a stack.
pub fn json_schema() -> &'static Value {
    static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
        let settings = SchemaSettings::draft2020_12().with_transform(Plain);
        settings.into_generator().into_root_schema_for::<StackSpec>().to_value()
    });
    &SCHEMA
}

/// Makes the schema say what a reader means: no `null` (it removes), lists of words as enums, and nothing required that
/// has a default.
#[derive(Clone, Copy, Debug)]
struct Plain;

impl Transform for Plain {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(object) = schema.as_object_mut() else { return };
        drop_null(object);
        words_to_enum(object);
        drop_required_defaults(object);
        // Formats of integers are those of Rust, not of JSON.
        object.remove("format");
    }
}

fn drop_null(object: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    let Some(Value::Array(choices)) = object.get_mut("anyOf") else { return };
    choices.retain(|choice| choice != &json!({ "type": "null" }));
    if let [Value::Object(only)] = choices.as_slice() {
        let only = only.clone();
        object.remove("anyOf");
        for (key, value) in only {
            object.entry(key).or_insert(value);
        }
    }
}

/// `oneOf` of constants with descriptions, as documented enums come, is an `enum` for whoever checks.
fn words_to_enum(object: &mut Map<String, Value>) {
    let Some(Value::Array(choices)) = object.get("oneOf") else { return };
    let words: Option<Vec<Value>> = choices.iter().map(|choice| choice.get("const").cloned()).collect();
    let Some(words) = words else { return };
    let described = choices
        .iter()
        .filter_map(|choice| Some((choice.get("const")?.as_str()?.to_owned(), choice.get("description")?.clone())))
        .collect::<Map<_, _>>();
    object.remove("oneOf");
    object.insert("type".to_owned(), "string".into());
    object.insert("enum".to_owned(), words.into());
    object.insert("x-words".to_owned(), described.into());
}

fn drop_required_defaults(object: &mut Map<String, Value>) {
    let defaulted: Vec<String> = object
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter(|(_, property)| property.get("default").is_some())
        .map(|(name, _)| name.clone())
        .collect();
    if let Some(Value::Array(required)) = object.get_mut("required") {
        required.retain(|name| !defaulted.iter().any(|defaulted| name == defaulted));
        if required.is_empty() {
            object.remove("required");
        }
    }
}

/// A part of the schema.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape<'s> {
    root: &'s Value,
    node: &'s Value,
}

impl<'s> Shape<'s> {
    /// The shape of a whole stack.
    pub(crate) fn stack() -> Shape<'static> {
        let root = json_schema();
        Shape { root, node: root }
    }

    /// The schema itself, with a reference followed.
    pub(crate) fn schema(self) -> &'s Value {
        match self.node.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix('#')) {
            Some(pointer) => self.root.pointer(pointer).unwrap_or(self.node),
            None => self.node,
        }
    }

    /// A part of the same schema.
    pub(crate) fn of(self, node: &'s Value) -> Self {
        Self { node, ..self }
    }

    /// The name of the definition that it refers to.
    pub(crate) fn name(self) -> Option<&'s str> {
        self.node.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next())
    }

    /// Whether there is no such part.
    pub(crate) fn is_nothing(self) -> bool {
        self.node.is_null()
    }

    /// A keyword of this part; beside a reference it counts more than what the reference says.
    pub(crate) fn keyword(self, name: &str) -> Option<&'s Value> {
        self.node.get(name).or_else(|| self.schema().get(name))
    }

    /// The shape of the value of `key`.
    pub(crate) fn field(self, key: &str) -> Self {
        let schema = self.schema();
        let found = schema.get("properties").and_then(|properties| properties.get(key));
        let node = found.or_else(|| schema.get("additionalProperties")).unwrap_or(&Value::Null);
        Self { node, ..self }
    }

    /// The names of its fields.
    pub(crate) fn fields(self) -> impl Iterator<Item = &'s String> {
        self.schema().get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys)
    }

    /// The shape of the items of a list.
    pub(crate) fn item(self) -> Self {
        Self { node: self.schema().get("items").unwrap_or(&Value::Null), ..self }
    }

    /// What names the items of a list: dotted paths of keys.
    pub(crate) fn merge_key(self) -> Option<Vec<&'s str>> {
        let key = self.keyword("x-merge-key")?.as_array()?;
        Some(key.iter().filter_map(Value::as_str).collect())
    }

    /// What stands at a path of keys and numbers.
    pub(crate) fn at(self, path: &[String]) -> Self {
        path.iter().fold(self, |shape, segment| match shape.keyword("type").and_then(Value::as_str) {
            Some("array") => shape.item(),
            _ => shape.field(segment),
        })
    }

    /// Fills in what is not set and has a default.
    pub(crate) fn fill(self, value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for name in self.fields() {
                    let shape = self.field(name);
                    if let (None, Some(default)) = (fields.get(name), shape.keyword("default")) {
                        fields.insert(name.clone(), default.clone());
                    }
                }
                for (name, field) in fields.iter_mut() {
                    self.field(name).fill(field);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.item().fill(item)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_without_anything_has_every_default() {
        let mut value = json!({});
        Shape::stack().fill(&mut value);
        assert_eq!(value["vpc"]["clusterEndpoints"], json!({ "privateAccess": true, "publicAccess": false }));
        assert_eq!(value["accessConfig"]["authenticationMode"], "API");
    }

    #[test]
    fn every_field_is_described_and_nothing_is_null() {
        fn walk(path: &str, schema: &Value) {
            if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
                for (name, property) in properties {
                    assert!(property.get("description").is_some(), "{path}.{name} has no description");
                    assert!(!property.to_string().contains("\"null\""), "{path}.{name} may be null");
                }
            }
        }
        let schema = json_schema();
        walk("", schema);
        for (name, definition) in schema["$defs"].as_object().expect("definitions") {
            walk(name, definition);
        }
    }

    #[test]
    fn documented_words_are_an_enum() {
        let gateway = Shape::stack().field("vpc").field("nat").field("gateway");
        assert_eq!(gateway.keyword("enum"), Some(&json!(["HighlyAvailable", "Single", "Disable"])));
        assert_eq!(gateway.keyword("default"), None, "it depends on the network");
        let support = Shape::stack().field("upgradePolicy").field("supportType");
        assert_eq!(support.keyword("enum"), Some(&json!(["STANDARD", "EXTENDED"])));
        assert_eq!(support.keyword("default"), Some(&json!("STANDARD")));
    }
}
