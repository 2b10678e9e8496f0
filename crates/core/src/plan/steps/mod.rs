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
//! - a call that only lifts a protection waits for nobody;
//! - a call that lets go comes after everything that its group comes after, as far as that does not wait for it.

mod connect;
mod describe;
mod lower;

use std::collections::{BTreeMap, BTreeSet};

use super::decide::{Decision, Decisions};
use super::live::{By, Live};
use super::{Input, Plan, Refusal, Step, StepId};
use crate::change::{Action, Change, Consent, Reason};
use crate::{Address, KindRules, Observed, Outputs, Owner};

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
}
