//! Egress-only internet gateways.

use super::{assert_refused, egress_only_gateway, other_vpc};
use crate::network::Network;

refusals! {
    an_egress_only_gateway_of_no_vpc: "MissingParameter" = "CreateEgressOnlyInternetGateway" "";
    an_egress_only_gateway_of_a_malformed_vpc: "InvalidVpcID.Malformed" =
        "CreateEgressOnlyInternetGateway" "VpcId={subnet}";
    an_egress_only_gateway_of_a_vpc_that_is_not_there: "InvalidVpcID.NotFound" =
        "CreateEgressOnlyInternetGateway" "VpcId=vpc-12345678";
    a_second_egress_only_gateway_of_a_vpc: "InvalidParameterValue" =
        "CreateEgressOnlyInternetGateway" "VpcId={vpc}"
        after |net| { egress_only_gateway(net); };
    an_egress_only_gateway_with_tags_of_another_kind: "InvalidParameterValue" =
        "CreateEgressOnlyInternetGateway"
        "VpcId={vpc}&TagSpecification.1.ResourceType=internet-gateway&TagSpecification.1.Tag.1.Key=a";
    an_egress_only_gateway_asked_for_differently: "IdempotentParameterMismatch" =
        "CreateEgressOnlyInternetGateway" "VpcId={other}&ClientToken=t"
        after |net| {
        other_vpc(net);
        net.ok("CreateEgressOnlyInternetGateway", "VpcId={vpc}&ClientToken=t");
    };
    deleting_no_egress_only_gateway: "MissingParameter" = "DeleteEgressOnlyInternetGateway" "";
    deleting_an_egress_only_gateway_twice: "InvalidEgressOnlyInternetGatewayId.NotFound" =
        "DeleteEgressOnlyInternetGateway" "EgressOnlyInternetGatewayId={eigw}"
        after |net| {
        egress_only_gateway(net);
        net.ok("DeleteEgressOnlyInternetGateway", "EgressOnlyInternetGatewayId={eigw}");
    };
    a_filter_that_egress_only_gateways_do_not_have: "InvalidParameterValue" =
        "DescribeEgressOnlyInternetGateways" "Filter.1.Name=attachment.vpc-id&Filter.1.Value.1={vpc}";
    a_page_of_egress_only_gateways_that_is_too_long: "InvalidParameterValue" =
        "DescribeEgressOnlyInternetGateways" "MaxResults=256";
}
