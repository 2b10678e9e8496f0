//! Quotas: AWS's defaults. Source: "Amazon VPC quotas" in the VPC User Guide.

pub(super) const VPCS: usize = 5;
pub(super) const SUBNETS_PER_VPC: usize = 200;
/// IPv4 CIDR blocks of one VPC, the primary one among them.
pub(super) const IPV4_CIDRS_PER_VPC: usize = 5;
/// IPv6 CIDR blocks of one VPC in one network border group.
pub(super) const IPV6_CIDRS_PER_VPC: usize = 1;
pub(super) const INTERNET_GATEWAYS: usize = 5;
pub(super) const ADDRESSES: usize = 5;
pub(super) const NAT_GATEWAYS_PER_ZONE: usize = 5;
/// Elastic IP addresses of one public NAT gateway.
pub(super) const ADDRESSES_PER_NAT_GATEWAY: usize = 2;
/// Elastic IP addresses of one regional NAT gateway in one zone.
pub(super) const ADDRESSES_PER_REGIONAL_NAT_GATEWAY_ZONE: usize = 32;
pub(super) const PRIVATE_ADDRESSES_PER_NAT_GATEWAY: usize = 8;
pub(super) const ROUTE_TABLES_PER_VPC: usize = 200;
pub(super) const ROUTES_PER_TABLE: usize = 500;
pub(super) const SECURITY_GROUPS: usize = 2500;
/// Inbound or outbound rules of one security group, for IPv4 or for IPv6.
pub(super) const RULES_PER_SECURITY_GROUP: usize = 60;
/// Source: "Launch template limitations" in the EC2 user guide.
pub(super) const LAUNCH_TEMPLATES: usize = 5000;
pub(super) const VERSIONS_PER_LAUNCH_TEMPLATE: usize = 10_000;
/// Of a Region. Source: "AWS PrivateLink quotas", as for the next one.
pub(super) const GATEWAY_ENDPOINTS: usize = 20;
pub(super) const INTERFACE_ENDPOINTS_PER_VPC: usize = 50;
/// Of a VPC, a subnet or a network interface.
pub(super) const FLOW_LOGS_PER_RESOURCE: usize = 2;
