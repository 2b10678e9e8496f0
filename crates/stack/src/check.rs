//! Whether a tree is what the schema says, in words for whoever wrote it.

use std::sync::LazyLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use crate::diagnostic::Collector;
use crate::places::{Path, Places};
use crate::reference::limits;
use crate::schema::json::{Shape, json_schema};
use crate::yaml::Node;

/// Reports everything in which `root` is not what the schema says. Returns where that is.
pub(crate) fn check(root: &Node, sources: &[&str], collector: &mut Collector) -> Vec<Path> {
    static VALIDATOR: LazyLock<Option<Validator>> = LazyLock::new(|| Validator::new(json_schema()).ok());
    let Some(validator) = &*VALIDATOR else { return Vec::new() };
    let instance = root.to_json();
    let checker = Checker { places: Places::new(root), sources };
    let mut wrong = Vec::new();
    for error in validator.iter_errors(&instance) {
        checker.report(&error, collector);
        let path = path_of(&error);
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                wrong.extend(unexpected.iter().map(|key| path.key(key)));
            }
            ValidationErrorKind::Required { property } => {
                wrong.push(path.key(property.as_str().unwrap_or_default()));
            }
            _ => wrong.push(path),
        }
    }
    wrong
}

/// `value` without what is wrong, so that the rules can look at the rest. A list loses the items that cannot be read,
/// and what must be there gets something to stand for it. Returns where those items were.
pub(crate) fn salvage(value: &mut Value, wrong: &[Path]) -> Vec<Path> {
    // The last items first: taking one out moves those behind it.
    let mut paths: Vec<&Path> = wrong.iter().collect();
    paths.sort_by(|a, b| b.segments().cmp(a.segments()));
    for path in paths {
        let Some((last, parents)) = path.segments().split_last() else { continue };
        let pointer: String =
            parents.iter().map(|part| format!("/{}", part.replace('~', "~0").replace('/', "~1"))).collect();
        match value.pointer_mut(&pointer) {
            Some(Value::Object(fields)) => {
                fields.shift_remove(last);
            }
            Some(Value::Array(items)) => {
                if let Some(item) = last.parse::<usize>().ok().and_then(|index| items.get_mut(index)) {
                    *item = Value::Null;
                }
            }
            _ => {}
        }
    }
    for (pointer, stand_in) in STAND_INS {
        let (parent, key) = pointer.rsplit_once('/').unwrap_or_default();
        if let Some(Value::Object(fields)) = value.pointer_mut(parent) {
            fields.entry(key).or_insert_with(|| (*stand_in).into());
        }
    }
    // Without it, the subnets would be looked at as if the stack made them.
    if wrong.iter().any(|path| path.segments() == ["vpc", "id"])
        && let Some(Value::Object(vpc)) = value.get_mut("vpc")
    {
        vpc.insert("id".to_owned(), "vpc-00000000".into());
    }
    let mut dropped = Vec::new();
    drop_incomplete(value, Shape::stack(), &Path::default(), &mut dropped);
    dropped
}

/// For what every stack must say.
const STAND_INS: &[(&str, &str)] = &[
    ("/apiVersion", "eksctl-rs.io/v1alpha1"),
    ("/kind", "Stack"),
    ("/metadata/name", "stack"),
    ("/metadata/region", "eu-west-1"),
    ("/metadata/account", "000000000000"),
];

