//! How the work of planning grows with the stack. What is counted are looks, and not seconds: at the kind of an address,
//! and at a step on the way from one to another. Whoever goes through everything for everything has many.

#[path = "../../tests/toy/mod.rs"]
mod toy;

use std::cell::Cell;

use toy::large::{CASES, case};

thread_local! {
    static LOOKS: Cell<usize> = const { Cell::new(0) };
}

/// Counts a look.
pub(crate) fn look() {
    LOOKS.set(LOOKS.get() + 1);
}

/// The looks of making a graph (with what is to be compared with it) and of planning.
fn looks(name: &str, size: usize) -> [usize; 2] {
    LOOKS.set(0);
    let case = case(name, size);
    let graph = LOOKS.replace(0);
    case.plan();
    [graph, LOOKS.get()]
}

#[test]
fn ten_times_the_resources_take_ten_times_the_looks() {
    for name in CASES {
        let (few, many) = (looks(name, 1_000), looks(name, 10_000));
        for (what, few, many) in [("graph", few[0], many[0]), ("plan", few[1], many[1])] {
            assert!(many < 12 * few, "{what}, {name}: {few} looks at 1,000 resources, {many} at 10,000");
            assert!(many < 1_000_000, "{what}, {name}: {many} looks");
        }
    }
}
