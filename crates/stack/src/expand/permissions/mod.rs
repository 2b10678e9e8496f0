//! Roles for whoever runs in the cluster: what they may do, and who may take them.

mod load_balancers;
mod subjects;
mod well_known;

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_aws::PolicyDocument;
use eksctl_rs_aws::iam::role;
use eksctl_rs_core::{Reference, Tags};
use serde_json::{Value, json};

pub(super) use subjects::{AUDIENCE, Provider, Subject, web_identity};

use subjects::trust_of_subjects;

use super::{Expansion, names, roles};
use crate::schema::WellKnownPolicies;

/// What a role may do, as YAML says it in several places.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Permissions<'s> {
    /// ARNs of policies.
    pub(super) policy_arns: &'s [String],
    /// Names in `iam.policies`.
    pub(super) policies: &'s [String],
    /// A document of its own.
    pub(super) policy: Option<&'s Value>,
    /// What well-known programs need.
    pub(super) well_known: WellKnownPolicies,
    /// The ARN of the policy that bounds it. Absent, that of the stack.
    pub(super) boundary: Option<&'s str>,
}

/// A role to make.
#[derive(Clone, Debug)]
pub(super) struct NewRole<'s> {
    /// The name within its kind: `iam.Role/<name>`.
    pub(super) address: String,
    /// Its name in IAM. Absent, it follows from the stack and the address.
    pub(super) role_name: Option<&'s str>,
    /// What it is for.
    pub(super) description: String,
    /// What it may do.
    pub(super) permissions: Permissions<'s>,
    /// Tags besides those of the stack.
    pub(super) tags: Tags,
}

/// Makes a role that the service accounts `subjects` can take through the identity provider of the cluster (IRSA). What comes
/// back is its ARN.
pub(super) fn irsa_role(expansion: &mut Expansion<'_>, new: &NewRole<'_>, subjects: &[Subject]) -> Reference {
    let trust = trust_of_subjects(subjects);
    make(expansion, new, trust)
}

/// Makes a role that EKS Pod Identity gives to pods: which ones, associations tell. What comes back is its ARN.
///
/// Source: EKS user guide, "EKS Pod Identity role".
pub(super) fn pod_identity_role(expansion: &mut Expansion<'_>, new: &NewRole<'_>) -> Reference {
    let trust = roles::trust("pods.eks.amazonaws.com", &json!(["sts:AssumeRole", "sts:TagSession"]));
    make(expansion, new, trust)
}

/// Makes a role that `trust` opens. What comes back is its ARN.
pub(super) fn make(expansion: &mut Expansion<'_>, new: &NewRole<'_>, trust: PolicyDocument) -> Reference {
    let role = spec(expansion, new, trust);
    let address = names::role(&new.address);
    expansion.add(address.clone(), &role);
    Reference::to(&address, "arn")
}

/// The role, before it is added.
pub(super) fn spec(expansion: &Expansion<'_>, new: &NewRole<'_>, trust: PolicyDocument) -> role::Spec {
    let own_name = || names::role_name(expansion.world, &new.address);
    let stack_boundary = expansion.spec.iam.service_role_permissions_boundary.as_deref();
    let mut tags = expansion.tags(&new.address);
    tags.extend(new.tags.clone());
    role::Spec {
        name: new.role_name.map_or_else(own_name, str::to_owned),
        path: role::path_of(expansion.world),
        assume_role_policy: trust,
        description: new.description.clone(),
        max_session_duration: 3600,
        permissions_boundary: new.permissions.boundary.or(stack_boundary).map(str::to_owned),
        managed_policies: managed_policies(expansion, &new.permissions),
        inline_policies: inline_policies(expansion, &new.permissions),
        tags,
    }
}

/// The policies to attach.
pub(super) fn managed_policies(expansion: &Expansion<'_>, permissions: &Permissions<'_>) -> BTreeSet<Reference> {
    let arns = permissions.policy_arns.iter().map(|arn| Reference::from(arn.as_str()));
    let own = permissions.policies.iter().map(|name| Reference::to(&names::policy(name), "arn"));
    let by_aws = managed_by_aws(expansion, permissions.well_known);
    arns.chain(own).chain(by_aws).collect()
}

/// Where AWS itself keeps a policy for a program, and scopes it to what the program has made, that is taken: it changes
/// with the program. Source: EKS user guide, "Create an Amazon EBS CSI driver IAM role", "Amazon EFS CSI driver", "Set up
/// CloudWatch Observability", "Configure Amazon VPC CNI plugin to use IRSA"; ECR user guide, "AWS managed policies".
fn managed_by_aws(expansion: &Expansion<'_>, known: WellKnownPolicies) -> Vec<Reference> {
    let all = [
        (known.image_builder, "AmazonEC2ContainerRegistryPowerUser"),
        (known.ebs_csi_controller, "service-role/AmazonEBSCSIDriverPolicy"),
        (known.efs_csi_controller, "service-role/AmazonEFSCSIDriverPolicy"),
        (known.cloud_watch_observability, "CloudWatchAgentServerPolicy"),
        (known.vpc_cni && !expansion.is_ipv6_cluster(), "AmazonEKS_CNI_Policy"),
    ];
    let wanted = all.into_iter().filter(|(wanted, _)| *wanted);
    wanted.map(|(_, name)| Reference::Id(expansion.world.managed_policy_arn(name))).collect()
}

/// The policies to write into the role, by name.
pub(super) fn inline_policies(
    expansion: &Expansion<'_>,
    permissions: &Permissions<'_>,
) -> BTreeMap<String, PolicyDocument> {
    let (known, world, cluster) = (permissions.well_known, expansion.world, expansion.spec.metadata.name.as_str());
    let all = [
        (known.auto_scaler, "autoScaler", well_known::auto_scaler(cluster)),
        (known.aws_load_balancer_controller, "awsLoadBalancerController", load_balancers::controller(world, cluster)),
        (known.external_dns, "externalDNS", well_known::external_dns(world)),
        (known.cert_manager, "certManager", well_known::cert_manager(world)),
        (known.fsx_csi_controller, "fsxCSIController", well_known::fsx_csi_controller(world)),
        (known.external_secrets, "externalSecrets", well_known::external_secrets(world)),
        (known.secrets_store_csi, "secretsStoreCSI", well_known::secrets_store_csi(world)),
        (known.prometheus_write, "prometheusWrite", well_known::prometheus_write(world)),
    ];
    let wanted = all.into_iter().filter(|(wanted, ..)| *wanted);
    let mut policies: BTreeMap<String, PolicyDocument> =
        wanted.map(|(_, name, document)| (name.to_owned(), PolicyDocument::new(document))).collect();
    if known.vpc_cni {
        policies.extend(roles::cni_policy(expansion));
    }
    policies.extend(permissions.policy.map(|own| ("attached".to_owned(), PolicyDocument::new(own.clone()))));
    policies
}

#[cfg(test)]
mod tests;