/// Takes out what lacks something that it must have: there is nothing to say about it.
fn drop_incomplete(value: &mut Value, shape: Shape<'_>, path: &Path, dropped: &mut Vec<Path>) {
    let lacks = |value: &Value, shape: Shape<'_>| {
        let required = shape.schema().get("required").and_then(Value::as_array);
        let missing = |name: &Value| name.as_str().is_some_and(|name| value.get(name).is_none());
        value.is_null() || value.is_object() && required.into_iter().flatten().any(missing)
    };
    match value {
        Value::Object(fields) => {
            fields.retain(|name, field| !lacks(field, shape.field(name)));
            for (name, field) in fields.iter_mut() {
                drop_incomplete(field, shape.field(name), &path.key(name), dropped);
            }
        }
        Value::Array(items) => {
            let mut kept = Vec::new();
            for (index, mut item) in std::mem::take(items).into_iter().enumerate() {
                if lacks(&item, shape.item()) {
                    dropped.push(path.item(index));
                } else {
                    drop_incomplete(&mut item, shape.item(), &path.item(index), dropped);
                    kept.push(item);
                }
            }
            *items = kept;
        }
        _ => {}
    }
}

fn path_of(error: &ValidationError<'_>) -> Path {
    Path::from_segments(error.instance_path().segments().map(|segment| segment.to_string()).collect())
}

struct Checker<'n> {
    places: Places<'n>,
    sources: &'n [&'n str],
}

impl Checker<'_> {
    fn report(&self, error: &ValidationError<'_>, collector: &mut Collector) {
        let path = path_of(error);
        let shape = Shape::stack().at(path.segments());
        let place = self.places.of(&path);
        let shown = path.to_string();
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                for key in unexpected {
                    let at = path.key(key);
                    let hint = known_keys(key, shape);
                    collector.error(self.places.of_key(&at), &at.to_string(), "there is no such key", hint);
                }
            }
            ValidationErrorKind::Required { property } => {
                let missing = property.as_str().unwrap_or_default();
                let about = match only_word(shape.field(missing)) {
                    Some(word) => format!("write {missing}: {word}"),
                    None => description(shape.field(missing)),
                };
                collector.error(self.places.of_key(&path), &shown, format!("{missing} is missing"), about);
            }
            // A value that is wrong in two ways is told of once; so is one whose variable is not set.
            _ if collector.has_told_of(place) => {}
            ValidationErrorKind::Type { kind } => {
                let found = kind_of(error.instance());
                let message = format!("expected {}, found {found}", expected(kind));
                collector.error(place, &shown, message, self.how_to_write(kind, place, error.instance()));
            }
            ValidationErrorKind::Enum { options } => {
                let words: Vec<String> = options.as_array().into_iter().flatten().map(word).collect();
                let found = word(error.instance());
                collector.error(place, &shown, format!("{found} is not allowed here"), one_of(&found, &words));
            }
            ValidationErrorKind::UniqueItems => {
                let Some((index, item)) = second(error.instance()) else { return };
                let at = path.item(index);
                let message = format!("{} stands here twice", word(item));
                collector.error(self.places.of(&at), &at.to_string(), message, "remove one");
            }
            _ => {
                let found = match (error.kind(), error.instance().as_str()) {
                    (ValidationErrorKind::MaxLength { .. }, Some(text)) if own_rule(shape).is_none() => {
                        text.chars().count().to_string()
                    }
                    _ => found(error.instance()),
                };
                let message = match (own_rule(shape), rule_of_list(&path), limits(shape)) {
                    (Some(rule), ..) => format!("expected {rule}, found {found}"),
                    (None, Some(rule), _) => format!("expected {rule}, found {found} among them"),
                    (None, None, limits) if limits == "not empty" => "this may not be empty".to_owned(),
                    (None, None, limits) => format!("expected {limits}, found {found}"),
                };
                // What a limit is about is not always plain from the name of the field.
                let is_plain = own_rule(shape).is_some() || rule_of_list(&path).is_some();
                let hint = if is_plain { String::new() } else { description(shape) };
                collector.error(place, &shown, message, hint);
            }
        }
    }

    /// A number where a text is expected usually only lacks its quotes.
    fn how_to_write(&self, kind: &TypeKind, place: crate::yaml::Place, found: &Value) -> String {
        let written = self.sources.get(place.file).and_then(|text| text.get(place.start..place.start + place.length));
        let written = written.filter(|text| !text.is_empty() && !text.contains('\n'));
        let word = written.map_or_else(|| found.to_string(), |text| text.trim().to_owned());
        match (expected(kind).as_str(), found) {
            ("a text", Value::Number(_) | Value::Bool(_)) => format!("put it into quotes: \"{word}\""),
            ("a whole number", Value::String(text)) if text.parse::<i64>().is_ok() => {
                "write it without quotes".to_owned()
            }
            ("true or false", Value::String(text)) if text.parse::<bool>().is_ok() => {
                "write it without quotes".to_owned()
            }
            ("true or false", _) => "write true or false".to_owned(),
            ("a list", Value::Object(_)) => "write it as a list: begin each item with -".to_owned(),
            ("a list", _) => format!("write it as a list: [{word}]"),
            ("a map", Value::Array(_)) => "write it as a map: keys without - before them".to_owned(),
            _ => String::new(),
        }
    }
}

