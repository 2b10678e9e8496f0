//! What EC2 shows: filters, pages, tags, zones and Regions.

mod aws;
mod network;

use network::Network;

/// A network with one of everything.
fn full() -> Network {
    let mut network = Network::instant();
    network
        .ok("CreateTags", "ResourceId.1={subnet}&ResourceId.2={igw}&Tag.1.Key=Name&Tag.1.Value=dev-a&Tag.2.Key=empty");
    network.make("eip", "AllocateAddress", "", "allocationId");
    network.make("nat", "CreateNatGateway", "SubnetId={subnet}&AllocationId={eip}", "natGatewayId");
    network.make("eni", "DescribeNetworkInterfaces", "", "networkInterfaceId");
    network.make("association", "DescribeAddresses", "", "associationId");
    network.make("ip", "DescribeAddresses", "", "publicIp");
    network.make("sg", "DescribeSecurityGroups", "", "groupId");
    network.make("acl", "DescribeNetworkAcls", "", "networkAclId");
    network.make("acl-association", "DescribeNetworkAcls", "", "networkAclAssociationId");
    network.make("main-association", "DescribeRouteTables", "", "routeTableAssociationId");
    network.make("cidr-association", "DescribeVpcs", "", "associationId");
    network.make("dhcp", "DescribeVpcs", "", "dhcpOptionsId");
    network.make("mac", "DescribeNetworkInterfaces", "", "macAddress");
    network.ok("CreateRoute", "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&NatGatewayId={nat}");
    let tags = "TagSpecification.1.ResourceType=egress-only-internet-gateway\
                &TagSpecification.1.Tag.1.Key=kind&TagSpecification.1.Tag.1.Value=way-out";
    let asked = format!("VpcId={{vpc}}&{tags}");
    network.make("eigw", "CreateEgressOnlyInternetGateway", &asked, "egressOnlyInternetGatewayId");
    let route = "RouteTableId={main}&DestinationIpv6CidrBlock=::/0&EgressOnlyInternetGatewayId={eigw}";
    network.ok("CreateRoute", route);
    network.ok("ModifyVpcAttribute", "VpcId={vpc}&EnableDnsHostnames.Value=true");
    network
}

/// The filters of an operation, each with a value that finds the one thing of its kind.
type Filters = &'static [(&'static str, &'static str)];

