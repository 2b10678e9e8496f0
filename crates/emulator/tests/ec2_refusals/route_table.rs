//! Route tables and routes.

use super::{assert_refused, dual_stack_vpc, egress_only_gateway, nat_gateway, other_vpc, private_nat_gateway, table};
use crate::network::Network;

refusals! {
    deleting_the_main_route_table: "DependencyViolation" = "DeleteRouteTable" "RouteTableId={main}";
    deleting_a_route_table_of_a_subnet: "DependencyViolation" = "DeleteRouteTable" "RouteTableId={table}"
        after |net| {
        table(net);
        net.ok("AssociateRouteTable", "RouteTableId={table}&SubnetId={subnet}");
    };
    a_route_table_asked_for_differently: "IdempotentParameterMismatch" =
        "CreateRouteTable" "VpcId={other}&ClientToken=t"
        after |net| {
        other_vpc(net);
        net.ok("CreateRouteTable", "VpcId={vpc}&ClientToken=t");
    };
    a_second_route_table_of_a_subnet: "Resource.AlreadyAssociated" =
        "AssociateRouteTable" "RouteTableId={main}&SubnetId={subnet}"
        after |net| {
        table(net);
        net.ok("AssociateRouteTable", "RouteTableId={table}&SubnetId={subnet}");
    };
    a_route_table_of_another_vpc: "InvalidParameterValue" =
        "AssociateRouteTable" "RouteTableId={theirs}&SubnetId={subnet}"
        after |net| {
        other_vpc(net);
        net.make("theirs", "CreateRouteTable", "VpcId={other}", "routeTableId");
    };
    a_route_table_for_nothing: "MissingParameter" = "AssociateRouteTable" "RouteTableId={main}";
    a_route_table_for_two_things: "InvalidParameterCombination" =
        "AssociateRouteTable" "RouteTableId={main}&SubnetId={subnet}&GatewayId={igw}";
    a_route_table_for_a_gateway_with_a_way_out: "InvalidParameterValue" =
        "AssociateRouteTable" "RouteTableId={table}&GatewayId={igw}"
        after |net| {
        table(net);
        net.ok("CreateRoute", "RouteTableId={table}&DestinationCidrBlock=0.0.0.0/0&GatewayId={igw}");
    };
    a_route_table_for_a_detached_gateway: "Gateway.NotAttached" =
        "AssociateRouteTable" "RouteTableId={main}&GatewayId={igw}"
        after |net| {
        net.ok("DetachInternetGateway", "VpcId={vpc}&InternetGatewayId={igw}");
    };
    a_route_table_for_a_vpn_gateway: "InvalidVpnGatewayID.NotFound" =
        "AssociateRouteTable" "RouteTableId={main}&GatewayId=vgw-12345678";
    detaching_a_gateway_with_a_route_table: "DependencyViolation" =
        "DetachInternetGateway" "VpcId={vpc}&InternetGatewayId={igw}"
        after |net| {
        net.ok("AssociateRouteTable", "RouteTableId={main}&GatewayId={igw}");
    };
    taking_the_main_association: "InvalidParameterValue" =
        "DisassociateRouteTable" "AssociationId={association}"
        after |net| {
        net.make("association", "DescribeRouteTables", "", "routeTableAssociationId");
    };
    replacing_an_association_by_a_table_elsewhere: "InvalidParameterValue" =
        "ReplaceRouteTableAssociation" "AssociationId={association}&RouteTableId={theirs}"
        after |net| {
        net.make("association", "DescribeRouteTables", "", "routeTableAssociationId");
        other_vpc(net);
        net.make("theirs", "CreateRouteTable", "VpcId={other}", "routeTableId");
    };
    the_route_table_of_a_regional_nat_gateway_for_a_subnet: "OperationNotPermitted" =
        "AssociateRouteTable" "RouteTableId={own}&SubnetId={subnet}"
        after |net| {
        net.make("nat", "CreateNatGateway", "AvailabilityMode=regional&VpcId={vpc}", "natGatewayId");
        net.make("own", "DescribeNatGateways", "", "routeTableId");
    };
}