/// The meaning of a limit, in the words beside the field.
fn own_rule(shape: Shape<'_>) -> Option<&str> {
    shape.keyword("x-rule").and_then(Value::as_str)
}

/// The words beside a list, which speak for its items.
fn rule_of_list(path: &Path) -> Option<&'static str> {
    let (last, parents) = path.segments().split_last()?;
    last.parse::<usize>().ok()?;
    own_rule(Shape::stack().at(parents))
}

/// What must be written where only one thing can be.
fn only_word(shape: Shape<'_>) -> Option<String> {
    match shape.keyword("enum").and_then(Value::as_array).map(Vec::as_slice) {
        Some([only]) => Some(word(only)),
        _ => None,
    }
}

fn description(shape: Shape<'_>) -> String {
    shape.keyword("description").and_then(Value::as_str).unwrap_or_default().replace('\n', " ")
}

fn known_keys(key: &str, shape: Shape<'_>) -> String {
    let known: Vec<String> = shape.fields().cloned().collect();
    match nearest(key, &known) {
        Some(near) => format!("did you mean {near}?"),
        None if known.is_empty() => String::new(),
        None => format!("known keys are {}", known.join(", ")),
    }
}

fn one_of(found: &str, words: &[String]) -> String {
    let listed = words.join(", ");
    match nearest(found, words) {
        _ if words.len() == 1 => format!("write {listed}"),
        Some(near) => format!("did you mean {near}? It is one of: {listed}"),
        None => format!("it is one of: {listed}"),
    }
}

/// The known word that was probably meant.
pub(crate) fn nearest<'w>(found: &str, words: &'w [String]) -> Option<&'w String> {
    let likeness = |word: &String| strsim::jaro_winkler(&found.to_lowercase(), &word.to_lowercase());
    let best = words.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    let holds = |word: &&String| found.len() > 3 && word.to_lowercase().contains(&found.to_lowercase());
    if likeness(best) > 0.8 { Some(best) } else { words.iter().find(holds) }
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn shortened(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

fn expected(kind: &TypeKind) -> String {
    let name = |name: &str| match name {
        "string" => "a text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a map",
        _ => "nothing",
    };
    match kind {
        TypeKind::Single(one) => name(one.as_str()).to_owned(),
        TypeKind::Multiple(several) => several.iter().map(|one| name(one.as_str())).collect::<Vec<_>>().join(" or "),
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(number) if number.is_f64() => "a number with a fraction",
        Value::Number(_) => "a whole number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

/// The first item that stands in a list for the second time.
fn second(list: &Value) -> Option<(usize, &Value)> {
    let items = list.as_array()?;
    items.iter().enumerate().find(|(index, item)| items[..*index].contains(item))
}

/// What was found instead: of a list, how much; the rest is in the file.
fn found(value: &Value) -> String {
    match value {
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.len().to_string(),
        Value::Object(fields) if fields.is_empty() => "none".to_owned(),
        other => shortened(other),
    }
}
