use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::types::{Role, Tag};
use aws_smithy_types::DateTime;
use eksctl_rs_core::{Address, Lowering, Reference, StackId, Tags, Work, World, tag};
use serde_json::json;

use super::read::{Policies, from_live};
use super::{Room, Spec, path_of};
use crate::PolicyDocument;
use crate::kind::Kind;

fn world() -> World {
    World { stack: StackId::new("dev", "eu-west-1"), account: "111122223333".into(), region: "eu-west-1".into() }
}

fn trust() -> PolicyDocument {
    PolicyDocument::new(json!({
        "Version": "2012-10-17",
        "Statement": { "Effect": "Allow", "Principal": { "Service": "eks.amazonaws.com" }, "Action": "sts:AssumeRole" }
    }))
}

fn spec() -> Spec {
    Spec {
        name: "dev-cluster".into(),
        path: path_of(&world()),
        assume_role_policy: trust(),
        description: String::new(),
        max_session_duration: 3600,
        permissions_boundary: None,
        managed_policies: BTreeSet::from([Reference::from("arn:aws:iam::aws:policy/AmazonEKSClusterPolicy")]),
        inline_policies: BTreeMap::new(),
        tags: Tags::new(),
    }
}

fn operations(work: Work<'_, Spec>) -> Vec<&'static str> {
    let (address, ownership, world) = (Address::new("iam.Role", "cluster"), Tags::new(), world());
    let lowering = Lowering { address: &address, world: &world, work, ownership: &ownership };
    Room::lower(&lowering).iter().map(|lowered| lowered.operation).collect()
}

#[test]
fn what_aws_tells_is_our_spec() {
    let encoded = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22\
                   Principal%22%3A%7B%22Service%22%3A%22eks.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole\
                   %22%7D%5D%7D";
    let role = Role::builder()
        .role_name("dev-cluster")
        .path("/eksctl-rs/dev.eu-west-1/")
        .arn("arn:aws:iam::111122223333:role/eksctl-rs/dev.eu-west-1/dev-cluster")
        .role_id("AROA1")
        .create_date(DateTime::from_secs(0))
        .assume_role_policy_document(encoded)
        .tags(Tag::builder().key(tag::STACK).value("dev.eu-west-1").build().expect("a tag"))
        .build()
        .expect("a role");
    let managed = BTreeSet::from(["arn:aws:iam::aws:policy/AmazonEKSClusterPolicy".to_owned()]);
    let found = from_live(&role, Policies { managed, inline: BTreeMap::new() });
    assert_eq!(found.spec, spec());
    assert_eq!(Room::computed(&spec(), &world())["arn"], found.outputs["arn"], "computed as AWS tells it");
}

#[test]
fn a_role_is_emptied_before_it_is_deleted() {
    let live = Spec { inline_policies: BTreeMap::from([("a".to_owned(), trust())]), ..spec() };
    let value = serde_json::to_value(&live).expect("JSON");
    let observed = serde_json::from_value(json!({
        "address": "iam.Role/cluster", "id": "dev-cluster", "spec": value, "outputs": {},
        "status": { "state": "ready" }, "owner": "us", "applied": null, "claim": null
    }))
    .expect("an observed role");
    assert_eq!(
        operations(Work::Delete { live, observed: &observed }),
        ["iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:DeleteRole"]
    );
}

#[test]
fn a_new_role_gets_its_policies_by_calls_of_their_own() {
    assert_eq!(operations(Work::Create { desired: spec() }), ["iam:CreateRole", "iam:AttachRolePolicy"]);
}
