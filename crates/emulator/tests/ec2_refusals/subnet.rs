//! Subnets.

use super::{assert_refused, dual_stack_vpc, private_nat_gateway};
use crate::network::Network;

refusals! {
    a_subnet_outside_its_vpc: "InvalidSubnet.Range" = "CreateSubnet" "VpcId={vpc}&CidrBlock=10.1.0.0/24";
    a_subnet_larger_than_its_vpc: "InvalidSubnet.Range" = "CreateSubnet" "VpcId={vpc}&CidrBlock=10.0.0.0/15";
    a_subnet_that_is_too_small: "InvalidSubnet.Range" = "CreateSubnet" "VpcId={vpc}&CidrBlock=10.0.1.0/29";
    a_subnet_that_overlaps: "InvalidSubnet.Conflict" = "CreateSubnet" "VpcId={vpc}&CidrBlock=10.0.0.128/25";
    a_subnet_without_a_block: "MissingParameter" = "CreateSubnet" "VpcId={vpc}";
    a_subnet_in_a_zone_that_is_not_there: "InvalidParameterValue" =
        "CreateSubnet" "VpcId={vpc}&CidrBlock=10.0.1.0/24&AvailabilityZone=us-east-1a";
    a_subnet_in_a_zone_id_that_is_not_there: "InvalidParameterValue" =
        "CreateSubnet" "VpcId={vpc}&CidrBlock=10.0.1.0/24&AvailabilityZoneId=euw1-az9";
    a_subnet_in_two_zones: "InvalidParameterCombination" =
        "CreateSubnet" "VpcId={vpc}&CidrBlock=10.0.1.0/24&AvailabilityZone=eu-west-1a&AvailabilityZoneId=euw1-az2";
    a_subnet_on_an_outpost: "UnsupportedOperation" =
        "CreateSubnet"
        "VpcId={vpc}&CidrBlock=10.0.1.0/24&OutpostArn=arn:aws:outposts:eu-west-1:111122223333:outpost/op-12345678";
    a_subnet_from_a_pool: "InvalidIpamPoolId.NotFound" =
        "CreateSubnet" "VpcId={vpc}&Ipv4IpamPoolId=ipam-pool-12345678";
    an_ipv6_subnet_of_an_ipv4_vpc: "InvalidSubnet.Range" =
        "CreateSubnet" "VpcId={vpc}&CidrBlock=10.0.1.0/24&Ipv6CidrBlock=2001:db8::/64";
    an_ipv6_only_subnet_with_ipv4: "InvalidParameterCombination" =
        "CreateSubnet" "VpcId={vpc}&CidrBlock=10.0.1.0/24&Ipv6Native=true";
    an_ipv6_only_subnet_without_ipv6: "MissingParameter" = "CreateSubnet" "VpcId={vpc}&Ipv6Native=true";
    two_subnets_with_the_same_ipv6: "InvalidSubnet.Conflict" =
        "CreateSubnet" "VpcId={dual}&CidrBlock=10.2.1.0/24&Ipv6CidrBlock={block}"
        after |net| {
        dual_stack_vpc(net);
        net.ok("CreateSubnet", "VpcId={dual}&CidrBlock=10.2.0.0/24&Ipv6CidrBlock={block}");
    };
    a_second_ipv6_block_of_a_subnet: "CidrLimitExceeded" =
        "AssociateSubnetCidrBlock" "SubnetId={six}&Ipv6CidrBlock={block}"
        after |net| {
        dual_stack_vpc(net);
        net.make("six", "CreateSubnet", "VpcId={dual}&CidrBlock=10.2.0.0/24&Ipv6CidrBlock={block}", "subnetId");
    };
    taking_a_subnet_block_that_is_not_there: "InvalidSubnetCidrBlockAssociationID.NotFound" =
        "DisassociateSubnetCidrBlock" "AssociationId=subnet-cidr-assoc-12345678";
    deleting_a_subnet_with_interfaces: "DependencyViolation" = "DeleteSubnet" "SubnetId={subnet}"
        after |net| { private_nat_gateway(net); };
    modifying_no_attribute_of_a_subnet: "MissingParameter" = "ModifySubnetAttribute" "SubnetId={subnet}";
    modifying_two_attributes_of_a_subnet: "InvalidParameterCombination" =
        "ModifySubnetAttribute" "SubnetId={subnet}&MapPublicIpOnLaunch.Value=true&EnableDns64.Value=true";
    assigning_ipv6_without_a_block: "InvalidParameterValue" =
        "ModifySubnetAttribute" "SubnetId={subnet}&AssignIpv6AddressOnCreation.Value=true";
    customer_owned_addresses: "InvalidParameterValue" =
        "ModifySubnetAttribute" "SubnetId={subnet}&MapCustomerOwnedIpOnLaunch.Value=true";
    a_local_network_interface: "UnsupportedOperation" =
        "ModifySubnetAttribute" "SubnetId={subnet}&EnableLniAtDeviceIndex=1";
    a_reservation_outside_its_subnet: "InvalidParameterValue" =
        "CreateSubnetCidrReservation" "SubnetId={subnet}&Cidr=10.0.1.0/28&ReservationType=explicit";
    a_reservation_that_overlaps: "InvalidParameterValue" =
        "CreateSubnetCidrReservation" "SubnetId={subnet}&Cidr=10.0.0.16/29&ReservationType=explicit"
        after |net| {
        net.ok("CreateSubnetCidrReservation", "SubnetId={subnet}&Cidr=10.0.0.16/28&ReservationType=prefix");
    };
}
