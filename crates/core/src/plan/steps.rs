//! The decisions, lowered into calls; and which call waits for which.
//!
//! Every resource has an *up* group (the calls that make or change it) and every live thing that goes a *down* group.
//! The edges between the groups:
//!
//! - up waits for the whole up of what its references name, and a finishing call for "created" of what its late
//!   references name; for "created" of what its early references name, and who waits for it waits for their whole up;
//! - down waits for the down of everything that holds the thing, or for the update that lets go of it; so does a call of
//!   an up that takes away what its holders may use, and what comes after it in its group: no other up waits for those;
//! - an update of what others run on waits for the updates of those, where that does not wait for it;
//! - a replacement is down, then up; or, where there is a place for two, up, then down;
//! - a call that lets go comes after everything that its group comes after, as far as that does not wait for it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::decide::{Decision, Decisions};
use super::live::{By, Live};
use super::{Goal, Input, Plan, Refusal, Step, StepId, diff};
use crate::change::{Action, Change, Consent, Consequence, Reason};
use crate::field::Mutability;
use crate::graph::of_kind;
use crate::rules::{After, Lowered, Lowering, Work};
use crate::{Address, Desired, Field, KindRules, Observed, Order, Outputs, Owner, Status, references};

/// Why a live thing goes.
struct Leaving<'a> {
    observed: &'a Observed,
    reason: Reason,
    /// Its replacement comes first.
    after_up: bool,
    /// It belongs to a decision about the address, and has no change of its own.
    replaced: bool,
}

/// What comes before the end of everything that holds a live thing.
#[derive(Default)]
struct Released {
    needs: Vec<StepId>,
    /// Updates that let go in the same call as they take hold of something else. They come first, unless they wait for
    /// the very same end: then AWS allows that the reference dangles for a while, or the kind would have a call that only
    /// lets go.
    updates: Vec<Vec<StepId>>,
}

struct Builder<'a, 'd> {
    input: Input<'a>,
    decisions: &'d Decisions<'a>,
    live: Live<'a>,
    steps: Vec<Step>,
    lets_go: Vec<bool>,
    unlocks: Vec<bool>,
    after_holders: Vec<bool>,
    /// It waits for such a call of its own group, or is one.
    trails: Vec<bool>,
    /// What calls that let go come after, as far as nothing of it waits for them.
    gently: Vec<(StepId, Vec<StepId>)>,
    up: BTreeMap<Address, Vec<StepId>>,
    down: BTreeMap<usize, Vec<StepId>>,
    consents: Vec<Consent>,
    changes: Vec<Change>,
}

pub(super) fn build<'a>(input: Input<'a>, decisions: &Decisions<'a>) -> Result<Plan, Refusal> {
    let mut builder = Builder {
        input,
        decisions,
        live: Live::new(input.snapshot, input.rules),
        steps: Vec::new(),
        lets_go: Vec::new(),
        unlocks: Vec::new(),
        after_holders: Vec::new(),
        trails: Vec::new(),
        gently: Vec::new(),
        up: BTreeMap::new(),
        down: BTreeMap::new(),
        consents: Vec::new(),
        changes: Vec::new(),
    };
    let leaving = builder.leaving();
    builder.lower_ups()?;
    builder.lower_downs(&leaving)?;
    builder.connect_ups();
    builder.connect_downs(&leaving);
    builder.connect_updates();
    builder.connect_gently();
    builder.finish(&leaving)
}

