//! The fields of a stack, section by section.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

use super::change::Targets;
use super::words::{anchor, default, flat, limits, meaning, of_type, row};
use crate::schema::json::Shape;

const TABLE: &str = "| field | type and limits | default | an edit | meaning |\n|---|---|---|---|---|\n";

/// Every section of a stack: first what stands at its top, then what has fields of its own.
pub(super) fn text() -> String {
    let mut writer = Writer::default();
    writer.section("The stack", "", Shape::stack(), &Targets::default());
    writer.text
}

#[derive(Default)]
struct Writer {
    text: String,
    /// Where what a reference names is described.
    described: BTreeMap<String, String>,
}

/// Something with fields of its own, which a table named.
struct Inner<'s> {
    path: String,
    shape: Shape<'s>,
    around: Targets,
}

impl Writer {
    fn section(&mut self, heading: &str, path: &str, shape: Shape<'_>, around: &Targets) {
        let level = if path.contains('.') { "###" } else { "##" };
        let _ = writeln!(self.text, "{level} {heading}\n");
        if let Some(about) = shape.keyword("description").and_then(Value::as_str) {
            let _ = writeln!(self.text, "{}\n", flat(about));
        }
        if let Some(key) = shape.merge_key() {
            let _ = writeln!(self.text, "Layers merge it by `{}`.\n", key.join("` and `"));
        }
        self.example(shape);
        let holder = holder(shape);
        let required: Vec<&str> = holder
            .schema()
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        self.text.push_str(TABLE);
        let mut inner = Vec::new();
        for name in holder.fields() {
            let field = holder.field(name);
            let targets = Targets::of(field, around);
            let own = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let link = self.link(&own, field, &targets, &mut inner);
            let mark = if required.contains(&name.as_str()) { " *" } else { "" };
            let rule = limits(field);
            let kind = of_type(field, &link);
            let kind = if rule.is_empty() { kind } else { format!("{kind}; {rule}") };
            let line = row(&[&format!("`{name}`{mark}"), &kind, &default(field), &targets.words(), &meaning(field)]);
            self.text.push_str(&line);
        }
        self.text.push('\n');
        for Inner { path, shape, around } in inner {
            self.section(&path, &path, shape, &around);
        }
    }

    /// Where the fields of a field are described: once, at the first place where they stand.
    fn link<'s>(&mut self, path: &str, field: Shape<'s>, targets: &Targets, inner: &mut Vec<Inner<'s>>) -> String {
        let Some((suffix, name)) = definition(field) else { return String::new() };
        if let Some(place) = self.described.get(&name) {
            return anchor(place);
        }
        let path = format!("{path}{suffix}");
        let link = anchor(&path);
        self.described.insert(name, path.clone());
        inner.push(Inner { path, shape: field, around: targets.clone() });
        link
    }

    fn example(&mut self, shape: Shape<'_>) {
        if let Some(example) = shape.keyword("x-example").and_then(Value::as_str) {
            let _ = writeln!(self.text, "```yaml\n{}\n```\n", example.trim_end());
        }
    }
}

/// What has the fields: the value itself, the items of a list, the values of a map.
pub(super) fn holder(shape: Shape<'_>) -> Shape<'_> {
    if shape.fields().next().is_some() {
        return shape;
    }
    let choices = shape.keyword("anyOf").or_else(|| shape.keyword("oneOf")).and_then(Value::as_array);
    let choices = choices.into_iter().flatten().map(|choice| shape.of(choice));
    let below = choices.chain([shape.item(), shape.field("")]).filter(|inner| !inner.is_nothing());
    below.map(holder).find(|inner| inner.fields().next().is_some()).unwrap_or(shape)
}

/// The name of what has the fields, and what stands between.
pub(super) fn definition(shape: Shape<'_>) -> Option<(&'static str, String)> {
    let holder = holder(shape);
    holder.fields().next()?;
    let name = holder.name()?.to_owned();
    let suffix = match shape.schema().get("additionalProperties") {
        Some(Value::Object(_)) => ".NAME",
        _ => "",
    };
    Some((suffix, name))
}
