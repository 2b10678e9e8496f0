//! The schema as editors want it: JSON Schema and nothing else, lenient where our own checks come later.

use serde_json::{Map, Value, json};

use super::json::json_schema;

/// Which file is edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// A stack in one file: what must be set is required.
    Whole,
    /// A file that is laid over others, or under them: nothing is required, and `null` removes.
    Layer,
}

/// The JSON Schema of a file, draft 2020-12, without keywords of our own: limits and words are in the descriptions. Where
/// something else than a plain text is expected, `${NAME}` may stand for it.
pub fn for_editors(file: File) -> Value {
    let mut schema = json_schema().clone();
    plain(&mut schema, file);
    if let Some(root) = schema.as_object_mut() {
        let about = root.remove("description").unwrap_or_default();
        let mut ordered = Map::new();
        ordered.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
        ordered.insert("title".to_owned(), "A stack of eksctl-rs".into());
        ordered.insert("description".to_owned(), about);
        for (key, value) in std::mem::take(root) {
            ordered.entry(key).or_insert(value);
        }
        if let Some(Value::Object(definitions)) = ordered.get_mut("$defs") {
            definitions.insert(VARIABLE.to_owned(), variable());
        }
        *root = ordered;
    }
    schema
}

const VARIABLE: &str = "EnvironmentVariable";

fn variable() -> Value {
    json!({
        "type": "string",
        "pattern": r"\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}",
        "description": "A value from the environment: ${NAME}, or ${NAME:-default}.",
    })
}

/// A schema and everything in it.
fn plain(schema: &mut Value, file: File) {
    let Some(object) = schema.as_object_mut() else { return };
    describe(object);
    object.retain(|key, _| !key.starts_with("x-"));
    if file == File::Layer {
        object.remove("required");
        object.remove("minItems");
    }
    for key in ["properties", "$defs"] {
        let parts = object.get_mut(key).and_then(Value::as_object_mut);
        for (name, part) in parts.into_iter().flatten() {
            plain(part, file);
            if key == "properties" {
                lenient(part, file);
                titled(part, name);
            }
        }
    }
    for key in ["items", "additionalProperties"] {
        if let Some(part) = object.get_mut(key).filter(|part| part.is_object()) {
            plain(part, file);
            lenient(part, file);
        }
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        let parts = object.get_mut(key).and_then(Value::as_array_mut);
        parts.into_iter().flatten().for_each(|part| plain(part, file));
    }
}

/// Puts into the description what our own keywords say.
fn describe(object: &mut Map<String, Value>) {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(object.get("description").and_then(Value::as_str).map(str::to_owned));
    if let Some(rule) = object.get("x-rule").and_then(Value::as_str) {
        lines.push(format!("Limits: {rule}."));
    }
    for (word, about) in object.get("x-words").and_then(Value::as_object).into_iter().flatten() {
        lines.push(format!("- {word}: {}", about.as_str().unwrap_or_default()));
    }
    if !lines.is_empty() {
        object.insert("description".to_owned(), lines.join("\n\n").into());
    }
}

/// Lets a variable stand for what is not any text, and `null` for everything in a layer. What is said about the field
/// stays outside, where editors look for it.
fn lenient(part: &mut Value, file: File) {
    let Some(object) = part.as_object_mut() else { return };
    let mut choices = Vec::new();
    let outside = ["title", "description", "default"];
    let told: Map<String, Value> =
        outside.iter().filter_map(|key| Some(((*key).to_owned(), object.get(*key)?.clone()))).collect();
    if is_restricted(object) {
        choices.push(json!({ "$ref": format!("#/$defs/{VARIABLE}") }));
    }
    if file == File::Layer {
        choices.push(json!({ "type": "null" }));
    }
    if choices.is_empty() {
        return;
    }
    let mut inside = object.clone();
    outside.iter().for_each(|key| drop(inside.shift_remove(*key)));
    if inside.is_empty() {
        return;
    }
    choices.insert(0, inside.into());
    *object = told;
    object.insert("anyOf".to_owned(), choices.into());
}

/// Whether a text that holds a variable would be refused. A definition of words is told by nobody but itself.
fn is_restricted(object: &Map<String, Value>) -> bool {
    let is = |kind: &str| object.get("type").and_then(Value::as_str) == Some(kind);
    is("integer")
        || is("number")
        || is("boolean")
        || object.contains_key("enum")
        || object.contains_key("pattern")
        || object.contains_key("$ref") && names_words(object)
}

/// Whether it refers to words: those are definitions of their own.
fn names_words(object: &Map<String, Value>) -> bool {
    let path = object.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix('#'));
    path.and_then(|path| json_schema().pointer(path)).is_some_and(|definition| definition.get("enum").is_some())
}

fn titled(part: &mut Value, name: &str) {
    if let Some(object) = part.as_object_mut() {
        object.entry("title").or_insert_with(|| name.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonschema::Validator;

    fn accepts(file: File, value: &Value) -> bool {
        Validator::new(&for_editors(file)).expect("a schema").is_valid(value)
    }

    fn stack() -> Value {
        json!({
            "apiVersion": "eksctl-rs.io/v1alpha1", "kind": "Stack",
            "metadata": { "name": "dev", "region": "eu-west-1", "account": "111122223333" },
        })
    }

    #[test]
    fn nothing_of_ours_is_left_and_everything_is_told() {
        for file in [File::Whole, File::Layer] {
            let schema = for_editors(file);
            assert!(!schema.to_string().contains("\"x-"), "{file:?}");
            assert!(jsonschema::meta::is_valid(&schema), "{file:?}");
            let pool = &schema["$defs"]["Metadata"]["properties"]["name"];
            assert_eq!(pool["title"], "name");
            assert!(pool["description"].as_str().expect("text").contains("Limits: 1 to 100 letters"), "{pool}");
        }
    }

    #[test]
    fn variables_may_stand_for_what_is_no_text() {
        let mut value = stack();
        value["metadata"]["account"] = "${ACCOUNT}".into();
        value["deletionProtection"] = "${PROTECT:-true}".into();
        value["vpc"] = json!({ "nat": { "gateway": "${NAT}" } });
        assert!(accepts(File::Whole, &value));
        value["metadata"]["account"] = "1234".into();
        assert!(!accepts(File::Whole, &value));
    }

    #[test]
    fn a_layer_is_a_part_and_may_remove() {
        let part = json!({ "vpc": null, "managedNodeGroups": [{ "name": "a", "spot": null }] });
        assert!(accepts(File::Layer, &part) && !accepts(File::Whole, &part));
        assert!(accepts(File::Whole, &stack()));
        for file in [File::Whole, File::Layer] {
            let mut wrong = stack();
            wrong["vcp"] = json!({});
            assert!(!accepts(file, &wrong), "{file:?}");
        }
    }
}
