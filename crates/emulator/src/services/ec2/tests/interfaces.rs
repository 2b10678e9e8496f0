//! What other services use: interfaces, security groups, ways out, tags.

use serde_json::json;

use super::Lab;
use crate::services::ec2::{ManagedInterface, Peer, Rule, SecurityGroup, Traffic, WayOut};
use crate::tags::Tags;

fn interface(id: &str, subnet: &str) -> ManagedInterface {
    ManagedInterface {
        id: id.into(),
        holder: "cluster/dev".into(),
        subnet_id: subnet.into(),
        description: "Amazon EKS dev".into(),
        requester_id: "AROAEXAMPLE:AmazonEKS".into(),
        groups: vec!["sg-00000001".into()],
        interface_type: "interface".into(),
        tags: Tags::from([("aws:eks:cluster-name".into(), "dev".into())]),
        public_ip: false,
    }
}

#[test]
fn interfaces_of_other_services_take_addresses_until_their_holder_lets_go() {
    let mut lab = Lab::new();
    let vpc = lab.vpc();
    let subnet = lab.subnet(&vpc, "10.0.0.0/28");
    assert_eq!(lab.ec2().free_addresses(&subnet), 11);
    for number in 1..=12 {
        lab.ec2().add_interface(interface(&format!("eni-{number:08}"), &subnet));
    }
    assert_eq!(lab.ec2().free_addresses(&subnet), 0, "the twelfth finds no address");
    assert_eq!(lab.ec2().network_interfaces.len(), 11);
    let shown = lab.call("DescribeNetworkInterfaces", json!({})).expect("interfaces");
    let first = &shown["NetworkInterfaces"][0];
    assert_eq!(first["Description"], "Amazon EKS dev");
    assert_eq!(first["PrivateIpAddress"], "10.0.0.4");
    assert_eq!(first["Status"], "in-use");
    assert_eq!(first["VpcId"], vpc);
    let refused = lab.call("DeleteSubnet", json!({ "SubnetId": subnet })).expect_err("it is in use");
    assert_eq!(refused.code, "DependencyViolation");
    lab.ec2().remove_interfaces("cluster/other");
    assert_eq!(lab.ec2().network_interfaces.len(), 11);
    lab.ec2().remove_interfaces("cluster/dev");
    assert_eq!(lab.ec2().free_addresses(&subnet), 11);
    lab.call("DeleteSubnet", json!({ "SubnetId": subnet })).expect("nothing is in it");
}

#[test]
fn a_public_address_of_an_interface_holds_the_internet_gateway() {
    let mut lab = Lab::new();
    let vpc = lab.vpc();
    let subnet = lab.subnet(&vpc, "10.0.0.0/24");
    let gateway = lab.internet_gateway(&vpc);
    lab.ec2().add_interface(ManagedInterface { public_ip: true, ..interface("eni-00000001", &subnet) });
    let detach = json!({ "VpcId": vpc, "InternetGatewayId": gateway });
    let refused = lab.call("DetachInternetGateway", detach.clone()).expect_err("an address is mapped");
    assert_eq!(refused.code, "DependencyViolation");
    lab.ec2().remove_interfaces("cluster/dev");
    lab.call("DetachInternetGateway", detach).expect("nothing is mapped");
}

