//! Security groups and their rules.

use super::{assert_refused, other_vpc, private_nat_gateway};
use crate::network::Network;

/// A security group `{group}` in `{vpc}` that lets in HTTPS from 192.0.2.0/24, by the rule `{rule}`; `{https}` are the
/// parameters that made it.
fn group(net: &mut Network) {
    net.make("group", "CreateSecurityGroup", "GroupName=web&GroupDescription=web&VpcId={vpc}", "groupId");
    net.make("rule", "AuthorizeSecurityGroupIngress", HTTPS, "securityGroupRuleId");
    let https = net.filled_in(HTTPS);
    net.name("https", &https);
}

/// Another group `{friend}` that lets in the members of `{group}`.
fn friend(net: &mut Network) {
    net.make("friend", "CreateSecurityGroup", "GroupName=friend&GroupDescription=friend&VpcId={vpc}", "groupId");
    let peer = "GroupId={friend}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.Groups.1.GroupId={group}";
    net.ok("AuthorizeSecurityGroupIngress", peer);
}

const HTTPS: &str = "GroupId={group}&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=443\
    &IpPermissions.1.ToPort=443&IpPermissions.1.IpRanges.1.CidrIp=192.0.2.0/24";

refusals! {
    a_group_without_a_vpc: "VPCIdNotSpecified" = "CreateSecurityGroup" "GroupName=a&GroupDescription=a";
    a_group_in_no_vpc: "InvalidVpcID.NotFound" =
        "CreateSecurityGroup" "GroupName=a&GroupDescription=a&VpcId=vpc-12345678";
    a_second_default_group: "InvalidParameterValue" =
        "CreateSecurityGroup" "GroupName=Default&GroupDescription=a&VpcId={vpc}";
    a_group_named_like_an_id: "InvalidParameterValue" =
        "CreateSecurityGroup" "GroupName=sg-web&GroupDescription=a&VpcId={vpc}";
    a_group_with_other_letters: "InvalidParameterValue" =
        "CreateSecurityGroup" "GroupName=wéb&GroupDescription=a&VpcId={vpc}";
    a_group_without_a_name: "MissingParameter" = "CreateSecurityGroup" "GroupDescription=a&VpcId={vpc}";
    a_group_without_a_description: "MissingParameter" = "CreateSecurityGroup" "GroupName=a&VpcId={vpc}";
    a_group_described_with_other_letters: "InvalidParameterValue" =
        "CreateSecurityGroup" "GroupName=a&GroupDescription=it's&VpcId={vpc}";
    a_group_that_is_there: "InvalidGroup.Duplicate" =
        "CreateSecurityGroup" "GroupName=WEB&GroupDescription=web&VpcId={vpc}"
        after |net| { group(net); };
    a_group_with_tags_of_something_else: "InvalidParameterValue" =
        "CreateSecurityGroup"
        "GroupName=a&GroupDescription=a&VpcId={vpc}&TagSpecification.1.ResourceType=vpc\
         &TagSpecification.1.Tag.1.Key=a";

    deleting_a_group_that_is_not_there: "InvalidGroup.NotFound" = "DeleteSecurityGroup" "GroupId=sg-12345678";
    deleting_a_group_with_a_malformed_id: "InvalidGroupId.Malformed" = "DeleteSecurityGroup" "GroupId=web";
    deleting_a_group_by_its_name: "VPCIdNotSpecified" = "DeleteSecurityGroup" "GroupName=web"
        after |net| { group(net); };
    deleting_no_group: "MissingParameter" = "DeleteSecurityGroup" "";
    deleting_the_default_group: "CannotDelete" = "DeleteSecurityGroup" "GroupId={default}"
        after |net| { net.make("default", "DescribeSecurityGroups", "", "groupId"); };
    deleting_a_group_that_another_speaks_of: "DependencyViolation" = "DeleteSecurityGroup" "GroupId={group}"
        after |net| { group(net); friend(net); };
    deleting_a_vpc_with_a_group: "DependencyViolation" = "DeleteVpc" "VpcId={other}"
        after |net| {
        other_vpc(net);
        net.ok("CreateSecurityGroup", "GroupName=a&GroupDescription=a&VpcId={other}");
    };
}

