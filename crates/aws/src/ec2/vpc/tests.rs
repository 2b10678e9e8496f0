use std::collections::BTreeSet;

use aws_sdk_ec2::types::{
    Tag, Tenancy, Vpc, VpcCidrBlockAssociation, VpcCidrBlockState, VpcCidrBlockStateCode as State,
    VpcIpv6CidrBlockAssociation, VpcState,
};
use eksctl_rs_core::{
    Address, Lowered, Lowering, Observed, Outputs, Owner, Reference, StackId, Status, Tags, Work, World, tag,
};

use super::read::{Attributes, from_live};
use super::{Call, Room, Spec};
use crate::kind::Kind;

fn spec() -> Spec {
    Spec {
        cidr_block: "10.0.0.0/16".into(),
        secondary_cidr_blocks: BTreeSet::new(),
        amazon_provided_ipv6_cidr_block: false,
        instance_tenancy: "default".into(),
        enable_dns_support: true,
        enable_dns_hostnames: true,
        enable_network_address_usage_metrics: false,
        tags: Tags::from([("Name".to_owned(), "dev".to_owned())]),
    }
}

fn operations(work: Work<'_, Spec>) -> Vec<&'static str> {
    lowered(work).iter().map(|lowered| lowered.operation).collect()
}

fn observed(outputs: Outputs) -> Observed {
    Observed {
        address: Address::new("ec2.Vpc", "main"),
        id: "vpc-1".into(),
        spec: serde_json::Value::Null,
        outputs,
        status: Status::Ready,
        owner: Owner::Us,
        applied: None,
        claim: None,
        protection: None,
    }
}

fn lowered(work: Work<'_, Spec>) -> Vec<Lowered<Call>> {
    let world = World { stack: StackId::new("dev", "eu-west-1"), account: "1".into(), region: "eu-west-1".into() };
    let (address, ownership) = (Address::new("ec2.Vpc", "main"), Tags::new());
    let lowering = Lowering { address: &address, world: &world, work, ownership: &ownership };
    Room::lower(&lowering)
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

/// A VPC with a primary block, a secondary one in the state `secondary`, one that went, and blocks of IPv6.
fn with_blocks(secondary: State, ipv6: State) -> Vpc {
    let state = |state: &State| VpcCidrBlockState::builder().state(state.clone()).build();
    let ipv4 = |id: &str, cidr: &str, at: &State| {
        VpcCidrBlockAssociation::builder().association_id(id).cidr_block(cidr).cidr_block_state(state(at)).build()
    };
    let six = |id: &str, pool: &str, cidr: Option<&str>, at: &State| {
        let block =
            VpcIpv6CidrBlockAssociation::builder().association_id(id).ipv6_pool(pool).ipv6_cidr_block_state(state(at));
        block.set_ipv6_cidr_block(cidr.map(str::to_owned)).build()
    };
    let chosen = (ipv6 == State::Associated).then_some("2001:db8:0:1200::/56");
    Vpc::builder()
        .vpc_id("vpc-1")
        .cidr_block("10.0.0.0/16")
        .state(VpcState::Available)
        .cidr_block_association_set(ipv4("assoc-1", "10.0.0.0/16", &State::Associated))
        .cidr_block_association_set(ipv4("assoc-2", "100.64.0.0/16", &secondary))
        .cidr_block_association_set(ipv4("assoc-3", "100.65.0.0/16", &State::Disassociated))
        .ipv6_cidr_block_association_set(six("assoc-4", "ipv6pool-ec2-1", Some("2001:db8:1::/56"), &State::Associated))
        .ipv6_cidr_block_association_set(six("assoc-5", "Amazon", chosen, &ipv6))
        .build()
}

#[test]
fn blocks_that_went_and_those_of_other_pools_do_not_count() {
    let found = from_live(&with_blocks(State::Associated, State::Associated), Attributes::default());
    assert_eq!(found.spec.secondary_cidr_blocks, ["100.64.0.0/16".to_owned()].into());
    assert!(found.spec.amazon_provided_ipv6_cidr_block && found.status == Status::Ready);
    let told: Vec<_> = found.outputs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let expected = [
        ("association/100.64.0.0/16", "assoc-2"),
        ("association/ipv6", "assoc-5"),
        ("cidr_block", "10.0.0.0/16"),
        ("id", "vpc-1"),
        ("ipv6_cidr_block", "2001:db8:0:1200::/56"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_block_on_its_way_is_waited_for() {
    let found = from_live(&with_blocks(State::Associated, State::Associating), Attributes::default());
    assert!(found.spec.amazon_provided_ipv6_cidr_block && !found.outputs.contains_key("ipv6_cidr_block"));
    assert_eq!(found.status, Status::Updating { status: "associating".into(), follow: None });
    let found = from_live(&with_blocks(State::Disassociating, State::Associated), Attributes::default());
    assert!(found.spec.secondary_cidr_blocks.is_empty());
    assert_eq!(found.status, Status::Updating { status: "disassociating".into(), follow: None });
}

#[test]
fn a_range_that_goes_is_taken_away_last_and_one_that_overlaps_it_cannot_come() {
    let with = |cidr: &str| Spec { secondary_cidr_blocks: [cidr.to_owned()].into(), ..spec() };
    let (live, desired) = (with("100.64.0.0/16"), with("100.65.0.0/16"));
    let found = from_live(&with_blocks(State::Associated, State::Associated), Attributes::default());
    let observed = observed(found.outputs);
    let work =
        Work::Update { desired: desired.clone(), live: live.clone(), observed: &observed, changed: &[], retag: false };
    let calls = lowered(work);
    let outline: Vec<_> = calls.iter().map(|call| (call.operation, call.after_holders)).collect();
    assert_eq!(outline, [("ec2:AssociateVpcCidrBlock", false), ("ec2:DisassociateVpcCidrBlock", true)]);
    assert_eq!(calls[1].call, Call::Disassociate { association: Reference::from("assoc-2") });
    assert!(Room::refuse(&desired, &live).is_empty());
    assert_eq!(Room::refuse(&with("100.64.0.0/17"), &live).len(), 1);
}

#[test]
fn only_a_range_that_amazon_chooses_could_be_made_twice() {
    let desired = Spec {
        secondary_cidr_blocks: ["100.64.0.0/16".to_owned()].into(),
        amazon_provided_ipv6_cidr_block: true,
        ..spec()
    };
    let observed = observed(Outputs::from([("id".to_owned(), "vpc-1".to_owned())]));
    let calls = lowered(Work::Update { desired, live: spec(), observed: &observed, changed: &[], retag: false });
    assert_eq!(calls.iter().map(|call| call.undo.is_some()).collect::<Vec<_>>(), [false, true]);
}
