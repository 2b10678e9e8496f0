//! A life: edits one after the other, with what others do in between, and with what goes wrong.

use std::time::Duration;

use eksctl_rs_core::{Action, ErrorClass, Outcome, Owner, Status};
use eksctl_rs_emulator::{Denied, Failing, Hold, Resource, StaleReads, Throttling, Weather, When};
use eksctl_rs_engine::Clock;
use eksctl_rs_stack::StackSpec;

use crate::lab::chance::Chance;
use crate::lab::{Lab, drift, left};
use crate::wish::Wish;

/// What happens before the next run in fair weather.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) wish: Wish,
    /// What somebody else does, each from a seed.
    pub(crate) drifts: Vec<u64>,
    pub(crate) trouble: Trouble,
}

/// What goes wrong with a run, from a seed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Trouble {
    None,
    /// It runs in bad weather.
    Storm(u64),
    /// It dies at a moment, or at a call that is never answered.
    Crash(u64),
    /// Both.
    Shipwreck(u64),
}

pub(crate) fn random(seed: u64) -> Vec<Step> {
    let mut chance = Chance::new(seed);
    let mut wish = Wish::random(&mut chance);
    let mut steps = Vec::new();
    for _ in 0..2 + chance.below(4) {
        let drifts = (0..chance.below(3)).map(|_| chance.next()).collect();
        let from = chance.next();
        let trouble = chance.pick(&[
            Trouble::None,
            Trouble::Storm(from),
            Trouble::Storm(from),
            Trouble::Crash(from),
            Trouble::Crash(from),
            Trouble::Shipwreck(from),
        ]);
        steps.push(Step { wish: wish.clone(), drifts, trouble });
        wish = wish.edited(&mut chance);
    }
    steps
}

/// What came up.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) steps: usize,
    pub(crate) refused: usize,
    pub(crate) drifts: usize,
    pub(crate) troubles: usize,
}

/// Lives through it: after each step a run in fair weather converges, and three plans are empty.
pub(crate) async fn live(steps: &[Step]) -> Counts {
    let (lab, mut counts) = (Lab::new(), Counts::default());
    let mut there: Option<StackSpec> = None;
    for (number, step) in steps.iter().enumerate() {
        let spec = step.wish.spec().expect("a valid stack");
        if let Some(there) = &there {
            for seed in &step.drifts {
                counts.drifts += usize::from(somebody_changes_something(&lab, there, *seed).await);
            }
        }
        if lab.try_plan(&spec).await.is_err() {
            // Not everything can be edited: what is refused is refused before anything is touched.
            counts.refused += 1;
            continue;
        }
        counts.steps += 1;
        counts.troubles += usize::from(step.trouble != Trouble::None);
        there = Some(spec.clone());
        meets(&lab, &spec, step.trouble).await;
        lab.emulator.set_weather(Weather::default()).expect("fair weather");
        Clock::real().sleep(600.0).await;
        let report = lab.apply(&spec).await;
        assert_eq!(report.outcome, Outcome::Done, "step {number}: {:#?}", report.failures);
        for look in 1..=3 {
            let plan = lab.plan(&spec).await;
            assert!(plan.is_empty(), "step {number}, plan {look}: {:#?}", plan.changes);
        }
    }
    if let Some(spec) = there {
        let report = lab.destroy(&spec).await;
        assert_eq!(report.outcome, Outcome::Done, "destroyed: {:#?}", report.failures);
        assert_eq!(left::essence(&lab, &spec).await, [""; 0], "destroyed");
        assert_eq!(left::by_the_emulator(&lab, &spec), [""; 0], "destroyed");
    }
    counts
}

/// Somebody changes something of the stack. Whether there was something.
async fn somebody_changes_something(lab: &Lab, spec: &StackSpec, seed: u64) -> bool {
    let open = lab.open(spec).await;
    let (observation, _) = open.observe().await;
    let ours = observation.snapshot.iter();
    let ours: Vec<_> = ours.filter(|one| one.owner == Owner::Us && one.status == Status::Ready).collect();
    if ours.is_empty() {
        return false;
    }
    let what: Action = drift::happens(lab, spec, Chance::new(seed).pick(&ours)).await;
    what != Action::NoOp
}