/// Filters by operation, with the element that stands once in what is found.
const FILTERS: &[(&str, &str, Filters)] = &[
    (
        "DescribeVpcs",
        "vpcId",
        &[
            ("cidr", "10.0.0.0/16"),
            ("cidr-block-association.cidr-block", "10.0.0.0/16"),
            ("cidr-block-association.association-id", "{cidr-association}"),
            ("cidr-block-association.state", "associated"),
            ("dhcp-options-id", "{dhcp}"),
            ("is-default", "false"),
            ("owner-id", "111122223333"),
            ("state", "available"),
            ("vpc-id", "{vpc}"),
        ],
    ),
    (
        "DescribeSubnets",
        "subnetId",
        &[
            ("availability-zone", "eu-west-1?"),
            ("availabilityZone", "eu-west-1a"),
            ("availability-zone-id", "euw1-az1"),
            ("availabilityZoneId", "euw1-az1"),
            ("available-ip-address-count", "250"),
            ("cidr-block", "10.0.0.0/24"),
            ("cidr", "10.0.0.0/24"),
            ("cidrBlock", "10.0.0.0/24"),
            ("default-for-az", "false"),
            ("defaultForAz", "false"),
            ("enable-dns64", "false"),
            ("ipv6-native", "false"),
            ("map-customer-owned-ip-on-launch", "false"),
            ("map-public-ip-on-launch", "false"),
            ("owner-id", "111122223333"),
            ("private-dns-name-options-on-launch.hostname-type", "ip-name"),
            ("private-dns-name-options-on-launch.enable-resource-name-dns-a-record", "false"),
            ("private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record", "false"),
            ("state", "available"),
            ("subnet-arn", "arn:aws:ec2:eu-west-1:111122223333:subnet/{subnet}"),
            ("subnet-id", "{subnet}"),
            ("vpc-id", "{vpc}"),
            ("tag:Name", "dev-*"),
            ("tag-key", "Name"),
        ],
    ),
    (
        "DescribeInternetGateways",
        "internetGatewayId",
        &[
            ("attachment.state", "available"),
            ("attachment.vpc-id", "{vpc}"),
            ("internet-gateway-id", "{igw}"),
            ("owner-id", "111122223333"),
            ("tag:Name", "dev-a"),
        ],
    ),
    (
        "DescribeEgressOnlyInternetGateways",
        "egressOnlyInternetGatewayId",
        &[("tag:kind", "way-*"), ("tag-key", "kind")],
    ),
    (
        "DescribeAddresses",
        "allocationId",
        &[
            ("allocation-id", "{eip}"),
            ("association-id", "{association}"),
            ("network-border-group", "eu-west-1"),
            ("network-interface-id", "{eni}"),
            ("network-interface-owner-id", "111122223333"),
            ("private-ip-address", "10.0.0.4"),
            ("public-ip", "{ip}"),
        ],
    ),
    (
        "DescribeNatGateways",
        "natGatewayId",
        &[("nat-gateway-id", "{nat}"), ("state", "available"), ("subnet-id", "{subnet}"), ("vpc-id", "{vpc}")],
    ),
    (
        "DescribeRouteTables",
        "vpcId",
        &[
            ("association.route-table-association-id", "{main-association}"),
            ("association.route-table-id", "{main}"),
            ("association.main", "true"),
            ("owner-id", "111122223333"),
            ("route-table-id", "{main}"),
            ("route.destination-cidr-block", "0.0.0.0/0"),
            ("route.destination-ipv6-cidr-block", "::/0"),
            ("route.egress-only-internet-gateway-id", "{eigw}"),
            ("route.gateway-id", "local"),
            ("route.nat-gateway-id", "{nat}"),
            ("route.origin", "CreateRoute"),
            ("route.state", "active"),
            ("vpc-id", "{vpc}"),
        ],
    ),
    (
        "DescribeNetworkInterfaces",
        "macAddress",
        &[
            ("association.allocation-id", "{eip}"),
            ("association.association-id", "{association}"),
            ("association.ip-owner-id", "111122223333"),
            ("association.public-ip", "{ip}"),
            ("association.public-dns-name", "ec2-198-*.eu-west-1.compute.amazonaws.com"),
            ("addresses.association.owner-id", "111122223333"),
            ("addresses.association.public-ip", "{ip}"),
            ("addresses.primary", "true"),
            ("addresses.private-ip-address", "10.0.0.4"),
            ("attachment.attach-time", "2026-01-01T*"),
            ("attachment.attachment-id", "ela-attach-*"),
            ("attachment.delete-on-termination", "false"),
            ("attachment.device-index", "1"),
            ("attachment.instance-owner-id", "amazon-aws"),
            ("attachment.status", "attached"),
            ("availability-zone", "eu-west-1a"),
            ("availability-zone-id", "euw1-az1"),
            ("description", "*{nat}"),
            ("interface-type", "nat_gateway"),
            ("mac-address", "{mac}"),
            ("network-interface-id", "{eni}"),
            ("operator.managed", "false"),
            ("owner-id", "111122223333"),
            ("private-dns-name", "ip-10-0-0-4.eu-west-1.compute.internal"),
            ("private-ip-address", "10.0.0.4"),
            ("requester-id", "amazon-aws"),
            ("requester-managed", "true"),
            ("source-dest-check", "false"),
            ("status", "in-use"),
            ("subnet-id", "{subnet}"),
            ("vpc-id", "{vpc}"),
        ],
    ),
    (
        "DescribeSecurityGroups",
        "groupName",
        &[
            ("description", "default*"),
            ("egress.ip-permission.cidr", "0.0.0.0/0"),
            ("egress.ip-permission.protocol", "-1"),
            ("group-id", "{sg}"),
            ("group-name", "default"),
            ("ip-permission.group-id", "{sg}"),
            ("ip-permission.group-name", "default"),
            ("ip-permission.protocol", "-1"),
            ("ip-permission.user-id", "111122223333"),
            ("owner-id", "111122223333"),
            ("vpc-id", "{vpc}"),
        ],
    ),
    (
        "DescribeNetworkAcls",
        "vpcId",
        &[
            ("association.association-id", "{acl-association}"),
            ("association.network-acl-id", "{acl}"),
            ("association.subnet-id", "{subnet}"),
            ("default", "true"),
            ("entry.cidr", "0.0.0.0/0"),
            ("entry.protocol", "-1"),
            ("entry.rule-action", "deny"),
            ("entry.egress", "true"),
            ("entry.rule-number", "100"),
            ("network-acl-id", "{acl}"),
            ("owner-id", "111122223333"),
            ("vpc-id", "{vpc}"),
        ],
    ),
];

