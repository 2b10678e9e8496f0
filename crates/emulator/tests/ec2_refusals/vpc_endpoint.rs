//! VPC endpoints.

use super::{assert_refused, other_vpc, table};
use crate::network::Network;

/// A gateway endpoint `{gateway}` for S3 in `{vpc}`, with a route in `{main}`.
fn gateway(net: &mut Network) {
    let asked = "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.s3&RouteTableId.1={main}";
    net.make("gateway", "CreateVpcEndpoint", asked, "vpcEndpointId");
}

/// An interface endpoint `{endpoint}` for EC2 in `{subnet}`, with private DNS.
fn interface(net: &mut Network) {
    net.ok("ModifyVpcAttribute", "VpcId={vpc}&EnableDnsHostnames.Value=true");
    net.make("endpoint", "CreateVpcEndpoint", INTERFACE, "vpcEndpointId");
}

const INTERFACE: &str = "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.ec2&VpcEndpointType=Interface\
    &SubnetId.1={subnet}";

/// A subnet `{second}` in another zone than `{subnet}`, and `{third}` in the same.
fn more_subnets(net: &mut Network) {
    let subnet = |cidr: &str, zone: char| format!("VpcId={{vpc}}&CidrBlock={cidr}&AvailabilityZone=eu-west-1{zone}");
    net.make("zone", "DescribeSubnets", "SubnetId.1={subnet}", "availabilityZone");
    let (same, other) = if net.id("zone").ends_with('a') { ('a', 'b') } else { ('b', 'a') };
    net.make("second", "CreateSubnet", &subnet("10.0.2.0/24", other), "subnetId");
    net.make("third", "CreateSubnet", &subnet("10.0.3.0/24", same), "subnetId");
}

