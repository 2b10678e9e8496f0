//! Random walks: whatever is called, in whatever order, the network stays sound, a refused call changes nothing, and in
//! the end everything can be taken down.

use std::collections::BTreeSet;

use proptest::prelude::*;
use regex::Regex;
use serde_json::{Value, json};

use super::{Lab, REGION};
use crate::services::ec2::instance::State;
use crate::services::ec2::route_table::Associated;
use crate::services::ec2::{Ec2, Launch, ManagedInterface, Peer};
use crate::tags::Tags;

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_network_stays_sound(choices in prop::collection::vec((0..OPERATIONS, any::<[u8; 4]>()), 1..120)) {
        let mut lab = Lab::new();
        // A beginning from which NAT gateways and routes are near.
        let vpc = lab.vpc();
        lab.subnet(&vpc, "10.0.1.0/24");
        let gateway = lab.internet_gateway(&vpc);
        let main = lab.made("DescribeRouteTables", json!({}), "/RouteTables/0/RouteTableId");
        let route = json!({ "RouteTableId": main, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway });
        lab.call("CreateRoute", route).expect("a route");
        (0..2).for_each(|_| drop(lab.made("AllocateAddress", json!({}), "/AllocationId")));
        for (operation, choice) in choices {
            step(&mut lab, operation, Chooser(choice));
            check(lab.ec2());
        }
        check_disk(lab.ec2());
        lab.describe_all();
        take_down(&mut lab);
    }
}

/// Picks things out of lists.
#[derive(Clone, Copy)]
struct Chooser([u8; 4]);

impl Chooser {
    fn of(self, place: usize, list: &[String]) -> String {
        let pick = usize::from(self.0[place]);
        // Now and then it names nothing.
        if list.is_empty() || pick == 255 { "vpc-00000000".to_owned() } else { list[pick % list.len()].clone() }
    }

    fn number(self, place: usize, below: u8) -> u8 {
        self.0[place] % below
    }
}

/// How many kinds of step there are.
const OPERATIONS: usize = 39;

