//! Filters of Describe calls.

use serde_json::Value;

use crate::error::{ApiError, refuse};
use crate::tags::Tags;

/// What a resource has for the filter called `name`: its values, or nothing where there is no such filter.
pub(crate) trait Filterable {
    fn filter_values(&self, name: &str) -> Option<Vec<String>>;
    fn tags(&self) -> &Tags;
}

/// Whether `resource` passes every one of `filters`, a list of `{Name, Values}`. Values may hold `*` and `?`.
pub(crate) fn passes(resource: &impl Filterable, filters: &Value) -> Result<bool, ApiError> {
    for filter in filters.as_array().into_iter().flatten() {
        let name = filter["Name"].as_str().unwrap_or_default();
        let wanted: Vec<&str> = filter["Values"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let found = if let Some(key) = name.strip_prefix("tag:") {
            resource.tags().get(key).cloned().into_iter().collect()
        } else if name == "tag-key" {
            resource.tags().keys().cloned().collect()
        } else if name == "tag-value" {
            resource.tags().values().cloned().collect()
        } else {
            match resource.filter_values(name) {
                Some(values) => values,
                None => return refuse("InvalidParameterValue", format!("The filter '{name}' is invalid")),
            }
        };
        if !wanted.iter().any(|pattern| found.iter().any(|value| like(pattern, value))) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether `text` is `pattern`, in which `*` stands for any text, `?` for any character, and `\` makes them plain.
pub(crate) fn like(pattern: &str, text: &str) -> bool {
    fn matches(pattern: &[char], text: &[char]) -> bool {
        match (pattern.first(), text.first()) {
            (None, None) => true,
            (Some('\\'), Some(_)) if pattern.len() > 1 => pattern[1] == text[0] && matches(&pattern[2..], &text[1..]),
            (Some('*'), _) => matches(&pattern[1..], text) || !text.is_empty() && matches(pattern, &text[1..]),
            (Some('?'), Some(_)) => matches(&pattern[1..], &text[1..]),
            (Some(a), Some(b)) if a == b => matches(&pattern[1..], &text[1..]),
            _ => false,
        }
    }
    matches(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks() {
        assert!(like("priv*-?", "private-a") && like("*", "") && like("a", "a"));
        assert!(!like("a?", "a") && !like("b*", "ab"));
        assert!(like(r"\*a\?\\", r"*a?\") && !like(r"\*a", "aa") && like(r"a\", r"a\"));
    }
}
