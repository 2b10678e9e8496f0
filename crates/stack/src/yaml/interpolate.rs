//! `${NAME}` and `${NAME:-default}`: values from the environment of the process.

use super::{Node, Place, Value};
use crate::diagnostic::Collector;

/// Replaces every variable in the texts of `node`. `$${` stands for `${`.
///
/// What is not quoted is read again after the replacement, so that `minSize: ${MIN:-2}` is a number.
pub(crate) fn interpolate(
    node: &mut Node,
    sources: &[&str],
    variable: &dyn Fn(&str) -> Option<String>,
    collector: &mut Collector,
) {
    let place = node.place;
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| interpolate(item, sources, variable, collector)),
        Value::Map(entries) => {
            entries.iter_mut().for_each(|entry| interpolate(&mut entry.node, sources, variable, collector));
        }
        Value::Text(text) if text.contains("${") => match replace(text, variable) {
            Err(problem) => problem.report(place, collector),
            Ok(replaced) => {
                node.value = if is_quoted(sources, place) { Value::Text(replaced) } else { plain(replaced) }
            }
        },
        _ => {}
    }
}

enum Problem {
    NotSet(String),
    NotClosed,
    NoName(String),
}

impl Problem {
    fn report(self, place: Place, collector: &mut Collector) {
        match self {
            Self::NotSet(name) => collector.error(
                place,
                "",
                format!("the environment variable {name} is not set"),
                format!("set it, or give a default: ${{{name}:-…}}"),
            ),
            Self::NotClosed => {
                collector.error(place, "", "${ is not closed", "write ${NAME}, or $${ for a literal ${");
            }
            Self::NoName(name) => collector.error(
                place,
                "",
                format!("{name:?} is no name of an environment variable"),
                "a name has letters, digits and _ and does not begin with a digit",
            ),
        }
    }
}

fn replace(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<String, Problem> {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find("${") {
        if rest[..at].ends_with('$') {
            out.push_str(&rest[..at - 1]);
            out.push_str("${");
            rest = &rest[at + 2..];
            continue;
        }
        out.push_str(&rest[..at]);
        let end = rest[at..].find('}').ok_or(Problem::NotClosed)?;
        let inner = &rest[at + 2..at + end];
        let (name, default) = inner.split_once(":-").map_or((inner, None), |(name, default)| (name, Some(default)));
        if !is_name(name) {
            return Err(Problem::NoName(name.to_owned()));
        }
        // As in a shell, `:-` counts an empty variable as none.
        let value = variable(name).filter(|value| default.is_none() || !value.is_empty());
        out.push_str(&value.or(default.map(str::to_owned)).ok_or_else(|| Problem::NotSet(name.to_owned()))?);
        rest = &rest[at + end + 1..];
    }
    out.push_str(rest);
    Ok(out)
}

fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// Whether the scalar is quoted or a block, and so a text whatever it says.
fn is_quoted(sources: &[&str], place: Place) -> bool {
    let start = sources.get(place.file).and_then(|text| text.get(place.start..)).and_then(|rest| rest.chars().next());
    !matches!(
        start,
        Some('$') | Some('a'..='z') | Some('A'..='Z') | Some('0'..='9') | Some('_' | '.' | '-' | '/' | '+')
    )
}

/// What an unquoted scalar means.
fn plain(text: String) -> Value {
    match serde_saphyr::from_str::<serde_json::Value>(&text) {
        Ok(serde_json::Value::Bool(flag)) => Value::Bool(flag),
        Ok(serde_json::Value::Number(number)) => Value::Number(number),
        Ok(serde_json::Value::Null) => Value::Null,
        _ => Value::Text(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str) -> Result<String, String> {
        let variable = |name: &str| match name {
            "A" => Some("1".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        replace(text, &variable).map_err(|problem| match problem {
            Problem::NotSet(name) => format!("not set: {name}"),
            Problem::NotClosed => "not closed".to_owned(),
            Problem::NoName(name) => format!("no name: {name}"),
        })
    }

    #[test]
    fn variables_are_replaced() {
        assert_eq!(with("x-${A}-${B:-b}-${EMPTY:-e}${EMPTY}"), Ok("x-1-b-e".into()));
        assert_eq!(with("$${A} ${A}"), Ok("${A} 1".into()));
        assert_eq!(with("${B}"), Err("not set: B".into()));
        assert_eq!(with("${A"), Err("not closed".into()));
        assert_eq!(with("${1A}"), Err("no name: 1A".into()));
    }

    #[test]
    fn what_is_not_quoted_keeps_its_type() {
        assert_eq!(plain("2".into()), Value::Number(2.into()));
        assert_eq!(plain("true".into()), Value::Bool(true));
        assert_eq!(plain("a: b".into()), Value::Text("a: b".into()));
        assert_eq!(plain("111122223333x".into()), Value::Text("111122223333x".into()));
    }
}
