//! The ground that Karpenter needs in AWS.

mod controller;

use eksctl_rs_aws::ec2::foreign_tags;
use eksctl_rs_aws::iam::role;
use eksctl_rs_core::{Reference, Tags};

use super::permissions::{NewRole, Permissions, Subject, irsa_role, managed_policies, pod_identity_role};
use super::{Expansion, names, roles};
use crate::schema::{Karpenter, KarpenterIdentity, StackSpec};

/// The tag by which Karpenter finds subnets and security groups. Source: Karpenter, "Getting Started".
pub(crate) const DISCOVERY: &str = "karpenter.sh/discovery";

/// Where the role of the controller and that of the nodes are: `iam.Role/karpenter` and `iam.Role/karpenter-node`.
pub(crate) const CONTROLLER: &str = "karpenter";
pub(crate) const NODES: &str = "karpenter-node";

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    let Some(karpenter) = &expansion.spec.karpenter else { return };
    node_role(expansion, karpenter);
    controller_role(expansion, karpenter);
    // Nodes have the group that EKS makes for the cluster: it is EKS's, and only this tag on it is ours.
    let group = Reference::to(&names::cluster(&expansion.spec.metadata.name), "security_group");
    let tags = discovery_tags(expansion.spec);
    expansion.add(names::tags("cluster-security-group"), &foreign_tags::Spec { resource: group, tags });
}

/// The tags by which Karpenter finds the private subnets, if there is Karpenter.
pub(super) fn discovery_tags(spec: &StackSpec) -> Tags {
    let wanted = spec.karpenter.iter().map(|_| (DISCOVERY.to_owned(), spec.metadata.name.clone()));
    wanted.collect()
}

/// Source: Karpenter, `cloudformation.yaml`, `KarpenterNodeRole`.
fn node_role(expansion: &mut Expansion<'_>, karpenter: &Karpenter) {
    let own = &karpenter.node_role;
    let more =
        Permissions { policy_arns: &own.attach_policy_arns, policies: &own.attach_policies, ..Permissions::default() };
    let mut policies = roles::node_policies(expansion, own.enable_ssm);
    policies.extend(managed_policies(expansion, &more));
    let stack_boundary = expansion.spec.iam.service_role_permissions_boundary.clone();
    let boundary = own.permissions_boundary.clone().or(stack_boundary);
    let inline = roles::cni_policy(expansion);
    let role = roles::node_role(expansion, NODES, own.role_name.clone(), policies, boundary, inline);
    expansion.add(names::role(NODES), &role);
}

fn controller_role(expansion: &mut Expansion<'_>, karpenter: &Karpenter) {
    let own_name = || names::role_name(expansion.world, NODES);
    let name = karpenter.node_role.role_name.clone().unwrap_or_else(own_name);
    let nodes = expansion.world.iam_arn(&format!("role{}{name}", role::path_of(expansion.world)));
    let policy = controller::policy(expansion.world, &expansion.spec.metadata.name, &nodes);
    let new = NewRole {
        address: CONTROLLER.to_owned(),
        role_name: karpenter.role_name.as_deref(),
        description: format!("Karpenter in {}", expansion.world.stack),
        permissions: Permissions { policy: Some(&policy), ..Permissions::default() },
        tags: Tags::new(),
    };
    match karpenter.identity {
        KarpenterIdentity::PodIdentity => pod_identity_role(expansion, &new),
        KarpenterIdentity::Irsa => {
            irsa_role(expansion, &new, &[Subject::here(&karpenter.namespace, &karpenter.service_account)])
        }
    };
}
