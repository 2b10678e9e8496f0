//! What is tried again, and when: the only retry layer of the program.

use async_trait::async_trait;
use eksctl_rs_core::{CallError, ErrorClass, Retry};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::Clock;

/// How long each class of error is put up with, in seconds.
fn patience(class: ErrorClass) -> f64 {
    match class {
        // AWS's buckets fill again: giving up early would only fail a run that works.
        ErrorClass::Throttled => 900.0,
        ErrorClass::Transient => 180.0,
        // IAM usually takes two seconds, and now and then thirty; EC2 at most minutes. Terraform waits as long.
        ErrorClass::NotYet => 300.0,
        // Network interfaces that AWS itself manages can linger for minutes after what used them.
        ErrorClass::Held => 600.0,
        // Another update of a cluster may take most of an hour.
        ErrorClass::Busy => 3600.0,
        _ => 0.0,
    }
}

/// Seconds before the attempt after number `attempt`, without jitter.
fn base_delay(class: ErrorClass, attempt: u32) -> f64 {
    let doubling = 2f64.powi(attempt.clamp(1, 16) as i32 - 1);
    match class {
        ErrorClass::Throttled => (0.5 * doubling).min(20.0),
        ErrorClass::Busy | ErrorClass::Held => (2.0 * doubling).min(20.0),
        ErrorClass::NotYet => doubling.min(5.0),
        _ => (0.25 * doubling).min(20.0),
    }
}

/// Exponential back-off with jitter that follows from a seed.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    clock: Clock,
    seed: u64,
}

impl Backoff {
    /// Waits on `clock`, with the jitter of `seed`.
    pub fn new(clock: Clock, seed: u64) -> Self {
        Self { clock, seed }
    }

    /// Seconds to wait after failure number `attempt` (from 1) of what has been tried for `spent` seconds; nothing to
    /// give up.
    pub(crate) fn delay(&self, salt: u64, attempt: u32, spent: f64, class: ErrorClass) -> Option<f64> {
        let base = base_delay(class, attempt);
        let mut chance = SmallRng::seed_from_u64(self.seed ^ (salt << 20) ^ u64::from(attempt));
        let jitter: f64 = chance.random_range(0.5..1.0);
        let delay = base * jitter;
        (spent + delay <= patience(class)).then_some(delay)
    }
}

#[async_trait]
impl Retry for Backoff {
    async fn again(&self, attempt: u32, error: &CallError) -> bool {
        // A read has no history of its own: the attempts before tell how long it has been.
        let spent: f64 = (1..attempt).map(|before| base_delay(error.class, before)).sum();
        match self.delay(u64::from(attempt), attempt, spent, error.class) {
            Some(delay)
                if matches!(error.class, ErrorClass::Throttled | ErrorClass::Transient | ErrorClass::NotYet) =>
            {
                self.clock.sleep(delay).await;
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn patience_depends_on_the_class() {
        let backoff = Backoff::new(Clock::real(), 7);
        let attempts = |class| {
            let (mut spent, mut attempt) = (0.0, 1);
            while let Some(delay) = backoff.delay(0, attempt, spent, class) {
                spent += delay;
                attempt += 1;
            }
            (attempt, spent)
        };
        assert_eq!(attempts(ErrorClass::Denied).0, 1);
        let (transient, _) = attempts(ErrorClass::Transient);
        let (throttled, spent) = attempts(ErrorClass::Throttled);
        assert!(transient > 8 && throttled > 40 && spent > 800.0, "{transient} {throttled} {spent}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_same_seed_gives_the_same_delays() {
        let delays = |seed| -> Vec<Option<f64>> {
            let backoff = Backoff::new(Clock::real(), seed);
            (1..9).map(|attempt| backoff.delay(3, attempt, 0.0, ErrorClass::Throttled)).collect()
        };
        assert_eq!(delays(1), delays(1));
        assert_ne!(delays(1), delays(2));
    }
}
