//! Walking a plan: everything that may run runs at once.

use std::collections::BTreeMap;
use std::sync::Mutex;

use eksctl_rs_core::{
    Action, Address, CallError, Event, Goal, Outcome, Outputs, Plan, Provider, Step, StepHead, StepId, Tally, resolve,
    symbol,
};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::step::{Shared, run_step};
use crate::{Backoff, Clock, Interrupt, Interrupts, Queue};

/// More calls at a time only fill AWS's token buckets faster than they empty.
const CALLS_AT_A_TIME: usize = 32;

/// A run of a plan.
pub struct Apply<'a> {
    /// What is to be done.
    pub plan: &'a Plan,
    /// Who does it.
    pub provider: &'a dyn Provider,
    /// The time that the run goes by.
    pub clock: Clock,
    /// What the jitter follows from.
    pub seed: u64,
    /// The id of the run.
    pub run: &'a str,
    /// `apply` or `destroy`.
    pub verb: &'a str,
    /// The time of its beginning, in RFC 3339.
    pub time: &'a str,
    /// The time and nonce that claim what it creates.
    pub claim: &'a str,
    /// Seconds after which a wait is given up, by kind, where that is not to follow from how long things usually take.
    pub time_outs: &'a BTreeMap<String, f64>,
    /// Who may stop it.
    pub interrupts: &'a Interrupts,
    /// Who listens to the story.
    pub tell: &'a (dyn Fn(Event) + Sync),
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// In a word.
    pub outcome: Outcome,
    /// The steps, counted.
    pub tally: Tally,
    /// What failed, and why.
    pub failures: Vec<(Address, CallError)>,
    /// What is known of every resource now.
    pub outputs: BTreeMap<Address, Outputs>,
}

impl Report {
    /// Whether everything was done.
    pub fn is_done(&self) -> bool {
        self.outcome == Outcome::Done
    }

    /// Whether a new plan has to be made, for only what was under way has ended. Whether it ended well the new plan tells.
    pub fn leads_on(&self, plan: &Plan) -> bool {
        let was_under_way =
            |address: &Address| plan.change(address).is_some_and(|change| change.action == Action::Attach);
        plan.attaches()
            && self.outcome != Outcome::Interrupted
            && self.failures.iter().all(|(address, _)| was_under_way(address))
    }
}

/// Runs a plan to its end. It always ends with a report: a failure of one step does not stop the others.
pub async fn apply(apply: Apply<'_>) -> Report {
    let steps = &apply.plan.steps;
    (apply.tell)(Event::RunStarted {
        run: apply.run.to_owned(),
        stack: apply.plan.world.stack.to_string(),
        verb: apply.verb.to_owned(),
        time: apply.time.to_owned(),
        steps: steps.iter().map(head).collect(),
    });
    let shared = Shared {
        provider: apply.provider,
        world: &apply.plan.world,
        clock: apply.clock,
        backoff: Backoff::new(apply.clock, apply.seed),
        claim: apply.claim,
        time_outs: apply.time_outs,
        tell: apply.tell,
        calls: Semaphore::new(CALLS_AT_A_TIME),
        timetable: Mutex::default(),
        limits: Mutex::default(),
    };
    let mut walk = Walk {
        steps,
        shared: &shared,
        queue: Queue::new(steps),
        outputs: apply.plan.outputs.clone(),
        tally: Tally::default(),
        failures: Vec::new(),
    };
    let interrupt = walk.go(apply.interrupts).await;
    walk.skip_the_rest();
    let outcome = match (interrupt, walk.tally) {
        (Interrupt::No, Tally { failed: 0, .. }) => Outcome::Done,
        (Interrupt::No, Tally { finished: 0, .. }) => Outcome::Failed,
        (Interrupt::No, _) => Outcome::Partial,
        (_, Tally { failed: 0, skipped: 0, .. }) if walk.queue.running().is_empty() => Outcome::Done,
        _ => Outcome::Interrupted,
    };
    walk.tally.left = walk.queue.running().len();
    let (tally, at) = (walk.tally, apply.clock.elapsed());
    let stats = eksctl_rs_core::Stats { seconds: at, ..apply.provider.stats() };
    (apply.tell)(Event::RunFinished { at, outcome, tally, stats });
    Report { outcome, tally, failures: walk.failures, outputs: walk.outputs }
}

fn head(step: &Step) -> StepHead {
    StepHead {
        step: step.id,
        address: step.address.clone(),
        operation: step.operation.clone(),
        takes: step.takes,
        needs: step.needs.clone(),
    }
}

