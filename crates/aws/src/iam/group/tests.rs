use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::types::Group;
use aws_smithy_types::DateTime;
use eksctl_rs_core::{Address, Lowering, Reference, StackId, Tags, Work, World, tag};
use serde_json::json;

use super::read::{Parts, from_live};
use super::{Room, Spec, ownership, path_of};
use crate::PolicyDocument;
use crate::kind::Kind;

fn world() -> World {
    World { stack: StackId::new("dev", "eu-west-1"), account: "111122223333".into(), region: "eu-west-1".into() }
}

fn spec() -> Spec {
    Spec {
        name: "image-push".into(),
        path: path_of(&world(), "push"),
        managed_policies: BTreeSet::from([Reference::from("arn:aws:iam::aws:policy/ReadOnlyAccess")]),
        inline_policies: BTreeMap::from([("own".to_owned(), PolicyDocument::new(json!({ "Statement": [] })))]),
        users: Some(BTreeSet::from(["ci".to_owned()])),
    }
}

fn operations(work: Work<'_, Spec>) -> Vec<&'static str> {
    let (address, ownership, world) = (Address::new("iam.Group", "push"), Tags::new(), world());
    let lowering = Lowering { address: &address, world: &world, work, ownership: &ownership };
    Room::lower(&lowering).iter().map(|lowered| lowered.operation).collect()
}

#[test]
fn what_aws_tells_is_our_spec() {
    let group = Group::builder()
        .group_name("image-push")
        .path("/eksctl-rs/dev.eu-west-1/push/")
        .arn("arn:aws:iam::111122223333:group/eksctl-rs/dev.eu-west-1/push/image-push")
        .group_id("AGPA1")
        .create_date(DateTime::from_secs(0))
        .build()
        .expect("a group");
    let parts = Parts {
        managed: BTreeSet::from(["arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned()]),
        inline: spec().inline_policies,
        users: BTreeSet::from(["ci".to_owned()]),
    };
    let found = from_live(&group, parts);
    assert_eq!(found.spec, spec());
    assert_eq!(Room::computed(&spec(), &world())["arn"], found.outputs["arn"], "computed as AWS tells it");
    assert_eq!(found.tags[tag::ADDRESS], "iam.Group/push");
}

#[test]
fn the_path_tells_whose_a_group_is() {
    assert_eq!(ownership("/eksctl-rs/dev.eu-west-1/push/")[tag::STACK], "dev.eu-west-1");
    assert!(ownership("/").is_empty() && ownership("/people/dev/push/").is_empty());
}

#[test]
fn a_group_is_emptied_before_it_is_deleted_and_keeps_its_users_when_it_is_renamed() {
    let observed = serde_json::from_value(json!({
        "address": "iam.Group/push", "id": "image-push", "spec": {}, "outputs": {},
        "status": { "state": "ready" }, "owner": "us", "applied": null, "claim": null
    }))
    .expect("an observed group");
    assert_eq!(
        operations(Work::Delete { live: spec(), observed: &observed }),
        ["iam:RemoveUserFromGroup", "iam:DeleteGroupPolicy", "iam:DetachGroupPolicy", "iam:DeleteGroup"]
    );
    let desired = Spec { name: "pushers".into(), ..spec() };
    let work = Work::Update { desired, live: spec(), observed: &observed, changed: &["name"], retag: false };
    assert_eq!(operations(work), ["iam:UpdateGroup"]);
}

#[test]
fn a_new_group_gets_what_it_has_by_calls_of_their_own() {
    assert_eq!(
        operations(Work::Create { desired: spec() }),
        ["iam:CreateGroup", "iam:AttachGroupPolicy", "iam:PutGroupPolicy", "iam:AddUserToGroup"]
    );
}