fn step(lab: &mut Lab, operation: usize, choose: Chooser) {
    lab.now += f64::from(choose.number(3, 60));
    // What is due happens before the call is looked at.
    let _ = lab.call("DescribeVpcs", json!({}));
    let before = lab.ec2().clone();
    let keys = |ids: Vec<&String>| ids.into_iter().cloned().collect::<Vec<_>>();
    let vpcs = keys(before.vpcs.keys().collect());
    let subnets = keys(before.subnets.keys().collect());
    let igws = keys(before.internet_gateways.keys().collect());
    let eigws = keys(before.egress_only_gateways.keys().collect());
    let eips = keys(before.addresses.keys().collect());
    let nats = keys(before.nat_gateways.keys().collect());
    let tables = keys(before.route_tables.keys().collect());
    let enis = keys(before.network_interfaces.keys().collect());
    let associations =
        keys(before.route_tables.values().flat_map(|table| &table.associations).map(|found| &found.id).collect());
    let mapped = keys(before.addresses.values().filter_map(|found| Some(&found.association.as_ref()?.id)).collect());
    let blocks = keys(
        before
            .vpcs
            .values()
            .flat_map(|vpc| &vpc.ipv6_cidr_blocks)
            .map(|block| &block.id)
            .chain(before.vpcs.values().flat_map(|vpc| &vpc.secondary_cidr_blocks).map(|block| &block.id))
            .collect(),
    );
    let groups = keys(before.security_groups.keys().collect());
    let endpoints = keys(before.vpc_endpoints.keys().collect());
    let instances = keys(before.instances.keys().collect());
    let (vpc, subnet) = (choose.of(0, &vpcs), choose.of(1, &subnets));
    let (igw, eip, nat, table) = (choose.of(1, &igws), choose.of(2, &eips), choose.of(0, &nats), choose.of(0, &tables));
    let number = choose.number(2, 200);
    let cidr = ["0.0.0.0/0", "10.0.0.0/16", "10.0.1.0/24", "192.0.2.0/24"][usize::from(choose.number(3, 4))];
    let zone = format!("eu-west-1{}", ["a", "b", "c"][usize::from(choose.number(3, 3))]);
    let (name, input) = match operation {
        0 => ("CreateVpc", json!({ "CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": number < 100 })),
        1 => ("DeleteVpc", json!({ "VpcId": vpc })),
        2 | 3 => (
            "CreateSubnet",
            json!({
                "VpcId": vpc,
                "CidrBlock": format!("10.0.{number}.0/{}", 24 + number % 5),
                "AvailabilityZone": zone,
            }),
        ),
        4 => ("DeleteSubnet", json!({ "SubnetId": subnet })),
        5 => ("CreateInternetGateway", json!({})),
        6 | 7 => ("AttachInternetGateway", json!({ "VpcId": vpc, "InternetGatewayId": igw })),
        8 => ("DetachInternetGateway", json!({ "VpcId": vpc, "InternetGatewayId": igw })),
        9 => ("DeleteInternetGateway", json!({ "InternetGatewayId": igw })),
        10 => ("AllocateAddress", json!({})),
        11 => ("ReleaseAddress", json!({ "AllocationId": eip })),
        12 | 13 => ("CreateNatGateway", json!({ "SubnetId": subnet, "AllocationId": eip })),
        14 => ("CreateNatGateway", json!({ "SubnetId": subnet, "ConnectivityType": "private" })),
        15 => ("CreateNatGateway", json!({ "VpcId": vpc, "AvailabilityMode": "regional" })),
        16 => ("DeleteNatGateway", json!({ "NatGatewayId": nat })),
        17 => ("AssociateNatGatewayAddress", json!({ "NatGatewayId": nat, "AllocationIds": [eip] })),
        18 => {
            ("AssignPrivateNatGatewayAddress", json!({ "NatGatewayId": nat, "PrivateIpAddressCount": number % 4 + 1 }))
        }
        19 => ("CreateRouteTable", json!({ "VpcId": vpc })),
        20 => ("DeleteRouteTable", json!({ "RouteTableId": table })),
        21 if number < 100 => {
            ("CreateRoute", json!({ "RouteTableId": table, "DestinationCidrBlock": cidr, "GatewayId": igw }))
        }
        21 => {
            let target = choose.of(1, &nats);
            ("CreateRoute", json!({ "RouteTableId": table, "DestinationCidrBlock": cidr, "NatGatewayId": target }))
        }
        22 if number < 30 => {
            let target = choose.of(1, &eigws);
            let way_out = json!({
                "RouteTableId": table, "DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": target,
            });
            ("CreateRoute", way_out)
        }
        22 => ("AssociateRouteTable", json!({ "RouteTableId": table, "SubnetId": subnet })),
        23 => ("DisassociateRouteTable", json!({ "AssociationId": choose.of(1, &associations) })),
        24 => (
            "ReplaceRouteTableAssociation",
            json!({ "RouteTableId": table, "AssociationId": choose.of(1, &associations) }),
        ),
        25 if number < 100 => {
            let eni = choose.of(1, &enis);
            ("AssociateAddress", json!({ "AllocationId": eip, "NetworkInterfaceId": eni }))
        }
        25 => ("DisassociateAddress", json!({ "AssociationId": choose.of(1, &mapped) })),
        26 if number < 100 => ("AssociateVpcCidrBlock", json!({ "VpcId": vpc, "CidrBlock": "10.7.0.0/16" })),
        26 => ("DisassociateVpcCidrBlock", json!({ "AssociationId": choose.of(1, &blocks) })),
        27 => ("CreateEgressOnlyInternetGateway", json!({ "VpcId": vpc })),
        28 => ("DeleteEgressOnlyInternetGateway", json!({ "EgressOnlyInternetGatewayId": choose.of(1, &eigws) })),
        29 => ("CreateSecurityGroup", json!({ "GroupName": format!("g{number}"), "Description": "a", "VpcId": vpc })),
        30 => ("DeleteSecurityGroup", json!({ "GroupId": choose.of(1, &groups) })),
        31 => {
            let pair = json!({ "GroupId": choose.of(1, &groups) });
            let operation = if number < 120 { "AuthorizeSecurityGroupIngress" } else { "RevokeSecurityGroupIngress" };
            let permission = json!({ "IpProtocol": "-1", "UserIdGroupPairs": [pair] });
            (operation, json!({ "GroupId": choose.of(0, &groups), "IpPermissions": [permission] }))
        }
        32 => {
            let service = ["s3", "dynamodb"][usize::from(number % 2)];
            let name = format!("com.amazonaws.{REGION}.{service}");
            let tables = if number < 150 { vec![table] } else { Vec::new() };
            ("CreateVpcEndpoint", json!({ "VpcId": vpc, "ServiceName": name, "RouteTableIds": tables }))
        }
        33 => {
            let name = format!("com.amazonaws.{REGION}.ec2");
            let input = json!({
                "VpcId": vpc,
                "ServiceName": name,
                "VpcEndpointType": "Interface",
                "SubnetIds": [subnet],
                "PrivateDnsEnabled": false,
            });
            ("CreateVpcEndpoint", input)
        }
        34 => ("DeleteVpcEndpoints", json!({ "VpcEndpointIds": [choose.of(1, &endpoints)] })),
        35 => ("DeleteNetworkInterface", json!({ "NetworkInterfaceId": choose.of(1, &enis) })),
        36 => ("TerminateInstances", json!({ "InstanceIds": [choose.of(1, &instances)] })),
        37 => {
            launch(lab, subnet);
            return;
        }
        _ => {
            let id = format!("eni-{:08}", lab.ec2().network_interfaces.len());
            // The fourth is nobody.
            let holder = if number % 4 == 3 { String::new() } else { format!("holder-{}", number % 4) };
            let public_ip = number < 50;
            add_or_remove(
                lab.ec2(),
                number,
                ManagedInterface {
                    id,
                    holder,
                    subnet_id: subnet,
                    description: String::new(),
                    requester_id: String::new(),
                    groups: Vec::new(),
                    interface_type: "interface".into(),
                    tags: Tags::new(),
                    public_ip,
                },
            );
            return;
        }
    };
    if let Err(refused) = lab.call(name, input) {
        assert_ne!(refused.code, "InternalFailure", "{name}: {}", refused.message);
        assert_eq!(*lab.ec2(), before, "{name} was refused and changed something");
    }
}