#[test]
fn every_filter_finds_what_it_is_about_and_nothing_else() {
    let network = full();
    for (operation, element, filters) in FILTERS {
        for (name, value) in *filters {
            let asked = |value: &str| format!("Filter.1.Name={name}&Filter.1.Value.1={value}");
            assert_eq!(network.all(operation, &asked(value), element).len(), 1, "{operation} {name}={value}");
            assert_eq!(network.all(operation, &asked("no-such-value"), element).len(), 0, "{operation} {name}");
        }
    }
}

#[test]
fn filters_all_hold_and_of_their_values_one() {
    let network = full();
    let found = |asked: &str| network.all("DescribeSubnets", asked, "subnetId").len();
    let both = "Filter.1.Name=vpc-id&Filter.1.Value.1={vpc}&Filter.2.Name=cidr&Filter.2.Value.1=";
    assert_eq!(found(&format!("{both}10.0.0.0/24")), 1);
    assert_eq!(found(&format!("{both}10.0.1.0/24")), 0);
    assert_eq!(found(&format!("{both}10.0.1.0/24&Filter.2.Value.2=10.0.0.0/24")), 1);
    assert_eq!(found("SubnetId.1={subnet}&Filter.1.Name=state&Filter.1.Value.1=pending"), 0);
}

#[test]
fn pages_hold_everything_once() {
    let network = Network::new();
    for number in 1..12 {
        network.ok("CreateSubnet", &format!("VpcId={{vpc}}&CidrBlock=10.0.{number}.0/24"));
    }
    let mut found = Vec::new();
    let mut asked = "MaxResults=5".to_owned();
    let mut pages = 0;
    loop {
        let page = network.ok("DescribeSubnets", &asked);
        found.extend(aws::all(&page, "subnetId"));
        pages += 1;
        let Some(token) = aws::xml(&page, "nextToken") else { break };
        asked = format!("MaxResults=5&NextToken={token}");
    }
    assert_eq!((pages, found.len()), (3, 12));
    let mut all = network.all("DescribeSubnets", "", "subnetId");
    found.sort();
    all.sort();
    assert_eq!(found, all);
}

#[test]
fn a_page_token_is_for_one_question() {
    let network = Network::new();
    for number in 1..12 {
        network.ok("CreateSubnet", &format!("VpcId={{vpc}}&CidrBlock=10.0.{number}.0/24"));
    }
    let token = network.first("DescribeSubnets", "MaxResults=5", "nextToken").expect("a token");
    let other = format!("MaxResults=5&NextToken={token}&Filter.1.Name=vpc-id&Filter.1.Value.1={{vpc}}");
    assert_eq!(network.refused("DescribeSubnets", &other), "InvalidNextToken");
}

#[test]
fn addresses_by_id_and_by_address() {
    let mut network = full();
    network.make("second", "AllocateAddress", "", "allocationId");
    assert_eq!(network.all("DescribeAddresses", "AllocationId.1={second}", "allocationId"), [network.id("second")]);
    assert_eq!(network.all("DescribeAddresses", "PublicIp.1={ip}", "allocationId"), [network.id("eip")]);
    assert_eq!(network.all("DescribeAddresses", "PublicIp.1={ip}&AllocationId.1={second}", "publicIp").len(), 2);
    assert_eq!(network.all("DescribeAddressesAttribute", "MaxResults=1", "allocationId").len(), 1);
}

