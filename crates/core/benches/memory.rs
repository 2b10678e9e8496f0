//! How much memory planning takes at its peak.
#![expect(clippy::print_stdout, reason = "it is a report")]

#[path = "../tests/toy/mod.rs"]
mod toy;

use peak_alloc::PeakAlloc;
use toy::large::{CASES, case};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

fn main() {
    println!("bytes on the heap: of the graph and the snapshot, at the peak of planning (with those), of the plan");
    for name in CASES {
        for size in [60, 100, 1_000, 10_000] {
            let before = HEAP.current_usage();
            let case = case(name, size);
            let inputs = HEAP.current_usage() - before;
            HEAP.reset_peak_usage();
            let plan = case.plan();
            let (peak, kept) = (HEAP.peak_usage() - before, HEAP.current_usage() - before - inputs);
            println!("{name:>8} {size:>6}: {inputs:>10} {peak:>10} {kept:>10}");
            drop(plan);
        }
    }
}
