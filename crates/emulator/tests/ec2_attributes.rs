//! Every change that EC2 lets one make to what is there, read back.

mod aws;
mod network;

use network::Network;

fn vpc_attribute(network: &Network, name: &str) -> String {
    network.first("DescribeVpcAttribute", &format!("VpcId={{vpc}}&Attribute={name}"), "value").expect("a value")
}

#[test]
fn attributes_of_vpcs() {
    let network = Network::new();
    let defaults =
        [("enableDnsSupport", "true"), ("enableDnsHostnames", "false"), ("enableNetworkAddressUsageMetrics", "false")];
    for (name, value) in defaults {
        assert_eq!(vpc_attribute(&network, name), value, "{name}");
    }
    for name in ["EnableDnsHostnames", "EnableNetworkAddressUsageMetrics"] {
        network.ok("ModifyVpcAttribute", &format!("VpcId={{vpc}}&{name}.Value=true"));
    }
    network.ok("ModifyVpcAttribute", "VpcId={vpc}&EnableDnsSupport.Value=false");
    for (name, value) in defaults {
        assert_ne!(vpc_attribute(&network, name), value, "{name}");
    }
}

#[test]
fn the_tenancy_of_a_vpc_becomes_default() {
    let mut network = Network::empty();
    network.make("vpc", "CreateVpc", "CidrBlock=10.0.0.0/16&InstanceTenancy=dedicated", "vpcId");
    assert_eq!(network.first("DescribeVpcs", "", "instanceTenancy").as_deref(), Some("dedicated"));
    network.ok("ModifyVpcTenancy", "VpcId={vpc}&InstanceTenancy=default");
    assert_eq!(network.first("DescribeVpcs", "", "instanceTenancy").as_deref(), Some("default"));
}

#[test]
fn further_blocks_of_vpcs() {
    let mut network = Network::new();
    let second = "VpcId={vpc}&CidrBlock=100.64.0.0/16";
    let answer = network.ok("AssociateVpcCidrBlock", second);
    assert_eq!(aws::xml(&answer, "state").as_deref(), Some("associating"));
    let associations = network.all("DescribeVpcs", "", "associationId");
    assert_eq!(associations.len(), 2);
    network.make("pods", "CreateSubnet", "VpcId={vpc}&CidrBlock=100.64.0.0/18", "subnetId");
    assert_eq!(network.all("DescribeRouteTables", "", "destinationCidrBlock"), ["10.0.0.0/16", "100.64.0.0/16"]);
    network.ok("DeleteSubnet", "SubnetId={pods}");
    let answer = network.ok("DisassociateVpcCidrBlock", &format!("AssociationId={}", associations[1]));
    assert_eq!(aws::xml(&answer, "state").as_deref(), Some("disassociating"));
    assert_eq!(network.all("DescribeVpcs", "", "associationId").len(), 1);
    assert_eq!(network.all("DescribeRouteTables", "", "destinationCidrBlock"), ["10.0.0.0/16"]);
}

#[test]
fn the_ipv6_block_of_a_vpc_and_of_its_subnets() {
    let mut network = Network::new();
    network.ok("AssociateVpcCidrBlock", "VpcId={vpc}&AmazonProvidedIpv6CidrBlock=true");
    let block = network.first("DescribeVpcs", "", "ipv6CidrBlock").expect("a block").replace("/56", "/64");
    assert_eq!(network.all("DescribeSecurityGroups", "", "cidrIpv6"), ["::/0"], "the default group lets it out");
    let answer = network.ok("AssociateSubnetCidrBlock", &format!("SubnetId={{subnet}}&Ipv6CidrBlock={block}"));
    assert_eq!(aws::xml(&answer, "state").as_deref(), Some("associating"));
    assert_eq!(network.first("DescribeSubnets", "", "ipv6CidrBlock"), Some(block));
    network.make("subnet-block", "DescribeSubnets", "", "associationId");
    network.ok("ModifySubnetAttribute", "SubnetId={subnet}&AssignIpv6AddressOnCreation.Value=true");
    assert_eq!(network.first("DescribeSubnets", "", "assignIpv6AddressOnCreation").as_deref(), Some("true"));
    let disassociate = "AssociationId={subnet-block}";
    assert_eq!(network.refused("DisassociateSubnetCidrBlock", disassociate), "DependencyViolation");
    network.ok("ModifySubnetAttribute", "SubnetId={subnet}&AssignIpv6AddressOnCreation.Value=false");
    // The IPv6 block stands before the IPv4 one.
    network.make("vpc-block", "DescribeVpcs", "", "associationId");
    assert_eq!(network.refused("DisassociateVpcCidrBlock", "AssociationId={vpc-block}"), "InvalidCidrBlock.InUse");
    network.ok("DisassociateSubnetCidrBlock", disassociate);
    assert_eq!(network.first("DescribeSubnets", "", "ipv6CidrBlock"), None);
    network.ok("DisassociateVpcCidrBlock", "AssociationId={vpc-block}");
    assert_eq!(network.first("DescribeVpcs", "", "ipv6CidrBlock"), None);
}

