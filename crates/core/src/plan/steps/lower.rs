//! Decisions become calls.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Builder, Leaving};
use crate::change::Action;
use crate::field::Mutability;
use crate::plan::{Goal, Refusal, Step, StepId};
use crate::rules::{After, Lowered, Lowering, Work};
use crate::{Address, Desired, Field, KindRules, Observed, Outputs, Status};

impl<'a> Builder<'a, '_> {
    pub(super) fn lower_ups(&mut self) -> Result<(), Refusal> {
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

    pub(super) fn lower_downs(&mut self, leaving: &BTreeMap<usize, Leaving<'a>>) -> Result<(), Refusal> {
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
    pub(super) fn parent_leaving(
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

    pub(super) fn push(
        &mut self,
        address: &Address,
        lowered: Vec<Lowered<Value>>,
        goal: Goal,
        outputs: &Outputs,
    ) -> Vec<StepId> {
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
}

fn lower(kind: &dyn KindRules, lowering: &Lowering<'_, Value>) -> Result<Vec<Lowered<Value>>, Refusal> {
    kind.lower(lowering).map_err(|message| Refusal {
        address: lowering.address.clone(),
        message,
        hint: "this is a bug of eksctl-rs; please report it".to_owned(),
    })
}
