//! Security groups from their creation to their end.

mod aws;
mod network;

use network::Network;
use serde_json::json;

/// A network with a group `{group}` that has an inbound rule `{rule}`.
fn network() -> Network {
    let mut network = Network::new();
    network.make("group", "CreateSecurityGroup", "GroupName=web&GroupDescription=For web&VpcId={vpc}", "groupId");
    let https = "GroupId={group}&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=443\
        &IpPermissions.1.ToPort=443&IpPermissions.1.IpRanges.1.CidrIp=192.0.2.9/24\
        &IpPermissions.1.IpRanges.1.Description=office&TagSpecification.1.ResourceType=security-group-rule\
        &TagSpecification.1.Tag.1.Key=team&TagSpecification.1.Tag.1.Value=a";
    network.make("rule", "AuthorizeSecurityGroupIngress", https, "securityGroupRuleId");
    network
}

fn rules(network: &Network, element: &str) -> Vec<String> {
    let mut found =
        network.all("DescribeSecurityGroupRules", "Filter.1.Name=group-id&Filter.1.Value.1={group}", element);
    found.sort();
    found
}

#[test]
fn a_new_group_lets_everything_out_and_nothing_in() {
    let mut network = Network::new();
    let asked = "GroupName=web&GroupDescription=For web&VpcId={vpc}&TagSpecification.1.ResourceType=security-group\
        &TagSpecification.1.Tag.1.Key=team&TagSpecification.1.Tag.1.Value=a";
    let made = network.ok("CreateSecurityGroup", asked);
    network.name("group", &aws::xml(&made, "groupId").expect("an id"));
    let arn = aws::xml(&made, "securityGroupArn").expect("an ARN");
    assert_eq!(arn, format!("arn:aws:ec2:eu-west-1:111122223333:security-group/{}", network.id("group")));
    let group = network.ok("DescribeSecurityGroups", "Filter.1.Name=tag:team&Filter.1.Value.1=a");
    assert_eq!(aws::xml(&group, "groupName").as_deref(), Some("web"));
    assert_eq!(aws::xml(&group, "groupDescription").as_deref(), Some("For web"));
    assert!(group.contains("<ipPermissions/>") || group.contains("<ipPermissions></ipPermissions>"), "{group}");
    assert_eq!(rules(&network, "isEgress"), ["true"]);
    assert_eq!(rules(&network, "cidrIpv4"), ["0.0.0.0/0"]);
    assert_eq!(rules(&network, "fromPort"), ["-1"]);
    network.ok("DeleteSecurityGroup", "GroupId={group}");
    assert_eq!(network.refused("DescribeSecurityGroups", "GroupId.1={group}"), "InvalidGroup.NotFound");
}

#[test]
fn a_new_group_lets_ipv6_out_where_the_vpc_has_it() {
    let mut network = Network::empty();
    network.make("vpc", "CreateVpc", "CidrBlock=10.0.0.0/16&AmazonProvidedIpv6CidrBlock=true", "vpcId");
    network.make("group", "CreateSecurityGroup", "GroupName=web&GroupDescription=web&VpcId={vpc}", "groupId");
    assert_eq!(rules(&network, "cidrIpv6"), ["::/0"]);
    assert_eq!(rules(&network, "isEgress"), ["true", "true"]);
}

#[test]
fn rules_are_added_shown_and_taken_away() {
    let network = network();
    let ingress = "SecurityGroupRuleId.1={rule}";
    assert_eq!(network.all("DescribeSecurityGroupRules", ingress, "cidrIpv4"), ["192.0.2.0/24"]);
    assert_eq!(network.all("DescribeSecurityGroupRules", ingress, "description"), ["office"]);
    let more = "GroupId={group}&IpPermissions.1.IpProtocol=58&IpPermissions.1.Ipv6Ranges.1.CidrIpv6=2001:db8::1/64\
        &IpPermissions.2.IpProtocol=-1&IpPermissions.2.Groups.1.GroupId={group}\
        &IpPermissions.2.PrefixListIds.1.PrefixListId=pl-6da54004";
    let added = network.ok("AuthorizeSecurityGroupIngress", more);
    assert_eq!(aws::all(&added, "securityGroupRuleId").len(), 3);
    assert_eq!(aws::xml(&added, "cidrIpv6").as_deref(), Some("2001:db8::/64"));
    assert_eq!(aws::xml(&added, "prefixListId").as_deref(), Some("pl-6da54004"));
    let shown = network.ok("DescribeSecurityGroups", "GroupId.1={group}");
    assert_eq!(shown.matches("<ipProtocol>icmpv6</ipProtocol>").count(), 1);
    let revoked = network.ok("RevokeSecurityGroupIngress", more);
    assert_eq!(aws::all(&revoked, "securityGroupRuleId"), aws::all(&added, "securityGroupRuleId"));
    network.ok("RevokeSecurityGroupIngress", "GroupId={group}&SecurityGroupRuleId.1={rule}");
    let out = "GroupId={group}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0/0";
    network.ok("RevokeSecurityGroupEgress", out);
    assert_eq!(rules(&network, "securityGroupRuleId"), [""; 0]);
    network.ok("AuthorizeSecurityGroupEgress", out);
    assert_eq!(rules(&network, "securityGroupRuleId").len(), 1);
}

