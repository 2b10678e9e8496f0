//! The mark of a stack on what is not its own: the name of the address, and the keys that the stack has set there.
//!
//! It is the tag `eksctl-rs.io/tags/<stack>`, with a list as its value; what does not fit goes into
//! `eksctl-rs.io/tags/<stack>/2` and so on.

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_core::{StackId, Tags, digest};
use serde_json::json;

/// What the key of every mark begins with.
const PREFIX: &str = "eksctl-rs.io/tags/";
/// Characters of a tag's key and value. Source: EC2 user guide, "Tag restrictions".
const KEY: usize = 128;
const VALUE: usize = 256;
/// Room for the number of a tag that goes on, such as `/12`.
const NUMBER: usize = 3;

/// What one stack says of one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// The name in the address.
    pub(super) name: String,
    /// The keys that the stack has set.
    pub(super) keys: BTreeSet<String>,
}

impl Mark {
    /// The mark of `stack` among the tags of something.
    pub(super) fn read(stack: &StackId, tags: &Tags) -> Option<Self> {
        marks(tags).remove(&owner(stack)).filter(|mark| !mark.name.is_empty())
    }

    /// The tags that make up the mark of `stack`.
    pub(super) fn write(&self, stack: &StackId) -> Tags {
        let mut pieces: Vec<String> = Vec::new();
        for entry in std::iter::once(&self.name).chain(&self.keys).map(|entry| encode(entry)) {
            match pieces.last_mut().filter(|piece| length(piece) + 1 + length(&entry) <= VALUE) {
                Some(piece) => piece.extend([" ", &entry]),
                None => pieces.push(entry),
            }
        }
        (1..).zip(pieces).map(|(number, piece)| (key_of(&owner(stack), number), piece)).collect()
    }
}

/// The key of the first tag of the mark of `stack`: what bears it bears tags of the stack.
pub(crate) fn key(stack: &StackId) -> String {
    key_of(&owner(stack), 1)
}

/// The keys of the tags that make up the mark of `stack`.
pub(super) fn pieces(stack: &StackId, tags: &Tags) -> BTreeSet<String> {
    let own = owner(stack);
    tags.keys().filter(|key| split(key).is_some_and(|(owner, _)| owner == own)).cloned().collect()
}

/// The keys that other stacks say they have set.
pub(super) fn others(stack: &StackId, tags: &Tags) -> BTreeSet<String> {
    let mut marks = marks(tags);
    marks.remove(&owner(stack));
    marks.into_values().flat_map(|mark| mark.keys).collect()
}

/// The keys that any stack says it has set on what is not its own: whoever owns the thing leaves them alone.
pub(crate) fn listed(tags: &Tags) -> BTreeSet<String> {
    marks(tags).into_values().flat_map(|mark| mark.keys).collect()
}

/// A list of keys as one text.
pub(super) fn join<'k>(keys: impl IntoIterator<Item = &'k String>) -> String {
    keys.into_iter().map(|key| encode(key)).collect::<Vec<_>>().join(" ")
}

/// The keys in a text that [`join`] made.
pub(super) fn parse(text: &str) -> Vec<String> {
    text.split(' ').filter(|entry| !entry.is_empty()).map(decode).collect()
}

/// Every mark, by the owner's name in its key.
fn marks(tags: &Tags) -> BTreeMap<String, Mark> {
    let mut marks: BTreeMap<String, Mark> = BTreeMap::new();
    for (key, value) in tags {
        let Some((owner, number)) = split(key) else { continue };
        let mark = marks.entry(owner.to_owned()).or_default();
        let mut entries = parse(value).into_iter();
        if number == 1 {
            mark.name = entries.next().unwrap_or_default();
        }
        mark.keys.extend(entries);
    }
    marks
}

fn split(key: &str) -> Option<(&str, usize)> {
    let rest = key.strip_prefix(PREFIX)?;
    match rest.split_once('/') {
        Some((owner, number)) => Some((owner, number.parse().ok()?)),
        None => Some((rest, 1)),
    }
}

fn key_of(owner: &str, number: usize) -> String {
    if number == 1 { format!("{PREFIX}{owner}") } else { format!("{PREFIX}{owner}/{number}") }
}

/// The stack, as its marks name it: by its id, or by the beginning of it and a digest where the id is too long.
fn owner(stack: &StackId) -> String {
    const LONGEST: usize = KEY - PREFIX.len() - NUMBER;
    const DIGITS: usize = 16;
    let id = stack.as_str();
    if length(id) <= LONGEST {
        return id.to_owned();
    }
    let beginning: String = id.chars().take(LONGEST - DIGITS - 1).collect();
    format!("{beginning}-{}", digest(&json!(id), DIGITS))
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// Keys may hold spaces, which separate them here, and all services allow few other characters in values.
fn encode(entry: &str) -> String {
    entry.replace('=', "==").replace(' ', "=_")
}

fn decode(entry: &str) -> String {
    let mut letters = entry.chars();
    let mut decoded = String::new();
    while let Some(letter) = letters.next() {
        decoded.push(match letter {
            '=' if letters.next() == Some('_') => ' ',
            letter => letter,
        });
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(name: &str) -> StackId {
        StackId::new(name, "eu-west-1")
    }

    fn mark(name: &str, keys: impl IntoIterator<Item = impl ToString>) -> Mark {
        Mark { name: name.into(), keys: keys.into_iter().map(|key| key.to_string()).collect() }
    }

    #[test]
    fn a_mark_begins_with_the_name_and_lists_the_keys() {
        let tags = mark("a", ["kubernetes.io/role/elb", "karpenter.sh/discovery"]).write(&stack("dev"));
        let expected = ("eksctl-rs.io/tags/dev.eu-west-1", "a karpenter.sh/discovery kubernetes.io/role/elb");
        assert_eq!(tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect::<Vec<_>>(), [expected]);
    }

    #[test]
    fn whatever_the_keys_are_they_are_read_back_and_every_tag_is_short_enough() {
        let odd = ["a b", "=", "==", "=_", " = ", "_"].map(str::to_owned);
        let many: Vec<String> = (0..45).map(|number| format!("{number}{}", "k".repeat(120))).collect();
        let spaces = [" ".repeat(128), "=".repeat(128)];
        for name in ["dev".to_owned(), "d".repeat(100)] {
            for keys in [&odd[..], &many, &spaces, &[]] {
                let (stack, written) = (stack(&name), mark("private-eu-west-1a", keys));
                let tags = written.write(&stack);
                assert_eq!(Mark::read(&stack, &tags), Some(written));
                assert!(tags.iter().all(|(key, value)| length(key) <= KEY && length(value) <= VALUE), "{tags:#?}");
                assert_eq!(super::pieces(&stack, &tags), tags.keys().cloned().collect());
                assert!(tags.contains_key(&key(&stack)));
            }
        }
    }

    #[test]
    fn marks_of_stacks_are_told_apart() {
        let (one, two) = (stack("dev"), stack("dev2"));
        let mut tags = mark("a", ["x", "y"]).write(&one);
        tags.extend(mark("b", ["y", "z"]).write(&two));
        tags.insert("x".into(), "1".into());
        assert_eq!(Mark::read(&one, &tags), Some(mark("a", ["x", "y"])));
        assert_eq!(others(&one, &tags), mark("b", ["y", "z"]).keys);
        assert_eq!(listed(&tags), mark("", ["x", "y", "z"]).keys);
        assert_eq!(Mark::read(&stack("prod"), &tags), None);
    }
}
