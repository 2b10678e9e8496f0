//! Every moment of a run at which it may die: the world before and after each of its calls that changes something.

use std::sync::{Arc, Mutex};

use eksctl_rs_emulator::{Emulator, Moment, When};
use futures::future::{BoxFuture, ready};

use crate::lab::Lab;
use crate::lab::gate::Watch;
use crate::lab::many::in_virtual_time;
use crate::scenario::{Scenario, done};

/// A moment at which a run may die.
pub(crate) struct Point {
    /// The number of the call.
    pub(crate) call: u64,
    pub(crate) operation: String,
    pub(crate) when: When,
    pub(crate) world: Moment,
}

impl Point {
    pub(crate) fn name(&self) -> String {
        format!("{:?} call {}, {}", self.when, self.call, self.operation)
    }
}

#[derive(Clone, Debug, Default)]
struct Recording(Arc<Mutex<Recorded>>);

#[derive(Default)]
struct Recorded {
    points: Vec<Point>,
    /// The world before the call that is being sent.
    before: Option<Moment>,
}

impl std::fmt::Debug for Recorded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorded").finish_non_exhaustive()
    }
}

impl Watch for Recording {
    fn before(&self, emulator: &Emulator) -> BoxFuture<'static, ()> {
        self.0.lock().expect("unlocked").before = Some(emulator.moment());
        Box::pin(ready(()))
    }

    fn after(&self, emulator: &Emulator) -> BoxFuture<'static, ()> {
        let mut recorded = self.0.lock().expect("unlocked");
        let before = recorded.before.take();
        if let Some(call) = emulator.last_call().filter(|call| call.mutating) {
            let operation = format!("{}:{}", call.service, call.operation);
            let point = |when, world| Point { call: call.call, operation: operation.clone(), when, world };
            // If no time has passed since the last point, this is the same world.
            let known = recorded.points.last().map(|point| point.world.elapsed());
            let before = before.filter(|world| known.is_none_or(|known| known < world.elapsed()));
            let points = before.map(|world| point(When::Before, world)).into_iter();
            let points = points.chain([point(When::After, emulator.moment())]);
            recorded.points.extend(points);
        }
        Box::pin(ready(()))
    }
}

/// Lives through a scenario undisturbed. To die before a call is to die after the one before it, only later; to die after the
/// answer is to die before it, for nothing of it is kept.
pub(crate) fn points(scenario: &Scenario) -> Vec<Point> {
    let recording = Recording::default();
    in_virtual_time(async {
        let lab = Lab::at(scenario.before.clone()).through(recording.clone());
        done(scenario.first(&lab).await);
    });
    std::mem::take(&mut recording.0.lock().expect("unlocked").points)
}
