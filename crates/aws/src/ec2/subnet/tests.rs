use aws_sdk_ec2::types::{
    Subnet, SubnetCidrBlockState, SubnetCidrBlockStateCode as State, SubnetIpv6CidrBlockAssociation, SubnetState,
};
use eksctl_rs_core::{Address, Lowering, Observed, Outputs, Owner, Reference, StackId, Status, Tags, Work, World};

use super::read::from_live;
use super::write::{Attribute, lower};
use super::{Call, Ipv6Part, Spec};

const BLOCK: &str = "2001:db8:0:1200::/56";

fn spec(number: Option<u8>) -> Spec {
    Spec {
        vpc: Reference::from("vpc-1"),
        availability_zone: "eu-west-1a".into(),
        cidr_block: "10.0.0.0/20".into(),
        ipv6_cidr_block: number.map(|number| Ipv6Part { of: Reference::from(BLOCK), number }),
        assign_ipv6_address_on_creation: number.is_some(),
        enable_dns64: false,
        map_public_ip_on_launch: false,
        private_dns_hostname_type: "ip-name".into(),
        resource_name_dns_a_record: false,
        tags: Tags::new(),
    }
}

fn live(blocks: &[(&str, &str, State)]) -> Subnet {
    let block = |(id, cidr, state): &(&str, &str, State)| {
        let state = SubnetCidrBlockState::builder().state(state.clone()).build();
        let block = SubnetIpv6CidrBlockAssociation::builder().association_id(*id).ipv6_cidr_block(*cidr);
        block.ipv6_cidr_block_state(state).build()
    };
    Subnet::builder()
        .subnet_id("subnet-1")
        .vpc_id("vpc-1")
        .availability_zone("eu-west-1a")
        .cidr_block("10.0.0.0/20")
        .state(SubnetState::Available)
        .assign_ipv6_address_on_creation(!blocks.is_empty())
        .set_ipv6_cidr_block_association_set(Some(blocks.iter().map(block).collect()))
        .build()
}

#[test]
fn the_part_is_told_by_its_range() {
    let gone = ("assoc-1", "2001:db8:0:1203::/64", State::Disassociated);
    let found = from_live(&live(&[gone, ("assoc-2", "2001:db8:0:1207::/64", State::Associated)]));
    assert_eq!((found.spec, found.status), (spec(Some(7)), Status::Ready));
    assert_eq!(found.outputs["association/ipv6"], "assoc-2");
    let whole = from_live(&live(&[("assoc-1", "2001:db8:0:1200::/60", State::Associated)])).spec.ipv6_cidr_block;
    assert_eq!(whole, Some(Ipv6Part { of: Reference::from("2001:db8:0:1200::/60"), number: 0 }));
}

#[test]
fn a_range_on_its_way_is_waited_for() {
    for (state, has) in [(State::Associating, true), (State::Disassociating, false)] {
        let found = from_live(&live(&[("assoc-1", "2001:db8:0:1207::/64", state.clone())]));
        assert_eq!(found.spec.ipv6_cidr_block.is_some(), has);
        assert_eq!(found.status, Status::Updating { status: state.as_str().into(), follow: None });
    }
}

/// The calls of an update, each with whether it lets go and whether it waits for what is in the subnet.
fn calls(desired: Spec, live: Spec) -> Vec<(Call, bool, bool)> {
    let world = World { stack: StackId::new("dev", "eu-west-1"), account: "1".into(), region: "eu-west-1".into() };
    let address = Address::new("ec2.Subnet", "a");
    let output = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let observed = Observed {
        address: address.clone(),
        id: "subnet-1".into(),
        spec: serde_json::Value::Null,
        outputs: Outputs::from([output("id", "subnet-1"), output("association/ipv6", "assoc-1")]),
        status: Status::Ready,
        owner: Owner::Us,
        applied: None,
        claim: None,
        protection: None,
    };
    let work = Work::Update { desired, live, observed: &observed, changed: &[], retag: false };
    let lowered = lower(&Lowering { address: &address, world: &world, work, ownership: &Tags::new() });
    lowered.into_iter().map(|call| (call.call, call.lets_go, call.after_holders)).collect()
}

#[test]
fn addresses_are_assigned_only_while_there_is_a_range() {
    let id = || Reference::from("subnet-1");
    let assign = |value| Call::ModifyAttribute { id: id(), attribute: Attribute::AssignIpv6AddressOnCreation(value) };
    let associate =
        |number| Call::AssociateIpv6 { id: id(), block: spec(Some(number)).ipv6_cidr_block.expect("a part") };
    let disassociate = || Call::DisassociateIpv6 { association: Reference::from("assoc-1") };
    let plain = |call| (call, false, false);
    assert_eq!(calls(spec(Some(1)), spec(None)), [plain(associate(1)), plain(assign(true))]);
    let gone = [(assign(false), true, false), (disassociate(), true, true)];
    assert_eq!(calls(spec(None), spec(Some(1))), gone);
    let moved = [(assign(false), true, false), (disassociate(), true, false), plain(associate(2)), plain(assign(true))];
    assert_eq!(calls(spec(Some(2)), spec(Some(1))), moved);
}
