//! The roles of the control plane and of the nodes.

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_aws::PolicyDocument;
use eksctl_rs_aws::iam::role;
use eksctl_rs_core::Reference;
use serde_json::json;

use super::{Expansion, names, pull_through_cache};
use crate::schema::{AutoModeConfig, ManagedNodeGroup, NodeGroupIam};

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    if expansion.spec.iam.service_role_arn.is_none() {
        cluster_role(expansion);
    }
    if auto_mode(expansion).is_some_and(needs_role) {
        auto_mode_role(expansion);
    }
    let groups = &expansion.spec.managed_node_groups;
    let shared: Vec<&ManagedNodeGroup> = groups.iter().filter(|group| !has_own_role(group)).collect();
    let own: Vec<ManagedNodeGroup> = groups.iter().filter(|group| has_own_role(group)).cloned().collect();
    if !shared.is_empty() {
        let ssm = shared.iter().any(|group| wants_ssm(group));
        let policies = node_policies(expansion, ssm);
        let boundary = expansion.spec.iam.service_role_permissions_boundary.clone();
        let role = node_role(expansion, "node", None, policies, boundary, cni_policy(expansion));
        expansion.add(names::role("node"), &role);
    }
    for group in &own {
        group_role(expansion, group);
    }
}

/// The role of the control plane.
pub(super) fn for_cluster(expansion: &Expansion<'_>) -> Reference {
    match &expansion.spec.iam.service_role_arn {
        Some(arn) => Reference::from(arn.as_str()),
        None => Reference::to(&names::role("cluster"), "arn"),
    }
}

/// The role of the nodes of Auto Mode.
pub(super) fn for_auto_mode(auto: &AutoModeConfig) -> Option<Reference> {
    match &auto.node_role_arn {
        Some(arn) => Some(Reference::from(arn.as_str())),
        None => needs_role(auto).then(|| Reference::to(&names::role("auto-mode"), "arn")),
    }
}

/// The role of the nodes of a group.
pub(super) fn for_group(group: &ManagedNodeGroup) -> Reference {
    match &group.iam {
        Some(NodeGroupIam { instance_role_arn: Some(arn), .. }) => Reference::from(arn.as_str()),
        Some(_) => Reference::to(&names::role(&format!("node-{}", group.name)), "arn"),
        None => Reference::to(&names::role("node"), "arn"),
    }
}

/// Auto Mode, if it is on.
pub(super) fn auto_mode<'a>(expansion: &Expansion<'a>) -> Option<&'a AutoModeConfig> {
    expansion.spec.auto_mode_config.as_ref().filter(|auto| auto.enabled)
}

fn needs_role(auto: &AutoModeConfig) -> bool {
    auto.node_role_arn.is_none() && !auto.node_pools.is_empty()
}

fn has_own_role(group: &ManagedNodeGroup) -> bool {
    group.iam.is_some()
}

fn wants_ssm(group: &ManagedNodeGroup) -> bool {
    group.ssh.as_ref().is_some_and(|ssh| ssh.enable_ssm)
}

/// Source: EKS user guide, "Amazon EKS cluster IAM role" and "EKS Auto Mode cluster IAM role".
fn cluster_role(expansion: &mut Expansion<'_>) {
    let auto = auto_mode(expansion).is_some();
    let mut policies = vec!["AmazonEKSClusterPolicy"];
    if expansion.spec.iam.vpc_resource_controller_policy {
        policies.push("AmazonEKSVPCResourceController");
    }
    if auto {
        policies.extend([
            "AmazonEKSComputePolicy",
            "AmazonEKSBlockStoragePolicy",
            "AmazonEKSLoadBalancingPolicy",
            "AmazonEKSNetworkingPolicy",
        ]);
    }
    let actions = if auto { json!(["sts:AssumeRole", "sts:TagSession"]) } else { json!("sts:AssumeRole") };
    let role = role::Spec {
        name: names::role_name(expansion.world, "cluster"),
        path: role::path_of(expansion.world),
        assume_role_policy: trust("eks.amazonaws.com", &actions),
        description: format!("The control plane of {}", expansion.world.stack),
        max_session_duration: 3600,
        permissions_boundary: expansion.spec.iam.service_role_permissions_boundary.clone(),
        managed_policies: managed(expansion, &policies),
        inline_policies: BTreeMap::new(),
        tags: expansion.tags("cluster"),
    };
    expansion.add(names::role("cluster"), &role);
}