#[test]
fn an_ipv6_only_subnet() {
    let mut network = Network::empty();
    network.make("vpc", "CreateVpc", "CidrBlock=10.0.0.0/16&AmazonProvidedIpv6CidrBlock=true", "vpcId");
    let block = network.first("DescribeVpcs", "", "ipv6CidrBlock").expect("a block").replace("/56", "/64");
    let native = format!("VpcId={{vpc}}&Ipv6Native=true&Ipv6CidrBlock={block}");
    network.make("subnet", "CreateSubnet", &native, "subnetId");
    let subnet = network.ok("DescribeSubnets", "Filter.1.Name=ipv6-native&Filter.1.Value.1=true");
    assert_eq!(aws::xml(&subnet, "cidrBlock"), None);
    assert_eq!(aws::xml(&subnet, "availableIpAddressCount").as_deref(), Some("0"));
    assert_eq!(aws::xml(&subnet, "hostnameType").as_deref(), Some("resource-name"));
    assert_eq!(aws::xml(&subnet, "assignIpv6AddressOnCreation").as_deref(), Some("true"));
    for change in [
        "MapPublicIpOnLaunch.Value=true",
        "PrivateDnsHostnameTypeOnLaunch=ip-name",
        "AssignIpv6AddressOnCreation.Value=false",
    ] {
        let code = network.refused("ModifySubnetAttribute", &format!("SubnetId={{subnet}}&{change}"));
        assert_eq!(code, "InvalidParameterValue", "{change}");
    }
    network.make("block", "DescribeSubnets", "", "associationId");
    assert_eq!(network.refused("DisassociateSubnetCidrBlock", "AssociationId={block}"), "OperationNotPermitted");
    assert_eq!(network.refused("CreateNatGateway", "SubnetId={subnet}&ConnectivityType=private"), "InvalidSubnet");
}

#[test]
fn attributes_of_subnets() {
    let network = Network::new();
    let changes = [
        ("MapPublicIpOnLaunch.Value=true", "mapPublicIpOnLaunch", "false", "true"),
        ("EnableDns64.Value=true", "enableDns64", "false", "true"),
        ("PrivateDnsHostnameTypeOnLaunch=resource-name", "hostnameType", "ip-name", "resource-name"),
        ("EnableResourceNameDnsARecordOnLaunch.Value=true", "enableResourceNameDnsARecord", "false", "true"),
        ("EnableResourceNameDnsAAAARecordOnLaunch.Value=false", "enableResourceNameDnsAAAARecord", "false", "false"),
        ("AssignIpv6AddressOnCreation.Value=false", "assignIpv6AddressOnCreation", "false", "false"),
        ("MapCustomerOwnedIpOnLaunch.Value=false", "mapCustomerOwnedIpOnLaunch", "false", "false"),
    ];
    for (change, element, before, after) in changes {
        assert_eq!(network.first("DescribeSubnets", "", element).as_deref(), Some(before), "{change}");
        network.ok("ModifySubnetAttribute", &format!("SubnetId={{subnet}}&{change}"));
        assert_eq!(network.first("DescribeSubnets", "", element).as_deref(), Some(after), "{change}");
    }
    let code = network
        .refused("ModifySubnetAttribute", "SubnetId={subnet}&EnableResourceNameDnsAAAARecordOnLaunch.Value=true");
    assert_eq!(code, "InvalidParameterValue", "there is no IPv6");
}

