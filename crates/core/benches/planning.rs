//! How long planning takes, and how that grows.

#[path = "../tests/toy/mod.rs"]
mod toy;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use eksctl_rs_core::Graph;
use toy::ToyRules;
use toy::large::{CASES, case, stack};

const SIZES: [usize; 4] = [60, 100, 1_000, 10_000];

fn graphs(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("graph");
    for size in SIZES {
        let wanted = stack(size);
        group.throughput(Throughput::Elements(size as u64));
        group.bench_with_input(BenchmarkId::from_parameter(size), &wanted, |bencher, wanted| {
            bencher.iter_batched(|| wanted.clone(), |wanted| Graph::new(wanted, &ToyRules), BatchSize::LargeInput);
        });
    }
}

fn plans(criterion: &mut Criterion) {
    for name in CASES {
        let mut group = criterion.benchmark_group(format!("plan/{name}"));
        for size in SIZES {
            group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(size as u64));
            group.bench_with_input(BenchmarkId::from_parameter(size), &case(name, size), |bencher, case| {
                // What the plan takes to be dropped is not planning.
                bencher.iter_with_large_drop(|| black_box(case).plan());
            });
        }
    }
}

criterion_group! {
    name = planning;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3));
    targets = graphs, plans
}
criterion_main!(planning);
