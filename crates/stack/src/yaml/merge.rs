//! Laying one tree over another.
//!
//! Maps merge. Lists of named things merge by what names them. Other lists and scalars are replaced. `null` removes.

use super::{Entry, Node, Value};
use crate::diagnostic::Collector;
use crate::schema::json::Shape;

/// `over` laid over `base`, both of the shape `shape`.
pub(crate) fn merge(base: Node, over: Node, shape: Shape<'_>) -> Node {
    let place = over.place;
    match (base.value, over.value) {
        (Value::Map(base), Value::Map(over)) => Node {
            value: Value::Map(merge_maps(base, over, shape, &mut |base, over, shape| merge(base, over, shape))),
            place,
        },
        (Value::List(base), Value::List(over)) if shape.merge_key().is_some() => Node {
            value: Value::List(merge_lists(base, over, shape, &mut |base, over, shape| merge(base, over, shape))),
            place,
        },
        (_, over) => Node { value: over, place },
    }
}

/// Two files of one layer: what both set is an error.
pub(crate) fn merge_siblings(
    first: Node,
    second: Node,
    shape: Shape<'_>,
    path: &str,
    collector: &mut Collector,
) -> Node {
    let place = first.place;
    match (first.value, second.value) {
        (Value::Map(a), Value::Map(b)) => {
            let mut entries = a;
            for entry in b {
                let inner = join(path, &entry.key);
                match entries.iter_mut().find(|other| other.key == entry.key) {
                    Some(other) => {
                        let before = std::mem::replace(&mut other.node, placeholder());
                        other.node = merge_siblings(before, entry.node, shape.field(&entry.key), &inner, collector);
                    }
                    None => entries.push(entry),
                }
            }
            Node { value: Value::Map(entries), place }
        }
        (Value::List(a), Value::List(b)) if shape.merge_key().is_some() => {
            let mut combine =
                |one: Node, other: Node, shape: Shape<'_>| merge_siblings(one, other, shape, path, collector);
            Node { value: Value::List(merge_lists(a, b, shape, &mut combine)), place }
        }
        (a, _) => {
            let message = format!("{path} is set in {} already", collector.name_of(place));
            collector.error(
                second.place,
                "",
                message,
                "two files of one directory may not set the same thing: remove one",
            );
            Node { value: a, place }
        }
    }
}

fn placeholder() -> Node {
    Node { value: Value::Null, place: super::Place::default() }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

type Combine<'c> = &'c mut dyn FnMut(Node, Node, Shape<'_>) -> Node;

fn merge_maps(base: Vec<Entry>, over: Vec<Entry>, shape: Shape<'_>, combine: Combine<'_>) -> Vec<Entry> {
    let mut entries = base;
    for entry in over {
        match entries.iter_mut().find(|other| other.key == entry.key) {
            Some(other) => {
                let before = std::mem::replace(&mut other.node, placeholder());
                other.key_place = entry.key_place;
                other.node = combine(before, entry.node, shape.field(&entry.key));
            }
            None => entries.push(entry),
        }
    }
    entries
}

/// An element that names nothing known is added; one with only its name and `null`s still merges.
fn merge_lists(base: Vec<Node>, over: Vec<Node>, shape: Shape<'_>, combine: Combine<'_>) -> Vec<Node> {
    let key = shape.merge_key().unwrap_or_default();
    let name_of = |node: &Node| -> Option<Vec<String>> {
        key.iter().map(|part| name_at(node, part)).collect::<Option<Vec<_>>>().filter(|name| !name.is_empty())
    };
    let mut items = base;
    for item in over {
        let name = name_of(&item);
        match items.iter_mut().find(|other| name.is_some() && name_of(other) == name) {
            Some(other) => {
                let before = std::mem::replace(other, placeholder());
                *other = combine(before, item, shape.item());
            }
            None => items.push(item),
        }
    }
    items
}

/// The text at a dotted path of keys.
fn name_at(node: &Node, path: &str) -> Option<String> {
    let keys: Vec<String> = path.split('.').map(str::to_owned).collect();
    match &node.at(&keys)?.value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// The tree without what was removed by `null`.
pub(crate) fn strip_nulls(node: &mut Node) {
    match &mut node.value {
        Value::Map(entries) => {
            entries.retain(|entry| entry.node.value != Value::Null);
            entries.iter_mut().for_each(|entry| strip_nulls(&mut entry.node));
        }
        Value::List(items) => items.iter_mut().for_each(strip_nulls),
        _ => {}
    }
}