#[test]
fn reservations_keep_addresses_from_being_given() {
    let mut network = Network::new();
    let reserve = "SubnetId={subnet}&Cidr=10.0.0.0/29&ReservationType=explicit&Description=kept\
        &TagSpecification.1.ResourceType=subnet-cidr-reservation\
        &TagSpecification.1.Tag.1.Key=for&TagSpecification.1.Tag.1.Value=dns";
    network.make("reservation", "CreateSubnetCidrReservation", reserve, "subnetCidrReservationId");
    network.ok("CreateSubnetCidrReservation", "SubnetId={subnet}&Cidr=10.0.0.64/28&ReservationType=prefix");
    let explicit = "SubnetId={subnet}&Filter.1.Name=reservationType&Filter.1.Value.1=explicit";
    assert_eq!(network.all("GetSubnetCidrReservations", explicit, "cidr"), ["10.0.0.0/29"]);
    let tagged = "SubnetId={subnet}&Filter.1.Name=tag:for&Filter.1.Value.1=dns";
    assert_eq!(network.all("GetSubnetCidrReservations", tagged, "description"), ["kept"]);
    let nat = "SubnetId={subnet}&ConnectivityType=private";
    assert_eq!(network.first("CreateNatGateway", nat, "privateIp").as_deref(), Some("10.0.0.8"));
    let explicit = "SubnetId={subnet}&ConnectivityType=private&PrivateIpAddress=10.0.0.5";
    assert_eq!(network.first("CreateNatGateway", explicit, "privateIp").as_deref(), Some("10.0.0.5"));
    network.ok("DeleteSubnetCidrReservation", "SubnetCidrReservationId={reservation}");
    assert_eq!(network.all("GetSubnetCidrReservations", "SubnetId={subnet}", "cidr"), ["10.0.0.64/28"]);
    assert_eq!(network.first("CreateNatGateway", nat, "privateIp").as_deref(), Some("10.0.0.4"));
}

#[test]
fn the_name_that_an_address_leads_back_to() {
    let mut network = Network::empty();
    network.make("eip", "AllocateAddress", "", "allocationId");
    let answer = network.ok("ModifyAddressAttribute", "AllocationId={eip}&DomainName=mail.example.com");
    assert_eq!(aws::xml(&answer, "status").as_deref(), Some("PENDING"));
    let attribute = "AllocationId.1={eip}&Attribute=domain-name";
    let record = || network.first("DescribeAddressesAttribute", attribute, "ptrRecord");
    assert_eq!(record().as_deref(), Some("mail.example.com."));
    assert_eq!(network.first("DescribeAddressesAttribute", "AllocationId.1={eip}", "ptrRecord"), None);
    assert_eq!(network.refused("ReleaseAddress", "AllocationId={eip}"), "InvalidAddress.Locked");
    network.ok("ResetAddressAttribute", "AllocationId={eip}&Attribute=domain-name");
    assert_eq!(record(), None);
    network.ok("ReleaseAddress", "AllocationId={eip}");
}

#[test]
fn associations_of_route_tables() {
    let mut network = Network::new();
    network.make("table", "CreateRouteTable", "VpcId={vpc}", "routeTableId");
    let associate = "RouteTableId={table}&SubnetId={subnet}";
    let first = network.make("association", "AssociateRouteTable", associate, "associationId");
    assert_eq!(network.first("AssociateRouteTable", associate, "associationId"), Some(first.clone()));
    let served = |table: &str| {
        let filter = format!("RouteTableId.1={{{table}}}");
        network.all("DescribeRouteTables", &filter, "subnetId")
    };
    assert_eq!(served("table"), [network.id("subnet")]);
    let replace = "AssociationId={association}&RouteTableId={main}";
    let second = network.first("ReplaceRouteTableAssociation", replace, "newAssociationId").expect("an association");
    assert_ne!(first, second);
    assert_eq!((served("table").len(), served("main").len()), (0, 1));
    assert_eq!(network.refused("ReplaceRouteTableAssociation", replace), "InvalidAssociationID.NotFound");
    network.ok("DisassociateRouteTable", &format!("AssociationId={second}"));
    assert_eq!(served("main").len(), 0);
}

#[test]
fn another_table_becomes_the_main_one() {
    let mut network = Network::new();
    network.make("association", "DescribeRouteTables", "", "routeTableAssociationId");
    network.make("table", "CreateRouteTable", "VpcId={vpc}", "routeTableId");
    network.ok("ReplaceRouteTableAssociation", "AssociationId={association}&RouteTableId={table}");
    let main = "Filter.1.Name=association.main&Filter.1.Value.1=true";
    assert_eq!(network.first("DescribeRouteTables", main, "routeTableId").as_deref(), Some(network.id("table")));
    network.ok("DeleteRouteTable", "RouteTableId={main}");
    assert_eq!(network.refused("DeleteRouteTable", "RouteTableId={table}"), "DependencyViolation");
}

