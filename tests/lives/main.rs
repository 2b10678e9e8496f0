//! Random lives of random stacks: edits, changes behind their back, bad weather and crashes, each followed by a run in fair
//! weather that converges. A life that fails is told with its seed, and with the least of it that still fails.

#![expect(clippy::print_stdout, reason = "how many were tried is told")]

#[path = "../lab/mod.rs"]
mod lab;
mod life;
mod wish;

use std::sync::Mutex;

use lab::many::{failure_of, failures, in_virtual_time, seeds_wanted};
use life::{Counts, Step, Trouble, live, random};

/// Whether a life fails.
fn fails(steps: &[Step]) -> bool {
    failure_of(|| in_virtual_time(live(steps))).is_err()
}

/// The least of a life that still fails: without every step, every change of others and every trouble that it does not need.
fn least(mut steps: Vec<Step>, fails: impl Fn(&[Step]) -> bool) -> Vec<Step> {
    for number in (0..steps.len()).rev() {
        let mut fewer = steps.clone();
        fewer.remove(number);
        if fails(&fewer) {
            steps = fewer;
        }
    }
    for number in 0..steps.len() {
        let mut calmer = steps.clone();
        calmer[number].trouble = Trouble::None;
        if fails(&calmer) {
            steps = calmer;
        }
        let mut lonelier = steps.clone();
        lonelier[number].drifts.clear();
        if fails(&lonelier) {
            steps = lonelier;
        }
    }
    steps
}

fn lives(seeds: Vec<u64>) {
    let counts = Mutex::new(Counts::default());
    let count = seeds.len();
    let failed = failures(seeds, |seed| {
        let lived = in_virtual_time(live(&random(*seed)));
        let mut counts = counts.lock().expect("unlocked");
        counts.steps += lived.steps;
        counts.refused += lived.refused;
        counts.drifts += lived.drifts;
        counts.troubles += lived.troubles;
    });
    let Counts { steps, refused, drifts, troubles } = counts.into_inner().expect("unlocked");
    println!(
        "{count} lives, {} converged: {steps} edits applied, {troubles} of them in trouble, {refused} refused, {drifts} \
         changes of others",
        count - failed.len()
    );
    for (seed, failure) in &failed {
        println!("seed {seed}: {failure}");
        for step in least(random(*seed), fails) {
            println!("seed {seed}: {:?}, {:?}, then\n{}", step.drifts, step.trouble, step.wish.text());
        }
    }
    let seeds: Vec<u64> = failed.iter().map(|(seed, _)| *seed).collect();
    assert_eq!(seeds, [0; 0], "these seeds do not converge");
}

/// A security group that nodes were still in: their group is changed by the run that deletes it, after an attempt that failed.
#[test]
fn lives_that_have_failed_before_converge() {
    lives(vec![1006, 1018]);
}

#[test]
fn random_lives_converge() {
    lives((0..30).collect());
}

#[test]
fn what_is_told_of_a_life_that_fails_is_the_least_of_it() {
    let life = (0..).map(random).find(|steps| steps.len() == 5).expect("a long life");
    let culprit = life[3].wish.clone();
    let least = least(life, |steps| steps.iter().any(|step| step.wish == culprit));
    assert_eq!(least.len(), 1);
    assert_eq!((&least[0].wish, least[0].trouble, least[0].drifts.len()), (&culprit, Trouble::None, 0));
}

#[test]
#[ignore = "it takes long: cargo soak"]
fn many_lives() {
    lives(seeds_wanted().collect());
}
