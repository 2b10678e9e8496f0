//! Whether a request is what the model says: required parameters, types, enums, lengths, ranges, patterns.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use regex::Regex;
use serde_json::Value;

use crate::model::{Model, REDACTED, Shape};

/// What is wrong with a request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Problem {
    /// Where, in the names of the request, such as `TagSpecifications[0].Tags`.
    pub(crate) path: String,
    pub(crate) kind: ProblemKind,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ProblemKind {
    /// It must be there.
    Missing,
    /// The model has no such parameter.
    Unknown,
    /// It is there and not allowed. In AWS's words.
    Invalid {
        /// The value, shortened.
        value: String,
        /// What it must be.
        constraint: String,
    },
}

/// Everything that is wrong with `value` as a `shape` of `model`.
pub(crate) fn validate(model: &Model, shape: &str, value: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    check(model, model.shape(shape), value, "", &mut problems);
    problems
}

fn check(model: &Model, shape: &Shape, value: &Value, path: &str, problems: &mut Vec<Problem>) {
    let mut invalid = |constraint: String| {
        let mut text = match shape.sensitive {
            true => REDACTED.to_owned(),
            false => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        };
        text.truncate(text.char_indices().nth(200).map_or(text.len(), |(at, _)| at));
        problems.push(Problem { path: path.to_owned(), kind: ProblemKind::Invalid { value: text, constraint } });
    };
    match (shape.type_name.as_str(), value) {
        ("structure", Value::Object(fields)) => {
            for name in &shape.required {
                if fields.get(name).is_none_or(Value::is_null) {
                    problems.push(Problem { path: join(path, name), kind: ProblemKind::Missing });
                }
            }
            for (name, field) in fields {
                match shape.members.get(name) {
                    Some(_) if field.is_null() => {}
                    Some(member) => check(model, model.shape(&member.shape), field, &join(path, name), problems),
                    None => problems.push(Problem { path: join(path, name), kind: ProblemKind::Unknown }),
                }
            }
        }
        ("list", Value::Array(items)) => {
            if let Some(constraint) = range("length", items.len() as f64, shape) {
                invalid(constraint);
            }
            if let Some(member) = &shape.member {
                for (index, item) in items.iter().enumerate() {
                    let at = format!("{path}[{index}]");
                    check(model, model.shape(&member.shape), item, &at, problems);
                }
            }
        }
        ("map", Value::Object(fields)) => {
            if let Some(constraint) = range("length", fields.len() as f64, shape) {
                invalid(constraint);
            }
            for (key, field) in fields {
                if let Some(member) = &shape.key {
                    check(model, model.shape(&member.shape), &Value::from(key.as_str()), &join(path, "key"), problems);
                }
                if let Some(member) = &shape.value {
                    check(model, model.shape(&member.shape), field, &join(path, key), problems);
                }
            }
        }
        ("string", Value::String(text)) => {
            if let Some(values) = &shape.values
                && !values.contains(text)
            {
                invalid(format!("Member must satisfy enum value set: [{}]", values.join(", ")));
            }
            if let Some(constraint) = range("length", text.chars().count() as f64, shape) {
                invalid(constraint);
            }
            if let Some(pattern) = shape.pattern.as_deref().filter(|pattern| !fits(pattern, text)) {
                invalid(format!("Member must satisfy regular expression pattern: {pattern}"));
            }
        }
        ("integer" | "long", Value::Number(number)) if number.as_i64().is_some() => {
            if let Some(constraint) = range("value", number.as_f64().unwrap_or_default(), shape) {
                invalid(constraint);
            }
        }
        ("float" | "double", Value::Number(_)) | ("boolean", Value::Bool(_)) => {}
        ("timestamp", Value::Number(_) | Value::String(_)) | ("blob", Value::String(_)) => {}
        (expected, _) => invalid(format!("Member must be of type {expected}")),
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn range(what: &str, size: f64, shape: &Shape) -> Option<String> {
    if shape.min.is_some_and(|min| size < min) {
        return Some(format!("Member must have {what} greater than or equal to {}", shape.min.unwrap_or_default()));
    }
    if shape.max.is_some_and(|max| size > max) {
        return Some(format!("Member must have {what} less than or equal to {}", shape.max.unwrap_or_default()));
    }
    None
}

/// Whether the whole of `text` is what `pattern` says. Patterns that need look-around are not checked here.
///
/// AWS's patterns are Java's, whose `\w` and `\d` are ASCII only.
fn fits(pattern: &str, text: &str) -> bool {
    static COMPILED: LazyLock<Mutex<BTreeMap<String, Option<Regex>>>> = LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let regex = compiled.entry(pattern.to_owned()).or_insert_with(|| {
        let ascii = pattern.replace(r"\w", "[0-9A-Za-z_]").replace(r"\d", "[0-9]");
        Regex::new(&format!("^(?:{ascii})$")).ok()
    });
    regex.as_ref().is_none_or(|regex| regex.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MODELS;
    use serde_json::json;

    fn problems(service: &str, operation: &str, input: Value) -> Vec<String> {
        let model = &MODELS[service];
        let shape = &model.operations[operation].input.as_ref().expect("an input").shape;
        validate(model, shape, &input)
            .into_iter()
            .map(|problem| format!("{}: {:?}", problem.path, problem.kind))
            .collect()
    }

    #[test]
    fn what_is_missing_unknown_or_not_allowed_is_found() {
        assert_eq!(problems("ec2", "CreateSubnet", json!({ "VpcId": "vpc-1" })), [""; 0]);
        assert_eq!(problems("ec2", "CreateSubnet", json!({})), ["VpcId: Missing"]);
        assert_eq!(problems("ec2", "CreateSubnet", json!({ "VpcId": "v", "Cidr": "x" })), ["Cidr: Unknown"]);
        let role = |name: &str| json!({ "RoleName": name, "AssumeRolePolicyDocument": "{}" });
        assert_eq!(problems("iam", "CreateRole", role("ok")), [""; 0]);
        assert!(problems("iam", "CreateRole", role("no spaces"))[0].contains("regular expression"));
        assert!(problems("iam", "CreateRole", role("rôle"))[0].contains("regular expression"));
        assert!(problems("iam", "CreateRole", role(&"x".repeat(65)))[0].contains("less than or equal to 64"));
        let update =
            json!({ "name": "dev", "logging": { "clusterLogging": [{ "types": ["apis"], "enabled": "yes" }] } });
        let found = problems("eks", "UpdateClusterConfig", update);
        assert!(found[0].contains("enum value set") && found[1].contains("type boolean"), "{found:?}");
    }
}
