//! An edit for every field that can be changed, in place or by a replacement.

mod ec2;
mod ecr;
mod eks;
mod iam;
mod keys_and_logs;

use eksctl_rs_core::{Desired, Reference, Snapshot};
use serde_json::Value;

use crate::lab::at;

/// Changes what is wanted; the snapshot tells of what is there.
type Change = Box<dyn Fn(&mut Vec<Desired>, &Snapshot)>;

/// An edit of one field.
pub(crate) struct Edit {
    pub(crate) kind: &'static str,
    pub(crate) field: &'static str,
    /// The resource that it is about; nothing for the first of the kind.
    pub(crate) of: Option<&'static str>,
    /// AWS allows the way there and not back, for this value.
    pub(crate) one_way: bool,
    pub(crate) change: Change,
}

/// Sets the field of the first resource of the kind.
fn set(kind: &'static str, field: &'static str, value: Value) -> Edit {
    edit(kind, field, move |desired, _| first(desired, kind).spec[field] = value.clone())
}

fn edit(kind: &'static str, field: &'static str, change: impl Fn(&mut Vec<Desired>, &Snapshot) + 'static) -> Edit {
    Edit { kind, field, of: None, one_way: false, change: Box::new(change) }
}

fn first<'d>(desired: &'d mut [Desired], kind: &str) -> &'d mut Desired {
    desired.iter_mut().find(|desired| desired.address.kind() == kind).expect("one of the kind")
}

fn named<'d>(desired: &'d mut [Desired], address: &str) -> &'d mut Desired {
    let address = at(address);
    desired.iter_mut().find(|desired| desired.address == address).expect("the resource")
}

fn reference(address: &str, output: &str) -> Value {
    serde_json::to_value(Reference::to(&at(address), output)).expect("JSON")
}

/// Another resource, like the one at `like`.
fn add(desired: &mut Vec<Desired>, like: &str, address: &str, change: impl Fn(&mut Value)) {
    let mut spec = named(desired, like).spec.clone();
    change(&mut spec);
    desired.push(Desired { address: at(address), spec });
}

pub(crate) fn edits() -> Vec<Edit> {
    [ec2::edits(), iam::edits(), keys_and_logs::edits(), ecr::edits(), eks::edits()].into_iter().flatten().collect()
}

fn tags(kind: &'static str) -> Edit {
    edit(kind, "tags", move |desired, _| {
        let tags = &mut first(desired, kind).spec["tags"];
        tags["Name"] = "another name".into();
        tags["added"] = "yes".into();
    })
}
