//! How much memory planning takes at its peak.
#![expect(clippy::print_stdout, reason = "it is a report")]

#[path = "../tests/toy/mod.rs"]
mod toy;

use peak_alloc::PeakAlloc;
use toy::large::{Case, cases};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// The bytes that planning holds at its peak beyond what there was before, and those that the plan keeps.
fn measure(case: &Case) -> (usize, usize) {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let plan = case.plan();
    let (peak, kept) = (HEAP.peak_usage(), HEAP.current_usage());
    drop(plan);
    (peak - before, kept - before)
}

fn main() {
    for size in [60, 100, 1_000, 10_000] {
        let before = HEAP.current_usage();
        let cases = cases(size);
        println!("{size} resources: the inputs of all cases hold {} bytes", HEAP.current_usage() - before);
        for case in &cases {
            let (peak, kept) = measure(case);
            println!("{size} resources, {}: {peak} bytes at the peak, {kept} of them the plan", case.name);
        }
    }
}
