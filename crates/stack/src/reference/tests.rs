//! What the reference has to say of every field.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::Targets;
use crate::schema::json::Shape;
use crate::{Sources, load};

/// Every field below `shape`, with what it becomes.
fn walk(path: &str, shape: Shape<'_>, around: &Targets, seen: &mut BTreeSet<String>, silent: &mut Vec<String>) -> bool {
    let holder = super::sections::holder(shape);
    if holder.fields().next().is_none() || holder.name().is_some_and(|name| !seen.insert(name.to_owned())) {
        return false;
    }
    for name in holder.fields() {
        let field = holder.field(name);
        let targets = Targets::of(field, around);
        let own = format!("{path}.{name}");
        let has_fields = walk(&own, field, &targets, seen, silent);
        let is_told = !targets.is_empty();
        let is_known = super::sections::definition(field).is_some();
        if !has_fields && !is_known && !is_told {
            silent.push(own.trim_start_matches('.').to_owned());
        }
    }
    true
}

#[test]
fn every_field_says_what_an_edit_leads_to() {
    let mut silent = Vec::new();
    walk("", Shape::stack(), &Targets::default(), &mut BTreeSet::new(), &mut silent);
    assert!(
        silent.is_empty(),
        "these fields need \"x-becomes\" = [\"<kind>.<field>\"], or \"x-edit\" = \"<what an edit leads to>\": {silent:#?}"
    );
}

fn examples(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("x-example").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|field| examples(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| examples(item, found)),
        _ => {}
    }
}

#[test]
fn every_example_is_valid() {
    const HEAD: &str = "apiVersion: eksctl-rs.io/v1alpha1\nkind: Stack\n";
    const METADATA: &str = "metadata: {name: dev, region: eu-west-1, account: \"111122223333\"}\n";
    let mut found = Vec::new();
    examples(crate::schema::json::json_schema(), &mut found);
    for example in found {
        let metadata = if example.contains("metadata:\n") { "" } else { METADATA };
        let head = if example.contains("apiVersion:") { "" } else { HEAD };
        let text = format!("{head}{metadata}{example}");
        if let Err(problems) = load(&Sources::text("example.yaml", &text), &|name| Some(name.to_lowercase())) {
            panic!("{text}\n{problems}");
        }
    }
}

#[test]
fn every_section_has_an_example() {
    let sections =
        Shape::stack().fields().filter(|name| super::sections::definition(Shape::stack().field(name)).is_some());
    let without: Vec<&String> =
        sections.filter(|name| Shape::stack().field(name).keyword("x-example").is_none()).collect();
    assert!(without.is_empty(), "these need \"x-example\" = include_str!(\"examples/<name>.yaml\"): {without:?}");
}
