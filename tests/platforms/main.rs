//! The platforms of this repository, environments and examples, from nothing to nothing: each is planned, applied, plans
//! empty, is repaired after a change behind its back of every kind that it has, and is destroyed.

#![expect(clippy::panic, reason = "a test fails by a panic")]

#[path = "../lab/mod.rs"]
mod lab;
mod side_by_side;

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_core::{Action, Address, Origin, Outcome, Reason};
use lab::platforms::{Platform, example, platforms};
use lab::{drift, left};

#[tokio::test(start_paused = true)]
async fn applied_it_plans_empty_and_a_second_apply_changes_nothing() {
    for platform in platforms() {
        let (name, spec, lab) = (platform.name, &platform.spec, platform.lab());
        let plan = lab.plan(spec).await;
        assert!(plan.changes.iter().all(|change| change.action == Action::Create), "{name}");
        lab.converge(spec).await;
        lab.emulator.clear_log();
        lab.converge(spec).await;
        assert_eq!(lab.mutating_calls(), [], "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn destroyed_nothing_of_it_is_left_and_it_can_be_applied_again() {
    for platform in platforms() {
        let (name, spec, lab) = (platform.name, &platform.spec, platform.lab());
        for _ in 0..2 {
            lab.converge(spec).await;
            let report = lab.destroy(spec).await;
            assert_eq!(report.outcome, Outcome::Done, "{name}: {:#?}", report.failures);
            assert_eq!(left::essence(&lab, spec).await, [""; 0], "{name}");
            assert_eq!(left::by_the_emulator(&lab, spec), [""; 0], "{name}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_of_any_kind_behind_its_back_is_found_and_repaired() {
    for platform in platforms() {
        every_kind_drifts(&platform).await;
    }
}

async fn every_kind_drifts(platform: &Platform) {
    let (name, spec, lab) = (platform.name, &platform.spec, platform.lab());
    lab.converge(spec).await;
    let wanted = lab.essence(spec).await;
    let open = lab.open(spec).await;
    let (observation, graph) = open.observe().await;
    let kinds: BTreeSet<&str> = graph.iter().map(|desired| desired.address.kind()).collect();
    let mut expected = BTreeMap::new();
    for kind in kinds {
        let wanted = graph.iter().find(|desired| desired.address.kind() == kind).expect("one");
        let [one] = observation.snapshot.at(&wanted.address) else { panic!("{name}: {} is there", wanted.address) };
        expected.insert(one.address.clone(), drift::happens(&lab, spec, one).await);
    }
    let plan = lab.plan(spec).await;
    let found: BTreeMap<Address, Action> =
        plan.changes.iter().map(|change| (change.address.clone(), change.action)).collect();
    assert_eq!(found, expected, "{name}");
    for change in &plan.changes {
        match change.action {
            Action::Create => assert_eq!(change.reason, Reason::Missing, "{name}: {}", change.address),
            // What has no tags of its own cannot keep what it was.
            _ if ["ec2.Tags", "iam.Group"].contains(&change.address.kind()) => {
                assert_eq!(change.origin, Some(Origin::Unknown), "{name}: {}", change.address);
            }
            _ => assert_eq!(change.origin, Some(Origin::Drift), "{name}: {}", change.address),
        }
    }
    lab.converge(spec).await;
    assert_eq!(lab.essence(spec).await, wanted, "{name}");
}

#[test]
fn each_example_has_a_command_and_a_place_in_the_list() {
    let list = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/README.md")).expect("a list");
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/examples")).expect("examples") {
        let entry = entry.expect("an entry");
        if entry.path().is_dir() {
            let name = entry.file_name().into_string().expect("text");
            assert!(list.contains(&format!("[{name}]({name}/)")), "{name} is in the list");
            let readme = std::fs::read_to_string(entry.path().join("README.md")).expect("a README");
            assert!(
                readme.contains(&format!("apply -f examples/{name}/stack.yaml --emulator --auto-approve")),
                "{name}"
            );
            assert!(platforms().iter().any(|platform| platform.name == name), "{name} is tested");
        }
    }
}
