//! What planning holds on the heap at its peak. It is alone in its file: the heap is that of the whole program.

mod toy;

use peak_alloc::PeakAlloc;
use toy::large::{CASES, case};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

#[test]
fn ten_thousand_resources_take_less_than_80_megabytes() {
    for name in CASES {
        let case = case(name, 10_000);
        let before = HEAP.current_usage();
        HEAP.reset_peak_usage();
        let plan = case.plan();
        let peak = HEAP.peak_usage() - before;
        assert!(peak < 80_000_000, "{name}: {peak} bytes, with the plan, beyond the graph and the snapshot");
        drop(plan);
    }
}
