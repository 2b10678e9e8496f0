use std::collections::BTreeMap;

use aws_sdk_ecr::operation::validate_pull_through_cache_rule::ValidatePullThroughCacheRuleOutput;
use aws_sdk_ecr::types::{PullThroughCacheRule, UpstreamRegistry};
use eksctl_rs_core::{
    Address, ErrorClass, Lowering, Observed, Owner, Progress, Reference, StackId, Status, Work, World, tag,
};
use serde_json::json;

use super::read::from_live;
use super::write::{lower, verdict};
use super::{Room, Spec};
use crate::ecr::creation_template::mark::Mark;
use crate::kind::Kind;

const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:ecr-pullthroughcache/x-AbCdEf";

fn spec() -> Spec {
    Spec {
        prefix: Reference::from("docker-hub"),
        upstream_registry: "docker-hub".to_owned(),
        upstream_registry_url: "registry-1.docker.io".to_owned(),
        upstream_repository_prefix: "ROOT".to_owned(),
        credential: Some(Reference::from(SECRET)),
        tried_with: None,
        custom_role: None,
    }
}

fn world() -> World {
    World { stack: StackId::new("dev", "eu-west-1"), account: "111122223333".into(), region: "eu-west-1".into() }
}

fn version() -> Reference {
    Reference::to(&Address::new("secretsmanager.Secret", "docker-hub"), "version")
}

fn operations(desired: Spec, live: Spec, changed: &[&str]) -> Vec<&'static str> {
    let (address, world) = (Address::new(Room::NAME, "docker-hub"), world());
    let observed = Observed {
        address: address.clone(),
        id: "docker-hub".to_owned(),
        spec: json!({}),
        outputs: BTreeMap::new(),
        status: Status::Ready,
        owner: Owner::Us,
        applied: None,
        claim: None,
        protection: None,
    };
    let work = Work::Update { desired, live, observed: &observed, changed, retag: false };
    let ownership = world.ownership(&address, "");
    let lowering = Lowering { address: &address, world: &world, work, ownership: &ownership };
    lower(&lowering).into_iter().map(|lowered| lowered.operation.trim_start_matches("ecr:")).collect()
}

#[test]
fn a_rule_is_ours_only_if_a_template_of_ours_vouches_for_it() {
    let rule = PullThroughCacheRule::builder()
        .ecr_repository_prefix("docker-hub/")
        .upstream_registry(UpstreamRegistry::DockerHub)
        .upstream_registry_url("registry-1.docker.io")
        .credential_arn(SECRET)
        .build();
    let mark = |vouches| Mark { stack: "dev.eu-west-1".to_owned(), applied: "v1:0".to_owned(), vouches };
    let found = from_live(&rule, Some(&mark(true)), &world());
    assert_eq!(found.spec, spec());
    assert_eq!((found.tags[tag::STACK].as_str(), found.tags.get(tag::SPEC)), ("dev.eu-west-1", None));
    assert_eq!(found.outputs["uri"], "111122223333.dkr.ecr.eu-west-1.amazonaws.com/docker-hub");
    assert!(from_live(&rule, Some(&mark(false)), &world()).tags.is_empty(), "a template alone is no proof");
    assert!(from_live(&rule, None, &world()).tags.is_empty());
}

#[test]
fn a_rule_of_the_root_has_no_prefix_in_names() {
    let rule = PullThroughCacheRule::builder().ecr_repository_prefix("ROOT").build();
    let found = from_live(&rule, None, &world());
    assert_eq!(found.outputs["uri"], "111122223333.dkr.ecr.eu-west-1.amazonaws.com");
    let leaves = Room::leaves(&found.spec).expect("it leaves something");
    assert!(leaves.starts_with("the repositories that it has filled stay"), "{leaves}");
}

#[test]
fn new_credentials_are_tried() {
    let about_to_change = Spec { tried_with: Some(version()), ..spec() };
    assert_eq!(Room::settle(about_to_change.clone(), &spec()), about_to_change);
    let known = Spec { tried_with: Some(Reference::from("1")), ..spec() };
    assert_eq!(Room::settle(known, &spec()), spec());
    assert_eq!(operations(about_to_change, spec(), &["tried_with"]), ["ValidatePullThroughCacheRule"]);
}

#[test]
fn every_change_is_tried_and_credentials_are_taken_away_by_making_the_rule_anew() {
    let other = Spec { credential: Some(Reference::from("other")), ..spec() };
    let updated = operations(other, spec(), &["credential"]);
    assert_eq!(updated, ["UpdatePullThroughCacheRule", "ValidatePullThroughCacheRule"]);
    let anew = operations(Spec { credential: None, ..spec() }, spec(), &["credential"]);
    let calls = ["DeletePullThroughCacheRule", "CreatePullThroughCacheRule", "ValidatePullThroughCacheRule"];
    assert_eq!(anew, calls);
}

#[test]
fn a_rule_that_is_not_valid_is_tried_for_a_while_and_then_fails_in_aws_s_words() {
    let answer = ValidatePullThroughCacheRuleOutput::builder().is_valid(false).failure("Unauthorized.").build();
    let first = verdict(&answer, 1, "ecr:ValidatePullThroughCacheRule").expect("patience");
    let Progress::Pending { follow, issues, .. } = first else { panic!("{first:?}") };
    assert_eq!((follow.as_deref(), issues[0].message.as_str()), (Some("1"), "Unauthorized"));
    let error = verdict(&answer, 8, "ecr:ValidatePullThroughCacheRule").expect_err("no more patience");
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Invalid, "NotValid"));
    assert!(error.message.starts_with("Unauthorized. The rule is there"), "{}", error.message);
    let valid = ValidatePullThroughCacheRuleOutput::builder().is_valid(true).build();
    assert_eq!(verdict(&valid, 1, ""), Ok(Progress::done()));
}