#[test]
fn an_elastic_ip_address_moves_between_interfaces_and_is_free_when_they_go() {
    let mut lab = Lab::new();
    let vpc = lab.vpc();
    let subnet = lab.subnet(&vpc, "10.0.0.0/24");
    lab.internet_gateway(&vpc);
    let allocation = lab.made("AllocateAddress", json!({}), "/AllocationId");
    lab.ec2().add_interface(interface("eni-00000001", &subnet));
    lab.ec2().add_interface(interface("eni-00000002", &subnet));
    let associate = |eni: &str| json!({ "AllocationId": allocation, "NetworkInterfaceId": eni });
    let first = lab.made("AssociateAddress", associate("eni-00000001"), "/AssociationId");
    assert_eq!(lab.made("AssociateAddress", associate("eni-00000001"), "/AssociationId"), first, "it is there already");
    let mut stay = associate("eni-00000002");
    stay["AllowReassociation"] = json!(false);
    let refused = lab.call("AssociateAddress", stay).expect_err("it is taken");
    assert_eq!(refused.code, "Resource.AlreadyAssociated");
    let second = lab.made("AssociateAddress", associate("eni-00000002"), "/AssociationId");
    assert_ne!(first, second);
    let release = json!({ "AllocationId": allocation });
    assert_eq!(lab.call("ReleaseAddress", release.clone()).expect_err("in use").code, "InvalidIPAddress.InUse");
    lab.ec2().remove_interfaces("cluster/dev");
    lab.call("ReleaseAddress", release).expect("nobody uses it");
}

#[test]
fn an_elastic_ip_address_takes_the_place_of_the_one_before() {
    let mut lab = Lab::new();
    let vpc = lab.vpc();
    let subnet = lab.subnet(&vpc, "10.0.0.0/24");
    lab.internet_gateway(&vpc);
    lab.ec2().add_interface(ManagedInterface { public_ip: true, ..interface("eni-00000001", &subnet) });
    let shown = |lab: &mut Lab| {
        let interfaces = lab.call("DescribeNetworkInterfaces", json!({})).expect("interfaces");
        let association = &interfaces["NetworkInterfaces"][0]["Association"];
        (association["IpOwnerId"].clone(), association["AllocationId"].clone())
    };
    assert_eq!(shown(&mut lab), (json!("amazon"), json!(null)));
    for _ in 0..2 {
        let allocation = lab.made("AllocateAddress", json!({}), "/AllocationId");
        let associate = json!({ "AllocationId": allocation, "NetworkInterfaceId": "eni-00000001" });
        lab.call("AssociateAddress", associate).expect("an association");
        assert_eq!(shown(&mut lab), (json!("111122223333"), json!(allocation)));
    }
    let free = lab.ec2().addresses.values().filter(|address| address.association.is_none()).count();
    assert_eq!(free, 1, "the first one is free again");
}

#[test]
fn a_disassociated_address_is_free() {
    let mut lab = Lab::new();
    let vpc = lab.vpc();
    let subnet = lab.subnet(&vpc, "10.0.0.0/24");
    lab.internet_gateway(&vpc);
    lab.ec2().add_interface(interface("eni-00000001", &subnet));
    let allocation = lab.made("AllocateAddress", json!({}), "/AllocationId");
    let associate =
        json!({ "AllocationId": allocation, "NetworkInterfaceId": "eni-00000001", "PrivateIpAddress": "10.0.0.4" });
    let association = lab.made("AssociateAddress", associate, "/AssociationId");
    let filter = json!({ "Filters": [{ "Name": "association.association-id", "Values": [association] }] });
    let shown = lab.call("DescribeNetworkInterfaces", filter).expect("interfaces");
    assert_eq!(shown["NetworkInterfaces"][0]["Association"]["AllocationId"], allocation);
    lab.call("DisassociateAddress", json!({ "AssociationId": association })).expect("a disassociation");
    let again = lab.call("DisassociateAddress", json!({ "AssociationId": association })).expect_err("it is gone");
    assert_eq!(again.code, "InvalidAssociationID.NotFound");
    lab.call("ReleaseAddress", json!({ "AllocationId": allocation })).expect("nobody uses it");
}

