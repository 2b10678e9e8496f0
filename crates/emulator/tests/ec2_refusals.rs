//! What EC2 refuses, each with AWS's error code, and without changing anything.

mod aws;
mod network;

use network::Network;

/// Tests by name: the code that a call is refused with, in a [`Network::new`] and after what stands in braces.
macro_rules! refusals {
    (@before) => { |_: &mut Network| {} };
    (@before $net:ident $setup:block) => { |$net: &mut Network| $setup };
    ($($name:ident: $code:literal = $action:literal $parameters:literal $(after |$net:ident| $setup:block)?;)+) => {$(
        #[test]
        fn $name() {
            let network = Network::instant().after(refusals!(@before $($net $setup)?));
            assert_refused(&network, $action, $parameters, $code);
        }
    )+};
}

#[path = "ec2_refusals/address.rs"]
mod address;
#[path = "ec2_refusals/egress_only_internet_gateway.rs"]
mod egress_only_internet_gateway;
#[path = "ec2_refusals/flow_log.rs"]
mod flow_log;
#[path = "ec2_refusals/id.rs"]
mod id;
#[path = "ec2_refusals/launch_template.rs"]
mod launch_template;
#[path = "ec2_refusals/nat_gateway.rs"]
mod nat_gateway;
#[path = "ec2_refusals/request.rs"]
mod request;
#[path = "ec2_refusals/route_table.rs"]
mod route_table;
#[path = "ec2_refusals/security_group.rs"]
mod security_group;
#[path = "ec2_refusals/subnet.rs"]
mod subnet;
#[path = "ec2_refusals/tag.rs"]
mod tag;
#[path = "ec2_refusals/vpc.rs"]
mod vpc;
#[path = "ec2_refusals/vpc_endpoint.rs"]
mod vpc_endpoint;

fn assert_refused(network: &Network, action: &str, parameters: &str, code: &str) {
    let before = network.everything();
    let refused = network.call(action, parameters).expect_err("a refusal");
    assert_eq!(refused.code, code, "{}", refused.message);
    assert!(!refused.message.is_empty());
    assert_eq!(network.everything(), before, "a refused call changes nothing");
}

/// An egress-only internet gateway `{eigw}` of `{vpc}`.
fn egress_only_gateway(net: &mut Network) {
    net.make("eigw", "CreateEgressOnlyInternetGateway", "VpcId={vpc}", "egressOnlyInternetGatewayId");
}

/// A NAT gateway `{nat}` in `{subnet}`, with the address `{eip}`.
fn nat_gateway(net: &mut Network) {
    net.make("eip", "AllocateAddress", "", "allocationId");
    net.make("nat", "CreateNatGateway", "SubnetId={subnet}&AllocationId={eip}", "natGatewayId");
}

/// A private NAT gateway `{nat}` in `{subnet}`.
fn private_nat_gateway(net: &mut Network) {
    net.make("nat", "CreateNatGateway", "SubnetId={subnet}&ConnectivityType=private", "natGatewayId");
}

/// A route table `{table}`.
fn table(net: &mut Network) {
    net.make("table", "CreateRouteTable", "VpcId={vpc}", "routeTableId");
}

/// Another VPC `{other}`.
fn other_vpc(net: &mut Network) {
    net.make("other", "CreateVpc", "CidrBlock=10.1.0.0/16", "vpcId");
}

/// Another VPC `{dual}` with an IPv6 block, `{prefix}0::/56`.
fn dual_stack_vpc(net: &mut Network) {
    net.make("dual", "CreateVpc", "CidrBlock=10.2.0.0/16&AmazonProvidedIpv6CidrBlock=true", "vpcId");
    net.make("block", "DescribeVpcs", "VpcId.1={dual}", "ipv6CidrBlock");
    net.make(
        "ipv6-association",
        "DescribeVpcs",
        "VpcId.1={dual}&Filter.1.Name=vpc-id&Filter.1.Value.1={dual}",
        "associationId",
    );
}

#[test]
fn a_fifty_first_tag() {
    let network = Network::new();
    let tags = |numbers: std::ops::Range<usize>| -> String {
        numbers.map(|number| format!("&Tag.{}.Key=key-{number}", number + 1)).collect()
    };
    assert_refused(&network, "CreateTags", &format!("ResourceId.1={{vpc}}{}", tags(0..51)), "TagLimitExceeded");
    network.ok("CreateTags", &format!("ResourceId.1={{vpc}}{}", tags(0..50)));
    assert_refused(&network, "CreateTags", "ResourceId.1={vpc}&Tag.1.Key=another", "TagLimitExceeded");
    network.ok("CreateTags", "ResourceId.1={vpc}&Tag.1.Key=key-7&Tag.1.Value=seven");
}

#[test]
fn more_filter_values_than_a_call_may_have() {
    let network = Network::new();
    let values: String = (1..=201).map(|number| format!("&Filter.1.Value.{number}={number}")).collect();
    assert_refused(&network, "DescribeVpcs", &format!("Filter.1.Name=tag:a{values}"), "FilterLimitExceeded");
}

#[test]
fn the_two_hundred_first_subnet_and_route_table() {
    let network = Network::new();
    for number in 1..200 {
        network.ok("CreateSubnet", &format!("VpcId={{vpc}}&CidrBlock=10.0.{number}.0/24"));
        network.ok("CreateRouteTable", "VpcId={vpc}");
    }
    assert_refused(&network, "CreateSubnet", "VpcId={vpc}&CidrBlock=10.0.200.0/24", "SubnetLimitExceeded");
    assert_refused(&network, "CreateRouteTable", "VpcId={vpc}", "RouteTableLimitExceeded");
}

#[test]
fn the_five_hundred_first_route() {
    let network = Network::new();
    for number in 0..500 {
        let cidr = format!("172.{}.{}.0/24", 16 + number / 250, number % 250);
        network.ok("CreateRoute", &format!("RouteTableId={{main}}&DestinationCidrBlock={cidr}&GatewayId={{igw}}"));
    }
    let one_more = "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&GatewayId={igw}";
    assert_refused(&network, "CreateRoute", one_more, "RouteLimitExceeded");
}

#[test]
fn a_refusal_has_the_status_and_the_words_of_aws() {
    let network = Network::new();
    let refused = network.call("DeleteVpc", "VpcId={vpc}").expect_err("a refusal");
    assert_eq!((refused.status, refused.code.as_str()), (400, "DependencyViolation"));
    assert!(refused.message.contains(network.id("vpc")), "{}", refused.message);
    assert!(refused.message.ends_with("has dependencies and cannot be deleted."), "{}", refused.message);
    let dry = network.call("CreateInternetGateway", "DryRun=true").expect_err("a refusal");
    assert_eq!((dry.status, dry.code.as_str()), (412, "DryRunOperation"));
}

#[test]
fn changes_to_a_nat_gateway_that_is_not_available() {
    // Here time stands still: the NAT gateway stays pending.
    let mut network = Network::new();
    nat_gateway(&mut network);
    network.make("second", "AllocateAddress", "", "allocationId");
    let associate = "NatGatewayId={nat}&AllocationId.1={second}";
    assert_refused(&network, "AssociateNatGatewayAddress", associate, "IncorrectState");
}
