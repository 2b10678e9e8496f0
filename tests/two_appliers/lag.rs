//! How long calls take on their way: what decides how two runs are interleaved.

use std::sync::Mutex;

use eksctl_rs_emulator::Emulator;
use eksctl_rs_engine::Clock;
use futures::future::BoxFuture;

use crate::lab::chance::Chance;
use crate::lab::gate::Watch;

/// Every call takes its time before its effect, and its answer after it, as a seed decides: mostly a moment, now and then so
/// long that the other run gets far ahead.
#[derive(Debug)]
pub(crate) struct Lag(Mutex<Chance>);

impl Lag {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Mutex::new(Chance::new(seed)))
    }

    fn wait(&self) -> BoxFuture<'static, ()> {
        let mut chance = self.0.lock().expect("unlocked");
        let most = chance.pick(&[0.1, 0.1, 0.5, 0.5, 0.5, 2.0, 2.0, 20.0]);
        let seconds = chance.unit() * most;
        Box::pin(async move { Clock::real().sleep(seconds).await })
    }
}

impl Watch for Lag {
    fn before(&self, _: &Emulator) -> BoxFuture<'static, ()> {
        self.wait()
    }

    fn after(&self, _: &Emulator) -> BoxFuture<'static, ()> {
        self.wait()
    }
}