fn launch(lab: &mut Lab, subnet_id: String) {
    let id = format!("i-1{:07}", lab.ec2().instances.len());
    let launched_at = lab.now;
    if lab.ec2().instances.contains_key(&id) {
        return;
    }
    lab.ec2().launch(Launch {
        id,
        holder: None,
        subnet_id,
        groups: Vec::new(),
        instance_type: "m7g.large".into(),
        image_id: "ami-12345678".into(),
        instance_profile: None,
        launched_at,
        tags: Tags::new(),
        interface_tags: Tags::new(),
        public_ip: false,
    });
}

fn add_or_remove(ec2: &mut Ec2, number: u8, interface: ManagedInterface) {
    if number.is_multiple_of(4) {
        ec2.remove_interfaces(&interface.holder);
    } else if !ec2.network_interfaces.contains_key(&interface.id) {
        ec2.add_interface(interface);
    }
}

/// What is true of every network.
fn check(ec2: &Ec2) {
    check_security_groups(ec2);
    check_endpoints(ec2);
    check_subnets(ec2);
    check_interfaces(ec2);
    check_gateways(ec2);
    check_route_tables(ec2);
    check_instances(ec2);
}

fn check_disk(ec2: &Ec2) {
    let text = serde_json::to_string(ec2).expect("JSON");
    let back = serde_json::from_str::<Ec2>(&text).expect("a network");
    // A float may come back with another last digit.
    let floats = Regex::new(r"(\.\d{6})\d+").expect("an expression");
    let short = |ec2: &Ec2| floats.replace_all(&serde_json::to_string(ec2).expect("JSON"), "$1").into_owned();
    assert_eq!(short(&back), short(ec2), "it comes back from disk as it was");
}

fn check_subnets(ec2: &Ec2) {
    let all: Vec<_> = ec2.subnets.values().collect();
    for (index, subnet) in all.iter().enumerate() {
        let vpc = ec2.vpc(&subnet.vpc_id).expect("the VPC of a subnet");
        let cidr = subnet.cidr_block.expect("a block");
        assert!(vpc.ipv4_cidrs().iter().any(|block| block.contains(&cidr)), "{} is in its VPC", subnet.id);
        let mut others = all[..index].iter().filter(|other| other.vpc_id == subnet.vpc_id);
        assert!(
            !others.any(|other| other.cidr_block.is_some_and(|block| block.contains(&cidr) || cidr.contains(&block)))
        );
        let acls = ec2.network_acls.values().flat_map(|acl| acl.associations.values());
        assert_eq!(acls.filter(|associated| **associated == subnet.id).count(), 1, "{} has one ACL", subnet.id);
    }
}

