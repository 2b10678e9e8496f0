//! A crash at every call of an apply, before and after its effect: in memory, in virtual time.

mod lab;

use std::time::Duration;

use eksctl_rs_core::Outcome;
use eksctl_rs_emulator::{Hold, Weather, When};
use lab::{Lab, stack};

const SMALL: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: small, region: eu-west-1, account: "111122223333", version: "1.35"}
availabilityZones: [eu-west-1a, eu-west-1b]
kms: {}
cloudWatch: {clusterLogging: {enableTypes: [audit]}}
managedNodeGroups:
- {name: a, instanceType: m6i.large}
"#;

/// Longer than any run takes. What else is under way when a call hangs goes on, as it does in AWS when a run dies.
const FOR_EVER: Duration = Duration::from_secs(3600);

#[tokio::test(start_paused = true)]
async fn whatever_call_a_run_dies_at_the_next_one_reaches_the_undisturbed_world() {
    let small = stack(SMALL);
    let undisturbed = Lab::new();
    undisturbed.converge(&small).await;
    let wanted = undisturbed.essence(&small).await;
    for call in changing_calls(&undisturbed) {
        for when in [When::Before, When::After] {
            let lab = Lab::new();
            lab.emulator
                .set_weather(Weather { hold: Some(Hold { call, when }), ..Weather::default() })
                .expect("such weather");
            let died = tokio::time::timeout(FOR_EVER, lab.apply(&small)).await;
            lab.emulator.set_weather(Weather::default()).expect("such weather");
            if let Ok(report) = died {
                assert_eq!(report.outcome, Outcome::Done, "the run was over before call {call}");
            }
            lab.converge(&small).await;
            assert_eq!(lab.essence(&small).await, wanted, "{when:?} call {call}");
            assert_eq!(census(&lab), census(&undisturbed), "{when:?} call {call}: nothing is there twice");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_a_dead_run_left_half_made_is_deleted_with_the_stack() {
    let small = stack(SMALL);
    let whole = Lab::new();
    whole.converge(&small).await;
    let calls = changing_calls(&whole);
    whole.destroy(&small).await;
    for call in calls {
        let lab = Lab::new();
        lab.emulator
            .set_weather(Weather { hold: Some(Hold { call, when: When::After }), ..Weather::default() })
            .expect("such weather");
        let _ = tokio::time::timeout(FOR_EVER, lab.apply(&small)).await;
        lab.emulator.set_weather(Weather::default()).expect("such weather");
        let report = lab.destroy(&small).await;
        assert_eq!(report.outcome, Outcome::Done, "call {call}: {:#?}", report.failures);
        assert_eq!(lab.essence(&small).await, [""; 0], "call {call}");
        // Roles of services stay: they are the account's, and made with the first cluster. A key that there was stays for
        // a while.
        let stays = |(kind, _): &(String, usize)| ["roles", "keys"].contains(&kind.as_str());
        let left: Vec<_> = census(&lab).into_iter().filter(|one| !stays(one)).collect();
        let expected: Vec<_> = census(&whole).into_iter().filter(|one| !stays(one)).collect();
        assert_eq!(left, expected, "call {call}: nothing is left");
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_call_a_destroy_dies_at_the_next_one_leaves_nothing() {
    let small = stack(SMALL);
    let base = Lab::new();
    base.converge(&small).await;
    let whole = base.fork();
    whole.destroy(&small).await;
    for call in changing_calls(&whole) {
        for when in [When::Before, When::After] {
            let lab = base.fork();
            lab.emulator
                .set_weather(Weather { hold: Some(Hold { call, when }), ..Weather::default() })
                .expect("such weather");
            let _ = tokio::time::timeout(FOR_EVER, lab.destroy(&small)).await;
            lab.emulator.set_weather(Weather::default()).expect("such weather");
            let report = lab.destroy(&small).await;
            assert_eq!(report.outcome, Outcome::Done, "{when:?} call {call}: {:#?}", report.failures);
            assert_eq!(lab.essence(&small).await, [""; 0], "{when:?} call {call}");
            assert_eq!(census(&lab), census(&whole), "{when:?} call {call}: nothing is left");
        }
    }
}

/// The numbers of the calls that change something. To die at a read is to die after the call before it.
fn changing_calls(lab: &Lab) -> Vec<u64> {
    (1..).zip(lab.emulator.log()).filter(|(_, entry)| entry.mutating).map(|(number, _)| number).collect()
}

/// How many of everything there are in the emulator's own world.
fn census(lab: &Lab) -> Vec<(String, usize)> {
    let world = lab.emulator.dump();
    let account = &world["111122223333"];
    let region = &account["regions"]["eu-west-1"];
    let parts = [&account["global"]["iam"], &region["ec2"], &region["eks"], &region["kms"], &region["logs"]];
    let kinds = parts.into_iter().flat_map(|part| part.as_object().into_iter().flatten());
    let counted = kinds.filter_map(|(kind, things)| Some((kind.clone(), things.as_object()?.len())));
    // Updates are history, and what was deleted stays visible for a while.
    counted
        .filter(|(kind, _)| {
            !["updates", "instances", "nat_gateways", "released_addresses", "deletions"].contains(&kind.as_str())
        })
        .collect()
}
