//! The kinds of resources, with their fields.

use std::fmt::Write;

use eksctl_rs_aws::AwsRules;
use eksctl_rs_core::{Field, KindRules, Rules};

use super::change::word;
use super::words::{flat, row};

const TABLE: &str = "| field | type and limits | default | an edit | meaning |\n|---|---|---|---|---|\n";

/// Every kind, in the order of plans.
pub(super) fn text() -> String {
    let mut text = String::from(
        "## Kinds\n\nWhat the sections above become, as plans show it. A default here is AWS's; the stack may have another.\n\n",
    );
    for kind in AwsRules.kinds() {
        section(&mut text, kind);
    }
    text
}

fn section(text: &mut String, kind: &dyn KindRules) {
    let _ = writeln!(text, "### {}\n", kind.name());
    let traits = kind.traits();
    if traits.create_first {
        text.push_str("A replacement is made beside the old one, before that is deleted.\n\n");
    }
    if let Some(lost) = traits.precious {
        let _ = writeln!(text, "Replacing or deleting it takes {lost}, and needs `--allow`.\n");
    }
    text.push_str(TABLE);
    for field in kind.fields() {
        let limit = if field.limit.is_empty() { String::new() } else { format!("; {}", field.limit) };
        let line = row(&[
            &format!("`{}`", field.name),
            &format!("{}{limit}", type_words(field.type_name)),
            field.default,
            &edit(field),
            &flat(field.doc),
        ]);
        text.push_str(&line);
    }
    text.push('\n');
    let outputs: Vec<String> =
        kind.outputs().iter().map(|(name, about)| format!("`{name}`: {}", flat(about).trim_end_matches('.'))).collect();
    if !outputs.is_empty() {
        let _ = writeln!(text, "It tells, besides its `id` and these fields, {}.\n", outputs.join("; "));
    }
}

fn edit(field: &Field) -> String {
    let mut words = format!("**{}**", word(field.mutability));
    if field.floating {
        words.push_str("; absent, what is there stays");
    }
    words
}

/// A type of Rust in words.
fn type_words(name: &str) -> String {
    let name: String = name.split_whitespace().collect();
    let name = name.trim_end_matches(',');
    let inner = |outer: &str| name.strip_prefix(outer).and_then(|rest| rest.strip_suffix('>'));
    if let Some(inner) = inner("Option<") {
        return type_words(inner);
    }
    if let Some(inner) = inner("Vec<").or_else(|| inner("BTreeSet<")) {
        return format!("list of {}", plural(&type_words(inner)));
    }
    if let Some(inner) = inner("BTreeMap<") {
        let value = inner.split_once(',').map_or(inner, |(_, value)| value);
        return format!("map of {}", plural(&type_words(value)));
    }
    match name.rsplit("::").next().unwrap_or(name) {
        "String" => "text".to_owned(),
        "Text" => "text with references".to_owned(),
        "bool" => "true or false".to_owned(),
        "i32" | "i64" | "u8" | "u16" | "u32" | "u64" => "whole number".to_owned(),
        "Reference" => "reference".to_owned(),
        "Tags" => "map of texts".to_owned(),
        "PolicyDocument" | "Value" => "document".to_owned(),
        other => separated(other),
    }
}

fn plural(words: &str) -> String {
    match words {
        "true or false" => words.to_owned(),
        "text with references" => "texts with references".to_owned(),
        _ if words.contains(" of ") => words.replacen("list of", "lists of", 1).replacen("map of", "maps of", 1),
        _ => format!("{words}s"),
    }
}

/// `PortRange` as `port range`.
fn separated(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::type_words;

    #[test]
    fn types_of_rust_read_well() {
        for (name, words) in [
            ("Option<String>", "text"),
            ("BTreeSet<Reference>", "list of references"),
            ("BTreeMap<String, BTreeSet<Reference>>", "map of lists of references"),
            ("Option<PortRange>", "port range"),
        ] {
            assert_eq!(type_words(name), words, "{name}");
        }
    }
}
