//! Bad weather: each kind on its own and all together, from many seeds. An apply ends converged, or in an error that names
//! the resource, AWS's words and what to do; and the next run in fair weather converges.

#[path = "../lab/mod.rs"]
mod lab;

use std::collections::BTreeMap;

use eksctl_rs_core::Outcome;
use eksctl_rs_emulator::{Denied, Failing, Resource, StaleReads, Throttling, Weather};
use eksctl_rs_stack::StackSpec;
use lab::{Lab, stack};

const SEEDS: u64 = 20;

/// A stack with something of almost everything.
const STACK: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: storm, region: eu-west-1, account: "111122223333", version: "1.34"}
availabilityZones: [eu-west-1a, eu-west-1b]
kms: {usedFor: [secrets, logs, volumes]}
cloudWatch: {clusterLogging: {enableTypes: [audit]}}
vpc:
  flowLogs: {}
  endpoints: [{service: s3}, {service: sts}]
  securityGroups:
  - {name: one, ingress: [{ports: 443, securityGroups: [two]}]}
  - {name: two, ingress: [{ports: 443, securityGroups: [one, cluster]}]}
managedNodeGroups:
- {name: a, instanceType: m6i.large, securityGroups: {attach: [one]}}
"#;

/// The same, after an edit of some of it: in place, by a replacement, and to something more.
fn edited() -> StackSpec {
    let text = STACK
        .replace("[audit]", "[audit, api]")
        .replace("m6i.large", "m7i.large")
        .replace("{service: sts}", "{service: ecr.api}")
        .replace("ports: 443, securityGroups: [two]", "ports: 8443, securityGroups: [two]");
    stack(&text)
}

async fn undisturbed() -> [Vec<String>; 2] {
    let (lab, before, after) = (Lab::new(), stack(STACK), edited());
    lab.converge(&before).await;
    let made = lab.essence(&before).await;
    lab.converge(&after).await;
    [made, lab.essence(&after).await]
}

/// What a run in bad weather came to: everything, or not everything.
#[derive(Debug, Default)]
struct Counts {
    converged: usize,
    ended_in_an_error: usize,
}

/// Lives through a creation and an edit in bad weather, each with a run in fair weather after it.
async fn live_through(weather: impl Fn(u64) -> Weather) -> Counts {
    let (wanted, mut counts) = (undisturbed().await, Counts::default());
    for seed in 0..SEEDS {
        let lab = Lab::new();
        for (spec, wanted) in [stack(STACK), edited()].iter().zip(&wanted) {
            lab.emulator.set_weather(Weather { seed: Some(seed), ..weather(seed) }).expect("such weather");
            match attempt(&lab, spec, seed).await {
                true => counts.converged += 1,
                false => counts.ended_in_an_error += 1,
            }
            lab.emulator.set_weather(Weather::default()).expect("fair weather");
            // What was still on its way, such as what others may see for a while, has come.
            eksctl_rs_engine::Clock::real().sleep(600.0).await;
            lab.converge(spec).await;
            assert_eq!(&lab.essence(spec).await, wanted, "seed {seed}");
        }
    }
    counts
}

/// Applies. Whatever goes wrong is told with the resource, AWS's words and what to do.
async fn attempt(lab: &Lab, spec: &StackSpec, seed: u64) -> bool {
    match lab.try_apply(spec).await {
        Ok(report) if report.outcome == Outcome::Done => true,
        Ok(report) => {
            assert!(!report.failures.is_empty(), "seed {seed}: {report:#?}");
            for (address, error) in &report.failures {
                assert!(address.kind().contains('.'), "seed {seed}: {address}");
                explains(error, seed);
            }
            false
        }
        Err(error) => {
            explains(&error, seed);
            false
        }
    }
}

fn explains(error: &eksctl_rs_core::CallError, seed: u64) {
    assert!(error.operation.contains(':'), "seed {seed}: {error:?}");
    assert!(!error.code.is_empty() && !error.message.is_empty(), "seed {seed}: {error:?}");
    assert!(error.class.hint().is_some(), "seed {seed}: nothing says what to do: {error:?}");
    assert_ne!(error.class, eksctl_rs_core::ErrorClass::Bug, "seed {seed}: {error:?}");
}

#[tokio::test(start_paused = true)]
async fn storms_of_throttling() {
    let counts = live_through(|seed| Weather {
        throttling: Some(Throttling { times_smaller: [1.0, 5.0, 20.0][seed as usize % 3] }),
        ..Weather::default()
    });
    let counts = counts.await;
    assert_eq!(counts.ended_in_an_error, 0, "throttling is waited out: {counts:?}");
}