#[test]
fn tags_of_every_kind_on_creation() {
    let mut network = Network::new();
    network.make("eip", "AllocateAddress", "", "allocationId");
    let creations = [
        ("CreateVpc", "CidrBlock=10.1.0.0/16", "vpc"),
        ("CreateSubnet", "VpcId={vpc}&CidrBlock=10.0.1.0/24", "subnet"),
        ("CreateInternetGateway", "", "internet-gateway"),
        ("CreateEgressOnlyInternetGateway", "VpcId={vpc}", "egress-only-internet-gateway"),
        ("AllocateAddress", "", "elastic-ip"),
        ("CreateNatGateway", "SubnetId={subnet}&AllocationId={eip}", "natgateway"),
        ("CreateRouteTable", "VpcId={vpc}", "route-table"),
        (
            "CreateSubnetCidrReservation",
            "SubnetId={subnet}&Cidr=10.0.0.64/28&ReservationType=prefix",
            "subnet-cidr-reservation",
        ),
    ];
    for (operation, parameters, kind) in creations {
        let tags = format!(
            "&TagSpecification.1.ResourceType={kind}\
             &TagSpecification.1.Tag.1.Key=kind&TagSpecification.1.Tag.1.Value={kind}"
        );
        network.ok(operation, &format!("{parameters}{tags}"));
        let filter = format!("Filter.1.Name=tag:kind&Filter.1.Value.1={kind}");
        assert_eq!(network.all("DescribeTags", &filter, "resourceType"), [kind]);
    }
}

#[test]
fn tags_are_put_over_each_other_and_taken_away() {
    let network = Network::new();
    network.ok("CreateTags", "ResourceId.1={vpc}&ResourceId.2={igw}&Tag.1.Key=a&Tag.1.Value=1&Tag.2.Key=b");
    network.ok("CreateTags", "ResourceId.1={vpc}&Tag.1.Key=a&Tag.1.Value=2");
    let values = |id: &str| {
        let filter = format!("Filter.1.Name=resource-id&Filter.1.Value.1={{{id}}}");
        let (keys, values) =
            (network.all("DescribeTags", &filter, "key"), network.all("DescribeTags", &filter, "value"));
        keys.into_iter().zip(values).map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>()
    };
    assert_eq!((values("vpc"), values("igw")), (vec!["a=2".into(), "b=".into()], vec!["a=1".into(), "b=".into()]));
    network.ok("DeleteTags", "ResourceId.1={vpc}&ResourceId.2={igw}&Tag.1.Key=a&Tag.1.Value=1");
    assert_eq!((values("vpc").len(), values("igw").len()), (2, 1), "only where the value is the same");
    network.ok("DeleteTags", "ResourceId.1={vpc}&Tag.1.Key=a");
    assert_eq!(values("vpc"), ["b="]);
    network.ok("DeleteTags", "ResourceId.1={vpc}&Tag.1.Key=b&Tag.1.Value=");
    assert_eq!(values("vpc").len(), 0, "an empty value is a value");
    network.ok("DeleteTags", "ResourceId.1={igw}");
    assert_eq!(values("igw").len(), 0, "without keys, all go");
}

#[test]
fn tags_by_filter() {
    let network = full();
    let found = |name: &str, value: &str| {
        network.all("DescribeTags", &format!("Filter.1.Name={name}&Filter.1.Value.1={value}"), "resourceId").len()
    };
    assert_eq!(found("key", "Name"), 2);
    assert_eq!(found("value", "dev-*"), 2);
    assert_eq!(found("resource-id", "{igw}"), 2);
    assert_eq!(found("resource-type", "subnet"), 2);
    assert_eq!(found("tag:Name", "dev-a"), 2);
    assert_eq!(found("tag:Name", "prod"), 0);
    assert_eq!(network.refused("DescribeTags", "Filter.1.Name=tag-key&Filter.1.Value.1=Name"), "InvalidParameterValue");
}

/// The zones of a Region.
fn zones(region: &str, parameters: &str) -> Vec<(String, String)> {
    let mut network = Network::empty();
    network.aws.region = region.into();
    let text = network.ok("DescribeAvailabilityZones", parameters);
    aws::all(&text, "zoneName").into_iter().zip(aws::all(&text, "zoneId")).collect()
}

#[test]
fn zones_of_the_regions() {
    let names = |region: &str| zones(region, "").into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(" ");
    assert_eq!(names("us-east-1"), "us-east-1a us-east-1b us-east-1c us-east-1d us-east-1e us-east-1f");
    assert_eq!(names("us-west-1"), "us-west-1a us-west-1c");
    assert_eq!(names("eu-west-1"), "eu-west-1a eu-west-1b eu-west-1c");
    assert_eq!(names("ca-central-1"), "ca-central-1a ca-central-1b ca-central-1d");
    assert_eq!(names("cn-north-1"), "cn-north-1a cn-north-1b cn-north-1d");
    assert!(zones("us-east-1", "").iter().any(|(_, id)| id == "use1-az3"));
    assert_eq!(zones("us-gov-west-1", "ZoneName.1=us-gov-west-1b"), [("us-gov-west-1b".into(), "usgw1-az2".into())]);
    assert_eq!(zones("ap-southeast-2", "ZoneId.1=apse2-az3"), [("ap-southeast-2c".into(), "apse2-az3".into())]);
}