refusals! {
    an_endpoint_without_a_service: "MissingParameter" = "CreateVpcEndpoint" "VpcId={vpc}";
    an_endpoint_in_no_vpc: "InvalidVpcID.NotFound" =
        "CreateVpcEndpoint" "VpcId=vpc-12345678&ServiceName=com.amazonaws.eu-west-1.s3";
    an_endpoint_for_no_service: "InvalidServiceName" =
        "CreateVpcEndpoint" "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.nothing";
    an_endpoint_for_a_service_of_another_region: "InvalidServiceName" =
        "CreateVpcEndpoint" "VpcId={vpc}&ServiceName=com.amazonaws.us-east-1.s3";
    an_endpoint_of_a_type_that_there_is_not: "InvalidParameter" =
        "CreateVpcEndpoint" "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.ec2";
    an_endpoint_of_a_type_that_is_not_here: "UnsupportedOperation" =
        "CreateVpcEndpoint"
        "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.ec2&VpcEndpointType=GatewayLoadBalancer";
    an_endpoint_with_half_a_policy: "InvalidPolicyDocument" =
        "CreateVpcEndpoint" "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.s3&PolicyDocument={";
    an_endpoint_with_a_policy_without_an_effect: "InvalidPolicyDocument" =
        "CreateVpcEndpoint"
        "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.s3\
         &PolicyDocument={\"Statement\":[{\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}]}";
    an_endpoint_with_tags_of_something_else: "InvalidParameterValue" =
        "CreateVpcEndpoint"
        "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.s3&TagSpecification.1.ResourceType=vpc\
         &TagSpecification.1.Tag.1.Key=a";
    an_endpoint_asked_for_differently: "IdempotentParameterMismatch" =
        "CreateVpcEndpoint" "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.dynamodb&ClientToken=t"
        after |net| {
        net.ok("CreateVpcEndpoint", "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.s3&ClientToken=t");
    };

    a_gateway_endpoint_in_a_subnet: "InvalidParameter" =
        "CreateVpcEndpoint" "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.s3&SubnetId.1={subnet}";
    a_gateway_endpoint_with_private_dns: "InvalidParameter" =
        "CreateVpcEndpoint" "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.s3&PrivateDnsEnabled=true";
    a_gateway_endpoint_for_ipv6: "InvalidParameter" =
        "CreateVpcEndpoint" "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.s3&IpAddressType=ipv6";
    a_gateway_endpoint_for_no_table: "InvalidRouteTableID.NotFound" =
        "CreateVpcEndpoint" "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.s3&RouteTableId.1=rtb-12345678";
    a_gateway_endpoint_for_a_table_elsewhere: "InvalidParameter" =
        "CreateVpcEndpoint" "VpcId={other}&ServiceName=com.amazonaws.eu-west-1.s3&RouteTableId.1={main}"
        after |net| { other_vpc(net); };
    a_second_gateway_endpoint_for_a_table: "RouteAlreadyExists" =
        "CreateVpcEndpoint" "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.s3&RouteTableId.1={main}"
        after |net| { gateway(net); };

    private_dns_without_dns: "InvalidParameter" =
        "CreateVpcEndpoint"
        "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.ec2&VpcEndpointType=Interface&SubnetId.1={subnet}";
    private_dns_twice: "InvalidParameter" =
        "CreateVpcEndpoint"
        "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.ec2&VpcEndpointType=Interface"
        after |net| { interface(net); };
    an_interface_endpoint_with_a_route_table: "InvalidParameter" =
        "CreateVpcEndpoint"
        "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.ec2&VpcEndpointType=Interface&RouteTableId.1={main}";
    an_interface_endpoint_in_no_subnet: "InvalidSubnetID.NotFound" =
        "CreateVpcEndpoint"
        "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.ec2&VpcEndpointType=Interface&SubnetId.1=subnet-12345678";
    an_interface_endpoint_in_a_subnet_elsewhere: "InvalidParameter" =
        "CreateVpcEndpoint"
        "VpcId={other}&ServiceName=com.amazonaws.eu-west-1.ec2&VpcEndpointType=Interface&SubnetId.1={subnet}"
        after |net| { other_vpc(net); };
    an_interface_endpoint_twice_in_a_zone: "DuplicateSubnetsInSameZone" =
        "CreateVpcEndpoint"
        "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.ec2&VpcEndpointType=Interface&SubnetId.1={subnet}\
         &SubnetId.2={third}"
        after |net| { more_subnets(net); };
    an_interface_endpoint_in_a_zone_without_the_service: "InvalidParameter" =
        "CreateVpcEndpoint"
        "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.eks-auth&VpcEndpointType=Interface&SubnetId.1={far}"
        after |net| {
        net.ok("ModifyVpcAttribute", "VpcId={vpc}&EnableDnsHostnames.Value=true");
        let subnet = "VpcId={vpc}&CidrBlock=10.0.9.0/24&AvailabilityZone=eu-west-1c";
        net.make("far", "CreateSubnet", subnet, "subnetId");
    };
    an_interface_endpoint_for_ipv6_without_it: "InvalidParameter" =
        "CreateVpcEndpoint"
        "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.ec2&VpcEndpointType=Interface&SubnetId.1={subnet}\
         &IpAddressType=dualstack";
    an_interface_endpoint_with_no_group: "InvalidGroup.NotFound" =
        "CreateVpcEndpoint"
        "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.ec2&VpcEndpointType=Interface\
         &SecurityGroupId.1=sg-12345678";
    an_interface_endpoint_with_a_group_elsewhere: "InvalidParameter" =
        "CreateVpcEndpoint"
        "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.ec2&VpcEndpointType=Interface&SecurityGroupId.1={theirs}"
        after |net| {
        other_vpc(net);
        net.make("theirs", "CreateSecurityGroup", "GroupName=a&GroupDescription=a&VpcId={other}", "groupId");
    };
}

