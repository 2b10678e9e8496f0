//! Two runs on one stack at once, and what can leak: interleaved as a seed decides, they end in one world.

#![expect(clippy::print_stdout, reason = "how many were tried is told")]

#[path = "../lab/mod.rs"]
mod lab;
mod lag;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;
use std::time::Duration;

use eksctl_rs_core::{Action, Address, ErrorClass, Outcome};
use eksctl_rs_emulator::{Moment, StaleReads, Weather};
use eksctl_rs_engine::{Clock, Report};
use eksctl_rs_stack::StackSpec;
use futures::future::join;
use lab::census::census;
use lab::chance::Chance;
use lab::many::{failures, in_virtual_time};
use lab::{Lab, stack};
use lag::Lag;

/// With everything that can leak: a VPC, gateways, an address, a key.
const STACK: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: both, region: eu-west-1, account: "111122223333", version: "1.34"}
availabilityZones: [eu-west-1a, eu-west-1b]
vpc: {nat: {gateway: Single}, endpoints: [{service: s3}]}
kms: {usedFor: [logs, volumes]}
cloudWatch: {clusterLogging: {enableTypes: [audit]}}
addons: [{name: vpc-cni}, {name: coredns}]
managedNodeGroups:
- {name: a, instanceType: m6i.large}
"#;

/// In place, by a replacement, one more and one less.
fn edited() -> StackSpec {
    let text = STACK
        .replace("\"1.34\"", "\"1.35\"")
        .replace("m6i.large", "m7i.large")
        .replace("{name: coredns}", "{name: kube-proxy}")
        .replace("[audit]", "[audit, api]");
    stack(&text)
}

/// What must never be there twice, whatever happens: it has a name.
const NEVER_TWICE: [&str; 4] = ["eks/clusters", "iam/roles", "logs/groups", "kms/aliases"];

/// The kinds of which a second one can leak.
const CAN_LEAK: [&str; 4] = ["ec2/vpcs", "ec2/internet_gateways", "ec2/addresses", "kms/keys"];

/// What two runs live through.
struct Stage {
    before: Moment,
    spec: StackSpec,
    essence: Vec<String>,
    census: BTreeMap<String, usize>,
    /// How long one run takes.
    seconds: f64,
    /// In how many worlds something was there that nobody used.
    leaked: Mutex<usize>,
}

impl Stage {
    fn new(before: Option<StackSpec>, spec: StackSpec) -> Self {
        let before = in_virtual_time(async {
            let lab = Lab::new();
            if let Some(before) = before {
                lab.converge(&before).await;
                settle().await;
            }
            lab.emulator.moment()
        });
        in_virtual_time(async {
            let lab = Lab::at(before.clone());
            let report = lab.apply(&spec).await;
            assert_eq!(report.outcome, Outcome::Done, "{report:#?}");
            let seconds = lab.emulator.moment().elapsed() - before.elapsed();
            settle().await;
            let (essence, census) = (lab.essence(&spec).await, census(&lab, &spec));
            Self { before, spec, essence, census, seconds, leaked: Mutex::new(0) }
        })
    }

