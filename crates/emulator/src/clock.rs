//! The emulated time.

use std::str::FromStr;

use tokio::time::Instant;

/// How fast the emulated time passes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Clock {
    /// Everything that takes time is complete at once.
    Instant,
    /// That many emulated seconds pass in a second of the process. In paused tokio time this is virtual time.
    Scaled(f64),
}

impl Clock {
    /// As fast as the real one; virtual in paused tokio time.
    pub const REAL: Self = Self::Scaled(1.0);

    /// How many emulated seconds pass in a second; nothing when everything is complete at once.
    pub fn rate(self) -> Option<f64> {
        match self {
            Self::Instant => None,
            Self::Scaled(rate) => Some(rate),
        }
    }
}

impl FromStr for Clock {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let scaled = |rate: &str| rate.parse::<f64>().ok().filter(|rate| rate.is_finite() && *rate > 0.0);
        match text.split_once('=') {
            None if text == "instant" => Ok(Self::Instant),
            None if text == "real" => Ok(Self::REAL),
            Some(("scaled", rate)) => scaled(rate).map(Self::Scaled).ok_or_else(|| format!("no speed: {rate:?}")),
            _ => Err(format!("no clock: {text:?}; expected instant, real or scaled=N")),
        }
    }
}

/// A clock that has been started.
#[derive(Clone, Debug)]
pub(crate) struct RunningClock {
    pub(crate) clock: Clock,
    started: Instant,
    base: f64,
}

impl RunningClock {
    /// Starts at `base` emulated seconds: the clock stands still between processes.
    pub(crate) fn start(clock: Clock, base: f64) -> Self {
        Self { clock, started: Instant::now(), base }
    }

    /// Emulated seconds since the world began.
    pub(crate) fn now(&self) -> f64 {
        self.base + self.started.elapsed().as_secs_f64() * self.clock.rate().unwrap_or(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_words_of_the_command_line() {
        assert_eq!("instant".parse(), Ok(Clock::Instant));
        assert_eq!("real".parse(), Ok(Clock::Scaled(1.0)));
        assert_eq!("scaled=60".parse(), Ok(Clock::Scaled(60.0)));
        for text in ["", "scaled", "scaled=0", "scaled=-1", "scaled=inf", "scaled=x", "slow"] {
            assert!(text.parse::<Clock>().is_err(), "{text:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn in_paused_time_it_is_virtual() {
        let clock = RunningClock::start(Clock::Scaled(60.0), 100.0);
        tokio::time::advance(std::time::Duration::from_secs(2)).await;
        assert_eq!(clock.now(), 220.0);
    }
}
