//! The story of a run, as data. Every renderer is a consumer, and a run can be told again from its events.

use serde::{Deserialize, Serialize};

use crate::{Address, CallError, Issue, Stats, StepId};

/// A step, as a renderer needs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepHead {
    /// The step.
    pub step: StepId,
    /// The resource.
    pub address: Address,
    /// AWS's name of the operation, or `wait`.
    pub operation: String,
    /// How long it usually takes, in seconds.
    pub takes: f64,
    /// The steps that it waits for.
    pub needs: Vec<StepId>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Everything was done.
    Done,
    /// Nothing was done: the first steps failed already.
    Failed,
    /// Some of it was done.
    Partial,
    /// It was interrupted.
    Interrupted,
}

/// The steps of a run, counted by how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Steps that reached their goal.
    pub finished: usize,
    /// Steps that failed.
    pub failed: usize,
    /// Steps that were not begun: what they need failed, or the run was interrupted.
    pub skipped: usize,
    /// Steps that the run left to AWS when it was interrupted: the next one waits for them.
    pub left: usize,
}

/// Something that happened. `at` is seconds since the run began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A run begins.
    RunStarted {
        /// Its id.
        run: String,
        /// The stack.
        stack: String,
        /// `apply` or `destroy`.
        verb: String,
        /// The time, in RFC 3339.
        time: String,
        /// What is to be done.
        steps: Vec<StepHead>,
    },
    /// A step's call is about to be sent.
    StepStarted {
        /// Seconds since the run began.
        at: f64,
        /// The step.
        step: StepId,
        /// The resource.
        address: Address,
        /// The operation.
        operation: String,
    },
    /// AWS is at work on it.
    StepWaiting {
        /// Seconds since the run began.
        at: f64,
        /// The step.
        step: StepId,
        /// The resource.
        address: Address,
        /// AWS's word for where it stands.
        status: String,
        /// What AWS says is wrong with it so far.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        issues: Vec<Issue>,
        /// It has taken longer than it usually does.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        overdue: bool,
    },
    /// A call failed and will be sent again.
    StepRetrying {
        /// Seconds since the run began.
        at: f64,
        /// The step.
        step: StepId,
        /// The resource.
        address: Address,
        /// Which attempt failed, from 1.
        attempt: u32,
        /// Seconds until the next.
        delay: f64,
        /// Why.
        error: CallError,
    },
    /// A step reached its goal.
    StepFinished {
        /// Seconds since the run began.
        at: f64,
        /// The step.
        step: StepId,
        /// The resource.
        address: Address,
        /// The operation.
        operation: String,
        /// Seconds that it took.
        took: f64,
    },
    /// A step failed for good.
    StepFailed {
        /// Seconds since the run began.
        at: f64,
        /// The step.
        step: StepId,
        /// The resource.
        address: Address,
        /// Why.
        error: CallError,
    },
    /// A step was not begun.
    StepSkipped {
        /// Seconds since the run began.
        at: f64,
        /// The step.
        step: StepId,
        /// The resource.
        address: Address,
        /// The resource whose failure is the root cause; nothing when the run was interrupted.
        because: Option<Address>,
    },
    /// The user asked to stop.
    Interrupting {
        /// Seconds since the run began.
        at: f64,
        /// The second time: what runs is left to AWS.
        now: bool,
    },
    /// The run is over.
    RunFinished {
        /// Seconds since the run began.
        at: f64,
        /// How it ended.
        outcome: Outcome,
        /// The steps, counted.
        tally: Tally,
        /// What it cost.
        stats: Stats,
    },
}