#[test]
fn a_route_table_for_the_internet_gateway() {
    let mut network = Network::new();
    network.make("table", "CreateRouteTable", "VpcId={vpc}", "routeTableId");
    network.make("association", "AssociateRouteTable", "RouteTableId={table}&GatewayId={igw}", "associationId");
    let filter = "Filter.1.Name=association.gateway-id&Filter.1.Value.1={igw}";
    assert_eq!(network.first("DescribeRouteTables", filter, "routeTableId").as_deref(), Some(network.id("table")));
    let out = "RouteTableId={table}&DestinationCidrBlock=0.0.0.0/0&GatewayId={igw}";
    assert_eq!(network.refused("CreateRoute", out), "InvalidParameterValue");
    network.ok("DisassociateRouteTable", "AssociationId={association}");
    network.ok("CreateRoute", out);
    network.ok("DeleteRouteTable", "RouteTableId={table}");
}

#[test]
fn routes_are_made_replaced_and_deleted() {
    let mut network = Network::new();
    network.make("nat", "CreateNatGateway", "SubnetId={subnet}&ConnectivityType=private", "natGatewayId");
    network.make("eni", "DescribeNetworkInterfaces", "", "networkInterfaceId");
    let target = |destination: &str, element: &str| {
        let text = network.ok("DescribeRouteTables", "");
        let route =
            text.split("<item>").find(|part| part.contains(&format!(">{destination}<"))).expect("a route").to_owned();
        aws::xml(&route, element)
    };
    let default = "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0";
    network.ok("CreateRoute", &format!("{default}&GatewayId={{igw}}"));
    assert_eq!(target("0.0.0.0/0", "gatewayId").as_deref(), Some(network.id("igw")));
    assert_eq!(target("0.0.0.0/0", "origin").as_deref(), Some("CreateRoute"));
    network.ok("ReplaceRoute", &format!("{default}&NatGatewayId={{nat}}"));
    assert_eq!(target("0.0.0.0/0", "natGatewayId").as_deref(), Some(network.id("nat")));
    network.ok("DeleteRoute", default);
    let canonical = "RouteTableId={main}&DestinationCidrBlock=100.68.0.18/18&GatewayId={igw}";
    network.ok("CreateRoute", canonical);
    assert_eq!(target("100.68.0.0/18", "gatewayId").as_deref(), Some(network.id("igw")));
    network.ok("CreateRoute", "RouteTableId={main}&DestinationPrefixListId=pl-6da54004&GatewayId={igw}");
    assert_eq!(target("pl-6da54004", "gatewayId").as_deref(), Some(network.id("igw")));
    network.ok("CreateRoute", "RouteTableId={main}&DestinationIpv6CidrBlock=::/0&GatewayId={igw}");
    network.ok("CreateRoute", "RouteTableId={main}&DestinationIpv6CidrBlock=64:ff9b::/96&NatGatewayId={nat}");
    network.ok("DeleteRoute", "RouteTableId={main}&DestinationIpv6CidrBlock=::/0");
    network.ok("DeleteRoute", "RouteTableId={main}&DestinationPrefixListId=pl-6da54004");
}

#[test]
fn the_local_route_past_an_interface_and_back() {
    let mut network = Network::new();
    network.ok("CreateNatGateway", "SubnetId={subnet}&ConnectivityType=private");
    network.make("eni", "DescribeNetworkInterfaces", "", "networkInterfaceId");
    let local = "RouteTableId={main}&DestinationCidrBlock=10.0.0.0/16";
    assert_eq!(network.refused("ReplaceRoute", &format!("{local}&GatewayId={{igw}}")), "InvalidParameterValue");
    network.ok("ReplaceRoute", &format!("{local}&NetworkInterfaceId={{eni}}"));
    let routes = network.ok("DescribeRouteTables", "");
    assert!(!routes.contains("<gatewayId>local</gatewayId>"));
    assert_eq!(aws::all(&routes, "origin"), ["CreateRouteTable"]);
    network.ok("ReplaceRoute", &format!("{local}&LocalTarget=true"));
    assert_eq!(network.all("DescribeRouteTables", "", "gatewayId"), ["local"]);
    let subnet = "RouteTableId={main}&DestinationCidrBlock=10.0.0.0/24&NetworkInterfaceId={eni}";
    network.ok("CreateRoute", subnet);
    let part = "RouteTableId={main}&DestinationCidrBlock=10.0.0.0/25&NetworkInterfaceId={eni}";
    assert_eq!(network.refused("CreateRoute", part), "InvalidParameterValue", "not the whole of a subnet");
}
