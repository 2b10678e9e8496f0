//! Which call waits for which.

use std::collections::{BTreeMap, BTreeSet};

use super::{Builder, Leaving, Released};
use crate::change::{Action, Reason};
use crate::graph::of_kind;
use crate::plan::StepId;
use crate::plan::live::By;
use crate::{Address, Observed, Order, references};

impl<'a> Builder<'a, '_> {
    /// The calls of a group that wait for no other call of it, but for those that only let go or unlock.
    fn roots(&self, group: &[StepId]) -> Vec<StepId> {
        let outside = |id: &StepId| !group.contains(id) || self.lets_go[id.0] || self.unlocks[id.0];
        let is_root =
            |id: &StepId| !self.lets_go[id.0] && !self.unlocks[id.0] && self.steps[id.0].needs.iter().all(outside);
        group.iter().copied().filter(is_root).collect()
    }

    fn letting_go(&self, group: &[StepId]) -> Vec<StepId> {
        group.iter().copied().filter(|id| self.lets_go[id.0]).collect()
    }

    /// What others wait for: the calls after which the resource is what it is to be, but for what it still has too much.
    fn ready(&self, address: &Address) -> Vec<StepId> {
        self.up.get(address).into_iter().flatten().copied().filter(|id| !self.trails[id.0]).collect()
    }

    fn created(&self, address: &Address) -> Option<StepId> {
        self.up.get(address)?.iter().copied().find(|id| self.steps[id.0].creates)
    }

    /// The calls after which a resource is complete, and so is what its early references name.
    fn complete(&self, address: &Address) -> Vec<StepId> {
        let (mut steps, mut seen, mut open) = (Vec::new(), BTreeSet::new(), vec![address]);
        while let Some(address) = open.pop() {
            if seen.insert(address) {
                steps.extend(self.ready(address));
                let early = self.input.graph.edges_of(address).iter().filter(|edge| edge.early);
                open.extend(early.map(|edge| &edge.to));
            }
        }
        steps
    }

    fn need(&mut self, step: StepId, needs: &[StepId]) {
        let own = &mut self.steps[step.0].needs;
        own.extend(needs.iter().filter(|need| **need != step));
        own.sort();
        own.dedup();
    }

    pub(super) fn connect_ups(&mut self) {
        for (address, group) in self.up.clone() {
            let roots = self.roots(&group);
            let edges = self.input.graph.edges_of(&address);
            let at_once = edges.iter().filter(|edge| !edge.late);
            let needs: Vec<StepId> = at_once
                .flat_map(|edge| match edge.early {
                    true => self.created(&edge.to).into_iter().collect(),
                    false => self.complete(&edge.to),
                })
                .collect();
            roots.iter().for_each(|root| self.need(*root, &needs));
            let late: Vec<&Address> = edges.iter().filter(|edge| edge.late).map(|edge| &edge.to).collect();
            for step in group.iter().filter(|_| !late.is_empty()) {
                let named = self.steps[step.0].call.as_ref().map(references).unwrap_or_default();
                for (to, _) in named.iter().filter(|(to, _)| late.contains(&to)) {
                    if let Some(created) = self.created(to) {
                        self.need(*step, &[created]);
                    }
                }
            }
        }
    }

    pub(super) fn connect_downs(&mut self, leaving: &BTreeMap<usize, Leaving<'a>>) {
        let mut perhaps: Vec<(Vec<StepId>, Vec<StepId>)> = Vec::new();
        let mut successors: BTreeMap<&str, Vec<StepId>> = BTreeMap::new();
        for (number, going) in leaving {
            let Some(group) = self.down.get(number).cloned() else { continue };
            let address = &going.observed.address;
            let Released { mut needs, updates } = self.released(*number);
            let letting = self.letting_go(&group);
            self.gently.extend(letting.iter().map(|step| (*step, updates.concat())));
            perhaps.extend(updates.into_iter().map(|update| (group.clone(), update)));
            if going.after_up {
                needs.extend(self.ready(address));
            } else if going.replaced {
                let up = self.up.get(address).cloned().unwrap_or_default();
                for root in self.roots(&up) {
                    self.need(root, &group);
                }
            }
            let create_first = self.kind(address).is_some_and(|kind| kind.traits().create_first);
            if create_first && going.reason == Reason::NotInStack {
                needs.extend(&*successors.entry(address.kind()).or_insert_with(|| self.successors(address.kind())));
            }
            for root in self.roots(&group) {
                self.need(root, &needs);
            }
            self.gently.extend(letting.into_iter().map(|step| (step, needs.clone())));
            // What goes with its parent holds as long as that stands.
            let parents = self.parents_of_holders(*number, leaving);
            self.gently.extend(group.iter().map(|step| (*step, parents.clone())));
        }
        for (address, group) in self.up.clone() {
            let current = self.decisions.get(&address).and_then(|decision| decision.current);
            let Some(number) = current.and_then(|current| self.live.number(current)) else { continue };
            for step in group {
                if self.after_holders[step.0] {
                    let Released { needs, updates } = self.released(number);
                    self.need(step, &needs);
                    perhaps.extend(updates.into_iter().map(|update| (vec![step], update)));
                }
            }
        }
        for (group, updates) in perhaps {
            if !self.waits_for(&updates, &group) {
                self.roots(&group).into_iter().for_each(|root| self.need(root, &updates));
            }
        }
    }

    /// The ends of the parents with which holders of the live thing go: their own end is no call.
    fn parents_of_holders(&self, number: usize, leaving: &BTreeMap<usize, Leaving<'a>>) -> Vec<StepId> {
        let holders = self.live.holders(number).iter().map(|hold| hold.holder);
        let dying = holders.filter(|holder| leaving.contains_key(holder) && !self.down.contains_key(holder));
        let parents = dying.filter_map(|holder| {
            let kind = self.kind(&self.live.instances[holder].address)?;
            self.live.number(self.parent_leaving(kind, holder, leaving)?)
        });
        let parents: BTreeSet<usize> = parents.collect();
        let ends = parents.iter().filter_map(|parent| self.down.get(parent)).flatten().copied();
        ends.filter(|step| !self.unlocks[step.0]).collect()
    }

    /// What must be done before nothing that goes, or lets go, holds the live thing any longer.
    fn released(&self, number: usize) -> Released {
        let mut released = Released::default();
        for hold in self.live.holders(number) {
            let holder = self.live.instances[hold.holder];
            if let Some(down) = self.down.get(&hold.holder) {
                let letting = self.letting_go(down);
                // In a circle each lets go first, and then each goes.
                released.needs.extend(if hold.by == By::LateReference && !letting.is_empty() {
                    letting
                } else {
                    down.clone()
                });
            } else if hold.by != By::Order && self.is_updated(holder) {
                let up = self.up.get(&holder.address).cloned().unwrap_or_default();
                let letting = self.letting_go(&up);
                match letting.is_empty() {
                    false => released.needs.extend(letting),
                    true => released.updates.push(up),
                }
                released.updates.extend(self.moved_along(&holder.address));
            }
        }
        released
    }

    /// The updates of those that use an output which the update at `address` moves: until they have moved, they still use
    /// what it was. Nodes of a launch template's old version still have the security groups that its new one lets go of.
    fn moved_along(&self, address: &Address) -> Vec<Vec<StepId>> {
        let moved = match (self.kind(address), self.decisions.get(address)) {
            (Some(kind), Some(decision)) => kind.moved(&decision.changed),
            _ => return Vec::new(),
        };
        if moved.is_empty() {
            return Vec::new();
        }
        let uses = |(to, output): (Address, String)| to == *address && moved.contains(&output.as_str());
        let graph = self.input.graph;
        let followers = graph.place(address).map_or(&[][..], |place| graph.followers(place));
        let users = followers.iter().filter_map(|follower| graph.at(*follower));
        let users = users.filter(|desired| references(&desired.spec).into_iter().any(uses));
        users.filter_map(|desired| self.up.get(&desired.address).cloned()).collect()
    }

    /// What runs on others goes to a new version before they do.
    pub(super) fn connect_updates(&mut self) {
        let updated =
            |address: &Address| self.decisions.get(address).is_some_and(|decision| decision.action == Action::Update);
        for first in self.input.graph.iter().filter(|first| updated(&first.address)) {
            let order = self.kind(&first.address).map(|kind| kind.order(&first.spec)).unwrap_or_default();
            let kinds = order.iter().filter_map(|order| match order {
                Order::Upon { kind } => Some(*kind),
                _ => None,
            });
            let then = kinds.flat_map(|kind| of_kind(&self.up, kind)).filter(|then| updated(then));
            let groups: Vec<Vec<StepId>> = then.filter_map(|then| self.up.get(then).cloned()).collect();
            if groups.is_empty() {
                continue;
            }
            let needs = self.ready(&first.address);
            // None of these comes to wait for more by what is connected here.
            let before = self.before(&needs);
            for group in groups.into_iter().filter(|group| !group.iter().any(|step| before.contains(step))) {
                self.roots(&group).into_iter().for_each(|root| self.need(root, &needs));
            }
        }
    }

    /// What lets go does so as late as it can: until then it is of use.
    pub(super) fn connect_gently(&mut self) {
        // What the last of the needs waits for.
        let mut known: Option<(StepId, BTreeSet<StepId>)> = None;
        for (step, mut needs) in std::mem::take(&mut self.gently) {
            needs.retain(|need| {
                let before = match known.take() {
                    Some((of, before)) if of == *need => before,
                    _ => self.before(&[*need]),
                };
                let waits = before.contains(&step);
                known = Some((*need, before));
                !waits
            });
            self.need(step, &needs);
            known = known.filter(|(_, before)| needs.is_empty() || !before.contains(&step));
        }
    }

    /// Everything that `steps` wait for, however indirectly, and they themselves.
    fn before(&self, steps: &[StepId]) -> BTreeSet<StepId> {
        let mut seen: BTreeSet<StepId> = BTreeSet::new();
        let mut open = steps.to_vec();
        while let Some(step) = open.pop() {
            #[cfg(test)]
            crate::plan::growth::look();
            if seen.insert(step) {
                open.extend(&self.steps[step.0].needs);
            }
        }
        seen
    }

    /// Whether any of `steps` waits for any of `others`, however indirectly.
    fn waits_for(&self, steps: &[StepId], others: &[StepId]) -> bool {
        let mut seen: BTreeSet<StepId> = BTreeSet::new();
        let mut open = steps.to_vec();
        while let Some(step) = open.pop() {
            #[cfg(test)]
            crate::plan::growth::look();
            if others.contains(&step) {
                return true;
            }
            if seen.insert(step) {
                open.extend(&self.steps[step.0].needs);
            }
        }
        false
    }

    fn is_updated(&self, holder: &Observed) -> bool {
        self.decisions.get(&holder.address).is_some_and(|decision| {
            decision.action == Action::Update && decision.current.is_some_and(|current| std::ptr::eq(current, holder))
        })
    }

    /// What may take over from one of `kind` that goes, such as a node group under its new name.
    fn successors(&self, kind: &str) -> Vec<StepId> {
        let comes_first = |address: &Address| {
            self.decisions.get(address).is_some_and(|decision| {
                let made =
                    decision.action == Action::Create || decision.action == Action::Replace && decision.create_first;
                made && !decision.behind_replaced
            })
        };
        let made = of_kind(&self.up, kind).filter(|address| comes_first(address));
        made.flat_map(|address| self.ready(address)).collect()
    }
}