struct Walk<'a> {
    steps: &'a [Step],
    shared: &'a Shared<'a>,
    queue: Queue,
    outputs: BTreeMap<Address, Outputs>,
    tally: Tally,
    failures: Vec<(Address, CallError)>,
}

impl Walk<'_> {
    async fn go(&mut self, interrupts: &Interrupts) -> Interrupt {
        let mut listener = interrupts.listen();
        let mut asked = *listener.borrow_and_update();
        let mut running = FuturesUnordered::new();
        loop {
            while asked == Interrupt::No
                && let Some(id) = self.queue.start()
            {
                match self.prepare(id) {
                    Ok((call, known)) => running.push(self.run(id, call, known)),
                    Err(error) => self.failed(id, error),
                }
            }
            if running.is_empty() {
                return asked;
            }
            tokio::select! {
                biased;
                Some((id, began, result)) = running.next() => match result {
                    Ok(told) => self.finished(id, began, told),
                    Err(error) => self.failed(id, error),
                },
                Ok(()) = listener.changed(), if asked != Interrupt::Now => {
                    asked = *listener.borrow_and_update();
                    (self.shared.tell)(Event::Interrupting { at: self.now(), now: asked == Interrupt::Now });
                    if asked == Interrupt::Now {
                        return asked;
                    }
                }
            }
        }
    }

    fn now(&self) -> f64 {
        self.shared.clock.elapsed()
    }

    /// The call of a step with every reference resolved, and what is known of its resource.
    fn prepare(&self, id: StepId) -> Result<(Option<Value>, Outputs), CallError> {
        let step = &self.steps[id.0];
        let known = match step.goal {
            // What goes is the old one, whatever stands at the address by now.
            Goal::Gone => step.outputs.clone(),
            Goal::Ready => {
                let mut known = step.outputs.clone();
                known.extend(self.outputs.get(&step.address).cloned().unwrap_or_default());
                known
            }
        };
        let Some(call) = &step.call else { return Ok((None, known)) };
        let mut unknown = None;
        let resolved = resolve(call, &mut |to, output| {
            let found = match step.goal {
                Goal::Gone if *to == step.address => known.get(output),
                _ => self.outputs.get(to).and_then(|outputs| outputs.get(output)),
            };
            if found.is_none() {
                unknown = Some(symbol(to, output));
            }
            found.cloned()
        });
        match unknown {
            None => Ok((Some(resolved), known)),
            Some(symbol) => Err(CallError::bug(&step.operation, format!("{symbol} is not known yet"))),
        }
    }

    fn run<'s>(
        &self,
        id: StepId,
        call: Option<Value>,
        known: Outputs,
    ) -> impl Future<Output = (StepId, f64, Result<Outputs, CallError>)> + use<'s>
    where
        Self: 's,
    {
        let (step, shared, began) = (&self.steps[id.0], self.shared, self.now());
        let behind = self.queue.remaining(id) - step.takes;
        shared.timetable(|timetable| timetable.begin(id, began, step.takes, behind));
        (shared.tell)(Event::StepStarted {
            at: began,
            step: id,
            address: step.address.clone(),
            operation: step.operation.clone(),
        });
        async move { (id, began, run_step(shared, step, call, known).await) }
    }

    fn finished(&mut self, id: StepId, began: f64, told: Outputs) {
        let step = &self.steps[id.0];
        self.queue.finish(id);
        self.shared.timetable(|timetable| timetable.end(id));
        self.tally.finished += 1;
        if step.goal == Goal::Ready {
            self.outputs.entry(step.address.clone()).or_default().extend(told);
        }
        (self.shared.tell)(Event::StepFinished {
            at: self.now(),
            step: id,
            address: step.address.clone(),
            operation: step.operation.clone(),
            took: self.now() - began,
        });
    }

    fn failed(&mut self, id: StepId, error: CallError) {
        let address = self.steps[id.0].address.clone();
        self.tally.failed += 1;
        self.shared.timetable(|timetable| timetable.end(id));
        (self.shared.tell)(Event::StepFailed {
            at: self.now(),
            step: id,
            address: address.clone(),
            error: error.clone(),
        });
        for skipped in self.queue.fail(id) {
            self.skip(skipped, Some(address.clone()));
        }
        self.failures.push((address, error));
    }

    fn skip(&mut self, id: StepId, because: Option<Address>) {
        self.tally.skipped += 1;
        let address = self.steps[id.0].address.clone();
        (self.shared.tell)(Event::StepSkipped { at: self.now(), step: id, address, because });
    }

    fn skip_the_rest(&mut self) {
        for id in self.queue.open() {
            self.skip(id, None);
        }
    }
}
