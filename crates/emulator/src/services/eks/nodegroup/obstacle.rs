//! What keeps nodes from joining their cluster.
//!
//! Sources: "Troubleshoot problems with Amazon EKS clusters and nodes" (nodes fail to join cluster), "Amazon EKS node IAM
//! role", "Deploy private clusters with limited internet access".

use super::{LaunchTemplate, Nodegroup};
use crate::services::ec2::{Ec2, WayOut};
use crate::services::eks::cluster::{Cluster, IpFamily};
use crate::services::eks::health::Issue;
use crate::services::iam::{Iam, Role};

const WORKER: [&str; 2] = ["AmazonEKSWorkerNodePolicy", "AmazonEKSWorkerNodeMinimalPolicy"];
const CNI: [&str; 1] = ["AmazonEKS_CNI_Policy"];
const PULL: [&str; 4] = [
    "AmazonEC2ContainerRegistryFullAccess",
    "AmazonEC2ContainerRegistryPowerUser",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEC2ContainerRegistryReadOnly",
];

/// What nodes call. Source: "Deploy private clusters with limited internet access", and `eks` for its
/// `DescribeCluster`.
const PRIVATE: [&str; 6] = ["ec2", "ecr.api", "ecr.dkr", "eks", "s3", "sts"];

/// Why the nodes of a group do not join, as things are; nothing if they do.
pub(super) fn find(group: &Nodegroup, cluster: &Cluster, ec2: &Ec2, iam: &Iam) -> Vec<Issue> {
    if group.config.scaling.desired == 0 {
        return Vec::new();
    }
    let gone: Vec<String> = group.subnets.iter().filter(|id| ec2.subnet(id).is_none()).cloned().collect();
    if !gone.is_empty() {
        return vec![Issue::new("Ec2SubnetNotFound", "The subnets of the node group do not exist", gone)];
    }
    let template = group.config.launch_template.as_ref();
    if let Some(missing) = template.and_then(|template| template.missing(ec2)) {
        return vec![missing];
    }
    let Some(role) = iam.role_by_arn(&group.node_role_arn) else {
        let message = format!("The role {} cannot be found", group.node_role_arn);
        return vec![Issue::new("IamNodeRoleNotFound", message, vec![group.node_role_arn.clone()])];
    };
    let missing = missing_nodes(group, ec2);
    if !missing.is_empty() {
        return missing;
    }
    let without_address = without_public_address(group, ec2);
    if !without_address.is_empty() {
        let message = format!(
            "One or more Amazon EC2 Subnets of [{}] for node group {} does not automatically assign public IP addresses to \
             instances launched into it. If you want your instances to be assigned a public IP address, then you need to \
             enable auto-assign public IP address for the subnet. See IP addressing in VPC guide",
            without_address.join(", "),
            group.name
        );
        return vec![Issue::new("Ec2SubnetInvalidConfiguration", message, without_address)];
    }
    let without_ipv6 = without_ipv6_address(group, cluster, ec2);
    if !without_ipv6.is_empty() {
        let message = "Subnets of the node group do not assign IPv6 addresses to instances launched into them";
        return vec![Issue::new("Ec2SubnetMissingIpv6Assignment", message, without_ipv6)];
    }
    let bootstraps = template.is_none_or(LaunchTemplate::bootstraps);
    let node_groups = group.node_groups(cluster, None);
    let never_come = !bootstraps
        || !cluster.knows_nodes(&group.node_role_arn, iam)
        || !lets_register(iam, role)
        || !group.subnets.iter().all(|id| reaches_the_cluster(id, &node_groups, cluster, ec2));
    let cni_role = cluster.cni_role(role, iam);
    let has_addresses = cni_role.is_some_and(|role| lets_attach_addresses(iam, role, cluster.ip_family));
    let never_ready = !lets_pull(iam, role) || !cluster.has_cni() || !has_addresses;
    if never_come {
        let nodes = group.instances(ec2);
        return vec![Issue::new("NodeCreationFailure", "Instances failed to join the kubernetes cluster", nodes)];
    }
    if never_ready {
        let nodes = group.instances(ec2);
        return vec![Issue::new("NodeCreationFailure", "Unhealthy nodes in the kubernetes cluster", nodes)];
    }
    Vec::new()
}

