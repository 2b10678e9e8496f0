use std::collections::BTreeSet;

use aws_sdk_ec2::types::{LastError, State, VpcEndpoint, VpcEndpointType};
use eksctl_rs_core::{
    Address, Issue, Lowering, Observed, Outputs, Owner, Reference, StackId, Status, Tags, Work, World,
};

use super::read::from_live;
use super::write::{Change, PolicyChange, lower};
use super::{Call, Spec};

fn endpoint() -> aws_sdk_ec2::types::builders::VpcEndpointBuilder {
    VpcEndpoint::builder()
        .vpc_endpoint_id("vpce-1")
        .vpc_id("vpc-1")
        .service_name("com.amazonaws.eu-west-1.sts")
        .vpc_endpoint_type(VpcEndpointType::Interface)
        .state(State::Available)
        .subnet_ids("subnet-1")
}

#[test]
fn the_policy_that_allows_everything_is_none() {
    for text in [
        r#"{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}"#,
        r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#,
    ] {
        assert_eq!(from_live(&endpoint().policy_document(text).build()).spec.policy, None, "{text}");
    }
    let own = r#"{"Statement":[{"Action":"sts:*","Effect":"Allow","Principal":"*","Resource":"*"}]}"#;
    assert!(from_live(&endpoint().policy_document(own).build()).spec.policy.is_some());
}

#[test]
fn a_failed_one_says_why() {
    let error = LastError::builder().code("InsufficientFreeAddressesInSubnet").message("no address").build();
    // EC2 writes states in small letters, whatever the SDK calls them.
    let found = from_live(&endpoint().state(State::from("failed")).last_error(error).build());
    let issue = Issue { code: "InsufficientFreeAddressesInSubnet".into(), message: "no address".into() };
    assert_eq!(found.status, Status::Failed { status: "failed".into(), issues: vec![issue] });
}

#[test]
fn everything_that_changes_goes_in_one_call() {
    let live = from_live(&endpoint().build()).spec;
    let desired = Spec {
        subnets: BTreeSet::from([Reference::from("subnet-2")]),
        policy: None,
        private_dns_enabled: true,
        ..live.clone()
    };
    let observed = Observed {
        address: Address::new("ec2.VpcEndpoint", "sts"),
        id: "vpce-1".into(),
        spec: serde_json::Value::Null,
        outputs: Outputs::from([("id".to_owned(), "vpce-1".to_owned())]),
        status: Status::Ready,
        owner: Owner::Us,
        applied: None,
        claim: None,
        protection: None,
    };
    let world = World { stack: StackId::new("dev", "eu-west-1"), account: "1".into(), region: "eu-west-1".into() };
    let work = Work::Update {
        desired,
        live: Spec { policy: Some(crate::PolicyDocument::new(serde_json::json!({ "Statement": [] }))), ..live },
        observed: &observed,
        changed: &["subnets", "policy", "private_dns_enabled"],
        retag: false,
    };
    let lowering = Lowering { address: &observed.address, world: &world, work, ownership: &Tags::new() };
    let calls: Vec<Call> = lower(&lowering).into_iter().map(|lowered| lowered.call).collect();
    let change = Change {
        add_subnets: BTreeSet::from([Reference::from("subnet-2")]),
        remove_subnets: BTreeSet::from([Reference::from("subnet-1")]),
        policy: Some(PolicyChange::Reset),
        private_dns_enabled: Some(true),
        ..Change::default()
    };
    assert_eq!(calls, [Call::Modify { id: Reference::from("vpce-1"), change: Box::new(change) }]);
}
