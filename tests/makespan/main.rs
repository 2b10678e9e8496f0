//! How long runs take in virtual time, with AWS's rate limits on, against what could not be faster.

#![expect(clippy::print_stdout, reason = "the figures are for whoever runs it with --nocapture")]

#[path = "../lab/mod.rs"]
mod lab;
mod oracle;

use eksctl_rs_core::{Graph, Outcome, Plan};
use eksctl_rs_emulator::{Throttling, Weather};
use eksctl_rs_stack::StackSpec;
use lab::platforms::platforms;
use lab::{Lab, Open, stack};
use oracle::{Oracle, polls};

/// A cluster with something of everything that takes time to change.
const BEFORE: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: small, region: eu-west-1, account: "111122223333", version: "1.34"}
availabilityZones: [eu-west-1a, eu-west-1b]
cloudWatch: {clusterLogging: {enableTypes: [audit]}}
addons:
- {name: vpc-cni}
- {name: kube-proxy}
- {name: coredns}
managedNodeGroups:
- {name: a, instanceType: m6i.large, minSize: 1, desiredCapacity: 2, maxSize: 4}
- {name: b, instanceType: m6i.large}
- {name: c, instanceType: m6i.large}
"#;

/// What a run was measured to be.
struct Measured {
    what: String,
    seconds: f64,
    bound: f64,
    overshoots: Vec<(String, f64)>,
    polls: usize,
    fixed_polls: f64,
}

impl Measured {
    fn mean_overshoot(&self) -> f64 {
        self.overshoots.iter().map(|(_, seconds)| seconds).sum::<f64>() / self.overshoots.len().max(1) as f64
    }

    fn line(&self) -> String {
        format!(
            "| {} | {:.0} | {:.0} | {:.3} | {:.1} | {} | {:.0} |",
            self.what,
            self.seconds,
            self.bound,
            self.seconds / self.bound,
            self.mean_overshoot(),
            self.polls,
            self.fixed_polls
        )
    }
}

async fn run(lab: &Lab, open: &Open, plan: &Plan, what: String) -> Measured {
    lab.emulator.clear_log();
    let began = open.clock.elapsed();
    let report = open.run(plan).await;
    assert_eq!(report.outcome, Outcome::Done, "{what}: {:#?}", report.failures);
    let (end, log) = (open.clock.elapsed(), lab.emulator.log());
    let oracle = Oracle::new(&log);
    let bound = oracle.bound();
    let seconds = end - began;
    assert!(bound.seconds() <= seconds + 0.001, "{what}: the oracle is wrong: {bound:?}, {seconds}");
    let overshoots = oracle.overshoots();
    Measured {
        what,
        seconds,
        bound: bound.seconds(),
        overshoots,
        polls: polls(&log),
        fixed_polls: oracle.fixed_polls(),
    }
}

fn weather(times_longer: f64) -> Weather {
    let throttling = Some(Throttling { times_smaller: 1.0 });
    Weather { throttling, times_longer: Some(times_longer), ..Weather::default() }
}

async fn applied_and_destroyed(lab: &Lab, spec: &StackSpec, name: &str, times_longer: f64) -> [Measured; 2] {
    lab.emulator.set_weather(weather(times_longer)).expect("such weather");
    let open = lab.open(spec).await;
    let (observation, graph) = open.observe().await;
    let plan = open.plan(&observation.snapshot, &graph).expect("no refusal");
    let applied = run(lab, &open, &plan, format!("apply {name} ×{times_longer}")).await;
    let open = lab.open(spec).await;
    let (observation, _) = open.observe().await;
    let plan = open.plan(&observation.snapshot, &Graph::empty()).expect("no refusal");
    [applied, run(lab, &open, &plan, format!("destroy {name} ×{times_longer}")).await]
}

/// What is promised of runs.
struct Promise {
    /// The time of each, as times of what was possible, besides five seconds.
    ratio: f64,
    /// The questions of all, as times of those that asking every ten seconds would cost.
    questions: f64,
    /// By how many seconds an apply hears too late of what it waits for, on average.
    late: f64,
}

fn check(promise: &Promise, all: &[Measured]) {
    println!("| run | seconds | possible | ratio | heard of too late, on average | questions | asking every 10 s |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    all.iter().for_each(|measured| println!("{}", measured.line()));
    for Measured { what, seconds, bound, .. } in all {
        assert!(*seconds <= promise.ratio * bound + 5.0, "{what}: {seconds} s, and {bound} were possible");
    }
    let questions = all.iter().map(|one| one.polls as f64).sum::<f64>();
    let fixed = all.iter().map(|one| one.fixed_polls).sum::<f64>();
    assert!(questions <= promise.questions * fixed, "{questions} questions, and {fixed} by asking every ten seconds");
    let applies: Vec<f64> =
        all.iter().filter(|one| one.what.starts_with("apply")).map(Measured::mean_overshoot).collect();
    let mean = applies.iter().sum::<f64>() / applies.len() as f64;
    assert!(mean <= promise.late, "what a run waits for is heard of {mean} s too late");
}

async fn every_platform(times_longer: f64, promise: Promise) {
    let mut all = Vec::new();
    for platform in platforms() {
        all.extend(applied_and_destroyed(&platform.lab(), &platform.spec, platform.name, times_longer).await);
    }
    check(&promise, &all);
}

#[tokio::test(start_paused = true)]
async fn every_platform_is_as_fast_as_aws_allows() {
    every_platform(1.0, Promise { ratio: 1.03, questions: 1.0, late: 2.25 }).await;
}

#[tokio::test(start_paused = true)]
async fn also_when_aws_is_twice_as_fast_as_expected() {
    every_platform(0.5, Promise { ratio: 1.05, questions: 1.0, late: 2.5 }).await;
}

#[tokio::test(start_paused = true)]
async fn also_when_aws_is_twice_as_slow_as_expected() {
    // Who looks where the end was to be asks more often than it pays.
    every_platform(2.0, Promise { ratio: 1.03, questions: 1.15, late: 3.5 }).await;
}

/// A new version, more logs, other nodes, one add-on more and one node group less.
#[tokio::test(start_paused = true)]
async fn an_update_of_everything_is_as_fast_as_aws_allows() {
    let lab = Lab::new();
    lab.converge(&stack(BEFORE)).await;
    lab.emulator.set_weather(weather(1.0)).expect("such weather");
    let after = stack(
        &BEFORE
            .replace("\"1.34\"", "\"1.35\"")
            .replace("[audit]", "[audit, api]")
            .replace("desiredCapacity: 2", "desiredCapacity: 3")
            .replace("- {name: coredns}", "- {name: coredns}\n- {name: metrics-server}")
            .replace("- {name: c, instanceType: m6i.large}\n", ""),
    );
    let open = lab.open(&after).await;
    let (observation, graph) = open.observe().await;
    let plan = open.plan(&observation.snapshot, &graph).expect("no refusal");
    let measured = run(&lab, &open, &plan, "update".to_owned()).await;
    println!("{}", measured.line());
    let Measured { seconds, bound, .. } = measured;
    assert!(seconds <= 1.03 * bound + 5.0, "{seconds} s, and {bound} were possible");
    lab.assert_converged(&after).await;
}
