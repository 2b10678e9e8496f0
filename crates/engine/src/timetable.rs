//! What is under way, how urgent it is, and how fast AWS is today.

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_core::StepId;

/// What takes less, in seconds, says nothing about how fast AWS is: it varies too much by itself.
const TELLING: f64 = 90.0;

/// What was asked about so seldom that its end is known no better than to this share says nothing, either.
const VAGUE: f64 = 0.2;

/// How far AWS may be from its usual times.
const SLOWEST: f64 = 2.5;

/// The steps under way.
#[derive(Debug, Default)]
pub(crate) struct Timetable {
    running: BTreeMap<StepId, Entry>,
    /// Those of them that something else stands in the way of.
    held: BTreeSet<StepId>,
    /// Sum of the logarithms of how much longer than usual things took, and how many did.
    pace: (f64, u32),
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    began: f64,
    takes: f64,
    /// The longest path behind it, in usual seconds.
    behind: f64,
}

impl Timetable {
    pub(crate) fn begin(&mut self, id: StepId, now: f64, takes: f64, behind: f64) {
        self.running.insert(id, Entry { began: now, takes, behind });
    }

    pub(crate) fn end(&mut self, id: StepId) {
        self.running.remove(&id);
        self.held.remove(&id);
    }

    /// Something stands in the way of a step. Whether anything else is under way that may take it away.
    pub(crate) fn hold(&mut self, id: StepId) -> bool {
        self.held.insert(id);
        self.running.keys().any(|other| !self.held.contains(other))
    }

    /// Nothing stands in the way of a step any more.
    pub(crate) fn release(&mut self, id: StepId) {
        self.held.remove(&id);
    }

    /// Something that usually takes `takes` seconds was not complete after `least`, and was after `most`.
    pub(crate) fn took(&mut self, takes: f64, least: f64, most: f64) {
        if takes >= TELLING && most - least <= most * VAGUE {
            let ratio = ((least + most) / 2.0 / takes).clamp(1.0 / SLOWEST, SLOWEST);
            self.pace = (self.pace.0 + ratio.ln(), self.pace.1 + 1);
        }
    }

    /// How much longer than usual things take, as far as is known, and how many things have told so.
    pub(crate) fn pace(&self) -> (f64, u32) {
        let (sum, count) = self.pace;
        ((sum / f64::from(count.max(1))).exp(), count)
    }

    /// Seconds that a step can end later than expected without ending the run later.
    pub(crate) fn slack(&self, id: StepId, now: f64) -> f64 {
        let (pace, _) = self.pace();
        let end = |entry: &Entry| (entry.began + entry.takes * pace).max(now) + entry.behind * pace;
        let Some(own) = self.running.get(&id).map(end) else { return 0.0 };
        self.running.values().map(end).fold(own, f64::max) - own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_run_waits_for_has_no_slack() {
        let mut timetable = Timetable::default();
        timetable.begin(StepId(0), 0.0, 560.0, 110.0);
        timetable.begin(StepId(1), 10.0, 100.0, 110.0);
        assert_eq!((timetable.slack(StepId(0), 20.0), timetable.slack(StepId(1), 20.0)), (0.0, 450.0));
        // It is late: the run waits for it now.
        assert_eq!(timetable.slack(StepId(1), 700.0), 0.0);
    }

    #[test]
    fn what_is_held_hopes_for_what_moves_and_not_for_what_is_held_itself() {
        let mut timetable = Timetable::default();
        (0..3).for_each(|id| timetable.begin(StepId(id), 0.0, 1.0, 1.0));
        assert!(timetable.hold(StepId(0)) && timetable.hold(StepId(1)), "the third may let go");
        timetable.end(StepId(2));
        assert!(!timetable.hold(StepId(0)), "each waits for the other");
        timetable.release(StepId(1));
        assert!(timetable.hold(StepId(0)));
    }

    #[test]
    fn what_ends_tells_the_pace() {
        let mut timetable = Timetable::default();
        assert_eq!(timetable.pace(), (1.0, 0));
        timetable.took(0.0, 1.0, 1.0);
        timetable.took(100.0, 20.0, 50.0);
        assert_eq!(timetable.pace(), (1.0, 0), "nothing that is short or vague");
        timetable.took(100.0, 48.0, 52.0);
        let (pace, count) = timetable.pace();
        assert!((pace - 0.5).abs() < 1e-9 && count == 1, "{pace}");
    }
}
