//! VPC endpoints from their creation to their end, and the services that they lead to.

mod aws;
mod network;

use std::time::Duration;

use network::Network;

/// Enough virtual seconds for an interface endpoint to be made, or to go.
const MADE: u64 = 151;
const GONE: u64 = 301;

async fn pass(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

/// A network with DNS names and subnets `{a}` and `{b}` in two zones.
fn network() -> Network {
    let mut network = Network::new();
    network.ok("ModifyVpcAttribute", "VpcId={vpc}&EnableDnsHostnames.Value=true");
    for (name, number) in [("a", 1), ("b", 2)] {
        let asked = format!("VpcId={{vpc}}&CidrBlock=10.0.{number}.0/24&AvailabilityZone=eu-west-1{name}");
        network.make(name, "CreateSubnet", &asked, "subnetId");
    }
    network
}

/// An interface endpoint `{endpoint}` for EC2 in `{a}` with the group `{group}`.
fn interface(network: &mut Network) {
    network.make("group", "CreateSecurityGroup", "GroupName=a&GroupDescription=a&VpcId={vpc}", "groupId");
    let asked = "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.ec2&VpcEndpointType=Interface&SubnetId.1={a}\
        &SecurityGroupId.1={group}&TagSpecification.1.ResourceType=vpc-endpoint&TagSpecification.1.Tag.1.Key=team\
        &TagSpecification.1.Tag.1.Value=a";
    network.make("endpoint", "CreateVpcEndpoint", asked, "vpcEndpointId");
}

fn state(network: &Network) -> Option<String> {
    network.first("DescribeVpcEndpoints", "VpcEndpointId.1={endpoint}", "state")
}

fn interfaces(network: &Network, element: &str) -> Vec<String> {
    network.all("DescribeNetworkInterfaces", "Filter.1.Name=interface-type&Filter.1.Value.1=vpc_endpoint", element)
}

#[tokio::test(start_paused = true)]
async fn an_interface_endpoint_is_made_changed_and_deleted() {
    let mut network = network();
    interface(&mut network);
    assert_eq!(state(&network).as_deref(), Some("pending"));
    pass(MADE).await;
    let shown = network.ok("DescribeVpcEndpoints", "");
    for (element, value) in [
        ("state", "available"),
        ("vpcEndpointType", "Interface"),
        ("serviceName", "com.amazonaws.eu-west-1.ec2"),
        ("privateDnsEnabled", "true"),
        ("ipAddressType", "ipv4"),
        ("dnsRecordIpType", "ipv4"),
        ("groupName", "a"),
    ] {
        assert_eq!(aws::xml(&shown, element).as_deref(), Some(value), "{element}");
    }
    let names = aws::all(&shown, "dnsName");
    assert_eq!(names.len(), 3);
    assert!(names[1].contains("-eu-west-1a.ec2.eu-west-1.vpce.amazonaws.com"), "{names:?}");
    assert_eq!(names[2], "ec2.eu-west-1.amazonaws.com");
    assert_eq!(interfaces(&network, "subnetId"), [network.id("a")]);
    let description = format!("VPC Endpoint Interface {}", network.id("endpoint"));
    assert_eq!(interfaces(&network, "description"), [description]);

    network.make("default", "DescribeSecurityGroups", "Filter.1.Name=group-name&Filter.1.Value.1=default", "groupId");
    let change = "VpcEndpointId={endpoint}&AddSubnetId.1={b}&RemoveSubnetId.1={a}&AddSecurityGroupId.1={default}\
        &RemoveSecurityGroupId.1={group}&PrivateDnsEnabled=false";
    network.ok("ModifyVpcEndpoint", change);
    assert_eq!(interfaces(&network, "subnetId"), [network.id("b")]);
    assert_eq!(interfaces(&network, "groupId"), [network.id("default")]);
    assert_eq!(network.first("DescribeVpcEndpoints", "", "privateDnsEnabled").as_deref(), Some("false"));
    network.ok("DeleteSecurityGroup", "GroupId={group}");

    network.ok("DeleteVpcEndpoints", "VpcEndpointId.1={endpoint}");
    assert_eq!(state(&network).as_deref(), Some("deleting"));
    assert_eq!(network.refused("DeleteSubnet", "SubnetId={b}"), "DependencyViolation");
    pass(GONE).await;
    assert_eq!(network.refused("DescribeVpcEndpoints", "VpcEndpointId.1={endpoint}"), "InvalidVpcEndpointId.NotFound");
    assert_eq!(interfaces(&network, "subnetId"), [""; 0]);
    network.ok("DeleteSubnet", "SubnetId={b}");
}

#[test]
fn a_gateway_endpoint_has_routes() {
    let mut network = network();
    network.make("private", "CreateRouteTable", "VpcId={vpc}", "routeTableId");
    let asked = "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.s3&RouteTableId.1={private}";
    network.make("endpoint", "CreateVpcEndpoint", asked, "vpcEndpointId");
    assert_eq!(state(&network).as_deref(), Some("available"));
    let routed = "Filter.1.Name=route.destination-prefix-list-id&Filter.1.Value.1=pl-6da54004";
    let tables = || network.all("DescribeRouteTables", routed, "routeTableId");
    assert!(tables().contains(&network.id("private").to_owned()) && !tables().contains(&network.id("main").to_owned()));
    let table = network.ok("DescribeRouteTables", "RouteTableId.1={private}");
    assert_eq!(aws::all(&table, "gatewayId"), ["local", network.id("endpoint")]);
    assert_eq!(aws::all(&table, "state")[..2], ["active", "active"]);
    let change = "VpcEndpointId={endpoint}&AddRouteTableId.1={main}&RemoveRouteTableId.1={private}";
    network.ok("ModifyVpcEndpoint", change);
    assert!(!tables().contains(&network.id("private").to_owned()) && tables().contains(&network.id("main").to_owned()));
    network.ok("DeleteVpcEndpoints", "VpcEndpointId.1={endpoint}");
    assert_eq!(network.all("DescribeVpcEndpoints", "", "vpcEndpointId"), [""; 0]);
    assert_eq!(tables(), [""; 0]);
}

#[test]
fn a_route_table_goes_with_its_route_to_an_endpoint() {
    let mut network = network();
    network.make("private", "CreateRouteTable", "VpcId={vpc}", "routeTableId");
    let asked = "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.dynamodb&RouteTableId.1={private}";
    network.make("endpoint", "CreateVpcEndpoint", asked, "vpcEndpointId");
    network.ok("DeleteRouteTable", "RouteTableId={private}");
    let shown = network.ok("DescribeVpcEndpoints", "");
    assert!(!shown.contains(network.id("private")), "{shown}");
}

#[test]
fn policies_are_kept_and_reset() {
    let mut network = network();
    let own = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]}"#;
    let asked = format!("VpcId={{vpc}}&ServiceName=com.amazonaws.eu-west-1.s3&PolicyDocument={own}");
    network.make("endpoint", "CreateVpcEndpoint", &asked, "vpcEndpointId");
    let policy = || network.first("DescribeVpcEndpoints", "", "policyDocument").expect("a policy");
    assert_eq!(policy(), own);
    network.ok("ModifyVpcEndpoint", "VpcEndpointId={endpoint}&ResetPolicy=true");
    assert!(policy().contains(r#""Action":"*""#), "{}", policy());
    network.ok("ModifyVpcEndpoint", &format!("VpcEndpointId={{endpoint}}&PolicyDocument={own}"));
    assert_eq!(policy(), own);
}

#[test]
fn what_cannot_be_deleted_is_named() {
    let mut network = network();
    let asked = "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.s3&ClientToken=t";
    network.make("endpoint", "CreateVpcEndpoint", asked, "vpcEndpointId");
    assert_eq!(network.first("CreateVpcEndpoint", asked, "vpcEndpointId").as_deref(), Some(network.id("endpoint")));
    let answer = network.ok("DeleteVpcEndpoints", "VpcEndpointId.1=vpce-12345678&VpcEndpointId.2={endpoint}");
    assert_eq!(aws::all(&answer, "resourceId"), ["vpce-12345678"]);
    assert_eq!(aws::all(&answer, "code"), ["InvalidVpcEndpoint.NotFound"]);
    assert_eq!(network.all("DescribeVpcEndpoints", "", "vpcEndpointId"), [""; 0]);
}

#[test]
fn endpoints_are_found_by_filters_and_tags() {
    let mut network = network();
    interface(&mut network);
    network.ok("CreateVpcEndpoint", "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.s3");
    for (filter, value, count) in [
        ("vpc-id", "{vpc}", 2),
        ("service-name", "*.ec2", 1),
        ("vpc-endpoint-type", "Gateway", 1),
        ("vpc-endpoint-state", "pending", 1),
        ("vpc-endpoint-id", "{endpoint}", 1),
        ("ip-address-type", "ipv6", 0),
        ("tag:team", "a", 1),
    ] {
        let asked = format!("Filter.1.Name={filter}&Filter.1.Value.1={value}");
        assert_eq!(network.all("DescribeVpcEndpoints", &asked, "vpcEndpointId").len(), count, "{filter}");
    }
    assert_eq!(network.all("DescribeTags", "", "resourceType"), ["vpc-endpoint"]);
}

#[test]
fn services_have_their_zones() {
    let network = network();
    let services = |filter: &str| network.ok("DescribeVpcEndpointServices", filter);
    let all = aws::all(&services(""), "serviceName");
    assert!(all.iter().any(|name| name == "com.amazonaws.eu-west-1.ecr.dkr"), "{all:?}");
    let s3 = services("ServiceName.1=com.amazonaws.eu-west-1.s3");
    assert_eq!(s3.matches("<serviceType>Gateway</serviceType>").count(), 1);
    assert_eq!(s3.matches("<serviceType>Interface</serviceType>").count(), 1);
    for (service, zones) in [("ec2", 3), ("eks-auth", 2)] {
        let shown = services(&format!("ServiceName.1=com.amazonaws.eu-west-1.{service}"));
        assert_eq!(shown.matches("<item>eu-west-1").count(), zones, "{service}: {shown}");
        assert_eq!(aws::xml(&shown, "owner").as_deref(), Some("amazon"));
    }
    let gateways = services("Filter.1.Name=service-type&Filter.1.Value.1=Gateway");
    assert_eq!(gateways.matches("<serviceId>").count(), 2);
    let lists = "Filter.1.Name=prefix-list-name&Filter.1.Value.1=com.amazonaws.eu-west-1.s3";
    assert_eq!(network.all("DescribePrefixLists", lists, "prefixListId"), ["pl-6da54004"]);
}

#[test]
fn services_have_other_names_in_china() {
    let mut network = Network::empty();
    network.aws.region = "cn-north-1".into();
    let names = network.ok("DescribeVpcEndpointServices", "");
    for name in ["cn.com.amazonaws.cn-north-1.ec2", "com.amazonaws.cn-north-1.s3"] {
        assert!(names.contains(&format!(">{name}<")), "{name}");
    }
}
