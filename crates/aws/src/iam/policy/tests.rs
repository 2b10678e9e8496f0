use aws_sdk_iam::types::{Policy, Tag};
use eksctl_rs_core::{Address, Lowering, StackId, Tags, Work, World, tag};
use serde_json::json;

use super::read::from_live;
use super::{Call, Room, Spec};
use crate::PolicyDocument;
use crate::iam::role::path_of;
use crate::kind::Kind;

fn world() -> World {
    World { stack: StackId::new("dev", "eu-west-1"), account: "111122223333".into(), region: "eu-west-1".into() }
}

fn allowing(action: &str) -> PolicyDocument {
    PolicyDocument::new(json!({
        "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": action, "Resource": "*" }]
    }))
}

fn spec() -> Spec {
    Spec {
        name: "dev-eu-west-1-push".into(),
        path: path_of(&world()),
        description: "Push images".into(),
        document: allowing("ecr:PutImage"),
        tags: Tags::new(),
    }
}

fn live(versions: &[&str]) -> crate::kind::Found<Spec> {
    let policy = Policy::builder()
        .policy_name("dev-eu-west-1-push")
        .path("/eksctl-rs/dev.eu-west-1/")
        .arn("arn:aws:iam::111122223333:policy/eksctl-rs/dev.eu-west-1/dev-eu-west-1-push")
        .default_version_id("v11")
        .description("Push images")
        .tags(Tag::builder().key(tag::STACK).value("dev.eu-west-1").build().expect("a tag"))
        .build();
    let versions: Vec<String> = versions.iter().map(|version| (*version).to_owned()).collect();
    from_live(&policy, &versions, allowing("ecr:PutImage"))
}

fn calls(work: Work<'_, Spec>) -> Vec<Call> {
    let (address, ownership, world) = (Address::new("iam.Policy", "push"), Tags::new(), world());
    let lowering = Lowering { address: &address, world: &world, work, ownership: &ownership };
    Room::lower(&lowering).into_iter().map(|lowered| lowered.call).collect()
}

fn observed(found: &crate::kind::Found<Spec>) -> eksctl_rs_core::Observed {
    serde_json::from_value(json!({
        "address": "iam.Policy/push", "id": found.id, "spec": {}, "outputs": found.outputs,
        "status": { "state": "ready" }, "owner": "us", "applied": null, "claim": null
    }))
    .expect("an observed policy")
}

#[test]
fn what_aws_tells_is_our_spec() {
    let found = live(&["v11", "v9", "v10"]);
    assert_eq!(found.spec, spec());
    assert_eq!(Room::computed(&spec(), &world())["arn"], found.outputs["arn"], "computed as AWS tells it");
    assert_eq!(found.outputs["old_versions"], "v9 v10", "in the order of their numbers");
}

#[test]
fn a_new_version_finds_room_even_if_it_is_made_twice() {
    let found = live(&["v8", "v9", "v10", "v11", "v7"]);
    let observed = observed(&found);
    let desired = Spec { document: allowing("ecr:*"), ..spec() };
    let work = Work::Update { desired, live: found.spec, observed: &observed, changed: &["document"], retag: false };
    let (made, deleted): (Vec<Call>, Vec<Call>) =
        calls(work).into_iter().partition(|call| matches!(call, Call::CreateVersion { .. }));
    let deleted: Vec<_> =
        deleted.iter().map(|call| if let Call::DeleteVersion { version, .. } = call { version } else { "" }).collect();
    assert_eq!(
        (made.len(), deleted),
        (1, vec!["v7", "v8"]),
        "two old ones stay, the one that counts, and two new ones"
    );
}

#[test]
fn a_policy_goes_with_all_its_versions() {
    let found = live(&["v10", "v11"]);
    let observed = observed(&found);
    let calls = calls(Work::Delete { live: found.spec, observed: &observed });
    assert!(matches!(calls.as_slice(), [Call::DeleteVersion { version, .. }, Call::Delete { .. }] if version == "v10"));
}
