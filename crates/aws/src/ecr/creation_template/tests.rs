use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecr::types::{
    EncryptionConfigurationForRepositoryCreationTemplate as Encryption, EncryptionType, ImageTagMutability,
    RctAppliedFor, RepositoryCreationTemplate, Tag,
};
use eksctl_rs_core::{Address, Lowered, Lowering, Observed, Owner, Reference, StackId, Status, Tags, Work, World};
use serde_json::json;

use super::mark::{DESCRIPTION, Mark};
use super::read::from_live;
use super::write::{Call, lower};
use super::{Room, Spec};
use crate::ecr::LifecycleDocument;
use crate::kind::Kind;

fn spec() -> Spec {
    Spec {
        prefix: "docker-hub".to_owned(),
        description: "Images of docker-hub".to_owned(),
        vouches: true,
        applied_for: BTreeSet::from(["PULL_THROUGH_CACHE".to_owned()]),
        encryption_type: "KMS".to_owned(),
        kms_key: Some(Reference::from("arn:aws:kms:eu-west-1:111122223333:key/1")),
        image_tag_mutability: "IMMUTABLE".to_owned(),
        image_tag_mutability_exclusions: BTreeSet::new(),
        lifecycle_policy: Some(LifecycleDocument::new(json!({ "rules": [] }))),
        repository_policy: None,
        custom_role: Some(Reference::from("arn:aws:iam::111122223333:role/x")),
        resource_tags: Tags::from([("team".to_owned(), "data".to_owned())]),
    }
}

fn world(stack: &str) -> World {
    World { stack: StackId::new(stack, "eu-west-1"), account: "111122223333".into(), region: "eu-west-1".into() }
}

fn lowered(work: Work<'_, Spec>) -> Vec<Lowered<Call>> {
    let (address, world) = (Address::new(Room::NAME, "docker-hub"), world("dev"));
    let ownership = world.ownership(&address, "v1:0123456789abcdef");
    lower(&Lowering { address: &address, world: &world, work, ownership: &ownership })
}

fn update(desired: Spec, live: Spec) -> Vec<Lowered<Call>> {
    let observed = Observed {
        address: Address::new(Room::NAME, "docker-hub"),
        id: "docker-hub".to_owned(),
        spec: json!({}),
        outputs: BTreeMap::new(),
        status: Status::Ready,
        owner: Owner::Us,
        applied: None,
        claim: None,
        protection: None,
    };
    lowered(Work::Update { desired, live, observed: &observed, changed: &[], retag: false })
}

#[test]
fn what_was_made_is_read_back_with_its_owner() {
    let calls = lowered(Work::Create { desired: spec() });
    let Call::Create { description, .. } = &calls[0].call else { panic!("{calls:?}") };
    assert_eq!(description, "Images of docker-hub [eksctl-rs dev.eu-west-1 v1:0123456789abcdef pull-through]");
    let encryption = Encryption::builder()
        .encryption_type(EncryptionType::Kms)
        .kms_key("arn:aws:kms:eu-west-1:111122223333:key/1")
        .build()
        .expect("an encryption");
    let live = RepositoryCreationTemplate::builder()
        .prefix("docker-hub/")
        .description(description)
        .applied_for(RctAppliedFor::PullThroughCache)
        .encryption_configuration(encryption)
        .image_tag_mutability(ImageTagMutability::Immutable)
        .lifecycle_policy(r#"{"rules":[]}"#)
        .repository_policy("")
        .custom_role_arn("arn:aws:iam::111122223333:role/x")
        .resource_tags(Tag::builder().key("team").value("data").build().expect("a tag"))
        .build();
    let found = from_live(&live);
    assert_eq!(found.spec, spec());
    let address = Address::new(Room::NAME, "docker-hub");
    assert_eq!(found.tags, world("dev").ownership(&address, "v1:0123456789abcdef"));
}

#[test]
fn what_aws_does_not_tell_is_its_default() {
    let found = from_live(&RepositoryCreationTemplate::builder().prefix("ROOT").description("by hand").build());
    assert_eq!((found.spec.encryption_type.as_str(), found.spec.image_tag_mutability.as_str()), ("AES256", "MUTABLE"));
    assert_eq!(found.spec.description, "by hand");
    assert!(found.tags.is_empty() && !found.spec.vouches, "nobody's");
}

#[test]
fn marks_are_found_at_the_end_only_and_always_fit() {
    assert_eq!(Mark::split("[eksctl-rs] is a tool").1, None);
    assert_eq!(Mark::split("[eksctl-rs dev.eu-west-1 v1:0] it says").1, None);
    assert_eq!(Mark::split("[eksctl-rs dev.eu-west-1]").1, None);
    let (text, mark) = Mark::split("[eksctl-rs dev.eu-west-1 v1:0]");
    let mark = mark.expect("a mark");
    assert!(text.is_empty() && !mark.vouches && mark.is_of(&StackId::new("dev", "eu-west-1")));
    let address = Address::new(Room::NAME, "x");
    let longest = World { stack: StackId::new(&"a".repeat(100), "ap-northeast-1-x-yyy"), ..world("dev") };
    let longest = Mark::of(&longest.ownership(&address, "v1:0123456789abcdef"), true).after(&"b".repeat(DESCRIPTION));
    assert!(longest.len() <= 256, "{}", longest.len());
    assert_eq!(Mark::split(&longest).0.len(), DESCRIPTION);
}

#[test]
fn a_template_vouches_for_its_rule_until_that_is_gone() {
    let keeps = update(Spec { description: "other".to_owned(), ..spec() }, spec());
    assert!(matches!(keeps.as_slice(), [Lowered { call: Call::Update { .. }, after_holders: false, .. }]), "{keeps:?}");
    let leaves = update(Spec { vouches: false, ..spec() }, spec());
    assert!(leaves[0].after_holders, "{leaves:?}");
}

#[test]
fn aws_s_own_key_is_no_difference() {
    let desired = Spec { kms_key: None, ..spec() };
    let with = |key: &str| Spec { kms_key: Some(Reference::from(key)), ..spec() };
    let own = with("arn:aws:kms:eu-west-1:111122223333:alias/aws/ecr");
    assert_eq!(Room::settle(desired.clone(), &own), own);
    assert_eq!(Room::settle(desired.clone(), &spec()), desired, "a key of the account's own is one");
}
