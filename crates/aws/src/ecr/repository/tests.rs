use std::collections::BTreeSet;

use aws_sdk_ecr::types::{EncryptionConfiguration, EncryptionType, Repository};
use eksctl_rs_core::{Address, Lowering, Observed, Outputs, Owner, Reference, StackId, Status, Tags, Work, World};
use serde_json::json;

use super::read::{Parts, from_live};
use super::{Call, LifecycleDocument, Room, Spec, outputs, write};
use crate::kind::Kind;

fn world() -> World {
    World { stack: StackId::new("dev", "eu-west-1"), account: "111122223333".into(), region: "eu-west-1".into() }
}

fn spec() -> Spec {
    let repository = Repository::builder().repository_name("team/app").build();
    from_live(&repository, Parts::default(), None, &world()).spec
}

fn lowered(work: Work<'_, Spec>) -> Vec<(&'static str, Call)> {
    let (address, ownership) = (Address::new("ecr.Repository", "team/app"), Tags::from([("o".into(), "w".into())]));
    let lowering = Lowering { address: &address, world: &world(), work, ownership: &ownership };
    write::lower(&lowering).into_iter().map(|lowered| (lowered.operation, lowered.call)).collect()
}

fn observed(outputs: Outputs) -> Observed {
    Observed {
        address: Address::new("ecr.Repository", "team/app"),
        id: "team/app".into(),
        spec: json!({}),
        outputs,
        status: Status::Ready,
        owner: Owner::Us,
        applied: None,
        claim: None,
        protection: None,
    }
}

#[test]
fn what_aws_does_not_tell_is_its_default() {
    let found = from_live(&Repository::builder().repository_name("team/app").build(), Parts::default(), None, &world());
    assert_eq!((found.spec.image_tag_mutability.as_str(), found.spec.scan_on_push), ("MUTABLE", Some(false)));
    assert_eq!((found.spec.encryption_type.as_str(), found.spec.kms_key), ("AES256", None));
    assert_eq!((found.spec.lifecycle_policy, found.spec.repository_policy), (None, None));
    assert_eq!(found.outputs["arn"], "arn:aws:ecr:eu-west-1:111122223333:repository/team/app");
    assert_eq!(found.outputs["uri"], "111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/app");
}

#[test]
fn a_key_is_shown_by_the_name_that_leads_to_it() {
    const ARN: &str = "arn:aws:kms:eu-west-1:111122223333:key/1";
    let encryption = EncryptionConfiguration::builder().encryption_type(EncryptionType::Kms).kms_key(ARN).build();
    let repository =
        Repository::builder().repository_name("app").encryption_configuration(encryption.expect("built")).build();
    let shown = |named: Option<(&str, &str)>| {
        let named = named.map(|(name, arn)| (name.to_owned(), arn.to_owned()));
        from_live(&repository, Parts::default(), named, &world()).spec.kms_key
    };
    assert_eq!(shown(Some(("alias/images", ARN))), Some(Reference::from("alias/images")));
    assert_eq!(shown(Some(("alias/images", "another"))), Some(Reference::from(ARN)));
    assert_eq!(shown(None), Some(Reference::from(ARN)));
}

#[test]
fn policies_are_written_after_the_creation() {
    let policy = LifecycleDocument::new(json!({ "rules": [] }));
    let calls = lowered(Work::Create { desired: Spec { lifecycle_policy: Some(policy.clone()), ..spec() } });
    let [("ecr:CreateRepository", Call::Create { tags, .. }), ("ecr:PutLifecyclePolicy", second)] = calls.as_slice()
    else {
        panic!("{calls:?}")
    };
    assert_eq!(tags["o"], "w");
    assert_eq!(*second, Call::Lifecycle { name: "team/app".into(), policy: Some(policy) });
}

#[test]
fn an_update_sends_what_differs_and_the_digest_last() {
    let live = Spec { tags: Tags::from([("old".into(), "1".into())]), ..spec() };
    let desired = Spec {
        image_tag_mutability: "IMMUTABLE_WITH_EXCLUSION".into(),
        image_tag_mutability_exclusions: BTreeSet::from(["dev-*".into()]),
        ..spec()
    };
    let observed = observed(Outputs::new());
    let changed = ["image_tag_mutability", "image_tag_mutability_exclusions", "lifecycle_policy", "tags"];
    let work = Work::Update { desired, live, observed: &observed, changed: &changed, retag: true };
    let operations: Vec<_> = lowered(work).into_iter().map(|(operation, _)| operation).collect();
    let expected = ["ecr:PutImageTagMutability", "ecr:DeleteLifecyclePolicy", "ecr:UntagResource", "ecr:TagResource"];
    assert_eq!(operations, expected);
}

#[test]
fn only_one_that_holds_images_loses_some_and_takes_them_along() {
    let told = |holds: Option<&str>| {
        let mut outputs = outputs("team/app", &world());
        outputs.extend(holds.map(|holds| ("holds_images".to_owned(), holds.to_owned())));
        let observed = observed(outputs);
        let calls = lowered(Work::Delete { live: spec(), observed: &observed });
        let [("ecr:DeleteRepository", Call::Delete { force, .. })] = calls.as_slice() else { panic!("{calls:?}") };
        (Room::loses(&observed.outputs).is_some(), *force)
    };
    assert_eq!(told(Some("true")), (true, true));
    assert_eq!(told(Some("false")), (false, false));
    assert_eq!(told(None), (true, true));
}
