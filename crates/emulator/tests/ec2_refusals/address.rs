//! Internet gateways and Elastic IP addresses.

use super::{assert_refused, nat_gateway, other_vpc};
use crate::network::Network;

refusals! {
    attaching_an_internet_gateway_twice: "Resource.AlreadyAssociated" =
        "AttachInternetGateway" "VpcId={other}&InternetGatewayId={igw}"
        after |net| { other_vpc(net); };
    a_second_internet_gateway_of_a_vpc: "InvalidParameterValue" =
        "AttachInternetGateway" "VpcId={vpc}&InternetGatewayId={second}"
        after |net| {
        net.make("second", "CreateInternetGateway", "", "internetGatewayId");
    };
    detaching_an_internet_gateway_from_another_vpc: "Gateway.NotAttached" =
        "DetachInternetGateway" "VpcId={other}&InternetGatewayId={igw}"
        after |net| { other_vpc(net); };
    detaching_an_internet_gateway_under_mapped_addresses: "DependencyViolation" =
        "DetachInternetGateway" "VpcId={vpc}&InternetGatewayId={igw}"
        after |net| { nat_gateway(net); };
    deleting_an_attached_internet_gateway: "DependencyViolation" =
        "DeleteInternetGateway" "InternetGatewayId={igw}";
    a_sixth_internet_gateway: "InternetGatewayLimitExceeded" = "CreateInternetGateway" ""
        after |net| {
        (1..5).for_each(|_| drop(net.ok("CreateInternetGateway", "")));
    };
}

refusals! {
    a_sixth_address: "AddressLimitExceeded" = "AllocateAddress" ""
        after |net| { (0..5).for_each(|_| drop(net.ok("AllocateAddress", ""))); };
    an_address_in_ec2_classic: "InvalidParameterValue" = "AllocateAddress" "Domain=standard";
    an_address_of_ones_own: "InvalidPublicIpv4PoolID.NotFound" =
        "AllocateAddress" "PublicIpv4Pool=ipv4pool-ec2-12345678";
    an_address_of_an_outpost: "InvalidPoolID.NotFound" =
        "AllocateAddress" "CustomerOwnedIpv4Pool=ipv4pool-coip-12345678";
    an_address_of_a_pool: "InvalidIpamPoolId.NotFound" = "AllocateAddress" "IpamPoolId=ipam-pool-12345678";
    an_address_elsewhere: "InvalidParameterValue" = "AllocateAddress" "NetworkBorderGroup=us-east-1";
    recovering_an_address_that_was_never_there: "InvalidAddress.NotFound" =
        "AllocateAddress" "Address=192.0.2.1";
    releasing_an_address_in_use: "InvalidIPAddress.InUse" = "ReleaseAddress" "AllocationId={eip}"
        after |net| { nat_gateway(net); };
    releasing_nothing: "MissingParameter" = "ReleaseAddress" "";
    releasing_an_address_by_itself: "InvalidParameterValue" = "ReleaseAddress" "PublicIp=192.0.2.1";
    releasing_an_address_in_the_wrong_place: "InvalidAddress.NotFound" =
        "ReleaseAddress" "AllocationId={eip}&NetworkBorderGroup=us-east-1"
        after |net| {
        net.make("eip", "AllocateAddress", "", "allocationId");
    };
    releasing_an_address_with_a_name: "InvalidAddress.Locked" = "ReleaseAddress" "AllocationId={eip}"
        after |net| {
        net.make("eip", "AllocateAddress", "", "allocationId");
        net.ok("ModifyAddressAttribute", "AllocationId={eip}&DomainName=example.com");
    };
    naming_an_address_nothing: "MissingParameter" = "ModifyAddressAttribute" "AllocationId={eip}"
        after |net| {
        net.make("eip", "AllocateAddress", "", "allocationId");
    };
    associating_an_address_with_nothing: "MissingParameter" = "AssociateAddress" "AllocationId={eip}"
        after |net| {
        net.make("eip", "AllocateAddress", "", "allocationId");
    };
    associating_an_address_with_an_instance: "InvalidInstanceID.NotFound" =
        "AssociateAddress" "AllocationId={eip}&InstanceId=i-12345678"
        after |net| {
        net.make("eip", "AllocateAddress", "", "allocationId");
    };
    associating_an_address_with_a_managed_interface: "OperationNotPermitted" =
        "AssociateAddress" "AllocationId={second}&NetworkInterfaceId={eni}"
        after |net| {
        nat_gateway(net);
        net.make("second", "AllocateAddress", "", "allocationId");
        net.make("eni", "DescribeNetworkInterfaces", "", "networkInterfaceId");
    };
    taking_the_address_of_a_nat_gateway: "AuthFailure" = "DisassociateAddress" "AssociationId={association}"
        after |net| {
        nat_gateway(net);
        net.make("association", "DescribeAddresses", "", "associationId");
    };
}