fn check_interfaces(ec2: &Ec2) {
    let mut taken = BTreeSet::new();
    for interface in ec2.network_interfaces.values() {
        let subnet = ec2.subnet(&interface.subnet_id).expect("the subnet of an interface");
        for private_ip in &interface.private_ips {
            assert!(subnet.cidr_block.is_some_and(|cidr| cidr.contains(private_ip)));
            assert!(taken.insert((&interface.subnet_id, private_ip)), "{private_ip} is given once");
        }
    }
    for association in ec2.network_acls.values().flat_map(|acl| acl.associations.values()) {
        assert!(ec2.subnets.contains_key(association), "the subnet of an ACL");
    }
    let mut mapped = BTreeSet::new();
    for association in ec2.addresses.values().filter_map(|address| address.association.as_ref()) {
        let holder = association.network_interface_id.as_ref().map(|id| &ec2.network_interfaces[id]);
        let private_ip = holder.zip(association.private_ip);
        assert!(private_ip.is_none_or(|(interface, private_ip)| interface.private_ips.contains(&private_ip)));
        let gateway = association.nat_gateway_id.as_ref().map(|id| &ec2.nat_gateways[id]);
        assert!(gateway.is_none_or(|gateway| gateway.is_alive()));
        assert!(holder.is_some() || gateway.is_some());
        let place = association.network_interface_id.as_ref().zip(association.private_ip);
        assert!(place.is_none_or(|place| mapped.insert(place)), "one address on another");
    }
}

fn check_gateways(ec2: &Ec2) {
    let attached: Vec<&String> = ec2.internet_gateways.values().filter_map(|gateway| gateway.vpc_id.as_ref()).collect();
    assert!(attached.iter().all(|vpc_id| ec2.vpcs.contains_key(*vpc_id)));
    assert_eq!(attached.iter().collect::<BTreeSet<_>>().len(), attached.len(), "one internet gateway for a VPC");
    let egress_only: Vec<&String> = ec2.egress_only_gateways.values().map(|gateway| &gateway.vpc_id).collect();
    assert!(egress_only.iter().all(|vpc_id| ec2.vpcs.contains_key(*vpc_id)));
    assert_eq!(egress_only.iter().collect::<BTreeSet<_>>().len(), egress_only.len(), "one egress-only one");
    for gateway in ec2.nat_gateways.values().filter(|gateway| gateway.is_alive()) {
        assert!(ec2.vpcs.contains_key(&gateway.vpc_id));
        for id in gateway.addresses.iter().filter_map(|address| address.network_interface_id.as_ref()) {
            assert_eq!(ec2.network_interfaces[id].holder, gateway.id);
        }
    }
}

fn check_security_groups(ec2: &Ec2) {
    let mut names = BTreeSet::new();
    let mut rules = BTreeSet::new();
    for group in ec2.security_groups.values() {
        assert!(ec2.vpcs.contains_key(&group.vpc_id));
        assert!(names.insert((&group.vpc_id, &group.name)), "{} is called once in its VPC", group.name);
        for rule in &group.rules {
            assert!(rules.insert(&rule.id), "{} is one rule", rule.id);
            if let Peer::Group(id) = &rule.peer {
                assert_eq!(ec2.security_groups[id].vpc_id, group.vpc_id);
            }
        }
    }
}

fn check_endpoints(ec2: &Ec2) {
    for endpoint in ec2.vpc_endpoints.values() {
        assert!(ec2.vpcs.contains_key(&endpoint.vpc_id));
        assert!(endpoint.security_groups.iter().all(|id| ec2.security_groups.contains_key(id)));
    }
    let routes = ec2.route_tables.values().flat_map(|table| &table.routes);
    for id in routes.filter_map(|route| route.target.endpoint()) {
        assert!(ec2.vpc_endpoints.contains_key(id), "the endpoint of a route");
    }
}

fn check_route_tables(ec2: &Ec2) {
    for vpc_id in ec2.vpcs.keys() {
        let mains = ec2.route_tables.values().filter(|table| table.vpc_id == *vpc_id && table.is_main());
        assert_eq!(mains.count(), 1, "{vpc_id} has one main route table");
    }
    let mut served = BTreeSet::new();
    for table in ec2.route_tables.values() {
        assert!(ec2.vpcs.contains_key(&table.vpc_id));
        for association in &table.associations {
            if let Associated::Subnet(id) = &association.with {
                assert_eq!(ec2.subnets[id].vpc_id, table.vpc_id);
                assert!(served.insert(id), "{id} has one route table");
            }
        }
    }
}