impl<'a> Builder<'a, '_> {
    fn kind(&self, address: &Address) -> Option<&'a dyn KindRules> {
        self.input.rules.kind(address.kind())
    }

    /// Every live thing that goes, by its number.
    fn leaving(&self) -> BTreeMap<usize, Leaving<'a>> {
        let mut leaving = BTreeMap::new();
        for (number, observed) in self.live.instances.iter().copied().enumerate() {
            if observed.owner != Owner::Us || observed.status.is_dormant() {
                continue;
            }
            let kind = self.kind(&observed.address);
            let found = match self.decisions.get(&observed.address) {
                None if kind.is_some_and(|kind| kind.stays().is_some()) => None,
                None => {
                    let more = kind.and_then(|kind| kind.why_it_goes(observed));
                    Some((more.unwrap_or(Reason::NotInStack), false, false))
                }
                Some(decision) => {
                    let is_current = decision.current.is_some_and(|current| std::ptr::eq(current, observed));
                    if is_current && decision.action == Action::Replace {
                        Some((decision.reason.clone(), decision.create_first, true))
                    } else if is_current && decision.reason == Reason::BeingDeleted {
                        Some((Reason::BeingDeleted, false, true))
                    } else if !is_current && !self.is_used(number) {
                        // It stays until the other one is ready, unless that waits for both to be gone.
                        let first = decision.deletes_first() || decision.behind_replaced;
                        Some((Reason::Superseded, !first, false))
                    } else {
                        None
                    }
                }
            };
            if let Some((reason, after_up, replaced)) = found {
                leaving.insert(number, Leaving { observed, reason, after_up, replaced });
            }
        }
        leaving
    }

    /// Whether something that stays as it is refers to the live thing.
    fn is_used(&self, number: usize) -> bool {
        self.live.holders(number).iter().filter(|hold| hold.by != By::Order).any(|hold| {
            let holder = self.live.instances[hold.holder];
            self.decisions.get(&holder.address).is_some_and(|decision| {
                decision.current.is_some_and(|current| std::ptr::eq(current, holder)) && decision.action == Action::NoOp
            })
        })
    }

    fn lower_ups(&mut self) -> Result<(), Refusal> {
        let mut taken: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for Desired { address, .. } in self.input.graph.iter() {
            let (Some(kind), Some(decision)) = (self.kind(address), self.decisions.get(address)) else {
                continue;
            };
            let (work, outputs) = match (decision.action, decision.current) {
                (Action::NoOp | Action::Delete | Action::Adopt, _) => continue,
                (Action::Attach, Some(current)) => {
                    let id = self.wait(current, Goal::Ready);
                    self.up.insert(address.clone(), vec![id]);
                    continue;
                }
                (Action::Update, Some(observed)) => {
                    let retag = observed.applied.as_ref() != Some(&decision.digest);
                    let (desired, live) = (decision.desired.clone(), observed.spec.clone());
                    (
                        Work::Update { desired, live, observed, changed: &decision.changed, retag },
                        observed.outputs.clone(),
                    )
                }
                (Action::Replace, _) => {
                    let mut desired = self.anew(kind, address, &decision.desired);
                    if decision.create_first {
                        let taken = taken.entry(kind.name()).or_insert_with(|| self.taken(kind.name()));
                        desired = kind.rename(desired, taken);
                    }
                    (Work::Create { desired }, Outputs::new())
                }
                (Action::Create | Action::Update | Action::Attach, _) => {
                    (Work::Create { desired: decision.desired.clone() }, Outputs::new())
                }
            };
            let ownership = self.input.world.ownership(address, &decision.digest);
            let lowering = Lowering { address, world: self.input.world, work, ownership: &ownership };
            let lowered = lower(kind, &lowering)?;
            let ids = self.push(address, lowered, Goal::Ready, &outputs);
            self.up.insert(address.clone(), ids);
        }
        Ok(())
    }

    /// The spec for a replacement: what was settled with the one that goes, but for its name and for what AWS chose for
    /// it. What others own, such as the size that an autoscaler has set, is kept.
    fn anew(&self, kind: &dyn KindRules, address: &Address, settled: &Value) -> Value {
        let mut anew = settled.clone();
        if let (Some(fields), Some(wanted)) = (anew.as_object_mut(), self.input.graph.get(address)) {
            let of_the_old = |field: &&Field| {
                let named = matches!(field.mutability, Mutability::Identity | Mutability::WriteOnly);
                named || field.floating && wanted.spec.get(field.name).is_none_or(Value::is_null)
            };
            for field in kind.fields().iter().filter(of_the_old) {
                fields.insert(field.name.to_owned(), wanted.spec.get(field.name).cloned().unwrap_or(Value::Null));
            }
        }
        anew
    }

    /// The ids and outputs of everything of `kind`.
    fn taken(&self, kind: &str) -> Vec<String> {
        let live = self.input.snapshot.of_kind(kind);
        live.flat_map(|live| std::iter::once(&live.id).chain(live.outputs.values()).cloned()).collect()
    }

    fn lower_downs(&mut self, leaving: &BTreeMap<usize, Leaving<'a>>) -> Result<(), Refusal> {
        for (number, going) in leaving {
            let observed = going.observed;
            let Some(kind) = self.kind(&observed.address) else { continue };
            if self.parent_leaving(kind, *number, leaving).is_some() {
                continue;
            }
            let ids = if observed.status.is_deleting() {
                vec![self.wait(observed, Goal::Gone)]
            } else {
                let ownership = self.input.world.ownership(&observed.address, "");
                let work = Work::Delete { live: observed.spec.clone(), observed };
                let lowering =
                    Lowering { address: &observed.address, world: self.input.world, work, ownership: &ownership };
                let lowered = lower(kind, &lowering)?;
                self.push(&observed.address, lowered, Goal::Gone, &observed.outputs)
            };
            self.down.insert(*number, ids);
        }
        Ok(())
    }

    /// The parent with which the live thing goes, without a call of its own.
    fn parent_leaving(
        &self,
        kind: &dyn KindRules,
        number: usize,
        leaving: &BTreeMap<usize, Leaving<'a>>,
    ) -> Option<&'a Observed> {
        let dies_with = kind.traits().dies_with;
        if dies_with.is_empty() {
            return None;
        }
        let spec = &self.live.instances[number].spec;
        self.live.held(number).iter().filter_map(|held| leaving.get(held)).map(|parent| parent.observed).find(
            |parent| {
                dies_with.iter().any(|field| {
                    let ids = spec.get(*field).map(crate::ids).unwrap_or_default();
                    ids.iter().any(|id| parent.outputs.values().any(|output| output == id))
                })
            },
        )
    }

    fn wait(&mut self, observed: &Observed, goal: Goal) -> StepId {
        let follow = match &observed.status {
            Status::Updating { follow, .. } => follow.clone(),
            _ => None,
        };
        let mut lowered = Lowered::new("wait", Value::Null);
        lowered.creates = goal == Goal::Ready;
        let ids = self.push(&observed.address, vec![lowered], goal, &observed.outputs);
        let step = &mut self.steps[ids[0].0];
        step.call = None;
        step.follow = follow;
        ids[0]
    }

    fn push(&mut self, address: &Address, lowered: Vec<Lowered<Value>>, goal: Goal, outputs: &Outputs) -> Vec<StepId> {
        let first = self.steps.len();
        for (number, call) in lowered.into_iter().enumerate() {
            let needs: Vec<usize> = match call.after {
                After::Nothing => Vec::new(),
                _ if number == 0 => Vec::new(),
                After::First => vec![first],
                After::Previous => vec![first + number - 1],
                After::All => (first..first + number).collect(),
            };
            self.trails.push(call.after_holders || needs.iter().any(|need| self.trails[*need]));
            self.after_holders.push(call.after_holders);
            let mut needs: Vec<StepId> = needs.into_iter().map(StepId).collect();
            if call.lets_go {
                self.gently.push((StepId(first + number), std::mem::take(&mut needs)));
            }
            self.lets_go.push(call.lets_go);
            self.unlocks.push(call.unlocks);
            self.steps.push(Step {
                id: StepId(first + number),
                address: address.clone(),
                operation: call.operation.to_owned(),
                call: Some(call.call),
                goal,
                needs,
                lanes: call.lanes,
                takes: call.takes.as_secs_f64(),
                creates: call.creates,
                undo: call.undo,
                outputs: outputs.clone(),
                follow: None,
            });
        }
        (first..self.steps.len()).map(StepId).collect()
    }

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

    fn connect_ups(&mut self) {
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

    fn connect_downs(&mut self, leaving: &BTreeMap<usize, Leaving<'a>>) {
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
    fn connect_updates(&mut self) {
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
    fn connect_gently(&mut self) {
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
            super::growth::look();
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
            super::growth::look();
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

    fn finish(mut self, leaving: &BTreeMap<usize, Leaving<'a>>) -> Result<Plan, Refusal> {
        if let Some(address) = self.find_knot() {
            return Err(Refusal {
                address,
                message: "the calls of this plan wait for each other".to_owned(),
                hint: "this is a bug of eksctl-rs; please report it".to_owned(),
            });
        }
        for desired in self.input.graph.iter() {
            self.describe_wanted(&desired.address);
        }
        for (number, going) in leaving.iter().rev() {
            if !going.replaced {
                self.describe_leaving(*number, going, leaving);
            }
        }
        self.consents.sort();
        let outputs = self.known_outputs();
        let changed: BTreeSet<&Address> = self.changes.iter().map(|change| &change.address).collect();
        let unchanged = self.input.graph.iter().filter(|desired| !changed.contains(&desired.address)).count();
        Ok(Plan {
            world: self.input.world.clone(),
            unchanged,
            changes: self.changes,
            steps: self.steps,
            consents: self.consents,
            outputs,
        })
    }

    /// A resource whose calls wait for themselves, if there is one.
    fn find_knot(&self) -> Option<Address> {
        let mut waiting: Vec<usize> = self.steps.iter().map(|step| step.needs.len()).collect();
        let mut dependents: Vec<Vec<usize>> = vec![Vec::new(); self.steps.len()];
        for step in &self.steps {
            step.needs.iter().for_each(|need| dependents[need.0].push(step.id.0));
        }
        let mut ready: Vec<usize> = (0..waiting.len()).filter(|id| waiting[*id] == 0).collect();
        while let Some(done) = ready.pop() {
            for dependent in &dependents[done] {
                waiting[*dependent] -= 1;
                if waiting[*dependent] == 0 {
                    ready.push(*dependent);
                }
            }
        }
        waiting.iter().position(|count| *count > 0).map(|id| self.steps[id].address.clone())
    }

    /// What is known before the first step: the outputs of everything that stays.
    fn known_outputs(&self) -> BTreeMap<Address, Outputs> {
        let stays =
            |decision: &&Decision<'_>| matches!(decision.action, Action::NoOp | Action::Update | Action::Attach);
        self.decisions
            .iter()
            .filter(|(_, decision)| stays(decision))
            .filter_map(|(address, decision)| Some((address.clone(), decision.current?.outputs.clone())))
            .collect()
    }

    fn describe_wanted(&mut self, address: &Address) {
        let (Some(kind), Some(decision)) = (self.kind(address), self.decisions.get(address)) else { return };
        if decision.action == Action::NoOp && decision.superseded.is_empty() {
            return;
        }
        let precious = match decision.current {
            Some(live) => kind.loses(live),
            None => kind.traits().precious,
        };
        let consequence = match decision.action {
            Action::Replace if precious.is_some() => Consequence::DataLosing,
            Action::Replace => Consequence::Replacing,
            Action::Update if changes_for_ever(kind, &decision.changed) => Consequence::OneWay,
            _ => Consequence::Reversible,
        };
        let live = decision.current.filter(|_| matches!(decision.action, Action::Update | Action::Replace));
        let failed = matches!(decision.reason, Reason::Failed(_));
        if let (Action::Replace, Some(loses), false) = (decision.action, precious, failed) {
            self.consents.push(Consent::Replace { address: address.clone(), loses: loses.to_owned() });
            self.consents.push(Consent::DataLoss { address: address.clone(), loses: loses.to_owned() });
        }
        if let (Action::Replace, Some(by)) =
            (decision.action, decision.current.and_then(|live| live.protection.clone()))
        {
            self.consents.push(Consent::Protected { address: address.clone(), by });
        }
        if let Reason::NotOurs(owner) = &decision.reason {
            self.consents.push(Consent::Adopt { address: address.clone(), owner: owner.clone() });
        }
        let mut notes: Vec<String> = decision.current.map(|live| health(&live.status)).unwrap_or_default();
        if matches!(decision.action, Action::Create | Action::Update | Action::Replace) {
            notes.extend(kind.stays().map(str::to_owned));
        }
        for extra in &decision.superseded {
            if self.live.number(extra).is_some_and(|number| self.is_used(number)) {
                notes.push(format!("{} also claims this address and is in use: it is left alone", extra.id));
            }
        }
        let fields = match decision.action {
            Action::Create | Action::Replace | Action::Update => {
                let shown = match decision.reason {
                    // A failed thing says nothing of what it should have been.
                    Reason::Failed(_) => None,
                    _ => live,
                };
                // What AWS never tells cannot be compared.
                let known = |field: &&Field| shown.is_none() || field.mutability != Mutability::WriteOnly;
                kind.fields()
                    .iter()
                    .filter(known)
                    .flat_map(|field| {
                        let before = shown.and_then(|live| live.spec.get(field.name));
                        diff::describe(field, before, decision.desired.get(field.name))
                    })
                    .collect()
            }
            _ => Vec::new(),
        };
        if decision.action == Action::NoOp && notes.is_empty() {
            return;
        }
        if decision.action == Action::Replace && decision.create_first {
            notes.push("the new one is made first; the old one goes when it is ready".to_owned());
        }
        self.changes.push(Change {
            address: address.clone(),
            action: decision.action,
            reason: decision.reason.clone(),
            consequence,
            origin: decision.origin,
            id: decision.current.map(|live| live.id.clone()),
            fields,
            notes,
        });
    }

    fn describe_leaving(&mut self, number: usize, going: &Leaving<'a>, leaving: &BTreeMap<usize, Leaving<'a>>) {
        let observed = going.observed;
        let Some(kind) = self.kind(&observed.address) else { return };
        let precious = kind.loses(observed).filter(|_| going.reason != Reason::Superseded);
        if let Some(loses) = precious {
            self.consents.push(Consent::DataLoss { address: observed.address.clone(), loses: loses.to_owned() });
        }
        if let Some(by) = &observed.protection {
            self.consents.push(Consent::Protected { address: observed.address.clone(), by: by.clone() });
        }
        let reason = match self.parent_leaving(kind, number, leaving) {
            Some(parent) => Reason::DiesWith(parent.address.clone()),
            None => going.reason.clone(),
        };
        let fields =
            kind.fields().iter().flat_map(|field| diff::describe(field, observed.spec.get(field.name), None)).collect();
        self.changes.push(Change {
            address: observed.address.clone(),
            action: Action::Delete,
            reason,
            consequence: if precious.is_some() { Consequence::DataLosing } else { Consequence::Reversible },
            origin: None,
            id: Some(observed.id.clone()),
            fields,
            notes: health(&observed.status).into_iter().chain(kind.leaves(observed)).collect(),
        });
    }
}

fn lower(kind: &dyn KindRules, lowering: &Lowering<'_, Value>) -> Result<Vec<Lowered<Value>>, Refusal> {
    kind.lower(lowering).map_err(|message| Refusal {
        address: lowering.address.clone(),
        message,
        hint: "this is a bug of eksctl-rs; please report it".to_owned(),
    })
}

fn changes_for_ever(kind: &dyn KindRules, changed: &[&str]) -> bool {
    kind.fields().iter().any(|field| field.mutability == Mutability::OneWay && changed.contains(&field.name))
}

fn health(status: &Status) -> Vec<String> {
    match status {
        Status::Degraded { issues } | Status::Failed { issues, .. } => {
            issues.iter().map(|issue| format!("AWS reports {}: {}", issue.code, issue.message)).collect()
        }
        _ => Vec::new(),
    }
}
