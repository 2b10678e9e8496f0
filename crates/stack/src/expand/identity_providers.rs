//! Identity providers.

use eksctl_rs_aws::eks::identity_provider_config::Spec;
use eksctl_rs_core::{Reference, Tags};

use super::{Expansion, names};

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    for provider in &expansion.spec.identity_providers {
        let mut tags: Tags = expansion.spec.metadata.tags.clone();
        tags.extend(provider.tags.clone());
        let spec = Spec {
            name: provider.name.clone(),
            cluster: Reference::to(&names::cluster(&expansion.spec.metadata.name), "name"),
            issuer_url: provider.issuer_url.clone(),
            client_id: provider.client_id.clone(),
            username_claim: provider.username_claim.clone(),
            username_prefix: provider.username_prefix.clone(),
            groups_claim: provider.groups_claim.clone(),
            groups_prefix: provider.groups_prefix.clone(),
            required_claims: provider.required_claims.clone(),
            tags,
        };
        expansion.add(names::identity_provider(&provider.name), &spec);
    }
}
