use aws_sdk_ec2::types::{Tag, Tenancy, Vpc, VpcState};
use eksctl_rs_core::{Address, Lowering, StackId, Status, Tags, Work, World, tag};

use super::read::{Attributes, from_live};
use super::{Room, Spec};
use crate::kind::Kind;

fn spec() -> Spec {
    Spec {
        cidr_block: "10.0.0.0/16".into(),
        instance_tenancy: "default".into(),
        enable_dns_support: true,
        enable_dns_hostnames: true,
        enable_network_address_usage_metrics: false,
        tags: Tags::from([("Name".to_owned(), "dev".to_owned())]),
    }
}

fn operations(work: Work<'_, Spec>) -> Vec<&'static str> {
    let world = World { stack: StackId::new("dev", "eu-west-1"), account: "1".into(), region: "eu-west-1".into() };
    let (address, ownership) = (Address::new("ec2.Vpc", "main"), Tags::new());
    let lowering = Lowering { address: &address, world: &world, work, ownership: &ownership };
    Room::lower(&lowering).iter().map(|lowered| lowered.operation).collect()
}

#[test]
fn what_aws_tells_is_our_spec() {
    let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build();
    let vpc = Vpc::builder()
        .vpc_id("vpc-1")
        .cidr_block("10.0.0.0/16")
        .instance_tenancy(Tenancy::Default)
        .state(VpcState::Available)
        .tags(tag("Name", "dev"))
        .tags(tag(tag::STACK, "dev.eu-west-1"))
        .tags(tag("aws:cloudformation:stack-name", "x"))
        .build();
    let attributes = Attributes { dns_support: true, dns_hostnames: true, network_address_usage_metrics: false };
    let found = from_live(&vpc, attributes);
    assert_eq!(found.spec, spec());
    assert_eq!((found.id.as_str(), &found.status), ("vpc-1", &Status::Ready));
}

#[test]
fn a_new_vpc_needs_a_call_for_every_attribute_that_is_not_aws_s_default() {
    assert_eq!(operations(Work::Create { desired: spec() }), ["ec2:CreateVpc", "ec2:ModifyVpcAttribute"]);
    let plain = Spec { enable_dns_hostnames: false, ..spec() };
    assert_eq!(operations(Work::Create { desired: plain }), ["ec2:CreateVpc"]);
}
