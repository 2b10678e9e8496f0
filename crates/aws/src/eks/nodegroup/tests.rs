use aws_sdk_eks::types::{Nodegroup, NodegroupScalingConfig, NodegroupStatus};
use eksctl_rs_core::Status;

use super::read::from_live;
use super::{Room, Spec};
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