#[test]
fn local_zones_are_shown_only_among_all() {
    let local = "AllAvailabilityZones=true&Filter.1.Name=zone-type&Filter.1.Value.1=local-zone";
    assert_eq!(zones("us-east-1", local), [("us-east-1-bos-1a".into(), "use1-bos1-az1".into())]);
    assert_eq!(zones("us-west-2", local), [("us-west-2-lax-1a".into(), "usw2-lax1-az1".into())]);
    assert_eq!(zones("eu-west-1", local), []);
    assert_eq!(zones("us-east-1", "").len(), 6);
    let opted = "AllAvailabilityZones=true&Filter.1.Name=opt-in-status&Filter.1.Value.1=not-opted-in";
    assert_eq!(zones("us-west-2", opted).len(), 1);
}

#[test]
fn filters_of_zones() {
    let filters = [
        ("group-long-name", "Europe (Ireland) 1", 3),
        ("group-name", "eu-west-1-zg-1", 3),
        ("message", "x", 0),
        ("opt-in-status", "opt-in-not-required", 3),
        ("parent-zone-id", "x", 0),
        ("parent-zone-name", "x", 0),
        ("region-name", "eu-west-1", 3),
        ("state", "available", 3),
        ("zone-id", "euw1-az1", 1),
        ("zone-name", "eu-west-1a", 1),
        ("zone-type", "availability-zone", 3),
    ];
    for (name, value, count) in filters {
        let asked = format!("Filter.1.Name={name}&Filter.1.Value.1={value}");
        assert_eq!(zones("eu-west-1", &asked).len(), count, "{name}");
    }
}

#[test]
fn regions_by_name_and_by_status() {
    let network = Network::empty();
    assert_eq!(network.all("DescribeRegions", "", "regionName").len(), 17);
    assert!(network.all("DescribeRegions", "AllRegions=true", "regionName").len() > 30);
    let named = network.ok("DescribeRegions", "RegionName.1=me-south-1");
    assert_eq!(aws::xml(&named, "optInStatus").as_deref(), Some("not-opted-in"));
    assert_eq!(aws::xml(&named, "regionEndpoint").as_deref(), Some("ec2.me-south-1.amazonaws.com"));
    let filter = "AllRegions=true&Filter.1.Name=opt-in-status&Filter.1.Value.1=not-opted-in";
    assert!(network.all("DescribeRegions", filter, "regionName").contains(&"af-south-1".to_owned()));
    for filter in ["region-name&Filter.1.Value.1=eu-west-*", "endpoint&Filter.1.Value.1=ec2.eu-west-?.amazonaws.com"] {
        let found = network.all("DescribeRegions", &format!("Filter.1.Name={filter}"), "regionName");
        assert_eq!(found, ["eu-west-1", "eu-west-2", "eu-west-3"]);
    }
    let mut china = Network::empty();
    china.aws.region = "cn-north-1".into();
    assert_eq!(china.all("DescribeRegions", "", "regionName"), ["cn-north-1", "cn-northwest-1"]);
}

#[test]
fn attributes_of_the_account() {
    let network = Network::empty();
    let all = network.all("DescribeAccountAttributes", "", "attributeName");
    assert_eq!(all.len(), 6);
    let default = "AttributeName.1=default-vpc";
    assert_eq!(network.all("DescribeAccountAttributes", default, "attributeValue"), ["none"]);
}

#[test]
fn the_arns_of_other_partitions() {
    let mut network = Network::empty();
    network.aws.region = "cn-north-1".into();
    network.make("vpc", "CreateVpc", "CidrBlock=10.0.0.0/16", "vpcId");
    let arn = network.first("CreateSubnet", "VpcId={vpc}&CidrBlock=10.0.0.0/24", "subnetArn").expect("an ARN");
    assert!(arn.starts_with("arn:aws-cn:ec2:cn-north-1:111122223333:subnet/subnet-"), "{arn}");
}
