//! A network of EC2's from its first call to nothing, and what time does to it.

mod aws;
mod network;

use std::time::Duration;

use network::Network;

/// Virtual seconds pass.
async fn pass(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

/// A NAT gateway `{nat}` in `{subnet}`, with the address `{eip}`.
fn nat_gateway(network: &mut Network) {
    network.make("eip", "AllocateAddress", "", "allocationId");
    network.make("nat", "CreateNatGateway", "SubnetId={subnet}&AllocationId={eip}", "natGatewayId");
}

fn nat_state(network: &Network) -> Option<String> {
    network.first("DescribeNatGateways", "NatGatewayId.1={nat}", "state")
}

#[tokio::test(start_paused = true)]
async fn a_network_of_two_zones_is_built_used_and_taken_down() {
    let mut network = Network::new();
    network.ok("ModifyVpcAttribute", "VpcId={vpc}&EnableDnsHostnames.Value=true");
    let private = "VpcId={vpc}&CidrBlock=10.0.1.0/24&AvailabilityZone=eu-west-1b";
    network.make("private", "CreateSubnet", private, "subnetId");
    network.make("public-table", "CreateRouteTable", "VpcId={vpc}", "routeTableId");
    network.ok("CreateRoute", "RouteTableId={public-table}&DestinationCidrBlock=0.0.0.0/0&GatewayId={igw}");
    network.make("a", "AssociateRouteTable", "RouteTableId={public-table}&SubnetId={subnet}", "associationId");
    nat_gateway(&mut network);
    assert_eq!(nat_state(&network).as_deref(), Some("pending"));
    pass(126).await;
    assert_eq!(nat_state(&network).as_deref(), Some("available"));
    network.make("private-table", "CreateRouteTable", "VpcId={vpc}", "routeTableId");
    network.ok("CreateRoute", "RouteTableId={private-table}&DestinationCidrBlock=0.0.0.0/0&NatGatewayId={nat}");
    network.make("b", "AssociateRouteTable", "RouteTableId={private-table}&SubnetId={private}", "associationId");
    assert_eq!(network.refused("DeleteVpc", "VpcId={vpc}"), "DependencyViolation");

    network.ok("DeleteNatGateway", "NatGatewayId={nat}");
    assert_eq!(network.refused("ReleaseAddress", "AllocationId={eip}"), "InvalidIPAddress.InUse");
    assert_eq!(network.refused("DeleteSubnet", "SubnetId={subnet}"), "DependencyViolation");
    pass(81).await;
    assert_eq!(nat_state(&network).as_deref(), Some("deleted"));
    network.ok("ReleaseAddress", "AllocationId={eip}");
    for name in ["a", "b"] {
        network.ok("DisassociateRouteTable", &format!("AssociationId={{{name}}}"));
    }
    for name in ["public-table", "private-table"] {
        network.ok("DeleteRouteTable", &format!("RouteTableId={{{name}}}"));
    }
    network.ok("DetachInternetGateway", "VpcId={vpc}&InternetGatewayId={igw}");
    network.ok("DeleteInternetGateway", "InternetGatewayId={igw}");
    for name in ["subnet", "private"] {
        network.ok("DeleteSubnet", &format!("SubnetId={{{name}}}"));
    }
    network.ok("DeleteVpc", "VpcId={vpc}");
    pass(3601).await;
    assert_eq!(network.everything(), Network::empty().everything(), "nothing is left");
}

#[test]
fn a_vpc_comes_with_a_route_table_an_acl_and_a_group_and_takes_them_along() {
    let mut network = Network::empty();
    let created = network.ok("CreateVpc", "CidrBlock=10.0.0.17/16");
    assert_eq!(aws::xml(&created, "cidrBlock").as_deref(), Some("10.0.0.0/16"), "in canonical form");
    assert!(created.contains("<state>pending</state>"), "{created}");
    network.make("vpc", "DescribeVpcs", "", "vpcId");
    assert!(network.ok("DescribeVpcs", "").contains("<state>available</state>"));
    assert_eq!(network.first("DescribeRouteTables", "", "main").as_deref(), Some("true"));
    assert_eq!(network.all("DescribeRouteTables", "", "gatewayId"), ["local"]);
    assert_eq!(network.all("DescribeNetworkAcls", "", "ruleNumber"), ["100", "32767", "100", "32767"]);
    let group = network.ok("DescribeSecurityGroups", "");
    assert_eq!(aws::xml(&group, "groupName").as_deref(), Some("default"));
    assert_eq!(aws::all(&group, "ipProtocol"), ["-1", "-1"]);
    assert_eq!(aws::all(&group, "cidrIp"), ["0.0.0.0/0"]);
    network.ok("DeleteVpc", "VpcId={vpc}");
    assert_eq!(network.everything(), Network::empty().everything());
}

#[test]
fn a_vpc_of_two_families_comes_with_rules_for_both() {
    let network = Network::empty();
    let created = network.ok("CreateVpc", "CidrBlock=10.0.0.0/16&AmazonProvidedIpv6CidrBlock=true");
    assert!(created.contains("associating"), "the block is not there yet");
    assert_eq!(aws::xml(&created, "ipv6CidrBlock"), None);
    let block = network.first("DescribeVpcs", "", "ipv6CidrBlock").expect("a block");
    assert!(block.ends_with("00::/56"), "{block}");
    let again = Network::empty();
    again.ok("CreateVpc", "CidrBlock=10.0.0.0/16&AmazonProvidedIpv6CidrBlock=true");
    assert_eq!(again.first("DescribeVpcs", "", "ipv6CidrBlock"), Some(block), "the same in the same world");
    assert_eq!(network.all("DescribeSecurityGroups", "", "cidrIpv6"), ["::/0"]);
    assert_eq!(network.all("DescribeNetworkAcls", "", "ruleNumber").len(), 8);
    assert_eq!(network.all("DescribeRouteTables", "", "gatewayId"), ["local", "local"]);
}

#[tokio::test(start_paused = true)]
async fn a_nat_gateway_owns_an_interface_with_its_address_until_it_is_gone() {
    let mut network = Network::new();
    nat_gateway(&mut network);
    let eni = network.ok("DescribeNetworkInterfaces", "");
    let description = network.filled_in("Interface for NAT Gateway {nat}");
    assert_eq!(aws::xml(&eni, "description"), Some(description));
    assert_eq!(aws::xml(&eni, "requesterManaged").as_deref(), Some("true"));
    assert_eq!(aws::xml(&eni, "interfaceType").as_deref(), Some("nat_gateway"));
    assert_eq!(aws::xml(&eni, "sourceDestCheck").as_deref(), Some("false"));
    assert_eq!(aws::xml(&eni, "allocationId").as_deref(), Some(network.id("eip")));
    assert_eq!(network.first("DescribeSubnets", "", "availableIpAddressCount").as_deref(), Some("250"));
    network.make("eni", "DescribeAddresses", "", "networkInterfaceId");
    assert_eq!(aws::xml(&eni, "networkInterfaceId").as_deref(), Some(network.id("eni")));
    pass(126).await;
    network.ok("DeleteNatGateway", "NatGatewayId={nat}");
    network.ok("DeleteNatGateway", "NatGatewayId={nat}");
    assert_eq!(nat_state(&network).as_deref(), Some("deleting"));
    pass(81).await;
    assert_eq!(network.all("DescribeNetworkInterfaces", "", "networkInterfaceId"), [""; 0]);
    assert_eq!(network.first("DescribeAddresses", "", "associationId"), None);
    assert_eq!(network.first("DescribeSubnets", "", "availableIpAddressCount").as_deref(), Some("251"));
    pass(3500).await;
    assert_eq!(nat_state(&network).as_deref(), Some("deleted"), "for an hour it is still seen");
    pass(200).await;
    assert_eq!(network.refused("DescribeNatGateways", "NatGatewayId.1={nat}"), "NatGatewayNotFound");
}

#[tokio::test(start_paused = true)]
async fn a_nat_gateway_without_an_internet_gateway_fails() {
    let mut network = Network::new();
    network.ok("DetachInternetGateway", "VpcId={vpc}&InternetGatewayId={igw}");
    nat_gateway(&mut network);
    assert_eq!(nat_state(&network).as_deref(), Some("pending"));
    pass(126).await;
    let failed = network.ok("DescribeNatGateways", "Filter.1.Name=state&Filter.1.Value.1=failed");
    assert_eq!(aws::xml(&failed, "failureCode").as_deref(), Some("Gateway.NotAttached"));
    assert!(aws::xml(&failed, "failureMessage").is_some_and(|text| text.contains("no Internet gateway attached")));
    network.ok("ReleaseAddress", "AllocationId={eip}");
    network.ok("DeleteSubnet", "SubnetId={subnet}");
    network.ok("DeleteNatGateway", "NatGatewayId={nat}");
    network.ok("DeleteVpc", "VpcId={vpc}");
    assert_eq!(nat_state(&network).as_deref(), Some("deleted"));
}

#[tokio::test(start_paused = true)]
async fn a_nat_gateway_with_an_address_of_another_fails() {
    let mut network = Network::new();
    nat_gateway(&mut network);
    network.make("nat", "CreateNatGateway", "SubnetId={subnet}&AllocationId={eip}", "natGatewayId");
    pass(126).await;
    let failed = network.ok("DescribeNatGateways", "NatGatewayId.1={nat}");
    assert_eq!(aws::xml(&failed, "failureCode").as_deref(), Some("Resource.AlreadyAssociated"));
    assert_eq!(network.all("DescribeNetworkInterfaces", "", "networkInterfaceId").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_nat_gateway_in_a_full_subnet_fails() {
    let mut network = Network::new();
    network.make("subnet", "CreateSubnet", "VpcId={vpc}&CidrBlock=10.0.1.0/28", "subnetId");
    let private = "SubnetId={subnet}&ConnectivityType=private&SecondaryPrivateIpAddressCount=7";
    network.make("nat", "CreateNatGateway", private, "natGatewayId");
    network.make("nat", "CreateNatGateway", private, "natGatewayId");
    pass(126).await;
    let failed = network.ok("DescribeNatGateways", "NatGatewayId.1={nat}");
    assert_eq!(aws::xml(&failed, "failureCode").as_deref(), Some("InsufficientFreeAddressesInSubnet"));
}

#[tokio::test(start_paused = true)]
async fn the_same_client_token_makes_one_thing() {
    let mut network = Network::new();
    network.make("eip", "AllocateAddress", "", "allocationId");
    let asked = "SubnetId={subnet}&AllocationId={eip}&ClientToken=token";
    let first = network.make("nat", "CreateNatGateway", asked, "natGatewayId");
    assert_eq!(network.first("CreateNatGateway", asked, "natGatewayId"), Some(first.clone()));
    assert_eq!(network.all("DescribeNatGateways", "", "natGatewayId"), [network.id("nat")]);
    pass(126).await;
    network.ok("DeleteNatGateway", "NatGatewayId={nat}");
    pass(4000).await;
    let gone = network.ok("CreateNatGateway", asked);
    assert_eq!(aws::xml(&gone, "natGatewayId"), Some(first), "even when it is gone");
    assert_eq!(aws::xml(&gone, "state").as_deref(), Some("deleted"));
    let table = network.make("table", "CreateRouteTable", "VpcId={vpc}&ClientToken=token", "routeTableId");
    assert_eq!(network.first("CreateRouteTable", "VpcId={vpc}&ClientToken=token", "routeTableId"), Some(table));
    assert_eq!(network.all("DescribeRouteTables", "", "main").len(), 1, "the other one serves nothing yet");
}

#[tokio::test(start_paused = true)]
async fn a_public_nat_gateway_gets_and_loses_a_second_address() {
    let mut network = Network::new();
    nat_gateway(&mut network);
    network.make("second", "AllocateAddress", "", "allocationId");
    pass(126).await;
    let asked = "NatGatewayId={nat}&AllocationId.1={second}&PrivateIpAddress.1=10.0.0.99";
    let answer = network.ok("AssociateNatGatewayAddress", asked);
    assert_eq!(aws::xml(&answer, "status").as_deref(), Some("associating"));
    network.make("association", "DescribeAddresses", "AllocationId.1={second}", "associationId");
    assert_eq!(network.all("DescribeNatGateways", "", "status"), ["succeeded", "succeeded"]);
    assert_eq!(network.all("DescribeNatGateways", "", "privateIp"), ["10.0.0.4", "10.0.0.99"]);
    assert_eq!(network.first("DescribeSubnets", "", "availableIpAddressCount").as_deref(), Some("249"));
    let asked = "NatGatewayId={nat}&AssociationId.1={association}&MaxDrainDurationSeconds=60";
    network.ok("DisassociateNatGatewayAddress", asked);
    assert_eq!(network.all("DescribeNatGateways", "", "status"), ["succeeded", "disassociating"]);
    assert_eq!(network.refused("DisassociateNatGatewayAddress", asked), "IncorrectState");
    assert_eq!(network.refused("ReleaseAddress", "AllocationId={second}"), "InvalidIPAddress.InUse");
    pass(61).await;
    assert_eq!(network.all("DescribeNatGateways", "", "status"), ["succeeded"]);
    assert_eq!(network.first("DescribeSubnets", "", "availableIpAddressCount").as_deref(), Some("250"));
    network.ok("ReleaseAddress", "AllocationId={second}");
}

#[tokio::test(start_paused = true)]
async fn a_private_nat_gateway_gets_and_loses_private_addresses() {
    let mut network = Network::new();
    let private = "SubnetId={subnet}&ConnectivityType=private&PrivateIpAddress=10.0.0.50";
    network.make("nat", "CreateNatGateway", private, "natGatewayId");
    pass(126).await;
    assert_eq!(network.all("DescribeNatGateways", "", "allocationId"), [""; 0]);
    network.ok("AssignPrivateNatGatewayAddress", "NatGatewayId={nat}&PrivateIpAddressCount=2");
    network.ok("AssignPrivateNatGatewayAddress", "NatGatewayId={nat}&PrivateIpAddress.1=10.0.0.51");
    let addresses = || network.all("DescribeNatGateways", "", "privateIp");
    assert_eq!(addresses(), ["10.0.0.50", "10.0.0.4", "10.0.0.5", "10.0.0.51"]);
    let unassign = "NatGatewayId={nat}&PrivateIpAddress.1=10.0.0.4&PrivateIpAddress.2=10.0.0.51";
    network.ok("UnassignPrivateNatGatewayAddress", unassign);
    pass(349).await;
    assert_eq!(addresses().len(), 4, "connections have 350 seconds to end");
    pass(2).await;
    assert_eq!(addresses(), ["10.0.0.50", "10.0.0.5"]);
    assert_eq!(network.first("DescribeSubnets", "", "availableIpAddressCount").as_deref(), Some("249"));
}

#[tokio::test(start_paused = true)]
async fn a_regional_nat_gateway_follows_the_subnets_of_its_vpc() {
    let mut network = Network::new();
    network.make("nat", "CreateNatGateway", "AvailabilityMode=regional&VpcId={vpc}", "natGatewayId");
    pass(126).await;
    let zones = || network.all("DescribeNatGateways", "", "availabilityZone");
    assert_eq!(nat_state(&network).as_deref(), Some("available"));
    assert_eq!(zones(), ["eu-west-1a"]);
    assert_eq!(network.first("DescribeNatGateways", "", "autoProvisionZones").as_deref(), Some("enabled"));
    assert_eq!(network.first("DescribeAddresses", "", "serviceManaged").as_deref(), Some("rnat"));
    let detach = "VpcId={vpc}&InternetGatewayId={igw}";
    assert_eq!(network.refused("DetachInternetGateway", detach), "DependencyViolation");
    let b = network.first("CreateSubnet", "VpcId={vpc}&CidrBlock=10.0.1.0/24&AvailabilityZone=eu-west-1b", "subnetId");
    assert_eq!(zones(), ["eu-west-1a", "eu-west-1b"]);
    network.ok("DeleteSubnet", &format!("SubnetId={}", b.expect("a subnet")));
    assert_eq!(zones(), ["eu-west-1a"]);
    assert_eq!(network.all("DescribeRouteTables", "", "gatewayId").len(), 4, "its own table leads out");
    network.ok("CreateRoute", "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&NatGatewayId={nat}");
    network.ok("DeleteNatGateway", "NatGatewayId={nat}");
    pass(81).await;
    assert_eq!(network.all("DescribeAddresses", "", "publicIp"), [""; 0], "its own addresses went with it");
    network.ok("DetachInternetGateway", detach);
}

#[tokio::test(start_paused = true)]
async fn a_regional_nat_gateway_has_the_zones_that_it_is_given() {
    let mut network = Network::new();
    for name in ["one", "two", "three"] {
        network.make(name, "AllocateAddress", "", "allocationId");
    }
    let asked = "AvailabilityMode=regional&VpcId={vpc}\
        &AvailabilityZoneAddress.1.AvailabilityZone=eu-west-1a&AvailabilityZoneAddress.1.AllocationId.1={one}\
        &AvailabilityZoneAddress.2.AvailabilityZoneId=euw1-az3&AvailabilityZoneAddress.2.AllocationId.1={two}";
    network.make("nat", "CreateNatGateway", asked, "natGatewayId");
    pass(126).await;
    assert_eq!(network.all("DescribeNatGateways", "", "availabilityZoneId"), ["euw1-az1", "euw1-az3"]);
    assert_eq!(network.first("DescribeNatGateways", "", "autoProvisionZones").as_deref(), Some("disabled"));
    let more = "NatGatewayId={nat}&AllocationId.1={three}&AvailabilityZone=eu-west-1b";
    network.ok("AssociateNatGatewayAddress", more);
    let zones = network.all("DescribeNatGateways", "", "availabilityZone");
    assert_eq!(zones, ["eu-west-1a", "eu-west-1c", "eu-west-1b"]);
    network.ok("DeleteNatGateway", "NatGatewayId={nat}");
    pass(81).await;
    for name in ["one", "two", "three"] {
        network.ok("ReleaseAddress", &format!("AllocationId={{{name}}}"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_route_whose_target_is_gone_is_a_black_hole() {
    let mut network = Network::new();
    network.ok("CreateRoute", "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&GatewayId={igw}");
    nat_gateway(&mut network);
    pass(126).await;
    network.make("eni", "DescribeNetworkInterfaces", "", "networkInterfaceId");
    network.ok("CreateRoute", "RouteTableId={main}&DestinationCidrBlock=192.0.2.0/24&NatGatewayId={nat}");
    network.ok("CreateRoute", "RouteTableId={main}&DestinationCidrBlock=198.51.100.0/24&NetworkInterfaceId={eni}");
    let active = |state: &str| {
        let filter = format!("Filter.1.Name=route.state&Filter.1.Value.1={state}");
        network.all("DescribeRouteTables", &filter, "routeTableId").len()
    };
    assert_eq!(active("blackhole"), 0);
    network.ok("DeleteNatGateway", "NatGatewayId={nat}");
    pass(81).await;
    network.ok("DetachInternetGateway", "VpcId={vpc}&InternetGatewayId={igw}");
    assert!(active("blackhole") > 0);
    let states = network.ok("DescribeRouteTables", "");
    assert_eq!(states.matches("<state>blackhole</state>").count(), 3);
    assert_eq!(states.matches("<state>active</state>").count(), 1, "the local one");
    network.ok("AttachInternetGateway", "VpcId={vpc}&InternetGatewayId={igw}");
    assert_eq!(network.ok("DescribeRouteTables", "").matches("<state>blackhole</state>").count(), 2);
}

#[test]
fn an_egress_only_gateway_lives_with_its_vpc_and_leaves_black_holes() {
    let mut network = Network::new();
    let asked = "VpcId={vpc}&ClientToken=token";
    let created = network.ok("CreateEgressOnlyInternetGateway", asked);
    assert_eq!(aws::xml(&created, "state").as_deref(), Some("attached"), "at once");
    assert_eq!(aws::xml(&created, "vpcId").as_deref(), Some(network.id("vpc")));
    assert_eq!(aws::xml(&created, "clientToken").as_deref(), Some("token"));
    network.make("eigw", "CreateEgressOnlyInternetGateway", asked, "egressOnlyInternetGatewayId");
    let all = |network: &Network| network.all("DescribeEgressOnlyInternetGateways", "", "egressOnlyInternetGatewayId");
    assert_eq!(all(&network), [network.id("eigw")], "one token makes one");
    let way_out = "RouteTableId={main}&DestinationIpv6CidrBlock=::/0&EgressOnlyInternetGatewayId={eigw}";
    network.ok("CreateRoute", way_out);
    let black_holes =
        |network: &Network| network.ok("DescribeRouteTables", "").matches("<state>blackhole</state>").count();
    assert_eq!(
        network.first("DescribeRouteTables", "", "egressOnlyInternetGatewayId").as_deref(),
        Some(network.id("eigw"))
    );
    assert_eq!(black_holes(&network), 0);
    let deleted = network.ok("DeleteEgressOnlyInternetGateway", "EgressOnlyInternetGatewayId={eigw}");
    assert_eq!(aws::xml(&deleted, "returnCode").as_deref(), Some("true"));
    assert_eq!(all(&network), [""; 0]);
    assert_eq!(black_holes(&network), 1, "the route stays");
    let again = network.first("CreateEgressOnlyInternetGateway", asked, "egressOnlyInternetGatewayId");
    assert_eq!(again.as_deref(), Some(network.id("eigw")), "the token is remembered");
    assert_eq!(all(&network), [""; 0]);
    network.make("eigw", "CreateEgressOnlyInternetGateway", "VpcId={vpc}", "egressOnlyInternetGatewayId");
    network.ok("ReplaceRoute", way_out);
    assert_eq!(black_holes(&network), 0);
}

#[test]
fn a_released_address_can_be_recovered() {
    let mut network = Network::empty();
    let ip = network.make("ip", "AllocateAddress", "", "publicIp");
    network.make("eip", "DescribeAddresses", "", "allocationId");
    network.ok("ReleaseAddress", "AllocationId={eip}");
    assert_ne!(network.first("AllocateAddress", "", "publicIp"), Some(ip.clone()));
    assert_eq!(network.first("AllocateAddress", "Address={ip}", "publicIp"), Some(ip));
}

#[test]
fn what_is_made_in_one_region_is_not_in_another() {
    let network = Network::new();
    let mut elsewhere = network.aws.clone();
    elsewhere.region = "us-east-1".into();
    let subnets = elsewhere.ec2("DescribeSubnets", &[]).expect("subnets");
    assert_eq!(aws::all(&subnets, "subnetId"), [""; 0]);
    elsewhere.account = "444455556666".into();
    elsewhere.region = network.aws.region.clone();
    let vpcs = elsewhere.ec2("DescribeVpcs", &[]).expect("VPCs");
    assert_eq!(aws::all(&vpcs, "vpcId"), [""; 0]);
}
