//! Quotas: AWS's defaults. Source: "View and manage Amazon EKS and Fargate service quotas" in the user guide, but for what
//! names another source.

crate::quota::quotas! {
    CLUSTERS = "eks.clusters", 100;
    /// Of one cluster.
    NODEGROUPS = "eks.nodegroups", 30;
    /// Of one cluster.
    FARGATE_PROFILES = "eks.fargate-profiles", 10;
    /// Of one cluster.
    POD_IDENTITY_ASSOCIATIONS = "eks.pod-identity-associations", 1000;
    /// The largest maximum size of a node group.
    NODES_PER_NODEGROUP = "eks.nodes-per-nodegroup", 450;
}

/// Of one Fargate profile.
pub(super) const SELECTORS: usize = 5;
/// Of one selector of a Fargate profile.
pub(super) const SELECTOR_LABELS: usize = 5;
pub(super) const PUBLIC_ACCESS_CIDRS: usize = 40;
/// Source: CreateCluster, "You can specify up to five security groups". The page of the quotas says 4.
pub(super) const SECURITY_GROUPS: usize = 5;
/// CIDR blocks of the nodes, or of the pods, of EKS Hybrid Nodes.
pub(super) const REMOTE_CIDRS: usize = 15;
/// Source: CreateNodegroup.
pub(super) const INSTANCE_TYPES: usize = 20;
/// Source: "Recipe: Prevent pods from being scheduled on specific nodes" in the user guide.
pub(super) const TAINTS: usize = 50;
