//! Which roles the service accounts of an add-on have.

use std::collections::BTreeMap;

use eksctl_rs_core::{AddonFacts, AddonIdentity, Reference, Refusal, Tags};

use super::super::permissions::{NewRole, Permissions, Subject, irsa_role, pod_identity_role};
use super::super::{Expansion, names};
use crate::schema::{Addon, AddonPodIdentity, StackSpec, WellKnownPolicies};

/// Whether the stack makes a role for the add-on that it takes by way of the cluster's OIDC provider.
pub(crate) fn has_irsa_role(addon: &Addon) -> bool {
    !addon.attach_policy_arns.is_empty()
        || !addon.attach_policies.is_empty()
        || addon.attach_policy.is_some()
        || addon.well_known_policies != WellKnownPolicies::default()
}

/// Whether anything is said of what the role of an association may do.
pub(crate) fn has_pod_identity_role(one: &AddonPodIdentity) -> bool {
    !one.permission_policy_arns.is_empty()
        || !one.permission_policies.is_empty()
        || one.permission_policy.is_some()
        || one.well_known_policies != WellKnownPolicies::default()
}

/// Whether its service accounts get what AWS recommends.
pub(crate) fn wants_recommended(spec: &StackSpec, addon: &Addon) -> bool {
    let says_nothing =
        addon.service_account_role_arn.is_none() && addon.pod_identity_associations.is_none() && !has_irsa_role(addon);
    addon.use_default_pod_identity_associations
        || spec.addons_config.auto_apply_pod_identity_associations && says_nothing
}

/// The role by way of the cluster's OIDC provider: an existing one, or one that is made for the service accounts that AWS
/// tells of.
pub(super) fn irsa(
    expansion: &mut Expansion<'_>,
    addon: &Addon,
    known: Option<&AddonFacts>,
    problems: &mut Vec<Refusal>,
) -> Option<Reference> {
    if let Some(arn) = &addon.service_account_role_arn {
        return Some(Reference::from(arn.as_str()));
    }
    let known = known.filter(|known| known.fits && has_irsa_role(addon))?;
    let own = addon.namespace_config.as_ref().map(|config| config.namespace.as_str());
    let namespace = own.or(known.namespace.as_deref()).unwrap_or("kube-system");
    let subjects: Vec<Subject> =
        known.identities.iter().map(|one| Subject::here(namespace, &one.service_account)).collect();
    if subjects.is_empty() {
        problems.push(Refusal {
            address: names::addon(&addon.name),
            message: "AWS does not tell which service account it has, so nobody could take its role".to_owned(),
            hint: "remove the policies; if it needs permissions, make a role in iam.serviceAccounts and name it as \
                   serviceAccountRoleARN"
                .to_owned(),
        });
        return None;
    }
    let new = NewRole {
        address: format!("addon-{}", addon.name),
        role_name: None,
        description: format!("The add-on {} of {}", addon.name, expansion.world.stack),
        permissions: Permissions {
            policy_arns: &addon.attach_policy_arns,
            policies: &addon.attach_policies,
            policy: addon.attach_policy.as_ref(),
            well_known: addon.well_known_policies,
            boundary: addon.permissions_boundary.as_deref(),
        },
        tags: Tags::new(),
    };
    Some(irsa_role(expansion, &new, &subjects))
}

/// The roles by service account: those that the stack names, else those for what AWS recommends, else whatever is there.
pub(super) fn pod_identities(
    expansion: &mut Expansion<'_>,
    addon: &Addon,
    known: Option<&AddonFacts>,
    problems: &mut Vec<Refusal>,
) -> Option<BTreeMap<String, Reference>> {
    if let Some(associations) = &addon.pod_identity_associations {
        let of = |one: &AddonPodIdentity| (one.service_account_name.clone(), own(expansion, addon, one));
        return Some(associations.iter().map(of).collect());
    }
    let known = known.filter(|known| known.fits && wants_recommended(expansion.spec, addon))?;
    if known.identities.is_empty() {
        if addon.use_default_pod_identity_associations {
            problems.push(Refusal {
                address: names::addon(&addon.name),
                message: "AWS recommends no policies for it".to_owned(),
                hint:
                    "remove useDefaultPodIdentityAssociations; if it needs permissions, write podIdentityAssociations"
                        .to_owned(),
            });
        }
        return None;
    }
    let recommended = |one: &AddonIdentity| {
        let permissions = Permissions { policy_arns: &one.policies, ..Permissions::default() };
        (one.service_account.clone(), made(expansion, addon, &one.service_account, None, permissions))
    };
    Some(known.identities.iter().map(recommended).collect())
}

/// The role of an association: an existing one, or one that is made for it.
fn own(expansion: &mut Expansion<'_>, addon: &Addon, one: &AddonPodIdentity) -> Reference {
    if let Some(arn) = &one.role_arn {
        return Reference::from(arn.as_str());
    }
    let permissions = Permissions {
        policy_arns: &one.permission_policy_arns,
        policies: &one.permission_policies,
        policy: one.permission_policy.as_ref(),
        well_known: one.well_known_policies,
        boundary: one.permissions_boundary_arn.as_deref(),
    };
    made(expansion, addon, &one.service_account_name, one.role_name.as_deref(), permissions)
}

fn made(
    expansion: &mut Expansion<'_>,
    addon: &Addon,
    account: &str,
    role_name: Option<&str>,
    permissions: Permissions<'_>,
) -> Reference {
    let new = NewRole {
        address: format!("addon-{}-{account}", addon.name),
        role_name,
        description: format!("{account} of the add-on {} of {}", addon.name, expansion.world.stack),
        permissions,
        tags: Tags::new(),
    };
    pod_identity_role(expansion, &new)
}