refusals! {
    a_route_that_is_there: "RouteAlreadyExists" =
        "CreateRoute" "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&GatewayId={igw}"
        after |net| {
        net.ok("CreateRoute", "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&GatewayId={igw}");
    };
    the_local_route_again: "RouteAlreadyExists" =
        "CreateRoute" "RouteTableId={main}&DestinationCidrBlock=10.0.0.0/16&GatewayId={igw}";
    a_route_without_a_destination: "MissingParameter" = "CreateRoute" "RouteTableId={main}&GatewayId={igw}";
    a_route_to_two_destinations: "InvalidParameterCombination" =
        "CreateRoute"
        "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&DestinationIpv6CidrBlock=::/0&GatewayId={igw}";
    a_route_without_a_target: "MissingParameter" =
        "CreateRoute" "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0";
    a_route_with_two_targets: "InvalidParameterCombination" =
        "CreateRoute" "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&GatewayId={igw}&NatGatewayId=nat-12345678";
    a_route_past_a_gateway_that_is_not_there: "InvalidGatewayID.NotFound" =
        "CreateRoute" "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&GatewayId=igw-12345678";
    a_route_past_a_gateway_elsewhere: "InvalidParameterValue" =
        "CreateRoute" "RouteTableId={theirs}&DestinationCidrBlock=0.0.0.0/0&GatewayId={igw}"
        after |net| {
        other_vpc(net);
        net.make("theirs", "CreateRouteTable", "VpcId={other}", "routeTableId");
    };
    a_route_past_a_nat_gateway_that_is_not_there: "InvalidNatGatewayID.NotFound" =
        "CreateRoute" "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&NatGatewayId=nat-12345678";
    a_route_past_a_deleted_nat_gateway: "InvalidNatGatewayID.NotFound" =
        "CreateRoute" "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&NatGatewayId={nat}"
        after |net| {
        private_nat_gateway(net);
        net.ok("DeleteNatGateway", "NatGatewayId={nat}");
    };
    a_route_past_an_interface_that_is_not_there: "InvalidNetworkInterfaceID.NotFound" =
        "CreateRoute" "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&NetworkInterfaceId=eni-12345678";
    a_route_past_an_instance: "InvalidInstanceID.NotFound" =
        "CreateRoute" "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&InstanceId=i-12345678";
    a_route_past_a_transit_gateway: "InvalidTransitGatewayID.NotFound" =
        "CreateRoute" "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&TransitGatewayId=tgw-12345678";
    a_route_past_a_peering_connection: "InvalidVpcPeeringConnectionID.NotFound" =
        "CreateRoute" "RouteTableId={main}&DestinationCidrBlock=10.9.0.0/16&VpcPeeringConnectionId=pcx-12345678";
    a_route_past_an_egress_only_gateway_that_is_not_there: "InvalidEgressOnlyInternetGatewayId.NotFound" =
        "CreateRoute" "RouteTableId={main}&DestinationIpv6CidrBlock=::/0&EgressOnlyInternetGatewayId=eigw-12345678";
    a_route_past_an_egress_only_gateway_elsewhere: "InvalidParameterValue" =
        "CreateRoute" "RouteTableId={theirs}&DestinationIpv6CidrBlock=::/0&EgressOnlyInternetGatewayId={eigw}"
        after |net| {
        egress_only_gateway(net);
        other_vpc(net);
        net.make("theirs", "CreateRouteTable", "VpcId={other}", "routeTableId");
    };
    an_ipv4_route_past_an_egress_only_gateway: "InvalidParameterValue" =
        "CreateRoute" "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&EgressOnlyInternetGatewayId={eigw}"
        after |net| { egress_only_gateway(net); };
    a_prefix_list_of_ipv4_past_an_egress_only_gateway: "InvalidParameterValue" =
        "CreateRoute" "RouteTableId={main}&DestinationPrefixListId=pl-6da54004&EgressOnlyInternetGatewayId={eigw}"
        after |net| { egress_only_gateway(net); };
    an_egress_only_gateway_as_a_gateway: "InvalidGatewayID.NotFound" =
        "CreateRoute" "RouteTableId={main}&DestinationIpv6CidrBlock=::/0&GatewayId={eigw}"
        after |net| { egress_only_gateway(net); };
    a_way_out_for_the_ipv6_of_the_vpc: "RouteAlreadyExists" =
        "CreateRoute" "RouteTableId={table}&DestinationIpv6CidrBlock={block}&EgressOnlyInternetGatewayId={eigw}"
        after |net| {
        dual_stack_vpc(net);
        net.make("eigw", "CreateEgressOnlyInternetGateway", "VpcId={dual}", "egressOnlyInternetGatewayId");
        net.make("table", "CreateRouteTable", "VpcId={dual}", "routeTableId");
    };
    leading_the_ipv6_of_the_vpc_out: "InvalidParameterValue" =
        "ReplaceRoute" "RouteTableId={table}&DestinationIpv6CidrBlock={block}&EgressOnlyInternetGatewayId={eigw}"
        after |net| {
        dual_stack_vpc(net);
        net.make("eigw", "CreateEgressOnlyInternetGateway", "VpcId={dual}", "egressOnlyInternetGatewayId");
        net.make("table", "CreateRouteTable", "VpcId={dual}", "routeTableId");
    };
    a_route_past_a_local_gateway: "InvalidLocalGatewayID.NotFound" =
        "CreateRoute" "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&LocalGatewayId=lgw-12345678";
    a_route_past_a_carrier_gateway: "InvalidCarrierGatewayID.NotFound" =
        "CreateRoute" "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&CarrierGatewayId=cagw-12345678";
    a_route_past_an_endpoint: "InvalidVpcEndpointId.NotFound" =
        "CreateRoute" "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&VpcEndpointId=vpce-12345678";
    a_route_past_a_core_network: "UnsupportedOperation" =
        "CreateRoute"
        "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0\
         &CoreNetworkArn=arn:aws:networkmanager::111122223333:core-network/core-network-1";
    a_route_to_a_prefix_list_that_is_not_there: "InvalidPrefixListID.NotFound" =
        "CreateRoute" "RouteTableId={main}&DestinationPrefixListId=pl-12345678&GatewayId={igw}";
    a_route_to_services_of_aws: "InvalidParameterValue" =
        "CreateRoute" "RouteTableId={main}&DestinationCidrBlock=169.254.168.0/24&GatewayId={igw}";
    a_way_out_for_part_of_the_vpc: "InvalidParameterValue" =
        "CreateRoute" "RouteTableId={main}&DestinationCidrBlock=10.0.0.0/24&GatewayId={igw}";
    an_ipv6_route_past_a_nat_gateway: "InvalidParameterValue" =
        "CreateRoute" "RouteTableId={main}&DestinationIpv6CidrBlock=::/0&NatGatewayId={nat}"
        after |net| { nat_gateway(net); };
    replacing_a_route_that_is_not_there: "InvalidParameterValue" =
        "ReplaceRoute" "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&GatewayId={igw}";
    making_a_route_local_that_is_not: "InvalidParameterValue" =
        "ReplaceRoute" "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&LocalTarget=true"
        after |net| {
        net.ok("CreateRoute", "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&GatewayId={igw}");
    };
    deleting_a_route_that_is_not_there: "InvalidRoute.NotFound" =
        "DeleteRoute" "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0";
    deleting_the_local_route: "InvalidParameterValue" =
        "DeleteRoute" "RouteTableId={main}&DestinationCidrBlock=10.0.0.0/16";
}
