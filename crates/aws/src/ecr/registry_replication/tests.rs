use std::collections::BTreeSet;

use aws_sdk_ecr::types::{ReplicationConfiguration, ReplicationDestination, ReplicationRule};
use eksctl_rs_core::{Address, Lowering, Observed, Outputs, Owner, StackId, Status, Tags, Work, World};

use super::read::from_live;
use super::{Destination, Rule, Spec, write};

#[test]
fn a_registry_that_was_never_set_copies_nothing() {
    assert_eq!(from_live(None), Spec { rules: BTreeSet::new() });
}

#[test]
fn the_order_of_rules_and_destinations_does_not_count() {
    let to = |region: &str| {
        ReplicationDestination::builder().region(region).registry_id("111122223333").build().expect("built")
    };
    let rule = |regions: &[&str]| {
        let all = regions.iter().map(|region| to(region)).collect();
        ReplicationRule::builder().set_destinations(Some(all)).build().expect("built")
    };
    let configured = |rules: Vec<ReplicationRule>| {
        from_live(Some(&ReplicationConfiguration::builder().set_rules(Some(rules)).build().expect("built")))
    };
    let one = configured(vec![rule(&["eu-west-2", "eu-west-3"]), rule(&["us-east-1"])]);
    assert_eq!(one, configured(vec![rule(&["us-east-1"]), rule(&["eu-west-3", "eu-west-2"])]));
    let london = Destination { region: "eu-west-2".into(), account: "111122223333".into() };
    assert!(one.rules.iter().any(|Rule { destinations, .. }| destinations.contains(&london)));
}

#[test]
fn a_setting_is_put_as_a_whole_and_stays() {
    let world =
        World { stack: StackId::new("dev", "eu-west-1"), account: "111122223333".into(), region: "eu-west-1".into() };
    let (address, ownership) = (Address::new("ecr.RegistryReplication", "registry"), Tags::new());
    let lowered = |work: Work<'_, Spec>| {
        let lowering = Lowering { address: &address, world: &world, work, ownership: &ownership };
        write::lower(&lowering).into_iter().map(|lowered| lowered.operation).collect::<Vec<_>>()
    };
    let spec = || Spec { rules: BTreeSet::new() };
    let observed = Observed {
        address: address.clone(),
        id: "111122223333".into(),
        spec: serde_json::json!({}),
        outputs: Outputs::new(),
        status: Status::Ready,
        owner: Owner::Us,
        applied: None,
        claim: None,
        protection: None,
    };
    let update = |changed| Work::Update { desired: spec(), live: spec(), observed: &observed, changed, retag: true };
    assert_eq!(lowered(Work::Create { desired: spec() }), ["ecr:PutReplicationConfiguration"]);
    assert_eq!(lowered(update(&["rules"])), ["ecr:PutReplicationConfiguration"]);
    assert_eq!(lowered(update(&[])), [""; 0], "there is nothing that could bear a tag");
    assert_eq!(lowered(Work::Delete { live: spec(), observed: &observed }), [""; 0]);
}
