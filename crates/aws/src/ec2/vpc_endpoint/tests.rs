use aws_sdk_ec2::types::{LastError, State, VpcEndpoint, VpcEndpointType};
use eksctl_rs_core::{
    Address, Issue, Lowering, Observed, Outputs, Owner, Reference, StackId, Status, Tags, Work, World,
};
use serde_json::json;

use super::read::from_live;
use super::write::{Moved, lower};
use super::{Call, Change, PolicyChange, Room, Spec};
use crate::PolicyDocument;
use crate::kind::Kind;

fn live(state: &str, policy: &str) -> crate::kind::Found<Spec> {
    let error = LastError::builder().code("AddressLimit").message("no addresses").build();
    let endpoint = VpcEndpoint::builder()
        .vpc_endpoint_id("vpce-1")
        .vpc_endpoint_type(VpcEndpointType::Interface)
        .vpc_id("vpc-1")
        .service_name("com.amazonaws.eu-west-1.sts")
        .state(State::from(state))
        .subnet_ids("subnet-1")
        .policy_document(policy)
        .last_error(error);
    from_live(&endpoint.build())
}

const ITS_OWN: &str = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:*","Resource":"*"}]}"#;

/// The changes that an update sends, and whether each lets go.
fn changes(desired: Spec, live: Spec) -> Vec<(Change, bool)> {
    let address: Address = "ec2.VpcEndpoint/sts".parse().expect("an address");
    let world =
        World { stack: StackId::new("dev", "eu-west-1"), account: "111122223333".into(), region: "eu-west-1".into() };
    let observed = Observed {
        address: address.clone(),
        id: "vpce-1".into(),
        spec: json!({}),
        outputs: Outputs::from([("id".to_owned(), "vpce-1".to_owned())]),
        status: Status::Ready,
        owner: Owner::Us,
        applied: None,
        claim: None,
        protection: None,
    };
    let work = Work::Update { desired, live, observed: &observed, changed: &[], retag: false };
    let lowered = lower(&Lowering { address: &address, world: &world, work, ownership: &Tags::new() });
    let change = |call| match call {
        Call::Modify { change, .. } => *change,
        other => panic!("{other:?}"),
    };
    lowered.into_iter().map(|lowered| (change(lowered.call), lowered.lets_go)).collect()
}

#[test]
fn full_access_is_no_policy_however_it_is_written() {
    for policy in [
        "",
        r#"{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}"#,
        r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":["*"],"Resource":"*"}]}"#,
    ] {
        assert_eq!(live("available", policy).spec.policy, None, "{policy}");
    }
    let restricted = r#"{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}]}"#;
    for policy in [ITS_OWN, restricted] {
        assert_eq!(live("available", policy).spec.policy, Some(PolicyDocument::parse(policy).expect("JSON")));
    }
    let everything = PolicyDocument::new(
        json!({ "Statement": { "Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*" } }),
    );
    let spec = live("available", "").spec;
    assert_eq!(Room::settle(Spec { policy: Some(everything), ..spec.clone() }, &spec), spec);
}

#[test]
fn states_are_read_in_small_letters_and_a_failed_one_says_why() {
    let issues = vec![Issue { code: "AddressLimit".into(), message: "no addresses".into() }];
    for (state, expected) in [
        ("available", Status::Ready),
        ("Available", Status::Ready),
        ("pendingAcceptance", Status::Creating { status: "pendingacceptance".into() }),
        ("deleting", Status::Deleting { status: "deleting".into() }),
        ("rejected", Status::Failed { status: "rejected".into(), issues: issues.clone() }),
        ("Failed", Status::Failed { status: "failed".into(), issues }),
    ] {
        assert_eq!(live(state, "").status, expected, "{state}");
    }
}

#[test]
fn aws_s_choice_of_a_security_group_stays() {
    let spec = Spec { security_groups: [Reference::from("sg-default")].into(), ..live("available", "").spec };
    let silent = Spec { security_groups: [].into(), ..spec.clone() };
    assert_eq!(Room::settle(silent, &spec), spec);
}

#[test]
fn one_call_changes_everything_and_what_must_go_first_has_a_call_of_its_own() {
    let found = live("available", ITS_OWN).spec;
    let wanted = Spec { subnets: [Reference::from("subnet-2")].into(), policy: None, ..found.clone() };
    let moved = Moved { add: [Reference::from("subnet-2")].into(), remove: [Reference::from("subnet-1")].into() };
    let whole = Change { subnets: moved, policy: Some(PolicyChange::Reset), ..Change::default() };
    assert_eq!(changes(wanted, found.clone()), [(whole, false)]);
    // One that is to be made may wait for the one that goes.
    let new = Reference::to(&"ec2.Subnet/new".parse().expect("an address"), "id");
    let told = changes(Spec { subnets: [new.clone()].into(), ..found.clone() }, found);
    let moved = |add: &[&Reference], remove: &[&str]| Moved {
        add: add.iter().map(|reference| (*reference).clone()).collect(),
        remove: remove.iter().map(|id| Reference::from(*id)).collect(),
    };
    let change = |subnets| Change { subnets, ..Change::default() };
    assert_eq!(told, [(change(moved(&[], &["subnet-1"])), true), (change(moved(&[&new], &[])), false)]);
}
