//! A network that is there already.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How an existing VPC and its subnets are found: by tags, or as those of another stack. By their ids, they are named with
/// `vpc.id` and `vpc.subnets`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExistingVpc {
    /// Tags that one VPC of the Region has. A value may hold `*` for any text.
    #[schemars(extend("minProperties" = 1, "x-edit" = "if another VPC is found: **replaces** the cluster and what else is in it", "x-rule" = "one tag at least"))]
    pub tags: Option<BTreeMap<String, String>>,
    /// The name of another stack in this account and Region, whose network it is. Instead of `tags`.
    #[schemars(regex(pattern = r"^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$"), extend("x-edit" = "if another VPC is found: **replaces** the cluster and what else is in it", "x-rule" = "the name of a stack, without its Region"))]
    pub stack: Option<String>,
    /// Tags of the subnets for nodes and the control plane. Absent, with `stack`, its private subnets.
    #[schemars(extend("minProperties" = 1, "x-becomes" = ["eks.Cluster.subnets", "eks.Nodegroup.subnets"], "x-rule" = "one tag at least"))]
    pub private_subnet_tags: Option<BTreeMap<String, String>>,
    /// Tags of the subnets for load balancers. Absent, with `stack`, its public subnets; else there are none.
    #[schemars(extend("minProperties" = 1, "x-becomes" = ["ec2.Tags.tags"], "x-rule" = "one tag at least"))]
    pub public_subnet_tags: Option<BTreeMap<String, String>>,
}

/// Tags for subnets, besides those that load balancers look for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubnetTags {
    /// For private subnets, such as `karpenter.sh/discovery: dev`.
    #[schemars(extend("default" = {}, "x-becomes" = ["ec2.Subnet.tags", "ec2.Tags.tags"]))]
    pub private: BTreeMap<String, String>,
    /// For public subnets.
    #[schemars(extend("default" = {}, "x-becomes" = ["ec2.Subnet.tags", "ec2.Tags.tags"]))]
    pub public: BTreeMap<String, String>,
}
