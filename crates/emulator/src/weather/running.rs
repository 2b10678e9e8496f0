//! The weather at work: what has struck so far, and what strikes next.

use serde_json::{Value, json};

use super::past::Past;
use super::throttling::Buckets;
use super::{Mishap, Resource, Weather};
use crate::error::ApiError;
use crate::quota::Quota;
use crate::random;
use crate::services::Service;
use crate::world::Account;

/// A weather, and what it has done so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct RunningWeather {
    pub(crate) weather: Weather,
    seed: u64,
    /// Calls since it was set.
    calls: u64,
    buckets: Buckets,
    past: Past,
    /// For each entry of `failing`.
    failing: Vec<Count>,
    /// For each entry of `denied`.
    denied: Vec<Count>,
}

/// How often something came up, and how often it struck.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    seen: u64,
    struck: u64,
}

/// Who asks for what.
pub(crate) struct Asking<'a> {
    pub(crate) service: &'static Service,
    pub(crate) operation: &'static str,
    pub(crate) input: &'a Value,
    pub(crate) account_id: &'a str,
    pub(crate) region: &'a str,
    /// The ARN of the caller.
    pub(crate) caller: &'a str,
    /// Emulated seconds since the world began.
    pub(crate) now: f64,
}

impl RunningWeather {
    /// Sets a weather; `seed` is the emulator's.
    pub(crate) fn start(weather: Weather, seed: u64) -> Self {
        let (failing, denied) =
            (vec![Count::default(); weather.failing.len()], vec![Count::default(); weather.denied.len()]);
        Self { seed: weather.seed.unwrap_or(seed), weather, failing, denied, ..Self::default() }
    }

    /// How much longer than usual everything takes that takes time.
    pub(crate) fn times_longer(&self) -> f64 {
        self.weather.times_longer.unwrap_or(1.0)
    }

    /// Another call arrives, or would.
    pub(crate) fn next_call(&mut self) {
        self.calls += 1;
    }

    /// Whether the call does not arrive.
    pub(crate) fn loses_request(&self) -> bool {
        self.draw("lost_requests") < self.weather.lost_requests
    }

    /// Whether the answer to the call does not arrive.
    pub(crate) fn loses_response(&self) -> bool {
        self.draw("lost_responses") < self.weather.lost_responses
    }

    /// Refuses a call before anything is looked at.
    pub(crate) fn admit(&mut self, asking: &Asking<'_>) -> Result<(), ApiError> {
        let refusals = &asking.service.refusals;
        if let Some(throttling) = self.weather.throttling
            && !self.buckets.take(asking, throttling)
        {
            return Err(refusals.throttled());
        }
        if self.draw("server_errors") < self.weather.server_errors {
            return Err(refusals.broken(self.draw("which server error")));
        }
        let action = asking.service.action(asking.operation);
        match self.denies(&action) {
            true => Err(refusals.denied(asking.caller, &action, &json!([self.seed, self.calls]))),
            false => Ok(()),
        }
    }

    /// How something that is made or changed fails, if it does. `names` are all that it is known by.
    pub(crate) fn mishap(&mut self, resource: Resource, names: &[&str]) -> Option<Mishap> {
        for (index, (failing, count)) in self.weather.failing.iter().zip(&mut self.failing).enumerate() {
            if count.struck >= failing.times || !failing.fits(resource, names) {
                continue;
            }
            count.seen += 1;
            let what = format!("{index} {} {}", names.join(" "), count.seen);
            if random::unit(self.seed, &["failing", &what]) < failing.probability {
                count.struck += 1;
                return Some(failing.mishap());
            }
        }
        None
    }

    /// How many there may be.
    pub(crate) fn quota(&self, quota: Quota) -> usize {
        self.weather.quotas.get(quota.name).copied().unwrap_or(quota.default)
    }

    /// Whether what accounts were is of any use.
    pub(crate) fn has_a_past(&self) -> bool {
        self.weather.stale_reads.longest() > 0.0
    }

    /// Remembers what an account was before it is changed.
    pub(crate) fn remember(&mut self, account_id: &str, account: Account, now: f64) {
        self.past.remember(account_id, account, now, self.weather.stale_reads.longest());
    }

    /// The account that a read sees, if it is not what it is now.
    pub(crate) fn view(&self, asking: &Asking<'_>) -> Option<&Account> {
        let most = self.weather.stale_reads.of(asking.service.name, asking.operation);
        let behind = most * self.draw("stale_reads");
        (behind > 0.0).then(|| self.past.at(asking.account_id, asking.now - behind)).flatten()
    }

    fn denies(&mut self, action: &str) -> bool {
        for (denied, count) in self.weather.denied.iter().zip(&mut self.denied) {
            if !denied.fits(action) {
                continue;
            }
            count.seen += 1;
            if count.seen > denied.after && denied.times.is_none_or(|times| count.struck < times) {
                count.struck += 1;
                return true;
            }
        }
        false
    }

    /// A number between 0 and 1 for the call.
    fn draw(&self, what: &str) -> f64 {
        random::unit(self.seed, &[what, &self.calls.to_string()])
    }
}
