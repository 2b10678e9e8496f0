//! Ids that are malformed or name nothing.

use super::assert_refused;
use crate::network::Network;

refusals! {
    a_malformed_vpc: "InvalidVpcID.Malformed" = "DeleteVpc" "VpcId=vpc-XYZ";
    an_unknown_vpc: "InvalidVpcID.NotFound" = "DescribeVpcs" "VpcId.1=vpc-12345678";
    a_malformed_subnet: "InvalidSubnetID.Malformed" = "DeleteSubnet" "SubnetId={vpc}";
    an_unknown_subnet: "InvalidSubnetID.NotFound" = "DescribeSubnets" "SubnetId.1=subnet-12345678";
    a_malformed_internet_gateway: "InvalidInternetGatewayId.Malformed" =
        "DeleteInternetGateway" "InternetGatewayId=igw";
    an_unknown_internet_gateway: "InvalidInternetGatewayID.NotFound" =
        "DeleteInternetGateway" "InternetGatewayId=igw-12345678";
    a_malformed_egress_only_gateway: "InvalidEgressOnlyInternetGatewayId.Malformed" =
        "DeleteEgressOnlyInternetGateway" "EgressOnlyInternetGatewayId=igw-12345678";
    an_unknown_egress_only_gateway: "InvalidEgressOnlyInternetGatewayId.NotFound" =
        "DescribeEgressOnlyInternetGateways" "EgressOnlyInternetGatewayId.1=eigw-12345678";
    a_malformed_route_table: "InvalidRouteTableId.Malformed" = "DeleteRouteTable" "RouteTableId=rtb-";
    an_unknown_route_table: "InvalidRouteTableID.NotFound" =
        "DescribeRouteTables" "RouteTableId.1=rtb-12345678";
    a_malformed_nat_gateway: "NatGatewayMalformed" = "DeleteNatGateway" "NatGatewayId=nat";
    an_unknown_nat_gateway: "NatGatewayNotFound" = "DescribeNatGateways" "NatGatewayId.1=nat-12345678";
    a_malformed_interface: "InvalidNetworkInterfaceId.Malformed" =
        "DescribeNetworkInterfaces" "NetworkInterfaceId.1=eni";
    an_unknown_interface: "InvalidNetworkInterfaceID.NotFound" =
        "DescribeNetworkInterfaces" "NetworkInterfaceId.1=eni-12345678";
    a_malformed_security_group: "InvalidGroupId.Malformed" = "DescribeSecurityGroups" "GroupId.1=default";
    an_unknown_security_group: "InvalidGroup.NotFound" = "DescribeSecurityGroups" "GroupId.1=sg-12345678";
    a_malformed_instance: "InvalidInstanceID.Malformed" = "TerminateInstances" "InstanceId.1=dev";
    an_unknown_instance: "InvalidInstanceID.NotFound" = "TerminateInstances" "InstanceId.1=i-12345678";
    an_unknown_instance_to_describe: "InvalidInstanceID.NotFound" = "DescribeInstances" "InstanceId.1=i-12345678";
    a_malformed_interface_to_delete: "InvalidNetworkInterfaceId.Malformed" =
        "DeleteNetworkInterface" "NetworkInterfaceId=dev";
    an_unknown_interface_to_delete: "InvalidNetworkInterfaceID.NotFound" =
        "DeleteNetworkInterface" "NetworkInterfaceId=eni-12345678";
    an_unknown_network_acl: "InvalidNetworkAclID.NotFound" =
        "DescribeNetworkAcls" "NetworkAclId.1=acl-12345678";
    an_unknown_allocation: "InvalidAllocationID.NotFound" = "ReleaseAddress" "AllocationId=eipalloc-12345678";
    an_unknown_address: "InvalidAddress.NotFound" = "DescribeAddresses" "PublicIp.1=192.0.2.1";
    an_unknown_route_table_association: "InvalidAssociationID.NotFound" =
        "DisassociateRouteTable" "AssociationId=rtbassoc-12345678";
    an_unknown_address_association: "InvalidAssociationID.NotFound" =
        "DisassociateAddress" "AssociationId=eipassoc-12345678";
    an_unknown_reservation: "InvalidSubnetCidrReservationID.NotFound" =
        "DeleteSubnetCidrReservation" "SubnetCidrReservationId=scr-12345678";
}