refusals! {
    a_rule_that_is_there: "InvalidPermission.Duplicate" = "AuthorizeSecurityGroupIngress" "{https}"
        after |net| { group(net); };
    a_rule_that_is_there_with_another_form: "InvalidPermission.Duplicate" =
        "AuthorizeSecurityGroupIngress"
        "GroupId={group}&IpProtocol=6&FromPort=443&ToPort=443&CidrIp=192.0.2.77/24"
        after |net| { group(net); };
    a_rule_that_every_new_group_has: "InvalidPermission.Duplicate" =
        "AuthorizeSecurityGroupEgress"
        "GroupId={group}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0/0"
        after |net| { group(net); };
    a_rule_twice: "InvalidParameterValue" =
        "AuthorizeSecurityGroupEgress"
        "GroupId={group}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8\
         &IpPermissions.1.IpRanges.2.CidrIp=10.0.0.0/8"
        after |net| { group(net); };
    no_rules: "MissingParameter" = "AuthorizeSecurityGroupIngress" "GroupId={group}" after |net| { group(net); };
    a_rule_without_a_source: "InvalidPermission.Malformed" =
        "AuthorizeSecurityGroupIngress" "GroupId={group}&IpPermissions.1.IpProtocol=-1"
        after |net| { group(net); };
    a_plain_rule_without_a_source: "InvalidPermission.Malformed" =
        "AuthorizeSecurityGroupIngress" "GroupId={group}&IpProtocol=-1"
        after |net| { group(net); };
    a_rule_without_a_protocol: "MissingParameter" =
        "AuthorizeSecurityGroupIngress" "GroupId={group}&CidrIp=10.0.0.0/8"
        after |net| { group(net); };
    a_rule_with_an_unknown_protocol: "InvalidParameterValue" =
        "AuthorizeSecurityGroupIngress" "GroupId={group}&IpProtocol=sctp&CidrIp=10.0.0.0/8"
        after |net| { group(net); };
    a_rule_without_ports: "InvalidParameterValue" =
        "AuthorizeSecurityGroupIngress" "GroupId={group}&IpProtocol=tcp&CidrIp=10.0.0.0/8"
        after |net| { group(net); };
    a_rule_with_ports_the_wrong_way_round: "InvalidParameterValue" =
        "AuthorizeSecurityGroupIngress"
        "GroupId={group}&IpProtocol=tcp&FromPort=81&ToPort=80&CidrIp=10.0.0.0/8"
        after |net| { group(net); };
    a_rule_for_no_block: "InvalidPermission.Malformed" =
        "AuthorizeSecurityGroupIngress" "GroupId={group}&IpProtocol=-1&CidrIp=10.0.0.0"
        after |net| { group(net); };
    a_rule_for_no_ipv6_block: "InvalidPermission.Malformed" =
        "AuthorizeSecurityGroupIngress"
        "GroupId={group}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.Ipv6Ranges.1.CidrIpv6=10.0.0.0/8"
        after |net| { group(net); };
    a_rule_for_no_group: "InvalidGroup.NotFound" =
        "AuthorizeSecurityGroupIngress"
        "GroupId={group}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.Groups.1.GroupId=sg-12345678"
        after |net| { group(net); };
    a_rule_for_a_group_elsewhere: "InvalidGroup.NotFound" =
        "AuthorizeSecurityGroupIngress"
        "GroupId={group}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.Groups.1.GroupId={theirs}"
        after |net| {
        group(net);
        other_vpc(net);
        net.make("theirs", "CreateSecurityGroup", "GroupName=a&GroupDescription=a&VpcId={other}", "groupId");
    };
    a_rule_for_a_group_of_another_account: "InvalidGroup.NotFound" =
        "AuthorizeSecurityGroupIngress"
        "GroupId={group}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.Groups.1.GroupId={group}\
         &IpPermissions.1.Groups.1.UserId=444455556666"
        after |net| { group(net); };
    a_rule_for_a_group_by_its_name: "VPCIdNotSpecified" =
        "AuthorizeSecurityGroupIngress"
        "GroupId={group}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.Groups.1.GroupName=web"
        after |net| { group(net); };
    a_rule_for_a_peering_connection: "InvalidVpcPeeringConnectionID.NotFound" =
        "AuthorizeSecurityGroupIngress"
        "GroupId={group}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.Groups.1.GroupId={group}\
         &IpPermissions.1.Groups.1.VpcPeeringConnectionId=pcx-12345678"
        after |net| { group(net); };
    a_rule_for_no_prefix_list: "InvalidPrefixListID.NotFound" =
        "AuthorizeSecurityGroupEgress"
        "GroupId={group}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.PrefixListIds.1.PrefixListId=pl-12345678"
        after |net| { group(net); };
    a_rule_described_with_other_letters: "InvalidParameterValue" =
        "AuthorizeSecurityGroupEgress"
        "GroupId={group}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8\
         &IpPermissions.1.IpRanges.1.Description=it's"
        after |net| { group(net); };
    a_rule_in_both_forms: "InvalidParameterCombination" =
        "AuthorizeSecurityGroupIngress" "{https}&IpProtocol=-1&CidrIp=10.0.0.0/8"
        after |net| { group(net); };
    a_plain_rule_out: "UnsupportedOperation" =
        "AuthorizeSecurityGroupEgress" "GroupId={group}&IpProtocol=-1&CidrIp=10.0.0.0/8"
        after |net| { group(net); };
    a_rule_with_tags_of_its_group: "InvalidParameterValue" =
        "AuthorizeSecurityGroupIngress"
        "GroupId={group}&IpProtocol=-1&CidrIp=10.0.0.0/8&TagSpecification.1.ResourceType=security-group\
         &TagSpecification.1.Tag.1.Key=a"
        after |net| { group(net); };
}

