//! The network.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::endpoints::VpcEndpoint;
use super::existing::{ExistingVpc, SubnetTags};
use super::flow_logs::FlowLogs;
use super::security_groups::SecurityGroup;

/// How an IPv4 range is written.
pub(crate) const IPV4_RANGE: &str =
    r"^((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)/(3[0-2]|[12]?\d)$";

/// The network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Vpc {
    /// The id of an existing VPC, instead of one of the stack's own. Its subnets are named in `subnets`, by their ids.
    #[schemars(
        regex(pattern = r"^vpc-[0-9a-f]{8,17}$"),
        extend("x-edit" = "another network: **replaces** the cluster and what else is in it", "x-rule" = "an id such as vpc-0123456789abcdef0")
    )]
    pub id: Option<String>,
    /// How an existing VPC and its subnets are found, instead of one of the stack's own.
    #[schemars(extend("x-example" = include_str!("examples/vpc-existing.yaml")))]
    pub existing: Option<ExistingVpc>,
    /// The IPv4 range of the VPC. Every Availability Zone has its own part of it, so that adding a zone moves nothing.
    #[schemars(
        with = "String",
        regex(pattern = IPV4_RANGE),
        extend("default" = "10.0.0.0/16", "x-becomes" = ["ec2.Vpc.cidr_block"], "x-rule" = "an IPv4 range of /16 to /22, or to /28 with subnets of your own")
    )]
    pub cidr: Ipv4Net,
    /// More IPv4 ranges of the VPC, for subnets of your own.
    #[serde(rename = "extraCIDRs")]
    #[schemars(
        with = "Vec<String>",
        length(max = 4),
        inner(regex(pattern = IPV4_RANGE)),
        extend("default" = [], "uniqueItems" = true, "x-becomes" = ["ec2.Vpc.secondary_cidr_blocks"], "x-rule" = "at most 4 different IPv4 ranges")
    )]
    pub extra_cidrs: Vec<Ipv4Net>,
    /// Whether the VPC and its subnets have IPv6 addresses of Amazon's besides IPv4. With `ipFamily: IPv6` they do anyway.
    #[serde(rename = "autoAllocateIPv6")]
    #[schemars(extend("default" = false, "x-becomes" = ["ec2.Vpc.amazon_provided_ipv6_cidr_block", "ec2.Subnet.ipv6_cidr_block"]))]
    pub auto_allocate_ipv6: bool,
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
    /// Whether subnets have the tags that load balancers look for, and those of `subnetTags`. On subnets that are not the
    /// stack's, it owns these tags and nothing else.
    #[schemars(extend("default" = true, "x-becomes" = ["ec2.Subnet.tags", "ec2.Tags.tags"]))]
    pub tag_subnets: bool,
    /// Tags for subnets, besides those that load balancers look for.
    #[schemars(extend("default" = {}))]
    pub subnet_tags: SubnetTags,
    /// Records of the traffic in the VPC. Absent, there are none.
    pub flow_logs: Option<FlowLogs>,
    /// Ways to AWS's services that stay within the VPC.
    #[schemars(length(max = 50), extend("default" = [], "x-merge-key" = ["service"], "x-rule" = "at most 50"))]
    pub endpoints: Vec<VpcEndpoint>,
    /// Security groups of the stack's own.
    #[schemars(length(max = 100), extend("default" = [], "x-merge-key" = ["name"], "x-rule" = "at most 100"))]
    pub security_groups: Vec<SecurityGroup>,
    /// Names of security groups in `securityGroups` for the network interfaces of the control plane.
    #[schemars(length(max = 5), extend("default" = [], "x-becomes" = ["eks.Cluster.security_groups"], "x-rule" = "at most 5"))]
    pub control_plane_security_groups: Vec<String>,
}

/// How private subnets reach the internet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Nat {
    /// How many NAT gateways there are. Absent, one; in a private cluster and in an existing VPC, none.
    #[schemars(extend("x-becomes" = ["ec2.NatGateway.subnet", "ec2.RouteTable.routes"]))]
    pub gateway: Option<NatGateway>,
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
    #[schemars(
        with = "Option<String>",
        regex(pattern = IPV4_RANGE),
        extend("x-rule" = "an IPv4 range within vpc.cidr, such as 10.0.0.0/20")
    )]
    pub cidr: Option<Ipv4Net>,
    /// Which of the 256 parts of the VPC's IPv6 range it has, where there is one.
    #[schemars(range(min = 0, max = 255), extend("x-becomes" = ["ec2.Subnet.ipv6_cidr_block"]))]
    pub ipv6_part: Option<u8>,
    /// The id of an existing subnet, in an existing VPC. Instead of everything else but `az`.
    #[schemars(regex(pattern = r"^subnet-[0-9a-f]{8,17}$"), extend("x-rule" = "an id such as subnet-0123456789abcdef0"))]
    pub id: Option<String>,
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