refusals! {
    changing_an_endpoint_that_is_not_there: "InvalidVpcEndpointId.NotFound" =
        "ModifyVpcEndpoint" "VpcEndpointId=vpce-12345678";
    changing_an_endpoint_with_a_malformed_id: "InvalidVpcEndpointId.Malformed" =
        "ModifyVpcEndpoint" "VpcEndpointId=endpoint";
    resetting_and_setting_a_policy: "InvalidParameterCombination" =
        "ModifyVpcEndpoint" "VpcEndpointId={gateway}&ResetPolicy=true&PolicyDocument={}"
        after |net| { gateway(net); };
    a_table_that_is_not_the_endpoints: "InvalidParameter" =
        "ModifyVpcEndpoint" "VpcEndpointId={gateway}&RemoveRouteTableId.1={table}"
        after |net| { gateway(net); table(net); };
    a_table_that_is_the_endpoints: "RouteAlreadyExists" =
        "ModifyVpcEndpoint" "VpcEndpointId={gateway}&AddRouteTableId.1={main}"
        after |net| { gateway(net); };
    a_subnet_for_a_gateway_endpoint: "InvalidParameter" =
        "ModifyVpcEndpoint" "VpcEndpointId={gateway}&AddSubnetId.1={subnet}"
        after |net| { gateway(net); };
    private_dns_for_a_gateway_endpoint: "InvalidParameter" =
        "ModifyVpcEndpoint" "VpcEndpointId={gateway}&PrivateDnsEnabled=true"
        after |net| { gateway(net); };
    a_table_for_an_interface_endpoint: "InvalidParameter" =
        "ModifyVpcEndpoint" "VpcEndpointId={endpoint}&AddRouteTableId.1={main}"
        after |net| { interface(net); };
    a_subnet_in_a_zone_that_is_taken: "DuplicateSubnetsInSameZone" =
        "ModifyVpcEndpoint" "VpcEndpointId={endpoint}&AddSubnetId.1={third}"
        after |net| { interface(net); more_subnets(net); };
    a_subnet_that_is_not_the_endpoints: "InvalidParameter" =
        "ModifyVpcEndpoint" "VpcEndpointId={endpoint}&RemoveSubnetId.1={second}"
        after |net| { interface(net); more_subnets(net); };
    the_last_security_group_of_an_endpoint: "InvalidParameter" =
        "ModifyVpcEndpoint" "VpcEndpointId={endpoint}&RemoveSecurityGroupId.1={default}"
        after |net| {
        interface(net);
        net.make("default", "DescribeSecurityGroups", "", "groupId");
    };

    deleting_no_endpoint: "MissingParameter" = "DeleteVpcEndpoints" "";
    deleting_a_malformed_endpoint: "InvalidVpcEndpointId.Malformed" = "DeleteVpcEndpoints" "VpcEndpointId.1=endpoint";
    deleting_a_vpc_with_an_endpoint: "DependencyViolation" = "DeleteVpc" "VpcId={other}"
        after |net| {
        other_vpc(net);
        net.ok("CreateVpcEndpoint", "VpcId={other}&ServiceName=com.amazonaws.eu-west-1.s3");
    };
    deleting_a_subnet_with_an_endpoint: "DependencyViolation" = "DeleteSubnet" "SubnetId={subnet}"
        after |net| { interface(net); };
    deleting_a_group_of_an_endpoint: "DependencyViolation" = "DeleteSecurityGroup" "GroupId={group}"
        after |net| {
        net.make("group", "CreateSecurityGroup", "GroupName=a&GroupDescription=a&VpcId={vpc}", "groupId");
        let asked = "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.ec2&VpcEndpointType=Interface\
            &SecurityGroupId.1={group}&PrivateDnsEnabled=false";
        net.ok("CreateVpcEndpoint", asked);
    };

    deleting_the_route_of_an_endpoint: "InvalidParameterValue" =
        "DeleteRoute" "RouteTableId={main}&DestinationPrefixListId=pl-6da54004"
        after |net| { gateway(net); };
    replacing_the_route_of_an_endpoint: "InvalidParameterValue" =
        "ReplaceRoute" "RouteTableId={main}&DestinationPrefixListId=pl-6da54004&GatewayId={igw}"
        after |net| { gateway(net); };
    a_route_that_is_an_endpoints: "RouteAlreadyExists" =
        "CreateRoute" "RouteTableId={main}&DestinationPrefixListId=pl-6da54004&GatewayId={igw}"
        after |net| { gateway(net); };
    a_route_to_an_endpoint: "InvalidParameterValue" =
        "CreateRoute" "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&GatewayId={gateway}"
        after |net| { gateway(net); };

    listing_an_endpoint_that_is_not_there: "InvalidVpcEndpointId.NotFound" =
        "DescribeVpcEndpoints" "VpcEndpointId.1=vpce-12345678";
    listing_a_service_that_is_not_there: "InvalidServiceName" =
        "DescribeVpcEndpointServices" "ServiceName.1=com.amazonaws.eu-west-1.nothing";
    listing_services_of_another_region: "UnsupportedOperation" =
        "DescribeVpcEndpointServices" "ServiceRegion.1=us-east-1";
    listing_a_prefix_list_that_is_not_there: "InvalidPrefixListID.NotFound" =
        "DescribePrefixLists" "PrefixListId.1=pl-12345678";
}

#[test]
fn changes_of_an_endpoint_that_is_pending() {
    // Here time stands still.
    let mut network = Network::new();
    interface(&mut network);
    let asked = "VpcEndpointId={endpoint}&PrivateDnsEnabled=false";
    assert_refused(&network, "ModifyVpcEndpoint", asked, "IncorrectState");
}

#[test]
fn the_fifty_first_interface_endpoint_of_a_vpc() {
    let network = Network::instant();
    let asked = "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.ec2&VpcEndpointType=Interface&PrivateDnsEnabled=false";
    for _ in 0..50 {
        network.ok("CreateVpcEndpoint", asked);
    }
    assert_refused(&network, "CreateVpcEndpoint", asked, "VpcEndpointLimitExceeded");
}
