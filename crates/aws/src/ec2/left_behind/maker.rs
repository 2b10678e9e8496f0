//! Who has made something in a VPC, by the tags and names that controllers give.
//!
//! Sources: AWS Load Balancer Controller (`elbv2.k8s.aws/cluster`), the in-tree cloud provider and EKS
//! (`kubernetes.io/cluster/<name>`), VPC CNI (`cluster.k8s.amazonaws.com/name`), Karpenter (`karpenter.sh/nodepool`), EKS
//! (`aws:eks:cluster-name`, `eks:cluster-name`, `eks:eks-cluster-name`).

use eksctl_rs_core::{Tags, tag};

/// Who has made something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Maker {
    /// A stack of this tool.
    Stack,
    /// EKS itself, or a node group: it goes with them.
    Eks,
    /// A controller in one of the clusters, by its name.
    Controller(&'static str),
    /// Somebody else, as far as anybody can tell.
    Unknown,
}

/// Tags with which EKS marks what it makes for a cluster, and what goes with it.
const OF_EKS: [&str; 3] = ["aws:eks:cluster-name", "eks:cluster-name", "eks:nodegroup-name"];

/// Who has made what bears these tags, if it is of one of the `clusters`.
pub(super) fn of_tags(tags: &Tags, clusters: &[String]) -> Maker {
    if tags.contains_key(tag::STACK) {
        return Maker::Stack;
    }
    if OF_EKS.iter().any(|key| tags.contains_key(*key)) {
        return Maker::Eks;
    }
    let names_cluster = |key: &str| tags.get(key).is_some_and(|name| clusters.contains(name));
    let is_owned =
        clusters.iter().any(|name| tags.get(&format!("kubernetes.io/cluster/{name}")).is_some_and(|by| by == "owned"));
    if names_cluster("elbv2.k8s.aws/cluster") {
        return Maker::Controller("the AWS Load Balancer Controller");
    }
    if names_cluster("cluster.k8s.amazonaws.com/name") {
        return Maker::Controller("the VPC CNI plugin");
    }
    let is_karpenter = tags.keys().any(|key| key.starts_with("karpenter.sh/"));
    if is_karpenter && (is_owned || names_cluster("eks:eks-cluster-name")) {
        return Maker::Controller("Karpenter");
    }
    // Nodes of Auto Mode go with their cluster.
    if names_cluster("eks:eks-cluster-name") {
        return Maker::Eks;
    }
    if is_owned {
        return Maker::Controller("the cloud provider in the cluster");
    }
    Maker::Unknown
}

impl Maker {
    /// In words.
    pub(super) fn words(&self) -> &'static str {
        match self {
            Self::Stack => "a stack of eksctl-rs",
            Self::Eks => "EKS",
            Self::Controller(name) => name,
            Self::Unknown => "somebody else",
        }
    }
}
