//! The one port to the world.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::plan::Goal;
use crate::{Address, CallError, Facts, Graph, Issue, Outputs, Question, Rules, Snapshot, Step};

/// AWS, or something that behaves like it.
///
/// None of the calls blocks: a call that starts something returns [`Progress::Pending`], and whoever called asks again.
/// Each is safe to repeat.
#[async_trait]
pub trait Provider: Send + Sync {
    /// What the provider knows of its kinds.
    fn rules(&self) -> &dyn Rules;

    /// Reads everything that the stack owns and everything that stands where the stack wants something, and answers
    /// its questions. `retry` decides about every call that fails.
    ///
    /// # Errors
    ///
    /// The first call that failed for good.
    async fn observe(&self, observe: &Observe<'_>, retry: &dyn Retry) -> Result<Observation, CallError>;

    /// Sends the one call of a step.
    ///
    /// # Errors
    ///
    /// What AWS answered, classified.
    async fn start(&self, run: &Run<'_>) -> Result<Progress, CallError>;

    /// Asks where the effect of a step stands. It also answers for a step whose own answer was lost.
    ///
    /// # Errors
    ///
    /// What AWS answered, classified; [`ErrorClass::Gone`](crate::ErrorClass::Gone) if there is no effect.
    async fn status(&self, run: &Run<'_>) -> Result<Progress, CallError>;

    /// What the calls so far amount to.
    fn stats(&self) -> Stats;
}

/// Decides whether a call that failed is sent again, and waits until then.
#[async_trait]
pub trait Retry: Send + Sync {
    /// After the failure number `attempt` (from 1): true once the call is to be sent again, false to give up.
    async fn again(&self, attempt: u32, error: &CallError) -> bool;
}

/// What to read.
#[derive(Debug)]
pub struct Observe<'a> {
    /// What the stack wants, as far as it is known without facts: the names to ask for.
    pub wanted: &'a Graph,
    /// The questions of the spec.
    pub questions: &'a [Question],
    /// The kinds to look for; nothing is all of them.
    pub only: Option<&'a BTreeSet<&'static str>>,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Observation {
    /// The resources.
    pub snapshot: Snapshot,
    /// The answers.
    pub facts: Facts,
}

/// A step that is being run.
#[derive(Debug)]
pub struct Run<'a> {
    /// The step.
    pub step: &'a Step,
    /// Its call with every reference resolved; nothing for a step that only waits.
    pub call: Option<Value>,
    /// What is known of the resource so far.
    pub outputs: Outputs,
    /// What the answer before this one said to follow, such as an update id.
    pub follow: Option<String>,
    /// The client token of the call: the same for the same call, however often it is sent.
    pub token: String,
    /// The time and nonce of this run, for the tag that claims what it creates.
    pub claim: String,
}

impl Run<'_> {
    /// The resource.
    pub fn address(&self) -> &Address {
        &self.step.address
    }

    /// What the step is to reach.
    pub fn goal(&self) -> Goal {
        self.step.goal
    }
}

/// Where the effect of a step stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Complete.
    Done {
        /// What is known of the resource now.
        outputs: Outputs,
    },
    /// Under way.
    Pending {
        /// AWS's word for where it stands.
        status: String,
        /// What to ask for next time, such as an update id.
        follow: Option<String>,
        /// What is known of the resource already.
        outputs: Outputs,
        /// What AWS says is wrong with it so far.
        issues: Vec<Issue>,
    },
}

impl Progress {
    /// Complete, with nothing new to tell.
    pub fn done() -> Self {
        Self::Done { outputs: Outputs::new() }
    }

    /// Complete, with outputs.
    pub fn done_with<const N: usize>(outputs: [(&str, String); N]) -> Self {
        Self::Done { outputs: outputs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect() }
    }

    /// Under way, in AWS's word.
    pub fn pending(status: impl Into<String>) -> Self {
        Self::Pending { status: status.into(), follow: None, outputs: Outputs::new(), issues: Vec::new() }
    }
}

/// What a run cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stats {
    /// Requests sent, each attempt counted.
    pub api_calls: u64,
    /// Those of them that change something.
    pub mutating_calls: u64,
    /// How deep the reading went: the longest chain of calls that waited for each other, the identity check included.
    pub round_trips: u64,
    /// Seconds, of the clock that the run went by.
    pub seconds: f64,
    /// Requests by service.
    pub by_service: BTreeMap<String, u64>,
    /// Seconds that requests took, by service. Many are under way at a time: together they are more than the run took.
    #[serde(default)]
    pub seconds_by_service: BTreeMap<String, f64>,
}
