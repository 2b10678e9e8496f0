//! How long a run takes, and what for.

use std::collections::BTreeMap;

use eksctl_rs_core::{Address, Plan, StepId};
use eksctl_rs_engine::{Schedule, time_went_to};
use owo_colors::OwoColorize;
use serde_json::{Value, json};

use super::duration;

/// What takes less, in seconds, is not worth a word.
const WORTH_A_WORD: f64 = 10.0;

/// Some seconds, and what they are waited for: each thing after the one before it.
pub(crate) struct Times {
    seconds: f64,
    waited_for: Vec<(Address, f64)>,
}

impl Times {
    /// What can be expected of a plan, from what everything usually takes.
    pub(crate) fn expected(plan: &Plan) -> Self {
        let schedule = Schedule::new(&plan.steps);
        let path = schedule.critical_path().into_iter().map(|id| (id, plan.steps[id.0].takes));
        Self { seconds: schedule.makespan(), waited_for: by_address(plan, path) }
    }

    /// What a run came to, from when each of its steps began and ended.
    pub(crate) fn spent(plan: &Plan, times: &BTreeMap<StepId, (f64, f64)>) -> Self {
        let ends = times.values().map(|(_, end)| *end).fold(0.0, f64::max);
        Self { seconds: ends, waited_for: by_address(plan, time_went_to(&plan.steps, times).into_iter()) }
    }

    /// The things that are waited for, if any of them takes long.
    pub(crate) fn path(&self) -> Option<String> {
        let long = self.waited_for.iter().filter(|(_, seconds)| *seconds >= WORTH_A_WORD);
        let words: Vec<String> =
            long.map(|(address, seconds)| format!("{address} {}", duration(*seconds).dimmed())).collect();
        (!words.is_empty()).then(|| words.join(" → "))
    }

    /// The time as a sentence of a plan, if it takes long.
    pub(crate) fn sentence(&self) -> Option<String> {
        let about = match self.seconds {
            seconds if seconds < 60.0 => duration(seconds),
            seconds => format!("{} min", (seconds / 60.0).round()),
        };
        self.path().map(|path| format!("It takes about {}: {path}.", about.bold()))
    }

    pub(crate) fn json(&self) -> Value {
        let one = |(address, seconds): &(Address, f64)| json!({ "address": address, "seconds": seconds.round() });
        json!({ "seconds": self.seconds.round(), "waited_for": self.waited_for.iter().map(one).collect::<Vec<_>>() })
    }
}

/// Steps of one resource that follow each other are one thing.
fn by_address(plan: &Plan, path: impl Iterator<Item = (StepId, f64)>) -> Vec<(Address, f64)> {
    let mut things: Vec<(Address, f64)> = Vec::new();
    for (id, seconds) in path {
        let address = &plan.steps[id.0].address;
        match things.last_mut() {
            Some((last, sum)) if last == address => *sum += seconds,
            _ => things.push((address.clone(), seconds)),
        }
    }
    things
}
