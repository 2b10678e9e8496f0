use aws_sdk_eks::types::PodIdentityAssociation;
use aws_sdk_eks::types::builders::PodIdentityAssociationBuilder;
use eksctl_rs_core::{Address, Lowering, Observed, Reference, StackId, Tags, Work, World, tag};
use serde_json::json;

use super::read::from_live;
use super::write::Change;
use super::{Call, Room, Spec};
use crate::PolicyDocument;
use crate::kind::Kind;

fn association() -> PodIdentityAssociationBuilder {
    PodIdentityAssociation::builder()
        .cluster_name("dev")
        .namespace("default")
        .service_account("app")
        .role_arn("arn:aws:iam::111122223333:role/app")
        .association_id("a-1")
        .tags(tag::STACK, "dev.eu-west-1")
}

#[test]
fn what_is_not_there_is_nothing_however_aws_tells_it() {
    let spec = from_live(&association().target_role_arn("").policy("").build()).spec;
    assert_eq!((spec.target_role, spec.policy, spec.disable_session_tags), (None, None, false));
}

#[test]
fn what_an_add_on_has_made_is_not_ours_though_it_bore_our_tags() {
    let found = from_live(&association().owner_arn("arn:aws:eks:eu-west-1:111122223333:addon/dev/x/1").build());
    assert!(found.tags.is_empty());
    assert_eq!(from_live(&association().build()).tags.get(tag::STACK).map(String::as_str), Some("dev.eu-west-1"));
}

fn update(desired: Spec, changed: &[&str]) -> Call {
    let world =
        World { stack: StackId::new("dev", "eu-west-1"), account: "111122223333".into(), region: "eu-west-1".into() };
    let (address, ownership) = (Address::new("eks.PodIdentityAssociation", "default-app"), Tags::new());
    let observed: Observed = serde_json::from_value(json!({
        "address": "eks.PodIdentityAssociation/default-app", "id": "a-1", "spec": {}, "outputs": { "id": "a-1" },
        "status": { "state": "ready" }, "owner": "us", "applied": null, "claim": null
    }))
    .expect("an observed association");
    let live = from_live(&association().build()).spec;
    let work = Work::Update { desired, live, observed: &observed, changed, retag: false };
    let lowering = Lowering { address: &address, world: &world, work, ownership: &ownership };
    let mut calls = Room::lower(&lowering);
    assert_eq!(calls.len(), 1);
    calls.remove(0).call
}

#[test]
fn one_call_changes_what_changes_and_says_what_goes_with_it() {
    let live = from_live(&association().build()).spec;
    let policy = PolicyDocument::new(json!({ "Version": "2012-10-17", "Statement": [] }));
    let narrowed = Spec { policy: Some(policy.clone()), disable_session_tags: true, ..live.clone() };
    let Call::Update { id, policy: sent, disable_session_tags, target_role, .. } =
        update(narrowed, &["policy", "disable_session_tags"])
    else {
        panic!("an update")
    };
    assert_eq!((id, sent, disable_session_tags), (Reference::from("a-1"), Change::Is(policy), true));
    assert_eq!(target_role, Change::Stays, "what stays is not sent");
    let Call::Update { target_role, .. } = update(live, &["target_role"]) else { panic!("an update") };
    assert_eq!(target_role, Change::Goes, "what goes is");
}
