//! What every stack tells.

use eksctl_rs_core::World;

/// A value that every stack tells that has what it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Standard {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Whether it is one text or several.
    pub shape: Shape,
    pub(super) origin: Origin,
}

/// Whether a value is one text or several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A text; of several things, that of the first one by name.
    One,
    /// A list.
    List,
    /// A map by the names that things have in the stack.
    Map,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Origin {
    /// It follows from where the stack lives.
    World(fn(&World) -> &str),
    /// The host of the registry, if there is anything of a kind.
    Registry { kind: &'static str },
    /// What resources tell.
    Resource { kind: &'static str, name: &'static str, output: &'static str },
}

/// The standard value called `name`.
pub fn named(name: &str) -> Option<&'static Standard> {
    STANDARD.iter().find(|standard| standard.name == name)
}

const fn one(name: &'static str, from: [&'static str; 3], doc: &'static str) -> Standard {
    of(name, Shape::One, from, doc)
}

const fn of(
    name: &'static str,
    shape: Shape,
    [kind, resource, output]: [&'static str; 3],
    doc: &'static str,
) -> Standard {
    Standard { name, doc, shape, origin: Origin::Resource { kind, name: resource, output } }
}

const fn world(name: &'static str, value: fn(&World) -> &str, doc: &'static str) -> Standard {
    Standard { name, doc, shape: Shape::One, origin: Origin::World(value) }
}

/// Everything, in the order in which it is told.
pub const STANDARD: &[Standard] = &[
    world("aws_account_id", |world| &world.account, "The account."),
    world("aws_region", |world| &world.region, "The Region."),
    one("eks_cluster_id", ["eks.Cluster", "*", "name"], "The name of the cluster, which is its id."),
    one("eks_cluster_name", ["eks.Cluster", "*", "name"], "The name of the cluster."),
    one("eks_cluster_arn", ["eks.Cluster", "*", "arn"], "The ARN of the cluster."),
    one("eks_cluster_endpoint", ["eks.Cluster", "*", "endpoint"], "The URL of the API server."),
    one("eks_cluster_version", ["eks.Cluster", "*", "version"], "The Kubernetes version."),
    one(
        "eks_cluster_platform_version",
        ["eks.Cluster", "*", "platform_version"],
        "EKS's own version of the control plane.",
    ),
    one(
        "eks_cluster_certificate_authority",
        ["eks.Cluster", "*", "certificate_authority"],
        "The certificate by which the API server is known, in Base64.",
    ),
    one("eks_cluster_security_group_id", ["eks.Cluster", "*", "security_group"], "The security group that EKS makes."),
    one("eks_cluster_role_arn", ["eks.Cluster", "*", "role"], "The role of the control plane."),
    of("eks_cluster_subnet_ids", Shape::List, ["eks.Cluster", "*", "subnets"], "The subnets of the control plane."),
    one("eks_oidc_issuer", ["eks.Cluster", "*", "issuer"], "The issuer of tokens for service accounts."),
    one("eks_oidc_provider_arn", ["iam.OidcProvider", "cluster", "arn"], "The identity provider in IAM, for IRSA."),
    one("eks_node_group_arn", ["eks.Nodegroup", "*", "arn"], "The node group; of several, the first one by name."),
    of("eks_node_group_arns", Shape::Map, ["eks.Nodegroup", "*", "arn"], "All node groups."),
    of("eks_fargate_profile_arns", Shape::Map, ["eks.FargateProfile", "*", "arn"], "The Fargate profiles."),
    one("karpenter_controller_role_arn", ["iam.Role", "karpenter", "arn"], "The role of Karpenter's controller."),
    one("karpenter_node_role_name", ["iam.Role", "karpenter-node", "name"], "The role of Karpenter's nodes."),
    of(
        "ecr_repository_urls",
        Shape::List,
        ["ecr.Repository", "*", "uri"],
        "The repositories, as images are pulled from.",
    ),
    Standard {
        name: "ecr_pull_through_cache_endpoint",
        doc: "The host from which images of other registries are pulled.",
        shape: Shape::One,
        origin: Origin::Registry { kind: "ecr.PullThroughCacheRule" },
    },
    of(
        "ecr_pull_through_cache_urls",
        Shape::Map,
        ["ecr.PullThroughCacheRule", "*", "uri"],
        "What stands before the names of images of other registries.",
    ),
    one("vpc_id", ["eks.Cluster", "*", "vpc"], "The VPC of the cluster."),
    one("vpc_cidr", ["ec2.Vpc", "main", "cidr_block"], "The first range of the VPC, if it is the stack's."),
    of(
        "private_subnet_ids",
        Shape::List,
        ["ec2.Subnet", "private-*", "id"],
        "The private subnets, if they are the stack's.",
    ),
    of(
        "public_subnet_ids",
        Shape::List,
        ["ec2.Subnet", "public-*", "id"],
        "The public subnets, if they are the stack's.",
    ),
    of(
        "nat_public_ips",
        Shape::List,
        ["ec2.ElasticIp", "nat-*", "public_ip"],
        "From where pods and nodes reach the internet.",
    ),
    of(
        "security_group_ids",
        Shape::Map,
        ["ec2.SecurityGroup", "*", "id"],
        "The security groups of `vpc.securityGroups`.",
    ),
    of("vpc_endpoint_ids", Shape::Map, ["ec2.VpcEndpoint", "*", "id"], "The VPC endpoints."),
    of("iam_role_arns", Shape::Map, ["iam.Role", "*", "arn"], "The roles."),
    of("iam_policy_arns", Shape::Map, ["iam.Policy", "*", "arn"], "The policies."),
    one("kms_key_arn", ["kms.Key", "main", "arn"], "The KMS key."),
    one("kms_key_alias", ["kms.Key", "main", "alias"], "Its alias."),
    of("log_group_names", Shape::Map, ["logs.LogGroup", "*", "name"], "The log groups."),
];