#[test]
fn an_ipv6_address_holds_the_block_of_its_subnet() {
    let mut lab = Lab::new();
    let vpc =
        lab.made("CreateVpc", json!({ "CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": true }), "/Vpc/VpcId");
    let block = lab.ec2().vpc(&vpc).expect("the VPC").ipv6_cidrs().first().expect("a block").addr();
    let create = json!({ "VpcId": vpc, "CidrBlock": "10.0.0.0/24", "Ipv6CidrBlock": format!("{block}/64") });
    let subnet = lab.made("CreateSubnet", create, "/Subnet/SubnetId");
    let assign = |value: bool| json!({ "SubnetId": subnet, "AssignIpv6AddressOnCreation": { "Value": value } });
    lab.call("ModifySubnetAttribute", assign(true)).expect("a change");
    lab.ec2().add_interface(interface("eni-00000001", &subnet));
    lab.call("ModifySubnetAttribute", assign(false)).expect("a change");
    let shown = lab.call("DescribeNetworkInterfaces", json!({})).expect("interfaces");
    assert_eq!(shown["NetworkInterfaces"][0]["Ipv6Address"], format!("{block}4"));
    let association = lab.ec2().subnet(&subnet).and_then(|found| found.ipv6_cidr_block.clone()).expect("a block").id;
    let disassociate = json!({ "AssociationId": association });
    let refused = lab.call("DisassociateSubnetCidrBlock", disassociate.clone()).expect_err("an address is in it");
    assert_eq!(refused.code, "DependencyViolation");
    lab.ec2().remove_interfaces("cluster/dev");
    lab.call("DisassociateSubnetCidrBlock", disassociate).expect("nothing is in it");
}

#[test]
fn the_way_out_follows_the_default_route() {
    let mut lab = Lab::new();
    let vpc = lab.vpc();
    let (public, private) = (lab.subnet(&vpc, "10.0.0.0/24"), lab.subnet(&vpc, "10.0.1.0/24"));
    assert_eq!(lab.ec2().way_out(&public), None, "the main table has local routes only");
    let gateway = lab.internet_gateway(&vpc);
    lab.default_route(&vpc, &public, "GatewayId", &gateway);
    assert_eq!(lab.ec2().way_out(&public), Some(WayOut::InternetGateway));
    let nat = lab.nat_gateway(&public);
    let table = lab.default_route(&vpc, &private, "NatGatewayId", &nat);
    assert_eq!(lab.ec2().way_out(&private), None, "the NAT gateway is pending");
    lab.now += 1000.0;
    lab.call("DescribeVpcs", json!({})).expect("VPCs");
    let addresses = lab.call("DescribeAddresses", json!({})).expect("addresses");
    let address = addresses["Addresses"][0]["PublicIp"].as_str().and_then(|text| text.parse().ok());
    assert!(address.is_some(), "{addresses}");
    assert_eq!(lab.ec2().way_out(&private), Some(WayOut::NatGateway { address }));
    let delete = json!({ "RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0" });
    lab.call("DeleteRoute", delete).expect("a deletion");
    assert_eq!(lab.ec2().way_out(&private), None);
    assert_eq!(lab.ec2().way_out("subnet-00000000"), None);
}

#[test]
fn the_main_table_leads_out_subnets_without_one_of_their_own() {
    let mut lab = Lab::new();
    let vpc = lab.vpc();
    let subnet = lab.subnet(&vpc, "10.0.0.0/24");
    let gateway = lab.internet_gateway(&vpc);
    let main = lab.made("DescribeRouteTables", json!({}), "/RouteTables/0/RouteTableId");
    let route = json!({ "RouteTableId": main, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway });
    lab.call("CreateRoute", route).expect("a route");
    assert_eq!(lab.ec2().way_out(&subnet), Some(WayOut::InternetGateway));
    lab.call("DetachInternetGateway", json!({ "VpcId": vpc, "InternetGatewayId": gateway })).expect("a detachment");
    assert_eq!(lab.ec2().way_out(&subnet), None, "the route is a black hole");
}

