use std::collections::BTreeMap;

use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use aws_sdk_secretsmanager::types::Tag;
use aws_smithy_types::DateTime;
use eksctl_rs_core::{Address, Lowering, Observed, Owner, Reference, StackId, Status, Tags, Work, World};

use super::read::from_live;
use super::write::{Call, lower};
use super::{Room, Source, Spec};
use crate::kind::Kind;

const NAME: &str = "ecr-pullthroughcache/dev/docker-hub/credential";

fn spec() -> Spec {
    Spec {
        name: NAME.to_owned(),
        description: "docker-hub".to_owned(),
        content: BTreeMap::from([
            ("accessToken".to_owned(), Source::Env("HUB_TOKEN".to_owned())),
            ("username".to_owned(), Source::Value("bot:1".to_owned())),
        ]),
        revision: 3,
        kms_key: None,
        recovery_window_in_days: 7,
        available: true,
        tags: Tags::from([("Name".to_owned(), "dev/docker-hub".to_owned())]),
    }
}

fn world() -> World {
    World { stack: StackId::new("dev", "eu-west-1"), account: "111122223333".into(), region: "eu-west-1".into() }
}

fn calls(work: Work<'_, Spec>) -> Vec<(&'static str, Call)> {
    let (address, world) = (Address::new(Room::NAME, "docker-hub"), world());
    let ownership = world.ownership(&address, "v1:1");
    let lowering = Lowering { address: &address, world: &world, work, ownership: &ownership };
    lower(&lowering).into_iter().map(|lowered| (lowered.operation, lowered.call)).collect()
}

fn update(desired: &Spec, live: &Spec, status: Status, changed: &[&str]) -> Vec<(&'static str, Call)> {
    let observed = Observed {
        address: Address::new(Room::NAME, "docker-hub"),
        id: NAME.to_owned(),
        spec: serde_json::to_value(live).expect("JSON"),
        outputs: BTreeMap::new(),
        status,
        owner: Owner::Us,
        applied: None,
        claim: None,
        protection: None,
    };
    let (desired, live) = (desired.clone(), live.clone());
    calls(Work::Update { desired, live, observed: &observed, changed, retag: false })
}

fn live(tags: &Tags) -> DescribeSecretOutput {
    let secret = DescribeSecretOutput::builder().name(NAME).arn("arn:secret").description("docker-hub");
    let tags = tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
    tags.fold(secret, |secret, tag| secret.tags(tag))
        .version_ids_to_stages("one", vec!["AWSPREVIOUS".to_owned()])
        .version_ids_to_stages("two", vec!["AWSCURRENT".to_owned()])
        .build()
}

#[test]
fn what_was_made_is_read_back() {
    let created = calls(Work::Create { desired: spec() });
    let [("secretsmanager:CreateSecret", Call::Create { tags, .. })] = created.as_slice() else {
        panic!("{created:?}");
    };
    let found = from_live(&live(tags));
    assert_eq!(found.spec, spec());
    assert_eq!((found.outputs["version"].as_str(), found.status), ("two", Status::Ready));
    assert_eq!(found.tags["eksctl-rs.io/stack"], "dev.eu-west-1");
}

#[test]
fn a_secret_without_our_tags_tells_of_no_value() {
    let found = from_live(&live(&Tags::new()));
    assert_eq!((found.spec.revision, found.spec.content.len(), found.spec.recovery_window_in_days), (0, 0, 30));
}

#[test]
fn calls_hold_the_name_of_a_variable_and_never_its_value() {
    let created = calls(Work::Create { desired: spec() });
    assert_eq!(created[0].1.variables(), ["HUB_TOKEN"]);
    let text = serde_json::to_string(&created[0].1).expect("JSON");
    assert!(text.contains(r#""accessToken":{"env":"HUB_TOKEN"}"#), "{text}");
}

#[test]
fn another_revision_sends_the_value_again_and_then_says_so() {
    let desired = Spec { revision: 4, ..spec() };
    let calls = update(&desired, &spec(), Status::Ready, &["revision"]);
    let [("secretsmanager:PutSecretValue", _), ("secretsmanager:TagResource", Call::Tag { tags, .. })] =
        calls.as_slice()
    else {
        panic!("{calls:?}");
    };
    assert_eq!(tags, &Tags::from([("eksctl-rs.io/revision".to_owned(), "4".to_owned())]));
    assert_eq!(Room::moved(&["revision"]), ["version"]);
    assert!(Room::moved(&["tags"]).is_empty());
}

#[test]
fn a_text_that_is_dropped_is_forgotten() {
    let mut desired = spec();
    desired.content.remove("username");
    let calls = update(&desired, &spec(), Status::Ready, &["content"]);
    let [_, ("secretsmanager:UntagResource", Call::Untag { keys, .. })] = calls.as_slice() else {
        panic!("{calls:?}");
    };
    assert_eq!(keys.iter().collect::<Vec<_>>(), ["eksctl-rs.io/from/username"]);
}

#[test]
fn what_is_being_deleted_is_restored_with_its_value() {
    let secret = live(&Tags::new());
    let deleted = DescribeSecretOutput::builder()
        .name(NAME)
        .set_tags(Some(secret.tags().to_vec()))
        .deleted_date(DateTime::from_secs(1))
        .build();
    let found = from_live(&deleted);
    assert!(found.status.is_dormant() && !found.spec.available);
    let gone = Spec { available: false, ..spec() };
    let calls = update(&spec(), &gone, found.status, &["available"]);
    let operations: Vec<&str> = calls.iter().map(|(operation, _)| *operation).collect();
    assert_eq!(operations, ["secretsmanager:RestoreSecret", "secretsmanager:PutSecretValue"]);
}

#[test]
fn its_own_recovery_window_holds_for_its_deletion() {
    let observed = Spec { recovery_window_in_days: 9, ..spec() };
    let calls = update(&Spec { available: false, ..observed.clone() }, &observed, Status::Ready, &["available"]);
    assert!(matches!(calls.as_slice(), [("secretsmanager:DeleteSecret", Call::Delete { days: 9, .. })]), "{calls:?}");
}

#[test]
fn a_key_is_the_same_by_its_id() {
    let key = |text: &str| Spec { kms_key: Some(Reference::from(text)), ..spec() };
    let (arn, id) = (key("arn:aws:kms:eu-west-1:111122223333:key/1-2"), key("1-2"));
    assert_eq!(Room::settle(arn.clone(), &id), id);
    assert_eq!(Room::settle(arn.clone(), &key("9-9")), arn);
}