/// Source: EKS user guide, "Amazon EKS Auto Mode node IAM role".
fn auto_mode_role(expansion: &mut Expansion<'_>) {
    let policies = managed(expansion, &["AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"]);
    let boundary = expansion.spec.iam.service_role_permissions_boundary.clone();
    let role = node_role(expansion, "auto-mode", None, policies, boundary, BTreeMap::new());
    expansion.add(names::role("auto-mode"), &role);
}

fn group_role(expansion: &mut Expansion<'_>, group: &ManagedNodeGroup) {
    let Some(iam) = group.iam.as_ref().filter(|iam| iam.instance_role_arn.is_none()) else { return };
    let name = format!("node-{}", group.name);
    let policies = match &iam.attach_policy_arns {
        Some(arns) => {
            let mut policies: BTreeSet<Reference> = arns.iter().map(|arn| Reference::from(arn.as_str())).collect();
            if wants_ssm(group) {
                policies.extend(managed(expansion, &["AmazonSSMManagedInstanceCore"]));
            }
            policies
        }
        None => node_policies(expansion, wants_ssm(group)),
    };
    let mut inline = cni_policy(expansion);
    inline.extend(iam.attach_policy.clone().map(|document| ("attached".to_owned(), PolicyDocument::new(document))));
    let stack_boundary = expansion.spec.iam.service_role_permissions_boundary.clone();
    let boundary = iam.instance_role_permissions_boundary.clone().or(stack_boundary);
    let role_name = iam.instance_role_name.clone();
    let role = node_role(expansion, &name, role_name, policies, boundary, inline);
    expansion.add(names::role(&name), &role);
}

/// What nodes usually need. Source: EKS user guide, "Amazon EKS node IAM role".
pub(super) fn node_policies(expansion: &Expansion<'_>, ssm: bool) -> BTreeSet<Reference> {
    let mut policies = vec!["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"];
    if !expansion.is_ipv6_cluster() {
        policies.push("AmazonEKS_CNI_Policy");
    }
    if ssm {
        policies.push("AmazonSSMManagedInstanceCore");
    }
    managed(expansion, &policies)
}

/// What the network plugin needs for IPv6: there is no managed policy for it. Source: EKS user guide, "Configure Amazon VPC
/// CNI plugin to use IRSA".
pub(super) fn cni_policy(expansion: &Expansion<'_>) -> BTreeMap<String, PolicyDocument> {
    if !expansion.is_ipv6_cluster() {
        return BTreeMap::new();
    }
    let interfaces = format!("arn:{}:ec2:*:*:network-interface/*", expansion.world.partition());
    let actions = [
        "ec2:AssignIpv6Addresses",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeInstances",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeTags",
    ];
    let policy = PolicyDocument::new(json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": actions, "Resource": "*" },
        { "Effect": "Allow", "Action": "ec2:CreateTags", "Resource": interfaces },
    ] }));
    BTreeMap::from([("cni-ipv6".to_owned(), policy)])
}

pub(super) fn node_role(
    expansion: &Expansion<'_>,
    name: &str,
    role_name: Option<String>,
    managed_policies: BTreeSet<Reference>,
    permissions_boundary: Option<String>,
    inline_policies: BTreeMap<String, PolicyDocument>,
) -> role::Spec {
    let service = format!("ec2.{}", expansion.world.dns_suffix());
    let mut inline_policies = inline_policies;
    inline_policies.extend(pull_through_cache::import_policy(expansion));
    role::Spec {
        name: role_name.unwrap_or_else(|| names::role_name(expansion.world, name)),
        path: role::path_of(expansion.world),
        assume_role_policy: trust(&service, &json!("sts:AssumeRole")),
        description: format!("Nodes of {}", expansion.world.stack),
        max_session_duration: 3600,
        permissions_boundary,
        managed_policies,
        inline_policies,
        tags: expansion.tags(name),
    }
}

fn managed(expansion: &Expansion<'_>, names: &[&str]) -> BTreeSet<Reference> {
    names.iter().map(|name| Reference::Id(expansion.world.managed_policy_arn(name))).collect()
}

pub(super) fn trust(service: &str, actions: &serde_json::Value) -> PolicyDocument {
    PolicyDocument::new(json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": { "Service": service }, "Action": actions }]
    }))
}