#[test]
fn security_groups_of_other_services_hold_their_vpc() {
    let mut lab = Lab::new();
    let vpc = lab.vpc();
    let (name, description) = ("eks-cluster-sg-dev-1".into(), "EKS created security group".into());
    let tags = Tags::from([("aws:eks:cluster-name".into(), "dev".into())]);
    let group = SecurityGroup::new("sg-00000001".into(), vpc.clone(), name, description, tags);
    lab.ec2().add_security_group(group.allowing([Rule::all_from("sg-00000001"), Rule::all_to_ipv4()]));
    let filter = |name: &str, value: &str| json!({ "Filters": [{ "Name": name, "Values": [value] }] });
    for (name, value) in [
        ("group-name", "eks-cluster-sg-*"),
        ("tag:aws:eks:cluster-name", "dev"),
        ("ip-permission.group-id", "sg-00000001"),
        ("ip-permission.group-name", "eks-*"),
        ("description", "EKS*"),
    ] {
        let shown = lab.call("DescribeSecurityGroups", filter(name, value)).expect(name);
        assert_eq!(shown["SecurityGroups"].as_array().map(Vec::len), Some(1), "{name}");
        assert_eq!(shown["SecurityGroups"][0]["GroupId"], "sg-00000001", "{name}");
    }
    let refused = lab.call("DeleteVpc", json!({ "VpcId": vpc })).expect_err("a group is in it");
    assert_eq!(refused.code, "DependencyViolation");
    lab.ec2().remove_security_group("sg-00000001");
    lab.call("DeleteVpc", json!({ "VpcId": vpc })).expect("nothing is in it");
}

#[test]
fn rules_with_the_same_ports_are_one_permission() {
    let mut lab = Lab::new();
    let vpc = lab.vpc();
    let https = |peer: &str| {
        let block = Peer::Ipv4(peer.parse().expect("a block"));
        Rule::new(false, Traffic::tcp(443), block, Some(peer.into()))
    };
    let ssh = Rule { traffic: Traffic::tcp(22), ..https("192.0.2.0/24") };
    let group = SecurityGroup::new("sg-00000001".into(), vpc, "nodes".into(), "nodes".into(), Tags::new());
    lab.ec2().add_security_group(group.allowing([https("192.0.2.0/24"), ssh, https("198.51.100.0/24")]));
    let shown = lab.call("DescribeSecurityGroups", json!({ "GroupIds": ["sg-00000001"] })).expect("groups");
    let permissions = shown["SecurityGroups"][0]["IpPermissions"].as_array().expect("permissions");
    let ports: Vec<i64> = permissions.iter().filter_map(|permission| permission["FromPort"].as_i64()).collect();
    let ranges: Vec<usize> = permissions.iter().filter_map(|found| Some(found["IpRanges"].as_array()?.len())).collect();
    assert_eq!((ports, ranges), (vec![22, 443], vec![1, 2]));
}

#[test]
fn everything_that_has_tags_is_listed_and_can_be_changed() {
    let mut lab = Lab::new();
    let vpc = lab.vpc();
    let subnet = lab.subnet(&vpc, "10.0.0.0/24");
    let gateway = lab.internet_gateway(&vpc);
    let nat = lab.nat_gateway(&subnet);
    let ids: Vec<String> = {
        let ec2 = lab.ec2();
        let group = ec2.security_groups.keys().chain(ec2.network_acls.keys()).chain(ec2.route_tables.keys());
        let more = ec2.addresses.keys().chain(ec2.network_interfaces.keys()).chain(ec2.dhcp_options.keys());
        [vpc, subnet, gateway, nat].iter().chain(group).chain(more).cloned().collect()
    };
    assert!(lab.ec2().tagged().is_empty());
    for id in &ids {
        lab.ec2().tags_mut(id).expect(id).insert("Name".into(), id.clone());
    }
    let mut types: Vec<&str> = lab.ec2().tagged().iter().map(|(kind, _, _)| *kind).collect();
    types.sort_unstable();
    let wanted = [
        "dhcp-options",
        "elastic-ip",
        "internet-gateway",
        "natgateway",
        "network-acl",
        "network-interface",
        "route-table",
        "security-group",
        "subnet",
        "vpc",
    ];
    assert_eq!(types, wanted);
    assert!(lab.ec2().tagged().iter().all(|(_, id, tags)| tags.get("Name") == Some(id)));
    assert_eq!(lab.ec2().tags_mut("vpc-00000000"), None);
    assert_eq!(lab.ec2().tags_mut("nonsense"), None);
}
