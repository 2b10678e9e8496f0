use eksctl_rs_core::{Address, Lowering, Observed, Owner, Reference, StackId, Status, Tags, Work, World};

use super::mark::Mark;
use super::read::from_live;
use super::write::lower;
use super::{Call, Spec};
use crate::ec2::TagCall;
use crate::kind::{Found, own_tags};

const MARK: &str = "eksctl-rs.io/tags/dev.eu-west-1";

fn stack(name: &str) -> StackId {
    StackId::new(name, "eu-west-1")
}

fn address() -> Address {
    Address::new("ec2.Tags", "a")
}

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn spec(pairs: &[(&str, &str)]) -> Spec {
    Spec { resource: Reference::from("subnet-1"), tags: tags(pairs) }
}

/// The tags of the subnet: `pairs`, and the marks of stacks with the keys that they list.
fn live(pairs: &[(&str, &str)], marks: &[(&str, &[&str])]) -> Tags {
    let mut all = tags(pairs);
    for (name, keys) in marks {
        let keys = keys.iter().map(|key| (*key).to_owned()).collect();
        all.extend(Mark { name: "a".to_owned(), keys }.write(&stack(name)));
    }
    all
}

fn found(live: &Tags, desired: &Spec) -> Option<Found<Spec>> {
    from_live("subnet-1", live, &[(address(), desired.clone())], &stack("dev"))
}

fn observed(found: &Found<Spec>) -> Observed {
    Observed {
        address: address(),
        id: found.id.clone(),
        spec: serde_json::Value::Null,
        outputs: found.outputs.clone(),
        status: Status::Ready,
        owner: Owner::Us,
        applied: None,
        claim: None,
        protection: None,
    }
}

fn calls(work: Work<'_, Spec>) -> Vec<Call> {
    let world = World { stack: stack("dev"), account: "1".into(), region: "eu-west-1".into() };
    let lowering = Lowering { address: &address(), world: &world, work, ownership: &Tags::new() };
    lower(&lowering).into_iter().map(|lowered| lowered.call).collect()
}

fn update(live: &Tags, desired: &Spec) -> Vec<Call> {
    let found = found(live, desired).expect("found");
    let (desired, live, observed) = (desired.clone(), found.spec.clone(), observed(&found));
    calls(Work::Update { desired, live, observed: &observed, changed: &["tags"], retag: true })
}

fn set(pairs: &[(&str, &str)]) -> Call {
    Call::Tags(TagCall::Set { id: Reference::from("subnet-1"), tags: tags(pairs) })
}

fn remove(keys: &[&str]) -> Call {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    Call::Tags(TagCall::Remove { id: Reference::from("subnet-1"), keys })
}

#[test]
fn the_first_call_sets_the_tags_and_the_mark() {
    assert!(found(&live(&[("Name", "theirs")], &[]), &spec(&[("k", "1")])).is_none());
    let resource = Reference::from("subnet-1");
    let expected = Call::Create { resource, tags: tags(&[("k", "1"), (MARK, "a k")]), is_old: true };
    assert_eq!(calls(Work::Create { desired: spec(&[("k", "1")]) }), [expected]);
}

#[test]
fn what_was_there_with_our_value_is_not_ours_and_what_had_another_one_is() {
    let desired = spec(&[("same", "1"), ("other", "1"), ("new", "1")]);
    let before = live(&[("same", "1"), ("other", "0"), ("Name", "theirs")], &[]);
    assert_eq!(found(&before, &desired).expect("found").spec, spec(&[("same", "1"), ("other", "0")]));
    assert_eq!(update(&before, &desired), [set(&[("new", "1"), ("other", "1"), (MARK, "a new other")])]);
    assert_eq!(
        found(&live(&[("same", "1")], &[]), &spec(&[("same", "1")])).expect("found").spec,
        spec(&[("same", "1")])
    );
}

#[test]
fn what_is_dropped_is_told_by_the_mark_and_only_that_goes() {
    let there = live(&[("k", "1"), ("theirs", "1")], &[("dev", &["k"])]);
    let found = from_live("subnet-1", &there, &[], &stack("dev")).expect("found");
    assert_eq!((found.asked_as.clone(), &found.spec), (Some(address()), &spec(&[("k", "1")])));
    let (live, observed) = (found.spec.clone(), observed(&found));
    assert_eq!(calls(Work::Delete { live, observed: &observed }), [remove(&[MARK, "k"])]);
    assert!(from_live("subnet-1", &there, &[], &stack("prod")).is_none());
}

#[test]
fn what_another_stack_has_set_belongs_to_both_and_goes_with_the_last() {
    let desired = spec(&[("k", "1"), ("own", "1")]);
    let theirs = live(&[("k", "1"), ("own", "1")], &[("prod", &["k"])]);
    assert_eq!(found(&theirs, &desired).expect("found").spec, spec(&[("own", "1")]), "k is not ours yet");
    assert_eq!(update(&theirs, &desired), [set(&[("k", "1"), (MARK, "a k")])]);
    let both = live(&[("k", "1"), ("own", "1")], &[("prod", &["k"]), ("dev", &["k", "own"])]);
    assert_eq!(found(&both, &desired).expect("found").spec, desired);
    let found = from_live("subnet-1", &both, &[], &stack("dev")).expect("found");
    let (live, observed) = (found.spec.clone(), observed(&found));
    assert_eq!(calls(Work::Delete { live, observed: &observed }), [remove(&[MARK, "own"])]);
}

#[test]
fn a_key_is_forgotten_after_it_is_gone() {
    let there = live(&[("k", "1"), ("old", "1")], &[("dev", &["k", "old"])]);
    assert_eq!(update(&there, &spec(&[("k", "1")])), [remove(&["old"]), set(&[(MARK, "a k")])]);
    // A run that died between the two left a key in the mark that is not there.
    let between = live(&[("k", "1")], &[("dev", &["k", "old"])]);
    assert_eq!(found(&between, &spec(&[("k", "1")])).expect("found").spec, spec(&[("k", "1"), ("old", "")]));
    // With the last of them the mark goes, too.
    let foreign = live(&[("k", "1"), ("old", "1")], &[("dev", &["old"])]);
    assert_eq!(update(&foreign, &spec(&[("k", "1")])), [remove(&[MARK, "old"])]);
}

#[test]
fn a_mark_that_gets_shorter_loses_its_last_tags() {
    let long = "l".repeat(128);
    let more = "m".repeat(128);
    let there = live(&[("k", "1"), (&long, "1"), (&more, "1")], &[("dev", &["k", &long, &more])]);
    let second = format!("{MARK}/2");
    let first = format!("a k {long}");
    let expected = [remove(&[&more]), set(&[(MARK, &first)]), remove(&[&second])];
    assert_eq!(update(&there, &spec(&[("k", "1"), (&long, "1")])), expected);
}

#[test]
fn whoever_owns_the_thing_leaves_the_tags_of_others_alone() {
    let there = live(&[("Name", "ours"), ("k", "1")], &[("prod", &["k"])]);
    assert_eq!(own_tags(&there), tags(&[("Name", "ours")]));
}
