use std::collections::BTreeSet;

use aws_sdk_eks::types::{
    Cluster, ClusterStatus, KubernetesNetworkConfigResponse, LogSetup, LogType, Logging, VpcConfigResponse,
};
use eksctl_rs_core::{Reference, Status};

use super::read::from_live;
use super::{Room, Spec};
use crate::kind::Kind;

fn live() -> Spec {
    let vpc = VpcConfigResponse::builder()
        .subnet_ids("subnet-1")
        .subnet_ids("subnet-2")
        .endpoint_private_access(true)
        .public_access_cidrs("0.0.0.0/0")
        .build();
    let on = LogSetup::builder().types(LogType::Audit).enabled(true).build();
    let off = LogSetup::builder().types(LogType::Api).enabled(false).build();
    let cluster = Cluster::builder()
        .name("dev")
        .version("1.34")
        .role_arn("arn:role")
        .status(ClusterStatus::Active)
        .resources_vpc_config(vpc)
        .kubernetes_network_config(
            KubernetesNetworkConfigResponse::builder().service_ipv4_cidr("10.100.0.0/16").build(),
        )
        .logging(Logging::builder().cluster_logging(on).cluster_logging(off).build())
        .build();
    let zone = |subnet: &str, zone: &str| (subnet.to_owned(), zone.to_owned());
    let found = from_live(&cluster, &[zone("subnet-1", "eu-west-1a"), zone("subnet-2", "eu-west-1b")].into());
    assert_eq!(found.status, Status::Ready);
    found.spec
}

#[test]
fn what_aws_does_not_tell_is_its_default() {
    let spec = live();
    assert_eq!(spec.logging, BTreeSet::from(["audit".to_owned()]));
    assert_eq!(spec.authentication_mode, "CONFIG_MAP");
    assert_eq!(spec.support_type, "EXTENDED");
    assert_eq!((spec.event_ttl, spec.scoring_strategy, spec.auto_mode), (None, None, None));
}

#[test]
fn a_growing_network_does_not_move_the_control_plane() {
    let mut desired = live();
    desired.subnets.insert("eu-west-1c".to_owned(), [Reference::from("subnet-3")].into());
    assert_eq!(Room::settle(desired, &live()).subnets, live().subnets);
}

#[test]
fn the_zones_of_the_creation_cannot_be_left() {
    let mut desired = live();
    desired.subnets.remove("eu-west-1b");
    desired.subnets.insert("eu-west-1c".to_owned(), [Reference::from("subnet-3")].into());
    let settled = Room::settle(desired.clone(), &live());
    assert_eq!(settled.subnets, desired.subnets);
    let [(message, _)] = Room::refuse(&settled, &live()).try_into().expect("one refusal");
    assert!(message.contains("was made in eu-west-1b"), "{message}");
}

#[test]
fn without_a_public_endpoint_its_cidrs_do_not_count() {
    let desired = Spec { public_access_cidrs: BTreeSet::new(), ..live() };
    assert_eq!(Room::settle(desired, &live()), live());
}

#[test]
fn two_minors_at_once_are_refused_with_the_path() {
    let to = |version: &str| Room::refuse(&Spec { version: Some(version.into()), ..live() }, &live());
    assert!(to("1.34").is_empty() && to("1.35").is_empty());
    let refused = to("1.37");
    assert_eq!(refused[0].1, "set version to \"1.35\", apply, and go on so: 1.35, 1.36, 1.37");
    assert_eq!(to("1.33").len(), 1);
}

#[test]
fn what_is_one_way_is_refused_the_other_way() {
    let encrypted = Spec {
        encryption_key: Some(Reference::from("arn:key")),
        authentication_mode: "API".into(),
        control_plane_egress_mode: "CUSTOMER_ROUTED".into(),
        ..live()
    };
    assert_eq!(Room::refuse(&live(), &encrypted).len(), 3);
    assert!(Room::refuse(&encrypted, &live()).is_empty());
}

#[test]
fn an_ipv6_cluster_has_no_ipv4_range_and_is_open_to_all_addresses_of_both_kinds() {
    let open = Spec { endpoint_public_access: true, public_access_cidrs: BTreeSet::new(), ..live() };
    assert_eq!(Room::settle(open.clone(), &live()).public_access_cidrs, ["0.0.0.0/0".to_owned()].into());
    let six = Spec { ip_family: "ipv6".into(), service_ipv4_cidr: Some("10.100.0.0/16".into()), ..open };
    let settled = Room::settle(six, &live());
    assert_eq!(settled.public_access_cidrs, ["0.0.0.0/0".to_owned(), "::/0".to_owned()].into());
    assert_eq!(settled.service_ipv4_cidr, None);
}
