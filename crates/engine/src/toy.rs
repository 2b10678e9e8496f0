//! Steps of nothing, for tests of their order.

use eksctl_rs_core::{Address, Goal, Outputs, Step, StepId};

/// A step that needs others and takes some seconds.
pub(crate) fn step(id: usize, needs: &[usize], takes: f64) -> Step {
    Step {
        id: StepId(id),
        address: Address::new("toy.Thing", id.to_string()),
        operation: "toy:Create".into(),
        call: None,
        goal: Goal::Ready,
        needs: needs.iter().copied().map(StepId).collect(),
        lanes: Vec::new(),
        takes,
        creates: false,
        undo: None,
        outputs: Outputs::new(),
        follow: None,
    }
}
