//! How unfriendly the emulator is.
//!
//! A [`Weather`] is text that can be kept in a file: each of its fields is one way in which AWS is not what a test wishes
//! for. Nothing happens by chance: what strikes follows from the seed and the number of the call since the weather was
//! set, or from the name of what is struck; so a failure can be run again. What has struck how often is kept in memory
//! alone, never in the world.

mod denied;
mod failing;
mod past;
mod rates;
mod read;
mod running;
mod throttling;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use crate::clock::Clock;

pub use denied::Denied;
pub(crate) use failing::Mishap;
pub use failing::{Failing, Outcome, Resource};
pub use past::StaleReads;
pub(crate) use running::{Asking, RunningWeather};
pub use throttling::Throttling;

/// What happens to calls besides what they ask for. Without anything set, nothing does.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Weather {
    /// What chance follows from; the seed of the emulator if there is none.
    pub seed: Option<u64>,
    /// Every answer takes so long, in the time of the process. In a file: seconds.
    #[serde(deserialize_with = "read::seconds")]
    pub latency: Duration,
    /// Everything that takes time takes so many times longer than usual: half as long with 0.5.
    #[serde(deserialize_with = "read::times")]
    pub times_longer: Option<f64>,
    /// A call whose answer never comes: whoever waits for it can be killed at exactly that point.
    pub hold: Option<Hold>,
    /// AWS's limits on how often an action may be called; nothing lets everybody call as often as they like.
    #[serde(deserialize_with = "read::checked_option")]
    pub throttling: Option<Throttling>,
    /// The probability that a call fails with a 5xx before its effect.
    #[serde(deserialize_with = "read::probability")]
    pub server_errors: f64,
    /// The probability that a call does not arrive: its caller gets no answer, and it has no effect.
    #[serde(deserialize_with = "read::probability")]
    pub lost_requests: f64,
    /// The probability that a call has its effect and its caller gets no answer.
    #[serde(deserialize_with = "read::probability")]
    pub lost_responses: f64,
    /// How far reads may be behind.
    #[serde(deserialize_with = "read::checked")]
    pub stale_reads: StaleReads,
    /// What goes wrong while it is made or changed. The first entry that fits counts.
    #[serde(deserialize_with = "read::checked_list")]
    pub failing: Vec<Failing>,
    /// What the caller may not do.
    #[serde(deserialize_with = "read::checked_list")]
    pub denied: Vec<Denied>,
    /// The most items on a page of a list, whatever a caller asks for: AWS may always tell fewer.
    pub items_on_a_page: Option<usize>,
    /// Quotas other than AWS's defaults, by their names, such as `ec2.vpcs`.
    #[serde(deserialize_with = "read::quotas")]
    pub quotas: BTreeMap<String, usize>,
}

/// A call that is held for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// The number of the call, from 1.
    pub call: u64,
    /// Whether its effect takes place.
    pub when: When,
}

/// Before or after the effect of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// Before.
    Before,
    /// After.
    After,
}

/// Why there can be no such weather.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct WeatherError {
    /// The field, such as `failing[0]`.
    pub field: String,
    /// What is wrong with it, and what to do.
    pub problem: String,
}

/// A part of a weather that can contradict itself.
trait Check {
    /// What is wrong, and what to do.
    fn check(&self) -> Result<(), String>;
}

impl Weather {
    /// Refuses a weather that cannot be, or not with this clock.
    pub(crate) fn check(&self, clock: Clock) -> Result<(), WeatherError> {
        let probabilities = [
            ("server_errors", self.server_errors),
            ("lost_requests", self.lost_requests),
            ("lost_responses", self.lost_responses),
        ];
        for (field, value) in probabilities {
            in_field(field, read::check_probability(value))?;
        }
        in_field("times_longer", self.times_longer.map_or(Ok(()), read::check_times))?;
        in_field("throttling", self.throttling.as_ref().map_or(Ok(()), Check::check))?;
        in_field("stale_reads", self.stale_reads.check())?;
        for (index, failing) in self.failing.iter().enumerate() {
            in_field(&format!("failing[{index}]"), failing.check())?;
        }
        for (index, denied) in self.denied.iter().enumerate() {
            in_field(&format!("denied[{index}]"), denied.check())?;
        }
        for name in self.quotas.keys() {
            in_field("quotas", read::check_quota(name))?;
        }
        self.check_clock(clock)
    }

    fn check_clock(&self, clock: Clock) -> Result<(), WeatherError> {
        let needs_time =
            [("throttling", self.throttling.is_some()), ("stale_reads", self.stale_reads != StaleReads::default())];
        for (field, is_set) in needs_time {
            if is_set && clock == Clock::Instant {
                let problem = "on the instant clock no time passes that would end it; use the clock scaled=N or real";
                return in_field(field, Err(problem.to_owned()));
            }
        }
        Ok(())
    }
}

fn in_field(field: &str, checked: Result<(), String>) -> Result<(), WeatherError> {
    checked.map_err(|problem| WeatherError { field: field.to_owned(), problem })
}
