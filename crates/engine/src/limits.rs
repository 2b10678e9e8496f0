//! How often AWS lets something be called, as far as its throttling has told.

use std::collections::BTreeMap;

/// Seconds between two calls after the first refusal.
const FIRST: f64 = 0.5;

/// Seconds between two calls at most.
const LONGEST: f64 = 20.0;

/// What a refusal makes of the time between two calls, and what an answer makes of it.
const SLOWER: f64 = 1.5;
const FASTER: f64 = 0.9;

/// Less than this, in seconds, is no limit any more.
const NOTHING: f64 = 0.05;

/// The limits of a run. AWS has a bucket of tokens for each action: calls of one that has been throttled go one after the
/// other, as far apart as it seems to take.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    actions: BTreeMap<String, Limit>,
}

#[derive(Clone, Copy, Debug)]
struct Limit {
    apart: f64,
    /// When the next call may be sent.
    next: f64,
    /// When it was learnt: what was sent before that tells nothing new.
    learnt: f64,
}

impl Limits {
    /// Whether a call of `action` may be sent now; if not, the seconds after which to ask again.
    pub(crate) fn turn(&mut self, action: &str, now: f64) -> Option<f64> {
        let limit = self.actions.get_mut(action)?;
        // Less than a millisecond is no time to wait for.
        if now + 0.001 < limit.next {
            return Some(limit.next - now);
        }
        limit.next = now + limit.apart;
        None
    }

    /// A call of `action` was throttled.
    pub(crate) fn refused(&mut self, action: &str, now: f64) {
        let nothing = Limit { apart: FIRST / SLOWER, next: now, learnt: f64::NEG_INFINITY };
        let limit = self.actions.entry(action.to_owned()).or_insert(nothing);
        if now > limit.learnt {
            limit.apart = (limit.apart * SLOWER).min(LONGEST);
            limit.next = limit.next.max(now + limit.apart);
            limit.learnt = now;
        }
    }

    /// A call of `action` was answered.
    pub(crate) fn granted(&mut self, action: &str) {
        if let Some(limit) = self.actions.get_mut(action) {
            limit.apart *= FASTER;
            if limit.apart < NOTHING {
                self.actions.remove(action);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends `count` calls at once to a bucket: the seconds until the last is granted, and how many were refused.
    fn drain(count: usize, capacity: f64, refill: f64) -> (f64, usize) {
        let (mut limits, mut tokens, mut filled, mut refused) = (Limits::default(), capacity, 0.0, 0);
        let mut waiting: Vec<f64> = vec![0.0; count];
        let mut last = 0.0;
        while let Some(first) = waiting.iter().copied().min_by(f64::total_cmp) {
            waiting.remove(waiting.iter().position(|at| *at == first).expect("there"));
            if let Some(wait) = limits.turn("a", first) {
                waiting.push(first + wait);
                continue;
            }
            tokens = (tokens + (first - filled) * refill).min(capacity);
            filled = first;
            if tokens >= 1.0 {
                tokens -= 1.0;
                limits.granted("a");
                last = first;
            } else {
                limits.refused("a", first);
                refused += 1;
                waiting.push(first);
            }
        }
        (last, refused)
    }

    #[test]
    fn calls_come_about_as_fast_as_the_bucket_fills() {
        for (count, capacity, refill) in [(10, 4.0, 0.3), (40, 10.0, 1.0), (200, 50.0, 5.0)] {
            let (seconds, refused) = drain(count, capacity, refill);
            let possible = (count as f64 - capacity) / refill;
            assert!(seconds < possible * 1.6 + 5.0, "{count}: {seconds} s, {possible} were possible");
            assert!(refused < count * 2, "{count}: {refused} refusals");
        }
    }

    #[test]
    fn what_was_never_throttled_waits_for_nothing() {
        let mut limits = Limits::default();
        assert_eq!(limits.turn("a", 5.0), None);
        limits.refused("a", 5.0);
        assert_eq!((limits.turn("a", 5.0), limits.turn("b", 5.0)), (Some(0.5), None));
        assert_eq!((limits.turn("a", 5.5), limits.turn("a", 5.5)), (None, Some(0.5)));
        (0..100).for_each(|_| limits.granted("a"));
        assert_eq!(limits.turn("a", 5.5), None);
    }
}
