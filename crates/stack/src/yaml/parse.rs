//! Reading YAML.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use serde_saphyr::{Error, Location, Options, Spanned};

use super::{Entry, Node, Place, Value};
use crate::diagnostic::Collector;

/// The tree of `text`, the text of file number `file`; nothing if it cannot be read at all.
pub(crate) fn parse(file: usize, text: &str, collector: &mut Collector) -> Option<Node> {
    let duplicates = |policy| {
        let mut options = Options::default();
        options.duplicate_keys = policy;
        serde_saphyr::from_str_with_options::<Spanned<Raw>>(text, options)
    };
    // A key that stands twice is one mistake among others: the rest of the file is read all the same.
    let read = match duplicates(serde_saphyr::DuplicateKeyPolicy::Error) {
        Err(error) if is_duplicate(&error) => {
            report(file, text, &error, collector);
            duplicates(serde_saphyr::DuplicateKeyPolicy::LastWins)
        }
        other => other,
    };
    match read {
        Ok(raw) => Some(node(file, raw)),
        Err(error) => {
            report(file, text, &error, collector);
            None
        }
    }
}

fn is_duplicate(error: &Error) -> bool {
    matches!(error.without_snippet(), Error::DuplicateMappingKey { .. })
}

fn report(file: usize, text: &str, error: &Error, collector: &mut Collector) {
    let place = error.location().map_or(Place { file, ..Place::default() }, |location| place_of(file, text, location));
    let message = error.without_snippet().to_string();
    let words = message.lines().next().unwrap_or_default();
    // The parser puts the position, and advice for programmers, around its words.
    let words =
        words.split_once(": ").map_or(words, |(before, rest)| if before.starts_with("error") { rest } else { words });
    let words = [" at line ", ", set DuplicateKeyPolicy", ";"]
        .iter()
        .fold(words, |words, end| words.split(end).next().unwrap_or(words));
    let (words, hint) = in_our_words(words);
    collector.error(place, "", words, hint);
}

/// What the parser says, and what to do about it.
fn in_our_words(words: &str) -> (&str, &'static str) {
    const KNOWN: &[(&str, Option<&str>, &str)] = &[
        ("duplicate mapping key", None, "remove one of the two"),
        ("multiple YAML documents", None, "put one stack into one document"),
        ("tabs disallowed", None, "indent with spaces"),
        ("quoted scalar", None, "close the quotes, or indent what is inside of them"),
        ("placement of ':'", None, "close the bracket, brace or quotes before it"),
        ("mapping values are not allowed", None, "indent keys of one map alike, and put a text with : into quotes"),
        ("unknown anchor", None, "define it above with &, or put a text that begins with * into quotes"),
        ("recursive", Some("an anchor stands inside of itself"), "write out what is meant"),
        ("budget breached", Some("this file grows too large or too deep"), "use fewer aliases, and nest less deeply"),
    ];
    let known = KNOWN.iter().find(|(part, ..)| words.contains(part));
    known.map_or((words, ""), |(_, message, hint)| (message.unwrap_or(words), hint))
}

/// A place that the parser knows by line and column only, or by bytes.
fn place_of(file: usize, text: &str, location: Location) -> Place {
    if let (Some(start), length) = (location.span().byte_offset(), location.span().byte_len()) {
        return Place { file, start: start as usize, length: length.unwrap_or_default() as usize };
    }
    let line_start: usize =
        text.split_inclusive('\n').take(location.line().saturating_sub(1) as usize).map(str::len).sum();
    let rest = text.get(line_start..).unwrap_or_default();
    let column = location.column().saturating_sub(1) as usize;
    let start = line_start + rest.char_indices().nth(column).map_or(0, |(at, _)| at);
    Place { file, start, length: 1 }
}

fn span_of(file: usize, location: Location) -> Place {
    let span = location.span();
    let start = span.byte_offset().unwrap_or_else(|| span.offset()) as usize;
    Place { file, start, length: span.byte_len().unwrap_or_else(|| span.len()) as usize }
}

fn node(file: usize, raw: Spanned<Raw>) -> Node {
    let place = span_of(file, raw.referenced);
    let value = match raw.value {
        Raw::Null => Value::Null,
        Raw::Bool(flag) => Value::Bool(flag),
        Raw::Number(number) => Value::Number(number),
        Raw::Text(text) => Value::Text(text),
        Raw::List(items) => Value::List(items.into_iter().map(|item| node(file, item)).collect()),
        Raw::Map(entries) => Value::Map(entries.into_iter().fold(Vec::new(), |mut kept: Vec<Entry>, (key, value)| {
            // Of a key that stands twice, the last counts.
            kept.retain(|other| other.key != key.value);
            kept.push(Entry { key_place: span_of(file, key.referenced), key: key.value, node: node(file, value) });
            kept
        })),
    };
    Node { value, place }
}

/// What serde-saphyr reads into; its spans are around it.
enum Raw {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("YAML")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Number::from_f64(value).map_or_else(|| Raw::Text(value.to_string()), Raw::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}
