//! Who holds whom among the live resources, for the order of deletes.

use std::collections::BTreeMap;

use crate::{Observed, Order, Rules, Snapshot, ids};

/// The live resources, numbered, and who holds whom.
pub(super) struct Live<'a> {
    pub(super) instances: Vec<&'a Observed>,
    holders: Vec<Vec<Hold>>,
    held: Vec<Vec<usize>>,
}

/// One resource in the way of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hold {
    /// The one that must go, or let go, first.
    pub(super) holder: usize,
    /// By what.
    pub(super) by: By,
}

/// By what one resource stands in the way of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// A reference: an update can let go of it.
    Reference,
    /// A reference that may be part of a circle: a step of its own lets go of it.
    LateReference,
    /// Only an ordering rule.
    Order,
}

impl<'a> Live<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, rules: &dyn Rules) -> Self {
        let instances: Vec<&Observed> = snapshot.iter().collect();
        let mut by_output: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
        for (number, observed) in instances.iter().enumerate() {
            let Some(kind) = rules.kind(observed.address.kind()) else { continue };
            // What an update changes, such as the number of a version, names nothing: others may have the same.
            let fields: Vec<&str> = kind.fields().iter().map(|field| field.name).collect();
            let moving = kind.moved(&fields);
            let names = observed.outputs.iter().filter(|(output, _)| !moving.contains(&output.as_str()));
            for value in names.map(|(_, value)| value) {
                let found = by_output.entry((observed.address.kind(), value)).or_default();
                if found.last() != Some(&number) {
                    found.push(number);
                }
            }
        }
        let mut live =
            Self { holders: vec![Vec::new(); instances.len()], held: vec![Vec::new(); instances.len()], instances };
        // Which resources of a kind refer to an id: for the rules that go by a shared target.
        let mut by_id: BTreeMap<(&str, String), Vec<usize>> = BTreeMap::new();
        for (number, observed) in live.instances.iter().enumerate() {
            let Some(kind) = rules.kind(observed.address.kind()) else { continue };
            for field in kind.fields().iter().filter(|field| !field.to.is_empty()) {
                for id in observed.spec.get(field.name).map(ids).unwrap_or_default() {
                    for target in field.targets() {
                        for to in by_output.get(&(target, id.as_str())).into_iter().flatten() {
                            if *to != number {
                                let by = if field.late { By::LateReference } else { By::Reference };
                                live.holders[*to].push(Hold { holder: number, by });
                                live.held[number].push(*to);
                            }
                        }
                    }
                    by_id.entry((observed.address.kind(), id)).or_default().push(number);
                }
            }
        }
        for (number, observed) in live.instances.iter().enumerate() {
            let Some(kind) = rules.kind(observed.address.kind()) else { continue };
            for order in kind.order(&observed.spec) {
                let others: Vec<usize> = match order {
                    Order::AfterHolders { field, kind } => {
                        let shared = observed.spec.get(*field).map(ids).unwrap_or_default();
                        shared.into_iter().filter_map(|id| by_id.get(&(*kind, id))).flatten().copied().collect()
                    }
                    Order::AfterAll { kind }
                    | Order::BeforeAll { kind }
                    | Order::Upon { kind }
                    | Order::Outlives { kind } => {
                        let instances = live.instances.iter().enumerate();
                        instances.filter(|(_, other)| other.address.kind() == *kind).map(|(other, _)| other).collect()
                    }
                };
                for other in others.into_iter().filter(|other| *other != number) {
                    let (held, holder) = match order {
                        Order::BeforeAll { .. } => (number, other),
                        Order::Outlives { .. } => {
                            live.holders[other].retain(|hold| hold.holder != number);
                            (number, other)
                        }
                        _ => (other, number),
                    };
                    live.holders[held].push(Hold { holder, by: By::Order });
                }
            }
        }
        live
    }

    /// What stands in the way of deleting the resource `number`.
    pub(super) fn holders(&self, number: usize) -> &[Hold] {
        &self.holders[number]
    }

    /// What the resource `number` refers to.
    pub(super) fn held(&self, number: usize) -> &[usize] {
        &self.held[number]
    }

    /// The number of `observed`.
    pub(super) fn number(&self, observed: &Observed) -> Option<usize> {
        self.instances.iter().position(|other| std::ptr::eq(*other, observed))
    }
}
