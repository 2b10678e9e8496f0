//! Ways to AWS's services that stay within the VPC.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A VPC endpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VpcEndpoint {
    /// The service: the last part of its name, such as `ecr.api`, or the whole of it.
    #[schemars(
        regex(pattern = r"^[a-z0-9][a-z0-9.-]{0,126}[a-z0-9]$"),
        extend("x-becomes" = ["ec2.VpcEndpoint.service_name"], "x-rule" = "a service such as ecr.api, or a whole name such as com.amazonaws.eu-west-1.ecr.api")
    )]
    pub service: String,
    /// How it is reached. Absent, by routes where the service offers that (s3, dynamodb), else by network interfaces.
    #[schemars(extend("x-becomes" = ["ec2.VpcEndpoint.endpoint_type"]))]
    pub r#type: Option<EndpointType>,
    /// What may be done through it. Absent, everything.
    #[schemars(with = "Option<BTreeMap<String, serde_json::Value>>", extend("x-becomes" = ["ec2.VpcEndpoint.policy"]))]
    pub policy: Option<serde_json::Value>,
    /// Whether the public name of the service leads to it. Only for network interfaces.
    #[serde(rename = "privateDNS")]
    #[schemars(extend("default" = true, "x-becomes" = ["ec2.VpcEndpoint.private_dns_enabled"]))]
    pub private_dns: bool,
    /// The route tables of an existing VPC that lead to it. In a VPC of the stack's own, they are those of the private
    /// subnets.
    #[serde(rename = "routeTableIDs")]
    #[schemars(
        inner(regex(pattern = r"^rtb-[0-9a-f]{8,17}$")),
        extend("default" = [], "x-becomes" = ["ec2.VpcEndpoint.route_tables"], "x-rule" = "ids such as rtb-0123456789abcdef0")
    )]
    pub route_table_ids: Vec<String>,
}

/// How an endpoint is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum EndpointType {
    /// By routes. It costs nothing.
    Gateway,
    /// By network interfaces in the private subnets.
    Interface,
}

/// A cluster without any way to the internet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PrivateCluster {
    /// Whether it is one: no public subnets, no gateways, no public endpoint.
    #[schemars(extend("default" = false, "x-edit" = "makes or deletes public subnets, gateways and VPC endpoints"))]
    pub enabled: bool,
    /// Whether the VPC endpoints that it needs are somebody else's.
    #[schemars(extend("default" = false, "x-edit" = "makes or deletes VPC endpoints"))]
    pub skip_endpoint_creation: bool,
    /// Services besides those that every private cluster needs.
    #[schemars(
        inner(regex(pattern = r"^[a-z0-9][a-z0-9.-]{1,62}$")),
        extend("default" = [], "x-becomes" = ["ec2.VpcEndpoint.service_name"], "x-rule" = "services such as autoscaling")
    )]
    pub additional_endpoint_services: Vec<String>,
}
