//! The one place that waits.

use std::time::Duration;

use tokio::time::Instant;

/// The time that a run goes by: the real one, or that of an emulator that is faster.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    rate: Option<f64>,
    started: Instant,
}

impl Clock {
    /// The real time; virtual in paused tokio time.
    pub fn real() -> Self {
        Self::scaled(1.0)
    }

    /// A time in which `rate` seconds pass in a real one.
    pub fn scaled(rate: f64) -> Self {
        Self { rate: Some(rate), started: Instant::now() }
    }

    /// A time in which nothing has to be waited for: the other side completes everything at once.
    pub fn instant() -> Self {
        Self { rate: None, started: Instant::now() }
    }

    /// Seconds of this time since it was started.
    pub fn elapsed(&self) -> f64 {
        self.started.elapsed().as_secs_f64() * self.rate.unwrap_or(1.0)
    }

    /// Waits for `seconds` of this time.
    pub async fn sleep(&self, seconds: f64) {
        match self.rate {
            #[expect(clippy::disallowed_methods, reason = "this is the right door")]
            Some(rate) => tokio::time::sleep(Duration::from_secs_f64((seconds / rate).max(0.0))).await,
            None => tokio::task::yield_now().await,
        }
    }
}