refusals! {
    taking_a_rule_that_is_not_there: "InvalidPermission.NotFound" =
        "RevokeSecurityGroupIngress" "GroupId={group}&IpProtocol=-1&CidrIp=10.0.0.0/8"
        after |net| { group(net); };
    taking_a_rule_the_other_way: "InvalidPermission.NotFound" = "RevokeSecurityGroupEgress" "{https}"
        after |net| { group(net); };
    taking_no_rule: "MissingParameter" = "RevokeSecurityGroupIngress" "GroupId={group}" after |net| { group(net); };
    taking_a_rule_by_an_unknown_id: "InvalidSecurityGroupRuleId.NotFound" =
        "RevokeSecurityGroupIngress" "GroupId={group}&SecurityGroupRuleId.1=sgr-12345678"
        after |net| { group(net); };
    taking_a_rule_by_a_malformed_id: "InvalidSecurityGroupRuleId.Malformed" =
        "RevokeSecurityGroupIngress" "GroupId={group}&SecurityGroupRuleId.1=rule"
        after |net| { group(net); };
    taking_a_rule_by_its_id_the_other_way: "InvalidSecurityGroupRuleId.NotFound" =
        "RevokeSecurityGroupEgress" "GroupId={group}&SecurityGroupRuleId.1={rule}"
        after |net| { group(net); };
    taking_rules_in_both_ways: "InvalidParameterCombination" =
        "RevokeSecurityGroupIngress" "{https}&SecurityGroupRuleId.1={rule}"
        after |net| { group(net); };

    changing_no_rule: "MissingParameter" = "ModifySecurityGroupRules" "GroupId={group}" after |net| { group(net); };
    changing_a_rule_that_is_not_there: "InvalidSecurityGroupRuleId.NotFound" =
        "ModifySecurityGroupRules"
        "GroupId={group}&SecurityGroupRule.1.SecurityGroupRuleId=sgr-12345678\
         &SecurityGroupRule.1.SecurityGroupRule.IpProtocol=-1&SecurityGroupRule.1.SecurityGroupRule.CidrIpv4=10.0.0.0/8"
        after |net| { group(net); };
    changing_a_rule_to_nothing: "MissingParameter" =
        "ModifySecurityGroupRules" "GroupId={group}&SecurityGroupRule.1.SecurityGroupRuleId={rule}"
        after |net| { group(net); };
    changing_the_type_of_a_rule: "InvalidParameterValue" =
        "ModifySecurityGroupRules"
        "GroupId={group}&SecurityGroupRule.1.SecurityGroupRuleId={rule}\
         &SecurityGroupRule.1.SecurityGroupRule.IpProtocol=-1&SecurityGroupRule.1.SecurityGroupRule.CidrIpv6=::/0"
        after |net| { group(net); };
    changing_a_rule_to_two_sources: "InvalidParameterCombination" =
        "ModifySecurityGroupRules"
        "GroupId={group}&SecurityGroupRule.1.SecurityGroupRuleId={rule}\
         &SecurityGroupRule.1.SecurityGroupRule.IpProtocol=-1&SecurityGroupRule.1.SecurityGroupRule.CidrIpv6=::/0\
         &SecurityGroupRule.1.SecurityGroupRule.CidrIpv4=0.0.0.0/0"
        after |net| { group(net); };
    changing_a_rule_to_one_that_is_there: "InvalidPermission.Duplicate" =
        "ModifySecurityGroupRules"
        "GroupId={group}&SecurityGroupRule.1.SecurityGroupRuleId={second}\
         &SecurityGroupRule.1.SecurityGroupRule.IpProtocol=tcp\
         &SecurityGroupRule.1.SecurityGroupRule.FromPort=443&SecurityGroupRule.1.SecurityGroupRule.ToPort=443\
         &SecurityGroupRule.1.SecurityGroupRule.CidrIpv4=192.0.2.0/24"
        after |net| {
        group(net);
        let ssh = "GroupId={group}&IpProtocol=tcp&FromPort=22&ToPort=22&CidrIp=192.0.2.0/24";
        net.make("second", "AuthorizeSecurityGroupIngress", ssh, "securityGroupRuleId");
    };

    describing_no_rule: "MissingParameter" =
        "UpdateSecurityGroupRuleDescriptionsIngress" "GroupId={group}"
        after |net| { group(net); };
    describing_a_rule_that_is_not_there: "InvalidPermission.NotFound" =
        "UpdateSecurityGroupRuleDescriptionsEgress" "{https}"
        after |net| { group(net); };
    describing_a_rule_by_its_id_the_other_way: "InvalidSecurityGroupRuleId.NotFound" =
        "UpdateSecurityGroupRuleDescriptionsEgress"
        "GroupId={group}&SecurityGroupRuleDescription.1.SecurityGroupRuleId={rule}\
         &SecurityGroupRuleDescription.1.Description=a"
        after |net| { group(net); };
    listing_rules_by_an_unknown_filter: "InvalidParameterValue" =
        "DescribeSecurityGroupRules" "Filter.1.Name=vpc-id&Filter.1.Value.1={vpc}";
    listing_a_rule_that_is_not_there: "InvalidSecurityGroupRuleId.NotFound" =
        "DescribeSecurityGroupRules" "SecurityGroupRuleId.1=sgr-12345678";
    tagging_a_rule_that_is_not_there: "InvalidSecurityGroupRuleId.NotFound" =
        "CreateTags" "ResourceId.1=sgr-12345678&Tag.1.Key=a";
}

#[test]
fn the_sixty_first_rule_of_a_direction_and_a_family() {
    let network = Network::instant().after(group);
    let rule = |number: usize| format!("GroupId={{group}}&IpProtocol=-1&CidrIp=10.0.{number}.0/24");
    for number in 1..60 {
        network.ok("AuthorizeSecurityGroupIngress", &rule(number));
    }
    assert_refused(&network, "AuthorizeSecurityGroupIngress", &rule(60), "RulesPerSecurityGroupLimitExceeded");
    let to_group = "GroupId={group}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.Groups.1.GroupId={group}";
    assert_refused(&network, "AuthorizeSecurityGroupIngress", to_group, "RulesPerSecurityGroupLimitExceeded");
    let ipv6 = "GroupId={group}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.Ipv6Ranges.1.CidrIpv6=::/0";
    network.ok("AuthorizeSecurityGroupIngress", ipv6);
    network.ok("AuthorizeSecurityGroupEgress", to_group);
}

#[test]
fn groups_in_other_vpcs_may_have_the_same_name() {
    let mut network = Network::instant().after(group);
    other_vpc(&mut network);
    private_nat_gateway(&mut network);
    network.ok("CreateSecurityGroup", "GroupName=web&GroupDescription=web&VpcId={other}");
}
