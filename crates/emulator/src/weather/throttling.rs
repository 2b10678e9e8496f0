//! AWS's limits on how often an action may be called: a bucket of tokens for each action, account and Region.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::rates::Rate;
use super::{Asking, Check};

/// How often actions may be called.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Throttling {
    /// The buckets are so many times smaller than AWS's, and fill so many times slower; each holds one call at least.
    pub times_smaller: f64,
}

impl Default for Throttling {
    fn default() -> Self {
        Self { times_smaller: 1.0 }
    }
}

impl Check for Throttling {
    fn check(&self) -> Result<(), String> {
        match self.times_smaller.is_finite() && self.times_smaller > 0.0 {
            true => Ok(()),
            false => Err(format!(
                "times_smaller: {} is no size; 1 is AWS's, 10 makes buckets of a tenth",
                self.times_smaller
            )),
        }
    }
}

/// How full the buckets are; those that nobody used are full.
#[derive(Clone, Debug, Default)]
pub(super) struct Buckets(BTreeMap<Key, Bucket>);

/// What has a bucket of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    account_id: String,
    /// Nothing for what is the same in every Region.
    region: Option<String>,
    service: &'static str,
    operation: &'static str,
    /// Reads of everything at once.
    is_unfiltered: bool,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    /// In emulated seconds.
    at: f64,
}

impl Buckets {
    /// Takes a token for a call. Whether there was one.
    pub(super) fn take(&mut self, asking: &Asking<'_>, throttling: Throttling) -> bool {
        let Some((rate, is_unfiltered)) = Rate::of(asking) else { return true };
        let capacity = (rate.capacity / throttling.times_smaller).max(1.0);
        let refill = rate.refill / throttling.times_smaller;
        let key = Key {
            account_id: asking.account_id.to_owned(),
            region: (asking.service.name != "iam").then(|| asking.region.to_owned()),
            service: asking.service.name,
            operation: asking.operation,
            is_unfiltered,
        };
        let bucket = self.0.entry(key).or_insert(Bucket { tokens: capacity, at: asking.now });
        let filled = bucket.tokens + (asking.now - bucket.at).max(0.0) * refill;
        *bucket = Bucket { tokens: filled.min(capacity), at: asking.now };
        let is_enough = bucket.tokens >= 1.0;
        if is_enough {
            bucket.tokens -= 1.0;
        }
        is_enough
    }
}
