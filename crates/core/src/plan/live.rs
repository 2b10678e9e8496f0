//! Who holds whom among the live resources, for the order of deletes.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::{Observed, Order, Rules, Snapshot, ids};

/// The live resources, numbered, and who holds whom.
pub(super) struct Live<'a> {
    pub(super) instances: Vec<&'a Observed>,
    holders: Vec<Vec<Hold>>,
    held: Vec<Vec<usize>>,
    /// What each goes after, whatever it refers to.
    outlived: Vec<Vec<Range<usize>>>,
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
        let orders: Vec<&[Order]> = instances
            .iter()
            .map(|observed| {
                rules.kind(observed.address.kind()).map(|kind| kind.order(&observed.spec)).unwrap_or_default()
            })
            .collect();
        let mut live = Self {
            holders: vec![Vec::new(); instances.len()],
            held: vec![Vec::new(); instances.len()],
            outlived: orders.iter().map(|orders| outlived(orders, &instances)).collect(),
            instances,
        };
        // Which resources of a kind refer to an id: for the rules that go by a shared target.
        let mut by_id: BTreeMap<(&str, String), Vec<usize>> = BTreeMap::new();
        for number in 0..live.instances.len() {
            let observed = live.instances[number];
            let Some(kind) = rules.kind(observed.address.kind()) else { continue };
            for field in kind.fields().iter().filter(|field| !field.to.is_empty()) {
                for id in observed.spec.get(field.name).map(ids).unwrap_or_default() {
                    for target in field.targets() {
                        for to in by_output.get(&(target, id.as_str())).into_iter().flatten() {
                            if *to != number {
                                let by = if field.late { By::LateReference } else { By::Reference };
                                live.hold(*to, Hold { holder: number, by });
                                live.held[number].push(*to);
                            }
                        }
                    }
                    by_id.entry((observed.address.kind(), id)).or_default().push(number);
                }
            }
        }
        for (number, order) in
            orders.iter().enumerate().flat_map(|(number, orders)| orders.iter().map(move |order| (number, order)))
        {
            let others: Vec<usize> = match order {
                Order::AfterHolders { field, kind } => {
                    let shared = live.instances[number].spec.get(*field).map(ids).unwrap_or_default();
                    shared.into_iter().filter_map(|id| by_id.get(&(*kind, id))).flatten().copied().collect()
                }
                Order::AfterAll { kind }
                | Order::BeforeAll { kind }
                | Order::Upon { kind }
                | Order::Outlives { kind } => of_kind(&live.instances, kind).collect(),
            };
            for other in others.into_iter().filter(|other| *other != number) {
                let (held, holder) = match order {
                    Order::BeforeAll { .. } | Order::Outlives { .. } => (number, other),
                    _ => (other, number),
                };
                live.hold(held, Hold { holder, by: By::Order });
            }
        }
        live
    }

    /// Nothing holds what it outlives.
    fn hold(&mut self, held: usize, hold: Hold) {
        if !self.outlived[hold.holder].iter().any(|outlived| outlived.contains(&held)) {
            self.holders[held].push(hold);
        }
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
        let first = self.instances.partition_point(|other| other.address < observed.address);
        let claimants = self.instances[first..].iter().take_while(|other| other.address == observed.address);
        claimants.enumerate().find(|(_, other)| std::ptr::eq(**other, observed)).map(|(place, _)| first + place)
    }
}

/// The numbers of the instances of `kind`, which stand side by side.
fn of_kind(instances: &[&Observed], kind: &str) -> Range<usize> {
    let first = instances.partition_point(|observed| observed.address.kind() < kind);
    first..first + instances[first..].partition_point(|observed| observed.address.kind() == kind)
}

fn outlived(orders: &[Order], instances: &[&Observed]) -> Vec<Range<usize>> {
    let kinds = orders.iter().filter_map(|order| match order {
        Order::Outlives { kind } => Some(of_kind(instances, kind)),
        _ => None,
    });
    kinds.collect()
}