/// What is wrong with a group that has fewer nodes than it wants.
pub(super) fn missing_nodes(group: &Nodegroup, ec2: &Ec2) -> Vec<Issue> {
    let wanted = usize::try_from(group.config.scaling.desired).unwrap_or_default();
    if group.instances(ec2).len() >= wanted {
        return Vec::new();
    }
    let message = "Amazon Auto Scaling was unable to launch instances because there are not enough free addresses in the \
                   subnet associated with your ASG(s).";
    vec![Issue::new("InsufficientFreeAddresses", message, group.subnets.iter().cloned().collect())]
}

/// Subnets whose way out is an internet gateway, and whose nodes have no address there.
fn without_public_address(group: &Nodegroup, ec2: &Ec2) -> Vec<String> {
    let is_public = |id: &String| ec2.way_out(id) == Some(WayOut::InternetGateway);
    let lacks = |id: &String| ec2.subnet(id).is_some_and(|subnet| !subnet.map_public_ip_on_launch);
    group.subnets.iter().filter(|id| is_public(id) && lacks(id)).cloned().collect()
}

/// Subnets whose nodes would have no address for the pods of an IPv6 cluster. Source: "Learn about IPv6 addresses to
/// clusters, Pods, and services".
fn without_ipv6_address(group: &Nodegroup, cluster: &Cluster, ec2: &Ec2) -> Vec<String> {
    let lacks = |id: &String| ec2.subnet(id).is_some_and(|subnet| !subnet.assign_ipv6_address_on_creation);
    let subnets = group.subnets.iter().filter(|_| cluster.ip_family == IpFamily::Ipv6);
    subnets.filter(|id| lacks(id)).cloned().collect()
}

/// A node needs images and AWS's APIs, for which it must get out; and the API server, through its endpoint.
fn reaches_the_cluster(subnet_id: &str, node_groups: &[String], cluster: &Cluster, ec2: &Ec2) -> bool {
    let Some(way_out) = ec2.way_out(subnet_id) else {
        return reaches_the_cluster_privately(subnet_id, node_groups, cluster, ec2);
    };
    let Some(vpc) = ec2.vpc(&cluster.vpc_id).filter(|vpc| vpc.enable_dns_support) else { return false };
    let endpoint = &cluster.config.endpoint;
    // The private endpoint is a private hosted zone of the VPC. Source: "Cluster API server endpoint".
    if endpoint.private && vpc.enable_dns_hostnames {
        return true;
    }
    match way_out {
        WayOut::NatGateway { address } => address.is_some_and(|address| endpoint.lets_in(address)),
        // The address of each node is its own.
        WayOut::InternetGateway => endpoint.lets_in_everyone(),
    }
}

/// Without a way out, a node needs endpoints for AWS's APIs and the images, and the private endpoint of the cluster.
fn reaches_the_cluster_privately(subnet_id: &str, node_groups: &[String], cluster: &Cluster, ec2: &Ec2) -> bool {
    let has_dns = ec2.vpc(&cluster.vpc_id).is_some_and(|vpc| vpc.enable_dns_support && vpc.enable_dns_hostnames);
    let reaches = |service: &&str| ec2.reaches_by_endpoint(subnet_id, node_groups, service);
    cluster.config.endpoint.private && has_dns && PRIVATE.iter().all(reaches)
}

fn lets_register(iam: &Iam, role: &Role) -> bool {
    may(iam, role, &WORKER, "ec2:DescribeInstances")
}

fn lets_pull(iam: &Iam, role: &Role) -> bool {
    may(iam, role, &PULL, "ecr:BatchGetImage")
}

/// There is no managed policy for IPv6. Source: "Configure Amazon VPC CNI plugin to use IRSA".
fn lets_attach_addresses(iam: &Iam, role: &Role, family: IpFamily) -> bool {
    match family {
        IpFamily::Ipv4 => may(iam, role, &CNI, "ec2:AssignPrivateIpAddresses"),
        IpFamily::Ipv6 => role.speaks_of(iam, "ec2:AssignIpv6Addresses"),
    }
}

/// By a managed policy of AWS's, or by one of the account that speaks of the action.
fn may(iam: &Iam, role: &Role, policies: &[&str], action: &str) -> bool {
    policies.iter().any(|policy| role.has_policy(policy)) || role.speaks_of(iam, action)
}
