//! A world that stands still.

use crate::clock::Clock;
use crate::weather::RunningWeather;
use crate::world::World;

/// The world of an emulator at a moment: no time passes in it until it [goes on](Moment::go_on), which it can do as often as
/// it is cloned, also in another runtime.
#[derive(Clone, Debug)]
pub struct Moment {
    pub(crate) world: World,
    pub(crate) clock: Clock,
    /// Emulated seconds since the world began.
    pub(crate) elapsed: f64,
    pub(crate) epoch: f64,
    pub(crate) seed: u64,
    pub(crate) weather: RunningWeather,
}

impl Moment {
    /// Emulated seconds since the world began.
    pub fn elapsed(&self) -> f64 {
        self.elapsed
    }
}
