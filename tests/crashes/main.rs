//! A run dies at a call: before it is sent, after its effect with the answer lost, or after the answer. The next one reaches
//! the world that there would be if nothing had gone wrong, with nothing twice, nothing left, and nothing touched of others.

#![expect(clippy::print_stdout, reason = "how many were tried is told")]

#[path = "../lab/mod.rs"]
mod lab;
mod recording;
mod scenario;

use std::time::Duration;

use eksctl_rs_core::Outcome;
use eksctl_rs_emulator::{Hold, Weather};
use lab::Lab;
use lab::chance::Chance;
use lab::many::{failures, in_virtual_time};
use recording::{Point, points};
use scenario::{Scenario, Verb, done};

/// Which of all points are tried.
#[derive(Clone, Copy)]
enum Which {
    All,
    /// So many, from a seed.
    Sample(usize),
}

impl Which {
    fn of(self, points: Vec<Point>, seed: u64) -> Vec<Point> {
        match self {
            Self::All => points,
            Self::Sample(count) => Chance::new(seed).sample(points, count),
        }
    }
}

const SEED: u64 = 2026;

/// The run dies at once, with everything that it does, and another one begins.
fn dies(scenario: &Scenario, which: Which) {
    let undisturbed = scenario.undisturbed();
    let all = points(scenario);
    let of = all.len();
    let tried = which.of(all, SEED);
    let count = tried.len();
    let failed = failures(tried, |point| {
        in_virtual_time(async {
            let lab = Lab::at(point.world.clone());
            done(scenario.again(&lab).await);
            scenario.end(&lab).await.compare(&undisturbed);
        });
    });
    judge(&format!("{}: dead at", scenario.name), count, of, &failed);
}

/// Longer than any run takes.
const FOR_EVER: Duration = Duration::from_secs(7200);

/// The call is never answered. What else is under way goes on to its end, and then the run dies.
fn hangs(scenario: &Scenario, which: Which) {
    let undisturbed = scenario.undisturbed();
    let all = points(scenario);
    let of = all.len();
    let tried = which.of(all, SEED + 1);
    let count = tried.len();
    let failed = failures(tried, |point| {
        in_virtual_time(async {
            let lab = Lab::at(scenario.before.clone());
            let hold = Some(Hold { call: point.call, when: point.when });
            lab.emulator.set_weather(Weather { hold, ..Weather::default() }).expect("such weather");
            let died = tokio::time::timeout(FOR_EVER, scenario.first(&lab)).await;
            lab.emulator.set_weather(Weather::default()).expect("fair weather");
            if let Ok(report) = died {
                assert_eq!(report.outcome, Outcome::Done, "the run was over before the call");
            }
            done(scenario.again(&lab).await);
            scenario.end(&lab).await.compare(&undisturbed);
        });
    });
    judge(&format!("{}: hung at", scenario.name), count, of, &failed);
}

fn judge(what: &str, tried: usize, of: usize, failed: &[(Point, String)]) {
    println!("{what} {tried} of {of} points, {} converged", tried - failed.len());
    for (point, failure) in failed {
        println!("{what} {}: {failure}", point.name());
    }
    let names: Vec<String> = failed.iter().map(|(point, _)| point.name()).collect();
    assert_eq!(names, [""; 0], "{what}: these do not converge");
}

#[test]
fn an_apply_of_dev_at_every_call() {
    dies(&scenario::dev_applied(), Which::All);
}

#[test]
fn a_replacement_of_dev_at_every_call() {
    dies(&scenario::dev_replaced(), Which::All);
}

#[test]
fn a_small_stack_at_every_call() {
    for verb in [Verb::Apply, Verb::Destroy, Verb::ApplyThenDestroy] {
        dies(&scenario::small(verb), Which::All);
    }
}

#[test]
fn an_update_and_a_destroy_of_dev_at_some_calls() {
    dies(&scenario::dev_updated(), Which::Sample(16));
    dies(&scenario::dev_destroyed(), Which::Sample(12));
}

#[test]
fn examples_at_some_calls() {
    for example in ["piksel-spoke", "book-cluster"] {
        for scenario in scenario::of_example(example) {
            dies(&scenario, Which::Sample(4));
        }
    }
}

#[test]
fn a_call_that_is_never_answered() {
    hangs(&scenario::small(Verb::Apply), Which::Sample(10));
    hangs(&scenario::small(Verb::Destroy), Which::Sample(10));
    hangs(&scenario::dev_updated(), Which::Sample(6));
}

#[test]
#[ignore = "it takes long: cargo soak"]
fn everything_at_every_call() {
    let dev = [scenario::dev_applied(), scenario::dev_updated(), scenario::dev_replaced(), scenario::dev_destroyed()];
    let small = [Verb::Apply, Verb::Destroy, Verb::ApplyThenDestroy].map(scenario::small);
    let examples = ["piksel-spoke", "book-cluster"].into_iter().flat_map(scenario::of_example);
    for scenario in dev.into_iter().chain(small).chain(examples) {
        dies(&scenario, Which::All);
        hangs(&scenario, Which::All);
    }
}
