//! NAT gateways.

use super::{assert_refused, nat_gateway, private_nat_gateway};
use crate::network::Network;

refusals! {
    a_nat_gateway_without_a_subnet: "MissingParameter" = "CreateNatGateway" "ConnectivityType=private";
    a_public_nat_gateway_without_an_address: "MissingParameter" = "CreateNatGateway" "SubnetId={subnet}";
    a_nat_gateway_with_an_address_that_is_not_there: "InvalidAllocationID.NotFound" =
        "CreateNatGateway" "SubnetId={subnet}&AllocationId=eipalloc-12345678";
    a_private_nat_gateway_with_an_address: "InvalidParameterCombination" =
        "CreateNatGateway" "SubnetId={subnet}&ConnectivityType=private&AllocationId=eipalloc-12345678";
    a_nat_gateway_with_a_private_address_outside: "InvalidParameterValue" =
        "CreateNatGateway" "SubnetId={subnet}&ConnectivityType=private&PrivateIpAddress=10.0.1.10";
    a_nat_gateway_with_a_private_address_of_aws: "InvalidParameterValue" =
        "CreateNatGateway" "SubnetId={subnet}&ConnectivityType=private&PrivateIpAddress=10.0.0.3";
    a_nat_gateway_with_a_private_address_in_use: "InvalidIPAddress.InUse" =
        "CreateNatGateway" "SubnetId={subnet}&ConnectivityType=private&PrivateIpAddress=10.0.0.4"
        after |net| { private_nat_gateway(net); };
    a_nat_gateway_with_too_many_private_addresses: "PrivateIpAddressLimitExceeded" =
        "CreateNatGateway" "SubnetId={subnet}&ConnectivityType=private&SecondaryPrivateIpAddressCount=8";
    a_nat_gateway_with_three_addresses: "AddressLimitExceeded" =
        "CreateNatGateway"
        "SubnetId={subnet}&AllocationId=eipalloc-00000001&SecondaryAllocationId.1=eipalloc-00000002\
         &SecondaryAllocationId.2=eipalloc-00000003";
    a_sixth_nat_gateway_in_a_zone: "NatGatewayLimitExceeded" =
        "CreateNatGateway" "SubnetId={subnet}&ConnectivityType=private"
        after |net| { (0..5).for_each(|_| private_nat_gateway(net)); };
    a_nat_gateway_asked_for_differently: "IdempotentParameterMismatch" =
        "CreateNatGateway" "SubnetId={subnet}&ConnectivityType=private&ClientToken=t&PrivateIpAddress=10.0.0.9"
        after |net| {
        net.ok("CreateNatGateway", "SubnetId={subnet}&ConnectivityType=private&ClientToken=t");
    };
    a_client_token_that_is_too_long: "InvalidParameterValue" =
        "CreateNatGateway"
        "SubnetId={subnet}&ConnectivityType=private\
         &ClientToken=00000000001111111111222222222233333333334444444444555555555566666";
    a_zonal_nat_gateway_for_a_vpc: "InvalidParameterCombination" =
        "CreateNatGateway" "VpcId={vpc}&SubnetId={subnet}&ConnectivityType=private";
    a_regional_nat_gateway_in_a_subnet: "InvalidParameterCombination" =
        "CreateNatGateway" "AvailabilityMode=regional&VpcId={vpc}&SubnetId={subnet}";
    a_private_regional_nat_gateway: "InvalidParameterCombination" =
        "CreateNatGateway" "AvailabilityMode=regional&VpcId={vpc}&ConnectivityType=private";
    a_regional_nat_gateway_without_a_vpc: "MissingParameter" = "CreateNatGateway" "AvailabilityMode=regional";
    a_regional_nat_gateway_in_a_zone_that_is_not_there: "InvalidParameterValue" =
        "CreateNatGateway"
        "AvailabilityMode=regional&VpcId={vpc}&AvailabilityZoneAddress.1.AvailabilityZone=eu-west-1z\
         &AvailabilityZoneAddress.1.AllocationId.1=eipalloc-12345678";
    deleting_a_deleted_nat_gateway: "NatGatewayNotFound" = "DeleteNatGateway" "NatGatewayId={nat}"
        after |net| {
        private_nat_gateway(net);
        net.ok("DeleteNatGateway", "NatGatewayId={nat}");
    };
    an_address_for_a_private_nat_gateway: "InvalidParameterValue" =
        "AssociateNatGatewayAddress" "NatGatewayId={nat}&AllocationId.1=eipalloc-12345678"
        after |net| { private_nat_gateway(net); };
    an_address_of_another_nat_gateway: "Resource.AlreadyAssociated" =
        "AssociateNatGatewayAddress" "NatGatewayId={nat}&AllocationId.1={eip}"
        after |net| { nat_gateway(net); };
    a_third_address_of_a_nat_gateway: "AddressLimitExceeded" =
        "AssociateNatGatewayAddress" "NatGatewayId={nat}&AllocationId.1={second}&AllocationId.2={third}"
        after |net| {
        nat_gateway(net);
        net.make("second", "AllocateAddress", "", "allocationId");
        net.make("third", "AllocateAddress", "", "allocationId");
    };
    taking_the_primary_address_of_a_nat_gateway: "InvalidParameterValue" =
        "DisassociateNatGatewayAddress" "NatGatewayId={nat}&AssociationId.1={association}"
        after |net| {
        nat_gateway(net);
        net.make("association", "DescribeAddresses", "", "associationId");
    };
    taking_an_address_that_a_nat_gateway_does_not_have: "InvalidAssociationID.NotFound" =
        "DisassociateNatGatewayAddress" "NatGatewayId={nat}&AssociationId.1=eipassoc-12345678"
        after |net| { nat_gateway(net); };
    private_addresses_for_a_public_nat_gateway: "InvalidParameterValue" =
        "AssignPrivateNatGatewayAddress" "NatGatewayId={nat}&PrivateIpAddressCount=1"
        after |net| { nat_gateway(net); };
    private_addresses_and_their_count: "InvalidParameterCombination" =
        "AssignPrivateNatGatewayAddress" "NatGatewayId={nat}&PrivateIpAddressCount=1&PrivateIpAddress.1=10.0.0.9"
        after |net| { private_nat_gateway(net); };
    taking_the_primary_private_address: "InvalidParameterValue" =
        "UnassignPrivateNatGatewayAddress" "NatGatewayId={nat}&PrivateIpAddress.1=10.0.0.4"
        after |net| { private_nat_gateway(net); };
}
