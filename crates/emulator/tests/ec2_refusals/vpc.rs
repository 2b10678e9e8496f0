//! VPCs and their blocks.

use super::{assert_refused, dual_stack_vpc, egress_only_gateway, table};
use crate::network::Network;

refusals! {
    a_vpc_without_a_block: "MissingParameter" = "CreateVpc" "";
    a_vpc_that_is_too_large: "InvalidVpc.Range" = "CreateVpc" "CidrBlock=10.0.0.0/15";
    a_vpc_that_is_too_small: "InvalidVpc.Range" = "CreateVpc" "CidrBlock=10.0.0.0/29";
    a_vpc_of_loopback_addresses: "InvalidVpc.Range" = "CreateVpc" "CidrBlock=127.0.0.0/16";
    a_block_that_is_none: "InvalidParameterValue" = "CreateVpc" "CidrBlock=10.0.0.0";
    a_vpc_for_dedicated_hosts: "InvalidParameterValue" =
        "CreateVpc" "CidrBlock=10.1.0.0/16&InstanceTenancy=host";
    a_vpc_from_a_pool: "InvalidIpamPoolId.NotFound" =
        "CreateVpc" "Ipv4IpamPoolId=ipam-pool-12345678&Ipv4NetmaskLength=24";
    a_vpc_with_ones_own_ipv6: "InvalidPoolID.NotFound" =
        "CreateVpc" "CidrBlock=10.1.0.0/16&Ipv6Pool=ipv6pool-ec2-12345678";
    a_vpc_with_encryption_control: "UnsupportedOperation" =
        "CreateVpc" "CidrBlock=10.1.0.0/16&VpcEncryptionControl.Mode=monitor";
    a_border_group_without_ipv6: "InvalidParameterCombination" =
        "CreateVpc" "CidrBlock=10.1.0.0/16&Ipv6CidrBlockNetworkBorderGroup=eu-west-1";
    a_border_group_elsewhere: "InvalidParameterValue" =
        "CreateVpc" "CidrBlock=10.1.0.0/16&AmazonProvidedIpv6CidrBlock=true&Ipv6CidrBlockNetworkBorderGroup=us-east-1";
    a_sixth_vpc: "VpcLimitExceeded" = "CreateVpc" "CidrBlock=10.9.0.0/16"
        after |net| {
        (1..5).for_each(|number| drop(net.ok("CreateVpc", &format!("CidrBlock=10.{number}.0.0/16"))));
    };
    deleting_a_vpc_with_subnets: "DependencyViolation" = "DeleteVpc" "VpcId={vpc}"
        after |net| {
        net.ok("DetachInternetGateway", "VpcId={vpc}&InternetGatewayId={igw}");
    };
    deleting_a_vpc_with_an_internet_gateway: "DependencyViolation" = "DeleteVpc" "VpcId={vpc}"
        after |net| {
        net.ok("DeleteSubnet", "SubnetId={subnet}");
    };
    deleting_a_vpc_with_a_route_table: "DependencyViolation" = "DeleteVpc" "VpcId={vpc}"
        after |net| {
        net.ok("DeleteSubnet", "SubnetId={subnet}");
        net.ok("DetachInternetGateway", "VpcId={vpc}&InternetGatewayId={igw}");
        table(net);
    };
    deleting_a_vpc_with_an_egress_only_gateway: "DependencyViolation" = "DeleteVpc" "VpcId={vpc}"
        after |net| {
        net.ok("DeleteSubnet", "SubnetId={subnet}");
        net.ok("DetachInternetGateway", "VpcId={vpc}&InternetGatewayId={igw}");
        egress_only_gateway(net);
    };
    modifying_no_attribute_of_a_vpc: "MissingParameter" = "ModifyVpcAttribute" "VpcId={vpc}";
    modifying_two_attributes_of_a_vpc: "InvalidParameterCombination" =
        "ModifyVpcAttribute" "VpcId={vpc}&EnableDnsSupport.Value=true&EnableDnsHostnames.Value=true";
    hostnames_without_dns: "InvalidParameterValue" =
        "ModifyVpcAttribute" "VpcId={vpc}&EnableDnsHostnames.Value=true"
        after |net| {
        net.ok("ModifyVpcAttribute", "VpcId={vpc}&EnableDnsSupport.Value=false");
    };
    dedicated_tenancy_afterwards: "InvalidParameterValue" =
        "ModifyVpcTenancy" "VpcId={vpc}&InstanceTenancy=dedicated";
}

refusals! {
    no_further_block_at_all: "MissingParameter" = "AssociateVpcCidrBlock" "VpcId={vpc}";
    two_further_blocks_at_once: "InvalidParameterCombination" =
        "AssociateVpcCidrBlock" "VpcId={vpc}&CidrBlock=10.1.0.0/16&AmazonProvidedIpv6CidrBlock=true";
    a_further_block_that_overlaps: "InvalidVpc.Range" =
        "AssociateVpcCidrBlock" "VpcId={vpc}&CidrBlock=10.0.128.0/17";
    a_further_block_of_another_private_range: "InvalidVpc.Range" =
        "AssociateVpcCidrBlock" "VpcId={vpc}&CidrBlock=192.168.0.0/16";
    a_further_block_that_covers_a_route: "InvalidVpc.Range" =
        "AssociateVpcCidrBlock" "VpcId={vpc}&CidrBlock=100.64.0.0/16"
        after |net| {
        net.ok("CreateRoute", "RouteTableId={main}&DestinationCidrBlock=100.64.1.0/24&GatewayId={igw}");
    };
    a_sixth_block: "CidrLimitExceeded" = "AssociateVpcCidrBlock" "VpcId={vpc}&CidrBlock=10.9.0.0/16"
        after |net| {
        for number in 1..5 {
            net.ok("AssociateVpcCidrBlock", &format!("VpcId={{vpc}}&CidrBlock=10.{number}.0.0/16"));
        }
    };
    a_second_ipv6_block: "CidrLimitExceeded" =
        "AssociateVpcCidrBlock" "VpcId={dual}&AmazonProvidedIpv6CidrBlock=true"
        after |net| {
        dual_stack_vpc(net);
    };
    taking_the_primary_block: "OperationNotPermitted" = "DisassociateVpcCidrBlock" "AssociationId={primary}"
        after |net| {
        net.make("primary", "DescribeVpcs", "", "associationId");
    };
    taking_a_block_with_subnets: "InvalidCidrBlock.InUse" =
        "DisassociateVpcCidrBlock" "AssociationId={second}"
        after |net| {
        net.make("second", "AssociateVpcCidrBlock", "VpcId={vpc}&CidrBlock=10.5.0.0/16", "associationId");
        net.ok("CreateSubnet", "VpcId={vpc}&CidrBlock=10.5.1.0/24");
    };
    taking_a_block_that_is_not_there: "InvalidVpcCidrBlockAssociationID.NotFound" =
        "DisassociateVpcCidrBlock" "AssociationId=vpc-cidr-assoc-12345678";
}
