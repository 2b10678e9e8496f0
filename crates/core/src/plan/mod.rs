//! Comparing what is wanted with what is there, purely.
//!
//! 1. [`decide`]: one decision per address, dependencies first.
//! 2. [`diff`]: which fields differ, by what is declared of each.
//! 3. [`steps`]: the decisions lowered into calls, and which call waits for which.

mod decide;
mod diff;
#[cfg(test)]
pub(crate) mod growth;
mod ignore;
mod live;
mod steps;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::change::{Action, Change, Consent, Consequence};
use crate::{Address, Graph, Lane, Outputs, Rules, Snapshot, World};

pub use ignore::Ignore;

/// Everything that a plan follows from.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// What is wanted.
    pub graph: &'a Graph,
    /// What is there.
    pub snapshot: &'a Snapshot,
    /// What is known of the kinds.
    pub rules: &'a dyn Rules,
    /// Where the stack lives.
    pub world: &'a World,
    /// The differences that the stack wants to be ignored.
    pub ignore: &'a [Ignore],
    /// The ARN of whoever plans, if it is known: a user, or a session of a role.
    pub caller: Option<&'a str>,
}

/// Why the stack cannot become what is wanted, before anything is tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The resource.
    pub address: Address,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.address, self.message)
    }
}

/// The number of a step in its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepId(pub usize);

/// What a step is to reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Goal {
    /// The resource is there and ready.
    Ready,
    /// The resource is gone.
    Gone,
}

/// One AWS call, or a wait for one that was sent before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its number.
    pub id: StepId,
    /// The resource.
    pub address: Address,
    /// AWS's name of the operation, or `wait`.
    pub operation: String,
    /// The call, as the room wants it; nothing for a step that only waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<Value>,
    /// What is to be reached.
    pub goal: Goal,
    /// The steps that must be finished before.
    pub needs: Vec<StepId>,
    /// What it holds while it runs.
    pub lanes: Vec<Lane>,
    /// How long it usually takes, in seconds.
    pub takes: f64,
    /// Its end means that the resource is created.
    pub creates: bool,
    /// Sending it twice would make two. This is the call that takes back one too many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<Value>,
    /// What is known of the live thing that it is about.
    pub outputs: Outputs,
    /// What to follow from the start, such as the id of an update that is running.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow: Option<String>,
}

/// What will be done, and in which order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Where the stack lives.
    pub world: World,
    /// What happens to each resource that something happens to, in the order of a reader.
    pub changes: Vec<Change>,
    /// The calls.
    pub steps: Vec<Step>,
    /// The permissions that are needed besides approval.
    pub consents: Vec<Consent>,
    /// The outputs that are known before the first step.
    pub outputs: BTreeMap<Address, Outputs>,
    /// How many resources are left as they are.
    pub unchanged: usize,
}

/// The changes of a plan, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Resources to create.
    pub create: usize,
    /// Resources to update in place.
    pub update: usize,
    /// Resources to replace.
    pub replace: usize,
    /// Resources to delete.
    pub delete: usize,
    /// Resources to adopt.
    pub adopt: usize,
    /// Resources that are under way and waited for.
    pub attach: usize,
    /// Resources left as they are.
    pub unchanged: usize,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether something is under way that must be looked at again once it has ended.
    pub fn attaches(&self) -> bool {
        self.changes.iter().any(|change| change.action == Action::Attach)
    }

    /// The changes, counted.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary { unchanged: self.unchanged, ..Summary::default() };
        for change in &self.changes {
            match change.action {
                Action::NoOp => summary.unchanged += 1,
                Action::Create => summary.create += 1,
                Action::Update => summary.update += 1,
                Action::Replace => summary.replace += 1,
                Action::Delete => summary.delete += 1,
                Action::Adopt => summary.adopt += 1,
                Action::Attach => summary.attach += 1,
            }
        }
        summary
    }

    /// The worst that cannot be taken back.
    pub fn consequence(&self) -> Consequence {
        self.changes.iter().map(|change| change.consequence).max().unwrap_or(Consequence::Reversible)
    }

    /// The change of the resource at `address`.
    pub fn change(&self, address: &Address) -> Option<&Change> {
        self.changes.iter().find(|change| change.address == *address)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} to create, {} to update, {} to replace, {} to delete",
            self.create, self.update, self.replace, self.delete
        )?;
        if self.adopt > 0 {
            write!(f, ", {} to adopt", self.adopt)?;
        }
        if self.attach > 0 {
            write!(f, ", {} under way", self.attach)?;
        }
        Ok(())
    }
}

/// Compares what is wanted with what is there.
///
/// # Errors
///
/// Everything that AWS would not do, each with what to do instead.
pub fn plan(input: Input<'_>) -> Result<Plan, Vec<Refusal>> {
    let decisions = decide::decide(input);
    if !decisions.refusals.is_empty() {
        return Err(decisions.refusals);
    }
    steps::build(input, &decisions).map_err(|bug| vec![bug])
}
