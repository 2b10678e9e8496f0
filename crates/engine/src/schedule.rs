//! When a run can be expected to end, and what keeps it from ending sooner.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use eksctl_rs_core::{Step, StepId};

use crate::Queue;
use crate::queue::CALL_SECONDS;

/// A run as it goes if everything takes as long as it usually does: the same queue, in imagined time.
#[derive(Clone, Debug)]
pub struct Schedule {
    slots: Vec<Slot>,
    last: Option<usize>,
    /// Of each step: how long it takes, and the longest path from its start.
    paths: Vec<(f64, f64)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    ends: f64,
    /// The step whose end let it begin.
    after: Option<usize>,
}

impl Schedule {
    /// The schedule of `steps`, whose ids are their positions. Steps that wait for each other in a circle have none.
    pub fn new(steps: &[Step]) -> Self {
        let mut queue = Queue::new(steps);
        let mut slots = vec![Slot::default(); steps.len()];
        let paths = steps.iter().map(|step| (step.takes, queue.remaining(step.id))).collect();
        let (mut now, mut last) = (0.0, None);
        // Ends are not negative: their bits are in their order.
        let mut running: BinaryHeap<Reverse<(u64, usize)>> = BinaryHeap::new();
        loop {
            while let Some(StepId(id)) = queue.start() {
                let needs = steps[id].needs.iter().map(|need| need.0);
                // What it needs has ended; if it waited for its lane besides, what left that last.
                let latest = needs.max_by(|one, other| slots[*one].ends.total_cmp(&slots[*other].ends));
                let after = latest.filter(|need| slots[*need].ends >= now).or(last);
                slots[id] = Slot { ends: now + steps[id].takes + CALL_SECONDS, after };
                running.push(Reverse((slots[id].ends.to_bits(), id)));
            }
            let Some(Reverse((_, id))) = running.pop() else { return Self { slots, last, paths } };
            now = slots[id].ends;
            last = Some(id);
            queue.finish(StepId(id));
        }
    }

    /// Seconds from the beginning of the run to its end.
    pub fn makespan(&self) -> f64 {
        self.last.map_or(0.0, |last| self.slots[last].ends)
    }

    /// Seconds until the end of the run, from the steps that run now and the seconds that each has run for.
    pub fn left(&self, running: impl IntoIterator<Item = (StepId, f64)>) -> f64 {
        let one = |(StepId(id), elapsed): (StepId, f64)| {
            let (takes, path) = self.paths[id];
            (takes - elapsed).max(0.0) + path - takes
        };
        running.into_iter().map(one).fold(0.0, f64::max)
    }

    /// The steps that each begin when the one before ends, from the beginning of the run to its end.
    pub fn critical_path(&self) -> Vec<StepId> {
        let (mut path, mut seen, mut next) = (Vec::new(), BTreeSet::new(), self.last);
        while let Some(id) = next.filter(|id| seen.insert(*id)) {
            path.push(StepId(id));
            next = self.slots[id].after;
        }
        path.reverse();
        path
    }
}

/// What a run waited for, one after the other, with the seconds of each: from when each of its steps began and ended.
pub fn time_went_to(steps: &[Step], times: &BTreeMap<StepId, (f64, f64)>) -> Vec<(StepId, f64)> {
    let ended_last = |among: &mut dyn Iterator<Item = (&StepId, &(f64, f64))>| {
        among.max_by(|(_, one), (_, other)| one.1.total_cmp(&other.1)).map(|(id, _)| *id)
    };
    let (mut path, mut seen) = (Vec::new(), BTreeSet::new());
    let mut next = ended_last(&mut times.iter());
    while let Some(id) = next.filter(|id| seen.insert(*id)) {
        let (began, ended) = times[&id];
        path.push((id, ended - began));
        let needs = &steps[id.0].needs;
        let before = |(_, (_, end)): &(&StepId, &(f64, f64))| *end <= began + f64::EPSILON;
        // What it needed; if it waited for its lane besides, what left that last.
        let last_need = ended_last(&mut times.iter().filter(|(id, _)| needs.contains(id)).filter(before));
        let waited = last_need.is_none_or(|need| began - times[&need].1 > CALL_SECONDS);
        let last = if waited { ended_last(&mut times.iter().filter(before)) } else { None };
        next = last.or(last_need);
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use eksctl_rs_core::Lane;

    use super::*;
    use crate::toy::step;

    #[test]
    fn the_longest_chain_is_the_critical_path() {
        let schedule =
            Schedule::new(&[step(0, &[], 5.0), step(1, &[0], 560.0), step(2, &[0], 100.0), step(3, &[1, 2], 110.0)]);
        assert_eq!(schedule.makespan(), 675.75);
        assert_eq!(schedule.critical_path(), [0, 1, 3].map(StepId));
    }

    #[test]
    fn what_waits_for_its_lane_comes_after_what_left_it() {
        let mut steps = [step(0, &[], 60.0), step(1, &[], 60.0), step(2, &[], 30.0)];
        steps.iter_mut().take(2).for_each(|step| step.lanes.push(Lane::up_to(1, "profiles")));
        let schedule = Schedule::new(&steps);
        assert_eq!((schedule.makespan(), schedule.critical_path()), (120.5, vec![StepId(0), StepId(1)]));
    }

    #[test]
    fn what_is_left_is_the_longest_way_to_the_end() {
        let schedule = Schedule::new(&[step(0, &[], 560.0), step(1, &[], 100.0), step(2, &[0, 1], 110.0)]);
        assert_eq!(schedule.left([(StepId(0), 200.0), (StepId(1), 200.0)]), 470.5);
        assert_eq!((schedule.left([(StepId(2), 10.0)]), schedule.left([])), (100.25, 0.0));
    }

    #[test]
    fn the_time_went_to_what_was_waited_for() {
        let steps = [step(0, &[], 0.0), step(1, &[], 0.0), step(2, &[0], 0.0), step(3, &[1, 2], 0.0)];
        let times = [(0, (0.0, 500.0)), (1, (0.0, 90.0)), (2, (500.0, 520.0)), (3, (520.0, 700.0))];
        let times = times.into_iter().map(|(id, time)| (StepId(id), time)).collect();
        let went: Vec<(usize, f64)> = time_went_to(&steps, &times).into_iter().map(|(id, took)| (id.0, took)).collect();
        assert_eq!(went, [(0, 500.0), (2, 20.0), (3, 180.0)]);
    }

    #[test]
    fn nothing_takes_no_time() {
        let schedule = Schedule::new(&[]);
        assert_eq!((schedule.makespan(), schedule.critical_path()), (0.0, Vec::new()));
    }
}
