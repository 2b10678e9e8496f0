//! The nouns and the decisions of eksctl-rs.
//!
//! A *stack* is text. It expands into a [`Graph`] of [`Desired`] resources that point at each other by [`Address`].
//! What AWS has is a [`Snapshot`] of [`Observed`] resources, in the same types. [`plan()`] compares the two, purely, and
//! lowers the difference into [`Step`]s, one AWS call each. [`Provider`] is the one port to the world, and [`Event`]
//! is the story of a run.
//!
//! Deliberately absent: an async runtime, AWS, files, the clock, the environment. Nothing here can fail for a reason
//! outside its arguments.

mod address;
mod call;
mod change;
mod digest;
mod event;
mod facts;
mod field;
mod graph;
mod observed;
mod plan;
mod provider;
mod reference;
mod rules;
mod stack;

// The toy world of the tests speaks of this crate by its name.
#[cfg(test)]
extern crate self as eksctl_rs_core;

pub use address::{Address, AddressError};
pub use call::{CallError, ErrorClass};
pub use change::{Action, Change, Consent, Consequence, FieldChange, Origin, Reason};
pub use digest::{canonical, digest};
pub use event::{Event, Outcome, StepHead, Tally};
pub use facts::{
    AddonFacts, AddonIdentity, AddonQuestion, AddonVersion, ExistingSubnet, ExistingVpc, Facts, Filters, Question, Zone,
};
pub use field::{Field, Mutability, SpecType};
pub use graph::{Circle, Desired, Graph, GraphError};
pub use observed::{Issue, Observed, Owner, Snapshot, Status};
pub use plan::{Goal, Ignore, Input, Plan, Refusal, Step, StepId, Summary, plan};
pub use provider::{Observation, Observe, Progress, Provider, Retry, Run, Stats};
pub use reference::{Outputs, Reference, Text, ids, keyed, references, resolve, symbol};
pub use rules::{After, Fate, KindRules, Lane, Lowered, Lowering, Order, Rules, Traits, Work};
pub use stack::{StackId, Tags, World, tag};