fn check_instances(ec2: &Ec2) {
    for instance in ec2.instances.values() {
        let has_interface = ec2.interface_of_instance(&instance.id).is_some();
        let is_over = matches!(instance.state, State::Terminated { .. });
        assert_ne!(has_interface, is_over, "{} has an interface until it is terminated", instance.id);
    }
}

/// Deletes everything, in the order in which AWS allows it.
fn take_down(lab: &mut Lab) {
    let nobodys = |ec2: &Ec2| -> Vec<String> {
        ec2.network_interfaces.values().filter(|found| found.holder.is_empty()).map(|found| found.id.clone()).collect()
    };
    for id in nobodys(lab.ec2()) {
        lab.call("DeleteNetworkInterface", json!({ "NetworkInterfaceId": id })).expect("deleted");
    }
    for id in lab.ec2().instances.keys().cloned().collect::<Vec<_>>() {
        lab.call("TerminateInstances", json!({ "InstanceIds": [id] })).expect("terminated");
    }
    for id in lab.ec2().vpc_endpoints.keys().cloned().collect::<Vec<_>>() {
        lab.call("DeleteVpcEndpoints", json!({ "VpcEndpointIds": [id] })).expect("deleted");
    }
    let mut all = |operation: &str, parameter: &str, ids: fn(&Ec2) -> Vec<String>| {
        for id in ids(lab.ec2()) {
            let answer: Result<Value, _> = lab.call(operation, json!({ (parameter): id }));
            answer.unwrap_or_else(|refused| panic!("{operation} {id}: {refused}"));
        }
        lab.now += 4000.0;
        lab.call("DescribeVpcs", json!({})).expect("VPCs");
        (0..3).for_each(|holder| lab.ec2().remove_interfaces(&format!("holder-{holder}")));
    };
    all("DeleteNatGateway", "NatGatewayId", |ec2| {
        ec2.nat_gateways.values().filter(|gateway| gateway.is_alive()).map(|gateway| gateway.id.clone()).collect()
    });
    all("DescribeVpcs", "", |_| Vec::new());
    all("ReleaseAddress", "AllocationId", |ec2| ec2.addresses.keys().cloned().collect());
    all("DeleteSubnet", "SubnetId", |ec2| ec2.subnets.keys().cloned().collect());
    all("DeleteRouteTable", "RouteTableId", |ec2| {
        ec2.route_tables.values().filter(|table| !table.is_main()).map(|table| table.id.clone()).collect()
    });
    all("DeleteEgressOnlyInternetGateway", "EgressOnlyInternetGatewayId", |ec2| {
        ec2.egress_only_gateways.keys().cloned().collect()
    });
    take_down_groups(lab);
    for (id, gateway) in lab.ec2().internet_gateways.clone() {
        if let Some(vpc_id) = gateway.vpc_id {
            lab.call("DetachInternetGateway", json!({ "InternetGatewayId": id, "VpcId": vpc_id })).expect("detached");
        }
        lab.call("DeleteInternetGateway", json!({ "InternetGatewayId": id })).expect("deleted");
    }
    for id in lab.ec2().vpcs.keys().cloned().collect::<Vec<_>>() {
        lab.call("DeleteVpc", json!({ "VpcId": id })).expect("deleted");
    }
    let ec2 = lab.ec2();
    let rest = Ec2 {
        dhcp_options: ec2.dhcp_options.clone(),
        released_addresses: ec2.released_addresses.clone(),
        ..Ec2::default()
    };
    assert_eq!(*ec2, rest, "nothing is left but what a Region keeps");
}

/// The rules first: groups speak of each other.
fn take_down_groups(lab: &mut Lab) {
    let groups: Vec<_> = lab.ec2().security_groups.values().cloned().collect();
    for group in &groups {
        let rules: Vec<&String> = group.rules.iter().filter(|rule| !rule.egress).map(|rule| &rule.id).collect();
        if !rules.is_empty() {
            let doomed = json!({ "GroupId": group.id, "SecurityGroupRuleIds": rules });
            lab.call("RevokeSecurityGroupIngress", doomed).expect("revoked");
        }
    }
    for group in groups.iter().filter(|group| !group.is_default()) {
        lab.call("DeleteSecurityGroup", json!({ "GroupId": group.id })).expect("deleted");
    }
}