#[tokio::test(start_paused = true)]
async fn failures_of_servers() {
    let counts = live_through(|_| Weather { server_errors: 0.1, ..Weather::default() }).await;
    assert_eq!(counts.ended_in_an_error, 0, "they pass: {counts:?}");
}

#[tokio::test(start_paused = true)]
async fn lost_requests() {
    let counts = live_through(|_| Weather { lost_requests: 0.1, ..Weather::default() }).await;
    assert_eq!(counts.ended_in_an_error, 0, "they are sent again: {counts:?}");
}

#[tokio::test(start_paused = true)]
async fn lost_responses() {
    let counts = live_through(|_| Weather { lost_responses: 0.1, ..Weather::default() }).await;
    assert_eq!(counts.ended_in_an_error, 0, "what they did is found: {counts:?}");
}

#[tokio::test(start_paused = true)]
async fn stale_reads() {
    let stale = StaleReads { ec2: 30.0, eks: 5.0, eks_lists: 60.0, iam: 15.0, kms: 10.0, logs: 10.0, tagging: 300.0 };
    live_through(|_| Weather { stale_reads: stale, ..Weather::default() }).await;
}

#[tokio::test(start_paused = true)]
async fn things_that_fail() {
    const THINGS: [Resource; 5] =
        [Resource::Cluster, Resource::Nodegroup, Resource::NatGateway, Resource::VpcEndpoint, Resource::Update];
    let counts = live_through(|seed| Weather {
        failing: vec![Failing::next(THINGS[seed as usize % THINGS.len()])],
        ..Weather::default()
    });
    let counts = counts.await;
    assert!(counts.ended_in_an_error >= SEEDS as usize / 2, "the weather strikes: {counts:?}");
}

/// What an apply of the stack does, as the emulator tells it.
async fn changing_actions() -> Vec<String> {
    let (lab, before, after) = (Lab::new(), stack(STACK), edited());
    lab.converge(&before).await;
    lab.converge(&after).await;
    let mut actions: Vec<String> =
        lab.mutating_calls().iter().map(|call| format!("{}:{}", call.service, call.operation)).collect();
    actions.sort();
    actions.dedup();
    actions
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_denied() {
    let actions = changing_actions().await;
    let counts = live_through(|seed| {
        let action = actions[seed as usize * 7 % actions.len()].clone();
        Weather { denied: vec![Denied { action, after: seed % 2, times: None }], ..Weather::default() }
    });
    let counts = counts.await;
    assert!(counts.ended_in_an_error >= SEEDS as usize / 2, "the weather strikes: {counts:?}");
}

#[tokio::test(start_paused = true)]
async fn quotas_that_are_used_up() {
    const QUOTAS: [&str; 6] =
        ["ec2.vpcs", "ec2.addresses", "ec2.security-groups", "ec2.launch-templates", "eks.clusters", "eks.nodegroups"];
    let counts = live_through(|seed| {
        let name = QUOTAS[seed as usize % QUOTAS.len()].to_owned();
        Weather { quotas: BTreeMap::from([(name, seed as usize / QUOTAS.len() % 2)]), ..Weather::default() }
    });
    let counts = counts.await;
    assert!(counts.ended_in_an_error >= SEEDS as usize / 2, "the weather strikes: {counts:?}");
}

#[tokio::test(start_paused = true)]
async fn everything_together() {
    let actions = changing_actions().await;
    let stale = StaleReads { ec2: 10.0, eks: 3.0, eks_lists: 30.0, iam: 10.0, kms: 5.0, logs: 5.0, tagging: 60.0 };
    live_through(|seed| {
        let fail = |resource| Failing { probability: 0.3, ..Failing::next(resource) };
        Weather {
            throttling: Some(Throttling { times_smaller: 2.0 }),
            server_errors: 0.03,
            lost_requests: 0.03,
            lost_responses: 0.03,
            stale_reads: stale,
            failing: vec![
                fail(Resource::Cluster),
                fail(Resource::Nodegroup),
                fail(Resource::NatGateway),
                fail(Resource::Update),
            ],
            denied: vec![Denied { action: actions[seed as usize % actions.len()].clone(), after: 1, times: Some(1) }],
            ..Weather::default()
        }
    })
    .await;
}
