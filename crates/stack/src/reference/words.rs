//! Types, limits and texts of the schema in words.

use serde_json::Value;

use crate::schema::json::Shape;

/// What a value is, in words; what has fields of its own is a link to them.
pub(super) fn of_type(shape: Shape<'_>, link: &str) -> String {
    if let Some(words) = shape.keyword("enum").and_then(Value::as_array) {
        let words: Vec<String> = words.iter().map(code).collect();
        return alternatives(&words);
    }
    if let Some(choices) = shape.keyword("anyOf").or_else(|| shape.keyword("oneOf")).and_then(Value::as_array) {
        let choices: Vec<String> = choices.iter().map(|choice| of_type(shape.of(choice), link)).collect();
        return alternatives(&choices);
    }
    match shape.keyword("type").and_then(Value::as_str) {
        Some("string") => "text".to_owned(),
        Some("integer") => "whole number".to_owned(),
        Some("number") => "number".to_owned(),
        Some("boolean") => "true or false".to_owned(),
        Some("array") => format!("list of {}", plural(&of_type(shape.item(), link))),
        Some("object") if shape.fields().next().is_some() => format!("[map]({link})"),
        Some("object") => match shape.schema().get("additionalProperties") {
            Some(inner @ Value::Object(_)) => format!("map of {}", plural(&of_type(shape.of(inner), link))),
            _ => "document".to_owned(),
        },
        _ => "anything".to_owned(),
    }
}

/// `a`, `b` or `c`.
fn alternatives(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn plural(name: &str) -> String {
    match name {
        "text" | "whole number" | "number" | "document" => format!("{name}s"),
        _ => name.replacen("[map]", "[maps]", 1),
    }
}

/// The limits of a value: the words beside the field, else what the keywords say.
pub(crate) fn limits(shape: Shape<'_>) -> String {
    if let Some(rule) = shape.keyword("x-rule").and_then(Value::as_str) {
        return rule.to_owned();
    }
    let number = |name: &str| shape.keyword(name).filter(|limit| limit.is_number()).map(ToString::to_string);
    let range = |low: Option<String>, high: Option<String>, unit: &str| match (low, high) {
        (Some(low), None) if low == "1" && !unit.is_empty() => Some("not empty".to_owned()),
        (Some(low), Some(high)) if low == high => Some(format!("{low}{unit}")),
        (Some(low), Some(high)) => Some(format!("{low} to {high}{unit}")),
        (Some(low), None) if low == "0" => None,
        (Some(low), None) => Some(format!("at least {low}{unit}")),
        (None, Some(high)) => Some(format!("at most {high}{unit}")),
        (None, None) => None,
    };
    let value = range(number("minimum"), number("maximum"), "");
    let length = range(number("minLength"), number("maxLength"), " characters");
    let items = range(number("minItems"), number("maxItems"), " items");
    let entries = range(number("minProperties"), number("maxProperties"), " entries");
    let pattern = shape.keyword("pattern").and_then(Value::as_str).map(|pattern| format!("`{pattern}`"));
    let parts: Vec<String> = [value, length, items, entries, pattern].into_iter().flatten().collect();
    parts.join(", ")
}

/// A default, as it would be written.
pub(super) fn default(shape: Shape<'_>) -> String {
    match shape.keyword("default") {
        // A map whose fields have defaults says nothing by itself.
        Some(Value::Object(fields)) if fields.is_empty() => String::new(),
        Some(value) => code(value),
        None => String::new(),
    }
}

/// A value as it would be written.
pub(super) fn code(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "`\"\"`".to_owned(),
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}

/// What a field means, and what each of its words does.
pub(super) fn meaning(shape: Shape<'_>) -> String {
    let mut text = flat(shape.keyword("description").and_then(Value::as_str).unwrap_or_default());
    let listed = shape.keyword("x-words").or_else(|| shape.item().keyword("x-words"));
    for (word, about) in listed.and_then(Value::as_object).into_iter().flatten() {
        text.push_str(&format!("<br>`{word}`: {}", flat(about.as_str().unwrap_or_default())));
    }
    text
}

/// In one line, fit for a cell of a table.
pub(super) fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A row of a table.
pub(super) fn row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | ")).replace("|  |", "| |").replace("|  |", "| |")
}

/// The link to a heading, as GitHub makes it.
pub(super) fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept: String = kept
        .chars()
        .filter_map(|letter| match letter {
            ' ' => Some('-'),
            letter if letter.is_alphanumeric() || letter == '-' || letter == '_' => Some(letter),
            _ => None,
        })
        .collect();
    format!("#{kept}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> Shape<'static> {
        Shape::stack().at(&path.split('.').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn types_read_well() {
        for (path, words) in [
            ("metadata.name", "text"),
            ("metadata.tags", "map of texts"),
            ("availabilityZones", "list of texts"),
            ("deletionProtection", "true or false"),
            ("vpc.nat", "[map](#x)"),
            ("vpc.nat.gateway", "`HighlyAvailable`, `Single` or `Disable`"),
            ("managedNodeGroups", "list of [maps](#x)"),
            ("vpc.subnets.private", "map of [maps](#x)"),
            ("kms.policyStatements", "list of documents"),
        ] {
            assert_eq!(of_type(at(path), "#x"), words, "{path}");
        }
    }

    #[test]
    fn limits_read_well() {
        for (path, words) in [
            ("kms.deletionWindowInDays", "7 to 30"),
            ("kms.description", "at most 8192 characters"),
            ("managedNodeGroups", "at most 30"),
            ("vpc.clusterEndpoints.publicAccess", ""),
        ] {
            assert_eq!(limits(at(path)), words, "{path}");
        }
    }

    #[test]
    fn anchors_are_those_of_github() {
        assert_eq!(anchor("vpc.subnets.private.NAME"), "#vpcsubnetsprivatename");
        assert_eq!(anchor("ec2.Vpc"), "#ec2vpc");
    }
}
