//! The network.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Vpc {
    /// The IPv4 range of the VPC. Every Availability Zone has its own part of it, so that adding a zone moves nothing.
    #[schemars(
        with = "String",
        extend("default" = "10.0.0.0/16", "x-becomes" = ["ec2.Vpc.cidr_block"], "x-rule" = "an IPv4 range of /16 to /22, or to /28 with subnets of your own")
    )]
    pub cidr: Ipv4Net,
    /// How private subnets reach the internet.
    #[schemars(extend("default" = {}))]
    pub nat: Nat,
    /// The subnets, where they are not to be made by the rule. All zones must then be named.
    pub subnets: Option<Subnets>,
    /// Who can reach the Kubernetes API server.
    #[schemars(extend("default" = {}))]
    pub cluster_endpoints: ClusterEndpoints,
    /// From where the API server can be reached, if it can be reached from the internet.
    #[serde(rename = "publicAccessCIDRs")]
    #[schemars(length(min = 1, max = 40), extend("x-becomes" = ["eks.Cluster.public_access_cidrs"], "x-rule" = "1 to 40 ranges"))]
    pub public_access_cidrs: Option<Vec<String>>,
    /// Whether the network interfaces of the control plane are in private subnets only.
    #[schemars(extend("default" = true, "x-becomes" = ["eks.Cluster.subnets"]))]
    pub control_plane_on_private_subnets: bool,
    /// Security groups for those interfaces, besides the one that EKS makes.
    #[serde(rename = "controlPlaneSecurityGroupIDs")]
    #[schemars(
        length(max = 5),
        inner(regex(pattern = r"^sg-[0-9a-f]{8,17}$")),
        extend("default" = [], "x-becomes" = ["eks.Cluster.security_groups"], "x-rule" = "at most 5 ids such as sg-0123456789abcdef0")
    )]
    pub control_plane_security_group_ids: Vec<String>,
    /// Who carries what the control plane sends. One-way: there is no way back to AWS_MANAGED.
    #[schemars(extend("default" = "AWS_MANAGED", "x-becomes" = ["eks.Cluster.control_plane_egress_mode"]))]
    pub control_plane_egress_mode: EgressMode,
    /// What the private DNS names of nodes are made of.
    #[schemars(extend("default" = "ip-name", "x-becomes" = ["ec2.Subnet.private_dns_hostname_type"]))]
    pub hostname_type: HostnameType,
    /// Whether CloudWatch counts the network addresses in use.
    #[schemars(extend("default" = false, "x-becomes" = ["ec2.Vpc.enable_network_address_usage_metrics"]))]
    pub network_address_usage_metrics: bool,
}

/// How private subnets reach the internet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Nat {
    /// How many NAT gateways there are.
    #[schemars(extend("default" = "Single", "x-becomes" = ["ec2.NatGateway.subnet", "ec2.RouteTable.routes"]))]
    pub gateway: NatGateway,
}

/// How many NAT gateways there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum NatGateway {
    /// One in every zone: a zone that fails takes only its own way out with it.
    HighlyAvailable,
    /// One, in the first zone: cheaper, and the way out of all zones fails with that one.
    Single,
    /// None: private subnets have no way out.
    Disable,
}

/// The subnets, by zone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Subnets {
    /// Subnets for nodes and the control plane, by the name of their zone or a name of your own.
    #[schemars(extend("default" = {}, "x-becomes" = ["ec2.Subnet.cidr_block", "ec2.Subnet.availability_zone"]))]
    pub private: BTreeMap<String, SubnetSpec>,
    /// Subnets for load balancers and NAT gateways, by the name of their zone or a name of your own.
    #[schemars(extend("default" = {}, "x-becomes" = ["ec2.Subnet.cidr_block", "ec2.Subnet.availability_zone"]))]
    pub public: BTreeMap<String, SubnetSpec>,
}

/// A subnet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubnetSpec {
    /// The zone, where the name of the subnet is not that of its zone.
    pub az: Option<String>,
    /// The IPv4 range, within the VPC's.
    #[schemars(with = "String", extend("x-rule" = "an IPv4 range within vpc.cidr"))]
    pub cidr: Ipv4Net,
}

/// Who can reach the Kubernetes API server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterEndpoints {
    /// Whether it can be reached from within the VPC.
    #[schemars(extend("default" = true, "x-becomes" = ["eks.Cluster.endpoint_private_access"]))]
    pub private_access: bool,
    /// Whether it can be reached from the internet.
    #[schemars(extend("default" = false, "x-becomes" = ["eks.Cluster.endpoint_public_access"]))]
    pub public_access: bool,
}

/// Who carries what the control plane sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EgressMode {
    /// EKS does.
    AwsManaged,
    /// The routes of your VPC do.
    CustomerRouted,
    /// Nobody does.
    CustomerIsolated,
}

/// What the private DNS names of nodes are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HostnameType {
    /// Their address.
    IpName,
    /// Their instance id.
    ResourceName,
}
