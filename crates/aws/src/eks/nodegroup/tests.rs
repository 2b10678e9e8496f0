use aws_sdk_eks::types::{LaunchTemplateSpecification, Nodegroup, NodegroupScalingConfig, NodegroupStatus};
use eksctl_rs_core::{Address, Lowering, Observed, Owner, Reference, StackId, Status, Tags, Work, World};

use super::read::from_live;
use super::write::lower;
use super::{Call, Room, Spec};
use crate::kind::Kind;

fn live() -> Spec {
    let scaling = NodegroupScalingConfig::builder().min_size(2).max_size(10).desired_size(7).build();
    let group = Nodegroup::builder()
        .nodegroup_name("system")
        .cluster_name("dev")
        .status(NodegroupStatus::Active)
        .scaling_config(scaling)
        .build();
    let found = from_live(&group);
    assert_eq!(found.status, Status::Ready);
    found.spec
}

#[test]
fn the_size_is_the_autoscaler_s_but_within_the_limits() {
    let with = |min_size, max_size| Room::settle(Spec { min_size, max_size, desired_size: 3, ..live() }, &live());
    assert_eq!(with(2, 10).desired_size, 7);
    assert_eq!(with(8, 10).desired_size, 8);
    assert_eq!(with(1, 5).desired_size, 5);
}

#[test]
fn a_replacement_has_a_name_of_its_own_only_while_the_plain_one_is_taken() {
    let renamed = |taken: &[&str]| {
        let taken: Vec<String> = taken.iter().map(|name| (*name).to_owned()).collect();
        Room::rename(live(), &taken).name
    };
    assert_eq!(renamed(&["other"]), "system");
    let suffixed = renamed(&["system"]);
    assert!(suffixed.starts_with("system-") && suffixed.len() == 13, "{suffixed}");
}

#[test]
fn one_node_at_a_time_is_what_eks_does_when_nobody_says_anything() {
    assert_eq!(live().update_config.max_unavailable, Some(1));
}

#[test]
fn a_group_of_somebody_else_may_have_no_launch_template() {
    assert_eq!(live().launch_template, Reference::from(""));
    let template = LaunchTemplateSpecification::builder().id("lt-1").name("dev/system").version("3").build();
    let spec = from_live(&Nodegroup::builder().launch_template(template).build()).spec;
    assert_eq!((spec.launch_template, spec.launch_template_version), (Reference::from("lt-1"), Reference::from("3")));
}

/// What is said of the Kubernetes version, the release of the image and the version of the launch template, in one call.
fn said(desired: Spec, changed: &[&str]) -> (Option<String>, Option<String>, bool) {
    let world = World { stack: StackId::new("dev", "eu-west-1"), account: "1".into(), region: "eu-west-1".into() };
    let address = Address::new("eks.Nodegroup", "system");
    let observed = Observed {
        address: address.clone(),
        id: "system".into(),
        spec: serde_json::Value::Null,
        outputs: Default::default(),
        status: Status::Ready,
        owner: Owner::Us,
        applied: None,
        claim: None,
        protection: None,
    };
    let work = Work::Update { desired, live: live(), observed: &observed, changed, retag: false };
    let calls = lower(&Lowering { address: &address, world: &world, work, ownership: &Tags::new() });
    let [only] = calls.as_slice() else { panic!("one call: {calls:?}") };
    let Call::UpdateVersion { version, release_version, launch_template, .. } = &only.call else { panic!("{only:?}") };
    (version.clone(), release_version.clone(), launch_template.is_some())
}

#[test]
fn one_update_goes_everywhere_at_once_and_says_what_stays() {
    let (version, release) = (Some("1.35".to_owned()), Some("1.35.2-20261101".to_owned()));
    let desired = Spec { version: version.clone(), release_version: release.clone(), ..live() };
    let said = |changed: &[&str]| said(desired.clone(), changed);
    assert_eq!(said(&["launch_template_version"]), (version.clone(), release.clone(), true));
    assert_eq!(said(&["version", "launch_template_version"]), (version.clone(), None, true));
    assert_eq!(said(&["version"]), (version.clone(), None, false));
    assert_eq!(said(&["release_version"]), (version, release, false));
}

#[test]
fn of_an_image_of_one_s_own_eks_takes_no_versions() {
    let desired = Spec {
        ami_type: "CUSTOM".into(),
        version: Some("1.35".into()),
        release_version: Some("ami-1".into()),
        ..live()
    };
    assert_eq!(said(desired, &["launch_template_version"]), (None, None, true));
}