#[test]
fn a_rule_keeps_its_id_when_it_is_changed() {
    let network = network();
    let change = "GroupId={group}&SecurityGroupRule.1.SecurityGroupRuleId={rule}\
        &SecurityGroupRule.1.SecurityGroupRule.IpProtocol=udp\
        &SecurityGroupRule.1.SecurityGroupRule.FromPort=53&SecurityGroupRule.1.SecurityGroupRule.ToPort=54\
        &SecurityGroupRule.1.SecurityGroupRule.CidrIpv4=198.51.100.0/24";
    network.ok("ModifySecurityGroupRules", change);
    let shown = network.ok("DescribeSecurityGroupRules", "SecurityGroupRuleId.1={rule}");
    for (element, value) in
        [("ipProtocol", "udp"), ("fromPort", "53"), ("toPort", "54"), ("cidrIpv4", "198.51.100.0/24")]
    {
        assert_eq!(aws::xml(&shown, element).as_deref(), Some(value), "{element}");
    }
    assert_eq!(aws::xml(&shown, "description"), None, "what is left out is taken away");
    let by_id = "GroupId={group}&SecurityGroupRuleDescription.1.SecurityGroupRuleId={rule}\
        &SecurityGroupRuleDescription.1.Description=names";
    network.ok("UpdateSecurityGroupRuleDescriptionsIngress", by_id);
    assert_eq!(rules(&network, "description"), ["names"]);
    let by_permission = "GroupId={group}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0/0\
        &IpPermissions.1.IpRanges.1.Description=out";
    network.ok("UpdateSecurityGroupRuleDescriptionsEgress", by_permission);
    assert_eq!(rules(&network, "description"), ["names", "out"]);
}

#[test]
fn rules_have_tags_of_their_own() {
    let network = network();
    assert_eq!(network.all("DescribeTags", "", "resourceType"), ["security-group-rule"]);
    let filter = "Filter.1.Name=tag:team&Filter.1.Value.1=a";
    assert_eq!(network.all("DescribeSecurityGroupRules", filter, "securityGroupRuleId"), [network.id("rule")]);
    network.ok("CreateTags", "ResourceId.1={rule}&Tag.1.Key=team&Tag.1.Value=b");
    assert_eq!(network.all("DescribeSecurityGroupRules", filter, "securityGroupRuleId"), [""; 0]);
    let found = network.aws.tagging("GetResources", json!({ "ResourceTypeFilters": ["ec2:security-group-rule"] }));
    let found = found.expect("resources");
    let arn = format!("arn:aws:ec2:eu-west-1:111122223333:security-group-rule/{}", network.id("rule"));
    assert_eq!(found["ResourceTagMappingList"][0]["ResourceARN"], arn);
}

#[test]
fn rules_are_listed_page_by_page() {
    let network = network();
    for number in 0..9 {
        let rule = format!("GroupId={{group}}&IpProtocol=-1&CidrIp=10.{number}.0.0/16");
        network.ok("AuthorizeSecurityGroupIngress", &rule);
    }
    let mut seen = Vec::new();
    let mut token = String::new();
    loop {
        let page = network.ok("DescribeSecurityGroupRules", &format!("MaxResults=5{token}"));
        seen.extend(aws::all(&page, "securityGroupRuleId"));
        match aws::xml(&page, "nextToken") {
            Some(next) => token = format!("&NextToken={next}"),
            None => break,
        }
    }
    seen.sort();
    seen.dedup();
    // The default group has two more.
    assert_eq!(seen.len(), 13);
}

#[test]
fn groups_that_speak_of_each_other_are_deleted_when_their_rules_are_gone() {
    let mut network = network();
    network.make("friend", "CreateSecurityGroup", "GroupName=friend&GroupDescription=friend&VpcId={vpc}", "groupId");
    let peer = |group: &str, other: &str| {
        format!("GroupId={{{group}}}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.Groups.1.GroupId={{{other}}}")
    };
    network.ok("AuthorizeSecurityGroupIngress", &peer("group", "friend"));
    network.ok("AuthorizeSecurityGroupIngress", &peer("friend", "group"));
    network.ok("AuthorizeSecurityGroupIngress", &peer("friend", "friend"));
    assert_eq!(network.refused("DeleteSecurityGroup", "GroupId={friend}"), "DependencyViolation");
    network.ok("RevokeSecurityGroupIngress", &peer("group", "friend"));
    network.ok("DeleteSecurityGroup", "GroupId={friend}");
    network.ok("DeleteSecurityGroup", "GroupId={group}");
}
