//! Which step may start: a plain data structure, without time and without I/O.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_core::{Lane, Step, StepId};

/// The steps of a plan on their way.
///
/// A step may start when everything that it needs is finished and its lanes have room. Of those, the one at the head of
/// the longest remaining path goes first, in the seconds that its steps usually take.
#[derive(Clone, Debug)]
pub struct Queue {
    tasks: Vec<Task>,
    held: BTreeMap<String, usize>,
    /// What waits for nothing but room in its lanes, the most urgent first; of equals the first.
    ready: BTreeSet<(Reverse<u64>, usize)>,
}

#[derive(Clone, Debug)]
struct Task {
    state: State,
    waits_for: usize,
    dependents: Vec<StepId>,
    lanes: Vec<Lane>,
    /// Seconds from its start to the end of the longest path behind it.
    remaining: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Running,
    Finished,
    Failed,
    Skipped,
}

/// Every step costs at least a call: with it, of two paths that take no time the longer one is preferred.
pub(crate) const CALL_SECONDS: f64 = 0.25;

impl Queue {
    /// The queue of `steps`, whose ids are their positions.
    pub fn new(steps: &[Step]) -> Self {
        let mut tasks: Vec<Task> = steps
            .iter()
            .map(|step| Task {
                state: State::Open,
                waits_for: step.needs.len(),
                dependents: Vec::new(),
                lanes: step.lanes.clone(),
                remaining: 0.0,
            })
            .collect();
        for step in steps {
            for need in &step.needs {
                tasks[need.0].dependents.push(step.id);
            }
        }
        let mut queue = Self { tasks, held: BTreeMap::new(), ready: BTreeSet::new() };
        queue.measure(steps);
        queue.ready = (0..steps.len()).filter(|id| queue.tasks[*id].waits_for == 0).map(|id| queue.place(id)).collect();
        queue
    }

    /// Where a task stands among those that are ready. Numbers that are not negative are in the order of their bits.
    fn place(&self, id: usize) -> (Reverse<u64>, usize) {
        (Reverse(self.tasks[id].remaining.to_bits()), id)
    }

    /// Seconds from the start of a step to the end of the longest path behind it.
    pub(crate) fn remaining(&self, id: StepId) -> f64 {
        self.tasks[id.0].remaining
    }

    /// Computes the remaining paths, the last steps first.
    fn measure(&mut self, steps: &[Step]) {
        let mut open: Vec<usize> = self.tasks.iter().map(|task| task.dependents.len()).collect();
        let mut ready: Vec<usize> = (0..open.len()).filter(|id| open[*id] == 0).collect();
        while let Some(id) = ready.pop() {
            let behind = self.tasks[id].dependents.iter().map(|dependent| self.tasks[dependent.0].remaining);
            self.tasks[id].remaining = steps[id].takes + CALL_SECONDS + behind.fold(0.0, f64::max);
            for need in &steps[id].needs {
                open[need.0] -= 1;
                if open[need.0] == 0 {
                    ready.push(need.0);
                }
            }
        }
    }

    /// Starts the most urgent of the steps that may start.
    pub fn start(&mut self) -> Option<StepId> {
        let may_start = |(_, id): &&(Reverse<u64>, usize)| self.has_room(&self.tasks[*id].lanes);
        let found = *self.ready.iter().find(may_start)?;
        self.ready.remove(&found);
        let (_, id) = found;
        self.tasks[id].state = State::Running;
        for lane in &self.tasks[id].lanes {
            *self.held.entry(lane.name.clone()).or_default() += 1;
        }
        Some(StepId(id))
    }

    fn has_room(&self, lanes: &[Lane]) -> bool {
        lanes.iter().all(|lane| self.held.get(&lane.name).copied().unwrap_or_default() < lane.limit)
    }

    /// A step has reached its goal.
    pub fn finish(&mut self, id: StepId) {
        self.leave(id, State::Finished);
        for dependent in self.tasks[id.0].dependents.clone() {
            let task = &mut self.tasks[dependent.0];
            task.waits_for -= 1;
            if task.waits_for == 0 && task.state == State::Open {
                self.ready.insert(self.place(dependent.0));
            }
        }
    }

    /// A step has failed: everything behind it is skipped. Those are returned, in order.
    pub fn fail(&mut self, id: StepId) -> Vec<StepId> {
        self.leave(id, State::Failed);
        let mut skipped = Vec::new();
        let mut open = self.tasks[id.0].dependents.clone();
        while let Some(next) = open.pop() {
            let task = &mut self.tasks[next.0];
            if task.state == State::Open {
                task.state = State::Skipped;
                skipped.push(next);
                open.extend(&task.dependents);
            }
        }
        skipped.sort();
        skipped
    }

    fn leave(&mut self, id: StepId, state: State) {
        if self.tasks[id.0].state == State::Running {
            for lane in &self.tasks[id.0].lanes {
                if let Some(count) = self.held.get_mut(&lane.name) {
                    *count -= 1;
                }
            }
        }
        self.tasks[id.0].state = state;
    }

    /// The steps that have not been started, in order.
    pub fn open(&self) -> Vec<StepId> {
        self.in_state(State::Open)
    }

    /// The steps that are running, in order.
    pub fn running(&self) -> Vec<StepId> {
        self.in_state(State::Running)
    }

    fn in_state(&self, state: State) -> Vec<StepId> {
        (0..self.tasks.len()).filter(|id| self.tasks[*id].state == state).map(StepId).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toy::step;

    fn start_all(queue: &mut Queue) -> Vec<usize> {
        std::iter::from_fn(|| queue.start()).map(|id| id.0).collect()
    }

    #[test]
    fn a_step_starts_when_what_it_needs_is_finished() {
        let mut queue = Queue::new(&[step(0, &[], 1.0), step(1, &[0], 1.0), step(2, &[0, 1], 1.0)]);
        assert_eq!(start_all(&mut queue), [0]);
        queue.finish(StepId(0));
        assert_eq!(start_all(&mut queue), [1]);
        queue.finish(StepId(1));
        assert_eq!(start_all(&mut queue), [2]);
        assert_eq!(queue.running(), [StepId(2)]);
    }

    #[test]
    fn the_longest_remaining_path_goes_first() {
        let steps = [step(0, &[], 5.0), step(1, &[], 1.0), step(2, &[1], 600.0), step(3, &[], 5.0)];
        assert_eq!(start_all(&mut Queue::new(&steps)), [1, 0, 3]);
    }

    #[test]
    fn a_lane_holds_only_so_many() {
        let mut steps = [step(0, &[], 1.0), step(1, &[], 2.0), step(2, &[], 3.0), step(3, &[], 4.0)];
        steps.iter_mut().take(3).for_each(|step| step.lanes.push(Lane::up_to(2, "groups")));
        let mut queue = Queue::new(&steps);
        assert_eq!(start_all(&mut queue), [3, 2, 1]);
        queue.finish(StepId(1));
        assert_eq!(start_all(&mut queue), [0]);
        queue.fail(StepId(0));
        queue.finish(StepId(2));
        assert!(queue.open().is_empty());
    }

    #[test]
    fn after_a_failure_only_what_is_behind_it_is_skipped() {
        let mut queue = Queue::new(&[step(0, &[], 1.0), step(1, &[0], 1.0), step(2, &[1], 1.0), step(3, &[], 1.0)]);
        start_all(&mut queue);
        assert_eq!(queue.fail(StepId(0)), [StepId(1), StepId(2)]);
        assert_eq!(queue.running(), [StepId(3)]);
        assert_eq!(start_all(&mut queue), [0; 0]);
    }
}
