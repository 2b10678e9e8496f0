//! One step, from its call to its goal.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use eksctl_rs_core::{
    CallError, ErrorClass, Event, Goal, Outputs, Progress, Provider, Run, Step, World, digest, resolve,
};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::limits::Limits;
use crate::polling::{self, Expected};
use crate::timetable::Timetable;
use crate::{Backoff, Clock};

/// What every step of a run shares.
pub(crate) struct Shared<'a> {
    pub(crate) provider: &'a dyn Provider,
    pub(crate) world: &'a World,
    pub(crate) clock: Clock,
    pub(crate) backoff: Backoff,
    pub(crate) claim: &'a str,
    pub(crate) time_outs: &'a BTreeMap<String, f64>,
    pub(crate) tell: &'a (dyn Fn(Event) + Sync),
    pub(crate) calls: Semaphore,
    pub(crate) timetable: Mutex<Timetable>,
    pub(crate) limits: Mutex<Limits>,
}

impl Shared<'_> {
    pub(crate) fn timetable<T>(&self, with: impl FnOnce(&mut Timetable) -> T) -> T {
        with(&mut self.timetable.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn limits<T>(&self, with: impl FnOnce(&mut Limits) -> T) -> T {
        with(&mut self.limits.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// How often a client token is changed because AWS remembers it for something else.
const MOST_SALTS: u32 = 5;

/// Seconds during which something that was just made may not be visible yet. Terraform waits as long for EC2.
const BLIND: f64 = 300.0;

/// How often a lost answer to a call that can leak is looked for before the call is sent again.
const LOOKS: u32 = 4;

/// Runs `step` with `call`, resolved, and what is known of its resource.
pub(crate) async fn run_step(
    shared: &Shared<'_>,
    step: &Step,
    call: Option<Value>,
    known: Outputs,
) -> Result<Outputs, CallError> {
    let mut running = Running {
        shared,
        step,
        call,
        outputs: known,
        follow: step.follow.clone(),
        salt: 0,
        started: shared.clock.elapsed(),
        trouble: BTreeMap::new(),
    };
    running.reach_goal().await?;
    Ok(running.outputs)
}

struct Running<'a> {
    shared: &'a Shared<'a>,
    step: &'a Step,
    call: Option<Value>,
    outputs: Outputs,
    follow: Option<String>,
    salt: u32,
    started: f64,
    /// What has failed since the last answer: by class, how often, and how many seconds were spent on waiting for it to
    /// pass. Patience with one class is not used up by another.
    trouble: BTreeMap<ErrorClass, (u32, f64)>,
}

/// What is to be done after a call or a question.
enum Next {
    Finished,
    /// The effect is under way.
    Wait,
    /// The call must be sent again.
    Send,
}

impl Running<'_> {
    async fn reach_goal(&mut self) -> Result<(), CallError> {
        let mut next = if self.call.is_some() { Next::Send } else { Next::Wait };
        loop {
            next = match next {
                Next::Finished => return Ok(()),
                Next::Send => self.send().await?,
                Next::Wait => self.wait().await?,
            };
        }
    }

    /// Sends the call until it is accepted.
    async fn send(&mut self) -> Result<Next, CallError> {
        loop {
            let answer = self.ask(Question::Start).await;
            let error = match answer {
                Ok(progress) if self.step.undo.is_some() => return self.claimed(progress).await,
                Ok(progress) => return Ok(self.take(progress)),
                Err(error) => error,
            };
            match error.class {
                ErrorClass::Gone if self.step.goal == Goal::Gone => return Ok(Next::Finished),
                // Whoever made it: if it is ours, its status tells; else this is the error.
                ErrorClass::Exists => return self.find(&error).await,
                ErrorClass::TokenUsed if self.salt < MOST_SALTS => self.salt += 1,
                ErrorClass::Transient if self.step.undo.is_some() => {
                    if let Some(next) = self.look_for_lost().await? {
                        return Ok(next);
                    }
                    self.back_off(error).await?;
                }
                _ => self.back_off(error).await?,
            }
        }
    }

    /// Asks until the effect of the call is complete.
    async fn wait(&mut self) -> Result<Next, CallError> {
        let since = self.shared.clock.elapsed();
        let (mut told, mut pending) = (String::new(), 0.0);
        let asked_for = self.shared.time_outs.get(self.step.address.kind()).copied();
        let time_out = asked_for.unwrap_or_else(|| polling::time_out(self.step.takes));
        loop {
            let elapsed = self.shared.clock.elapsed() - since;
            if elapsed > time_out {
                let kind = self.step.address.kind();
                let message = format!(
                    "not done after {elapsed:.0} s (timeouts.{kind}); AWS goes on, its last status was {told:?}"
                );
                return Err(CallError::new(ErrorClass::TimedOut, &self.step.operation, "TimeOut", message));
            }
            match self.ask(Question::Status).await {
                Ok(Progress::Done { outputs }) => {
                    self.outputs.extend(outputs);
                    // How long a change takes depends more on what changes than on AWS's pace.
                    if self.call.is_some() && (self.step.creates || self.step.goal == Goal::Gone) {
                        self.shared.timetable(|timetable| timetable.took(self.step.takes, pending, elapsed));
                    }
                    return Ok(Next::Finished);
                }
                Ok(progress @ Progress::Pending { .. }) => {
                    if let Progress::Pending { status, .. } = &progress {
                        told.clone_from(status);
                    }
                    pending = elapsed;
                    self.take(progress);
                    self.pause(elapsed).await;
                }
                Err(error) if error.class == ErrorClass::Gone => match self.step.goal {
                    Goal::Gone => return Ok(Next::Finished),
                    Goal::Ready if elapsed <= BLIND => self.shared.clock.sleep(2.0).await,
                    Goal::Ready if self.may_send_anew() => return Ok(self.anew()),
                    Goal::Ready => return Err(error),
                },
                Err(error) if error.class == ErrorClass::TokenUsed && self.may_send_anew() => return Ok(self.anew()),
                Err(error) => self.back_off(error).await?,
            }
        }
    }

    /// Waits until it is worth asking again about something that has been under way for `elapsed` seconds.
    async fn pause(&self, elapsed: f64) {
        let now = self.shared.clock.elapsed();
        let (pace, slack) = self.shared.timetable(|timetable| (timetable.pace(), timetable.slack(self.step.id, now)));
        let delay = polling::next_delay(elapsed, Expected { takes: self.step.takes, pace }, slack);
        self.shared.clock.sleep(delay).await;
    }

    /// Whether the call may be sent again under another client token: AWS remembers a token longer than what was made
    /// with it, so the answer may name something of an earlier life.
    fn may_send_anew(&self) -> bool {
        self.step.creates && self.call.is_some() && self.step.undo.is_none() && self.salt < MOST_SALTS
    }

    fn anew(&mut self) -> Next {
        self.salt += 1;
        self.outputs = self.step.outputs.clone();
        self.follow = None;
        Next::Send
    }

    /// Something stands there already: it may be what an earlier attempt made.
    async fn find(&mut self, error: &CallError) -> Result<Next, CallError> {
        match self.ask(Question::Status).await {
            Ok(progress) => Ok(self.take(progress)),
            Err(found) if found.class.passes() => Ok(Next::Wait),
            Err(_) => Err(error.clone()),
        }
    }

    /// The answer to a call that can leak was lost: what it made, if it made something, bears our tags.
    async fn look_for_lost(&mut self) -> Result<Option<Next>, CallError> {
        for look in 0..LOOKS {
            self.shared.clock.sleep(f64::from(1 << look)).await;
            match self.ask(Question::Status).await {
                Ok(progress) => return Ok(Some(self.take(progress))),
                Err(error) if error.class == ErrorClass::Gone || error.class.passes() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// A call that can leak was answered. If somebody else was first, what it made is taken back.
    async fn claimed(&mut self, made: Progress) -> Result<Next, CallError> {
        let next = self.take(made);
        let own = self.outputs.get("id").cloned();
        let Ok(progress) = self.ask(Question::Status).await else { return Ok(next) };
        let winner = match &progress {
            Progress::Done { outputs } | Progress::Pending { outputs, .. } => outputs.get("id").cloned(),
        };
        if winner.is_some()
            && winner != own
            && let Some(undo) = &self.step.undo
        {
            let address = &self.step.address;
            let lost = resolve(undo, &mut |to, output| (to == address).then(|| self.outputs.get(output).cloned())?);
            // If this fails, the next plan finds two and deletes the one that is not used.
            let _ = self.shared.provider.start(&self.run_of(Some(lost))).await;
        }
        Ok(self.take(progress))
    }

    fn take(&mut self, progress: Progress) -> Next {
        self.trouble.clear();
        self.shared.timetable(|timetable| timetable.release(self.step.id));
        match progress {
            Progress::Done { outputs } => {
                self.outputs.extend(outputs);
                Next::Finished
            }
            Progress::Pending { status, follow, outputs, issues } => {
                self.outputs.extend(outputs);
                self.follow = follow.or(self.follow.take());
                let elapsed = self.shared.clock.elapsed() - self.started;
                (self.shared.tell)(Event::StepWaiting {
                    at: self.shared.clock.elapsed(),
                    step: self.step.id,
                    address: self.step.address.clone(),
                    status,
                    issues,
                    overdue: polling::is_overdue(elapsed, self.step.takes),
                });
                Next::Wait
            }
        }
    }

    async fn back_off(&mut self, error: CallError) -> Result<(), CallError> {
        let (id, salt) = (self.step.id, self.step.id.0 as u64 + 1);
        // What holds it may be a node group that the same run is still changing: that takes as long as it takes.
        let hopes = error.class == ErrorClass::Held && self.shared.timetable(|timetable| timetable.hold(id));
        let (attempts, waited) = self.trouble.entry(error.class).or_default();
        *attempts += 1;
        let attempt = *attempts;
        let Some(delay) = self.shared.backoff.delay(salt, attempt, *waited, error.class) else { return Err(error) };
        *waited += if hopes { 0.0 } else { delay };
        (self.shared.tell)(Event::StepRetrying {
            at: self.shared.clock.elapsed(),
            step: self.step.id,
            address: self.step.address.clone(),
            attempt,
            delay,
            error,
        });
        self.shared.clock.sleep(delay).await;
        Ok(())
    }

    async fn ask(&self, question: Question) -> Result<Progress, CallError> {
        // What a room asks to see where something stands it knows itself: the same for all of its kind.
        let action = match question {
            Question::Start => &self.step.operation,
            Question::Status => self.step.address.kind(),
        };
        while let Some(wait) = self.shared.limits(|limits| limits.turn(action, self.shared.clock.elapsed())) {
            self.shared.clock.sleep(wait).await;
        }
        let Ok(_permit) = self.shared.calls.acquire().await else {
            return Err(CallError::bug(&self.step.operation, "the run is over"));
        };
        let run = self.run_of(self.call.clone());
        let answer = match question {
            Question::Start => self.shared.provider.start(&run).await,
            Question::Status => self.shared.provider.status(&run).await,
        };
        self.shared.limits(|limits| match &answer {
            Err(error) if error.class == ErrorClass::Throttled => limits.refused(action, self.shared.clock.elapsed()),
            _ => limits.granted(action),
        });
        answer
    }

    fn run_of(&self, call: Option<Value>) -> Run<'_> {
        let made_of = json!([self.shared.world.stack, self.shared.world.account, self.step.address, call, self.salt]);
        Run {
            step: self.step,
            call,
            outputs: self.outputs.clone(),
            follow: self.follow.clone(),
            token: digest(&made_of, 32),
            claim: self.shared.claim.to_owned(),
        }
    }
}

#[derive(Clone, Copy)]
enum Question {
    Start,
    Status,
}
