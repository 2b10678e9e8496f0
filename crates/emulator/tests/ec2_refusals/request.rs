//! The request itself, and lists.

use super::assert_refused;
use crate::network::Network;

refusals! {
    an_unknown_parameter: "UnknownParameter" = "CreateVpc" "CidrBlock=10.0.0.0/16&Name=dev";
    an_unknown_parameter_in_a_structure: "UnknownParameter" =
        "CreateVpc" "CidrBlock=10.0.0.0/16&TagSpecification.1.Kind=vpc";
    an_unknown_operation: "InvalidAction" = "CreateVolume" "";
    a_missing_parameter: "MissingParameter" = "CreateSubnet" "CidrBlock=10.0.1.0/24";
    a_word_for_a_flag: "InvalidParameterValue" =
        "CreateVpc" "CidrBlock=10.1.0.0/16&AmazonProvidedIpv6CidrBlock=yes";
    a_word_that_is_none_of_the_allowed: "InvalidParameterValue" =
        "CreateVpc" "CidrBlock=10.1.0.0/16&InstanceTenancy=shared";
    a_dry_run: "DryRunOperation" = "CreateVpc" "CidrBlock=10.1.0.0/16&DryRun=true";
    a_dry_run_of_what_is_refused_anyway: "InvalidVpc.Range" = "CreateVpc" "CidrBlock=10.0.0.0/8&DryRun=true";
}

refusals! {
    a_filter_that_is_not_there: "InvalidParameterValue" =
        "DescribeSubnets" "Filter.1.Name=color&Filter.1.Value.1=red";
    a_filter_that_is_not_there_where_nothing_is: "InvalidParameterValue" =
        "DescribeNatGateways" "Filter.1.Name=color&Filter.1.Value.1=red";
    a_filter_on_tags_where_there_are_none: "InvalidParameterValue" =
        "DescribeRegions" "Filter.1.Name=tag:Name&Filter.1.Value.1=x";
    a_filter_without_a_name: "InvalidParameterValue" = "DescribeVpcs" "Filter.1.Value.1=x";
    a_filter_without_values: "MissingParameter" = "DescribeVpcs" "Filter.1.Name=vpc-id";
    a_page_token_of_nobody: "InvalidNextToken" = "DescribeVpcs" "NextToken=x";
    pages_that_are_too_small: "InvalidParameterValue" = "DescribeVpcs" "MaxResults=4";
    pages_that_are_too_large: "InvalidParameterValue" = "DescribeRouteTables" "MaxResults=101";
    pages_of_tags_that_are_too_small: "InvalidParameterValue" = "DescribeTags" "MaxResults=1";
    a_page_of_named_vpcs: "InvalidParameterCombination" = "DescribeVpcs" "VpcId.1={vpc}&MaxResults=5";
    a_page_of_named_interfaces: "InvalidParameterCombination" =
        "DescribeNetworkInterfaces" "NetworkInterfaceId.1=eni-12345678&MaxResults=5";
    security_groups_by_name: "VPCIdNotSpecified" = "DescribeSecurityGroups" "GroupName.1=default";
    a_zone_that_is_not_there: "InvalidParameterValue" = "DescribeAvailabilityZones" "ZoneName.1=eu-west-1z";
    a_region_that_is_not_there: "InvalidParameterValue" = "DescribeRegions" "RegionName.1=eu-west-9";
}
