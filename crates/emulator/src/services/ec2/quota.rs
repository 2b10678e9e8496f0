//! Quotas: AWS's defaults. Source: "Amazon VPC quotas" in the VPC User Guide, but for what names another source.

crate::quota::quotas! {
    VPCS = "ec2.vpcs", 5;
    SUBNETS_PER_VPC = "ec2.subnets-per-vpc", 200;
    /// IPv4 CIDR blocks of one VPC, the primary one among them.
    IPV4_CIDRS_PER_VPC = "ec2.ipv4-cidrs-per-vpc", 5;
    /// IPv6 CIDR blocks of one VPC in one network border group.
    IPV6_CIDRS_PER_VPC = "ec2.ipv6-cidrs-per-vpc", 1;
    INTERNET_GATEWAYS = "ec2.internet-gateways", 5;
    ADDRESSES = "ec2.addresses", 5;
    NAT_GATEWAYS_PER_ZONE = "ec2.nat-gateways-per-zone", 5;
    /// Elastic IP addresses of one public NAT gateway.
    ADDRESSES_PER_NAT_GATEWAY = "ec2.addresses-per-nat-gateway", 2;
    /// Elastic IP addresses of one regional NAT gateway in one zone.
    ADDRESSES_PER_REGIONAL_NAT_GATEWAY_ZONE = "ec2.addresses-per-regional-nat-gateway-zone", 32;
    PRIVATE_ADDRESSES_PER_NAT_GATEWAY = "ec2.private-addresses-per-nat-gateway", 8;
    ROUTE_TABLES_PER_VPC = "ec2.route-tables-per-vpc", 200;
    ROUTES_PER_TABLE = "ec2.routes-per-table", 500;
    SECURITY_GROUPS = "ec2.security-groups", 2500;
    /// Inbound or outbound rules of one security group, for IPv4 or for IPv6.
    RULES_PER_SECURITY_GROUP = "ec2.rules-per-security-group", 60;
    /// Source: "Launch template limitations" in the EC2 user guide.
    LAUNCH_TEMPLATES = "ec2.launch-templates", 5000;
    VERSIONS_PER_LAUNCH_TEMPLATE = "ec2.versions-per-launch-template", 10_000;
    /// Of a Region. Source: "AWS PrivateLink quotas", as for the next one.
    GATEWAY_ENDPOINTS = "ec2.gateway-endpoints", 20;
    INTERFACE_ENDPOINTS_PER_VPC = "ec2.interface-endpoints-per-vpc", 50;
    /// Of a VPC, a subnet or a network interface.
    FLOW_LOGS_PER_RESOURCE = "ec2.flow-logs-per-resource", 2;
}
