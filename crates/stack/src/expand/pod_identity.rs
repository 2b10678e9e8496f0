//! Roles for service accounts by EKS Pod Identity.

use eksctl_rs_aws::PolicyDocument;
use eksctl_rs_aws::eks::pod_identity_association::Spec;
use eksctl_rs_core::{Reference, Tags};

use super::permissions::{NewRole, Permissions, pod_identity_role};
use super::{Expansion, karpenter, names};
use crate::schema::{KarpenterIdentity, PodIdentityAssociation};

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    for association in &expansion.spec.iam.pod_identity_associations {
        let role = role_of(expansion, association);
        let mut tags: Tags = expansion.spec.metadata.tags.clone();
        tags.extend(association.tags.clone());
        let spec = Spec {
            cluster: cluster(expansion),
            namespace: association.namespace.clone(),
            service_account: association.service_account_name.clone(),
            role,
            target_role: association.target_role_arn.as_deref().map(Reference::from),
            disable_session_tags: association.disable_session_tags,
            policy: association.policy.clone().map(PolicyDocument::new),
            tags,
        };
        expansion.add(address_of(&association.namespace, &association.service_account_name), &spec);
    }
    for_karpenter(expansion);
}

fn cluster(expansion: &Expansion<'_>) -> Reference {
    Reference::to(&names::cluster(&expansion.spec.metadata.name), "name")
}

fn address_of(namespace: &str, account: &str) -> eksctl_rs_core::Address {
    names::pod_identity_association(&name_of(namespace, account))
}

/// The name of an association, and of its role but for `pod-`.
pub(crate) fn name_of(namespace: &str, account: &str) -> String {
    format!("{namespace}-{account}")
}

/// Whether an association gets a role of its own.
pub(crate) fn makes_role(association: &PodIdentityAssociation) -> bool {
    association.role_arn.is_none() && association.role.is_none()
}

fn role_of(expansion: &mut Expansion<'_>, one: &PodIdentityAssociation) -> Reference {
    match (&one.role_arn, &one.role) {
        (Some(arn), _) => Reference::from(arn.as_str()),
        (None, Some(name)) => Reference::to(&names::role(name), "arn"),
        (None, None) => {
            let new = NewRole {
                address: format!("pod-{}", name_of(&one.namespace, &one.service_account_name)),
                role_name: one.role_name.as_deref(),
                description: format!("{}/{} in {}", one.namespace, one.service_account_name, expansion.world.stack),
                permissions: Permissions {
                    policy_arns: &one.permission_policy_arns,
                    policies: &one.permission_policies,
                    policy: one.permission_policy.as_ref(),
                    well_known: one.well_known_policies,
                    boundary: one.permissions_boundary_arn.as_deref(),
                },
                tags: one.tags.clone(),
            };
            pod_identity_role(expansion, &new)
        }
    }
}

/// The controller of Karpenter has its role so, unless it has it by the identity provider.
fn for_karpenter(expansion: &mut Expansion<'_>) {
    let Some(karpenter) = &expansion.spec.karpenter else { return };
    if karpenter.identity != KarpenterIdentity::PodIdentity {
        return;
    }
    let spec = Spec {
        cluster: cluster(expansion),
        namespace: karpenter.namespace.clone(),
        service_account: karpenter.service_account.clone(),
        role: Reference::to(&names::role(karpenter::CONTROLLER), "arn"),
        target_role: None,
        disable_session_tags: false,
        policy: None,
        tags: expansion.spec.metadata.tags.clone(),
    };
    expansion.add(address_of(&karpenter.namespace, &karpenter.service_account), &spec);
}
