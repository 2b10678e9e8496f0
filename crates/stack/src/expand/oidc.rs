//! The cluster as an identity provider, for roles of service accounts.

use std::collections::BTreeSet;

use eksctl_rs_aws::iam::oidc_provider::Spec;
use eksctl_rs_core::Text;

use super::permissions::AUDIENCE;
use super::{Expansion, addons, names};
use crate::schema::{KarpenterIdentity, StackSpec};

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    if !is_needed(expansion.spec) {
        return;
    }
    let provider = Spec {
        url: Text::of(&names::cluster(&expansion.spec.metadata.name), "issuer"),
        client_ids: BTreeSet::from([AUDIENCE.to_owned()]),
        // IAM knows the authorities that sign for EKS.
        thumbprints: None,
        tags: expansion.tags("cluster"),
    };
    expansion.add(names::oidc_provider("cluster"), &provider);
}

/// Whether IAM has to know the cluster as an identity provider.
pub(crate) fn is_needed(spec: &StackSpec) -> bool {
    spec.iam.with_oidc.unwrap_or_else(|| !needed_by(spec).is_empty())
}

/// What needs the provider, as paths in the stack.
pub(crate) fn needed_by(spec: &StackSpec) -> Vec<&'static str> {
    let accounts = spec.iam.service_accounts.iter().any(|account| account.attach_role_arn.is_none());
    let own_roles = spec.iam.roles.iter().filter_map(|role| role.trust.oidc.as_ref());
    let roles = own_roles.into_iter().any(|oidc| oidc.provider == "cluster");
    let karpenter = spec.karpenter.as_ref().is_some_and(|karpenter| karpenter.identity == KarpenterIdentity::Irsa);
    let addons = spec.addons.iter().any(addons::has_irsa_role);
    let all = [
        (accounts, "iam.serviceAccounts"),
        (roles, "iam.roles"),
        (karpenter, "karpenter.identity"),
        (addons, "addons"),
    ];
    all.into_iter().filter(|(needs, _)| *needs).map(|(_, path)| path).collect()
}