async fn meets(lab: &Lab, spec: &StackSpec, trouble: Trouble) {
    match trouble {
        Trouble::None => {}
        Trouble::Storm(seed) => {
            lab.emulator.set_weather(storm(&mut Chance::new(seed))).expect("such weather");
            attempt(lab, spec).await;
        }
        Trouble::Crash(seed) => dies(lab, spec, Weather::default(), Chance::new(seed)).await,
        Trouble::Shipwreck(seed) => {
            let mut chance = Chance::new(seed);
            let weather = storm(&mut chance);
            dies(lab, spec, weather, chance).await;
        }
    }
}

async fn dies(lab: &Lab, spec: &StackSpec, weather: Weather, mut chance: Chance) {
    lab.emulator.clear_log();
    let (hold, lives) = match chance.once_in(2) {
        true => {
            let when = chance.pick(&[When::Before, When::After]);
            (Some(Hold { call: 30 + chance.below(200) as u64, when }), 7200.0)
        }
        false => (None, 1500.0 * chance.unit() * chance.unit()),
    };
    lab.emulator.set_weather(Weather { hold, ..weather }).expect("such weather");
    let _ = tokio::time::timeout(Duration::from_secs_f64(lives), attempt(lab, spec)).await;
}

/// A run in whatever weather: it may fail, but not by a mistake of the program.
async fn attempt(lab: &Lab, spec: &StackSpec) {
    for _ in 0..5 {
        let Ok(open) = lab.try_open(spec).await else { return };
        let Ok((observation, graph)) = open.try_observe().await else { return };
        let Ok(plan) = open.plan(&observation.snapshot, &graph) else { return };
        let report = open.run(&plan).await;
        for (address, error) in &report.failures {
            assert_ne!(error.class, ErrorClass::Bug, "{address}: {error:?}");
        }
        if !report.leads_on(&plan) {
            return;
        }
    }
}

const CAN_BE_DENIED: [&str; 10] = [
    "ec2:AllocateAddress",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:CreateLaunchTemplate",
    "ec2:CreateSubnet",
    "eks:CreateAddon",
    "eks:CreateCluster",
    "eks:CreateNodegroup",
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:PutRolePolicy",
];

const CAN_FAIL: [Resource; 7] = [
    Resource::Addon,
    Resource::Cluster,
    Resource::FargateProfile,
    Resource::NatGateway,
    Resource::Nodegroup,
    Resource::Update,
    Resource::VpcEndpoint,
];

fn storm(chance: &mut Chance) -> Weather {
    let behind = chance.pick(&[0.0, 0.0, 0.3, 1.0]);
    let stale = |seconds: f64| seconds * behind;
    let denied = Denied { action: chance.pick(&CAN_BE_DENIED).to_owned(), after: 0, times: Some(2) };
    Weather {
        seed: Some(chance.next()),
        times_longer: Some(chance.pick(&[0.3, 1.0, 3.0])),
        throttling: chance.once_in(2).then(|| Throttling { times_smaller: chance.pick(&[1.0, 3.0, 10.0]) }),
        server_errors: chance.pick(&[0.0, 0.02, 0.1]),
        lost_requests: chance.pick(&[0.0, 0.02, 0.1]),
        lost_responses: chance.pick(&[0.0, 0.02, 0.1]),
        stale_reads: StaleReads {
            ec2: stale(30.0),
            eks: stale(5.0),
            eks_lists: stale(60.0),
            iam: stale(15.0),
            kms: stale(10.0),
            logs: stale(10.0),
            tagging: stale(300.0),
        },
        failing: (0..chance.below(3)).map(|_| Failing::next(chance.pick(&CAN_FAIL))).collect(),
        denied: if chance.once_in(3) { vec![denied] } else { Vec::new() },
        ..Weather::default()
    }
}