    /// Of what can leak, how many are there more than there should be.
    fn extra(&self, lab: &Lab) -> BTreeMap<&'static str, usize> {
        let there = census(lab, &self.spec);
        let count = |kind: &str| (there.get(kind).copied().unwrap_or(0), self.census.get(kind).copied().unwrap_or(0));
        for kind in NEVER_TWICE {
            let (there, wanted) = count(kind);
            assert!(there <= wanted, "{kind}: {there} instead of {wanted}");
        }
        let more = CAN_LEAK.into_iter().map(|kind| (kind, count(kind)));
        more.filter(|(_, (there, wanted))| there > wanted)
            .map(|(kind, (there, wanted))| (kind, there - wanted))
            .collect()
    }

    /// Of each kind that can leak there is one more at most, and then the next plan deletes it.
    async fn one_at_most(&self, lab: &Lab, failures: &[(Address, String)]) {
        let extra = self.extra(lab);
        assert!(extra.values().all(|more| *more == 1), "{extra:?}, {failures:#?}");
        if !extra.is_empty() {
            let plan = lab.plan(&self.spec).await;
            let deletes = plan.changes.iter().filter(|change| change.action == Action::Delete).count();
            assert!(deletes >= extra.len(), "{extra:?}, and the plan does not tell: {:#?}", plan.changes);
            *self.leaked.lock().expect("unlocked") += 1;
        }
    }

    /// A run in fair weather reaches the one world.
    async fn ends(&self, lab: &Lab) {
        let report = lab.apply(&self.spec).await;
        assert_eq!(report.outcome, Outcome::Done, "{:#?}", report.failures);
        settle().await;
        lab.assert_converged(&self.spec).await;
        assert_eq!(lab.essence(&self.spec).await, self.essence, "the stack is another one");
        assert_eq!(census(lab, &self.spec), self.census, "something is there twice, or left");
    }

    /// Two runs, interleaved as the seed decides. What they leave besides what is wanted.
    async fn both(&self, seed: u64) {
        let mut chance = Chance::new(seed);
        let lab = Lab::at(self.before.clone());
        let (one, other) = (lab.through(Lag::new(chance.next())), lab.through(Lag::new(chance.next())));
        // Most calls are in the first minute.
        let later = chance.unit() * if chance.once_in(2) { 60.0 } else { self.seconds };
        let second = async {
            Clock::real().sleep(later).await;
            other.apply(&self.spec).await
        };
        let (first, second) = join(one.apply(&self.spec), second).await;
        let failures: Vec<_> = [first, second].iter().flat_map(told).collect();
        settle().await;
        self.one_at_most(&lab, &failures).await;
        self.ends(&lab).await;
    }

    /// A run dies under reads that are behind, and another one begins at once.
    async fn dies_and_is_followed(&self, seed: u64) {
        let mut chance = Chance::new(seed);
        let lab = Lab::at(self.before.clone());
        let stale_reads =
            StaleReads { ec2: 30.0, eks: 5.0, eks_lists: 60.0, iam: 15.0, kms: 10.0, logs: 10.0, tagging: 300.0 };
        lab.emulator
            .set_weather(Weather { seed: Some(seed), stale_reads, ..Weather::default() })
            .expect("such weather");
        let lives = Duration::from_secs_f64(chance.unit() * if chance.once_in(4) { self.seconds } else { 20.0 });
        let _ = tokio::time::timeout(lives, lab.through(Lag::new(chance.next())).try_apply(&self.spec)).await;
        let next = lab.try_apply(&self.spec).await;
        settle().await;
        lab.emulator.set_weather(Weather::default()).expect("fair weather");
        let failures = next.as_ref().map(told).unwrap_or_default();
        self.one_at_most(&lab, &failures).await;
        self.ends(&lab).await;
    }
}

/// What a run says about what it could not do: nothing that is a mistake of the program.
fn told(report: &Report) -> Vec<(Address, String)> {
    let mistakes = report.failures.iter().filter(|(_, error)| error.class == ErrorClass::Bug);
    assert_eq!(mistakes.count(), 0, "{:#?}", report.failures);
    report
        .failures
        .iter()
        .map(|(address, error)| (address.clone(), format!("{} {}", error.code, error.message)))
        .collect()
}

async fn settle() {
    Clock::real().sleep(7200.0).await;
}

/// Each seed in a world of its own.
fn each(what: &str, stage: &Stage, seeds: Range<u64>, lives: impl AsyncFn(u64) + Sync) {
    let count = seeds.end - seeds.start;
    let failed = failures(seeds.collect(), |seed| in_virtual_time(lives(*seed)));
    let leaked = std::mem::take(&mut *stage.leaked.lock().expect("unlocked"));
    println!("{what}: {count} schedules, {} converged; {leaked} with something to delete", count - failed.len() as u64);
    assert_eq!(failed, [], "{what}: seeds, and what went wrong");
}

fn create() -> Stage {
    Stage::new(None, stack(STACK))
}

fn update() -> Stage {
    Stage::new(Some(stack(STACK)), edited())
}

fn everything(seeds: &Range<u64>) {
    let (create, update) = (create(), update());
    each("two runs create", &create, seeds.clone(), async |seed| create.both(seed).await);
    each("two runs update", &update, seeds.clone(), async |seed| update.both(seed).await);
    each("dead under stale reads", &create, seeds.clone(), async |seed| create.dies_and_is_followed(seed).await);
}

#[test]
fn two_runs_that_create_end_in_one_world() {
    let stage = create();
    each("two runs create", &stage, 0..20, async |seed| stage.both(seed).await);
}

#[test]
fn two_runs_that_update_end_in_one_world() {
    let stage = update();
    each("two runs update", &stage, 0..12, async |seed| stage.both(seed).await);
}

#[test]
fn what_leaks_under_stale_reads_is_one_at_most_and_the_next_plan_tells_of_it() {
    let stage = create();
    each("dead under stale reads", &stage, 0..20, async |seed| stage.dies_and_is_followed(seed).await);
}

#[test]
#[ignore = "it takes long: cargo soak"]
fn many_schedules() {
    everything(&lab::many::seeds_wanted());
}
