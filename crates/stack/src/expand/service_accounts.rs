//! Roles for service accounts (IRSA).

use eksctl_rs_core::Reference;

use super::permissions::{NewRole, Permissions, Provider, Subject, irsa_role};
use super::{Expansion, names};
use crate::schema::{IamServiceAccount, OtherCluster};

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    let accounts = &expansion.spec.iam.service_accounts;
    for account in accounts.iter().filter(|account| account.attach_role_arn.is_none()) {
        let new = NewRole {
            address: address_of(account),
            role_name: account.role_name.as_deref(),
            description: format!(
                "{}/{} in {}",
                account.metadata.namespace, account.metadata.name, expansion.world.stack
            ),
            permissions: permissions(account),
            tags: account.tags.clone(),
        };
        irsa_role(expansion, &new, &subjects(account));
    }
}

/// The role of a service account: its ARN.
pub(crate) fn role_of(account: &IamServiceAccount) -> Reference {
    match &account.attach_role_arn {
        Some(arn) => Reference::from(arn.as_str()),
        None => Reference::to(&names::role(&address_of(account)), "arn"),
    }
}

pub(crate) fn address_of(account: &IamServiceAccount) -> String {
    format!("sa-{}-{}", account.metadata.namespace, account.metadata.name)
}

fn permissions(account: &IamServiceAccount) -> Permissions<'_> {
    Permissions {
        policy_arns: &account.attach_policy_arns,
        policies: &account.attach_policies,
        policy: account.attach_policy.as_ref(),
        well_known: account.well_known_policies,
        boundary: account.permissions_boundary.as_deref(),
    }
}

fn subjects(account: &IamServiceAccount) -> Vec<Subject> {
    let meta = &account.metadata;
    let name = account.subject_pattern.as_deref().unwrap_or(&meta.name);
    let there = |other: &OtherCluster| {
        let namespace = other.namespace.as_deref().unwrap_or(&meta.namespace);
        Subject::of(Provider::Arn(other.oidc_provider_arn.clone()), namespace, other.name.as_deref().unwrap_or(name))
    };
    std::iter::once(Subject::here(&meta.namespace, name)).chain(account.other_clusters.iter().map(there)).collect()
}
