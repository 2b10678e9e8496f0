//! How unfriendly the emulator is.

use std::time::Duration;

/// What happens to calls besides what they ask for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weather {
    /// Every answer takes so long, in the time of the process.
    pub latency: Duration,
    /// A call whose answer never comes: whoever waits for it can be killed at exactly that point.
    pub hold: Option<Hold>,
}

/// A call that is held for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The number of the call, from 1.
    pub call: u64,
    /// Whether its effect takes place.
    pub when: When,
}

/// Before or after the effect of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Before.
    Before,
    /// After.
    After,
}
