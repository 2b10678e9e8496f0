//! Repositories, and what is set for the whole registry.

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_aws::ecr::{registry_replication, registry_scanning, repository};
use eksctl_rs_core::World;

use super::{Expansion, ecr_policies, names};
use crate::schema::{RegistryScanning, ReplicationRule, Repository, ScanType, ScanningRule, StackSpec};

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    let ecr = &expansion.spec.ecr;
    for one in &ecr.repositories {
        let spec = repository_of(expansion, one);
        expansion.add(names::repository(&one.name), &spec);
    }
    if let Some(scanning) = &ecr.scanning {
        expansion.add(names::registry_scanning(), &scanning_of(scanning));
    }
    if let Some(rules) = &ecr.replication {
        let rules = rules.iter().map(|rule| replicated(expansion.world, rule)).collect();
        expansion.add(names::registry_replication(), &registry_replication::Spec { rules });
    }
}

fn repository_of(expansion: &Expansion<'_>, wanted: &Repository) -> repository::Spec {
    let (encryption_type, kms_key) = ecr_policies::encryption(expansion, wanted.encryption.as_ref());
    let (short, raw) = (wanted.access.as_ref(), wanted.policy.as_ref());
    let mut tags = expansion.tags(&wanted.name);
    tags.extend(wanted.tags.clone());
    repository::Spec {
        name: wanted.name.clone(),
        image_tag_mutability: wanted.image_tag_mutability.word().to_owned(),
        image_tag_mutability_exclusions: wanted.image_tag_mutability_exclusions.iter().cloned().collect(),
        scan_on_push: (!is_enhanced(expansion.spec)).then_some(wanted.scan_on_push.unwrap_or(true)),
        encryption_type: encryption_type.to_owned(),
        kms_key,
        lifecycle_policy: ecr_policies::lifecycle(&wanted.lifecycle, wanted.lifecycle_policy.as_ref()),
        repository_policy: ecr_policies::access(expansion.world, short, raw),
        tags,
    }
}

/// Whether Amazon Inspector scans, wherever the registry says.
pub(crate) fn is_enhanced(spec: &StackSpec) -> bool {
    spec.ecr.scanning.as_ref().is_some_and(|scanning| scanning.r#type == ScanType::Enhanced)
}

fn scanning_of(scanning: &RegistryScanning) -> registry_scanning::Spec {
    let rule = |rule: &ScanningRule| (rule.frequency.word().to_owned(), rule.filters.clone());
    let rules: BTreeMap<String, BTreeSet<String>> = scanning.rules.iter().map(rule).collect();
    registry_scanning::Spec { scan_type: scanning.r#type.word().to_owned(), rules }
}

fn replicated(world: &World, rule: &ReplicationRule) -> registry_replication::Rule {
    let destinations = rule.destinations.iter().map(|destination| registry_replication::Destination {
        region: destination.region.clone(),
        account: destination.account.clone().unwrap_or_else(|| world.account.clone()),
    });
    registry_replication::Rule { destinations: destinations.collect(), prefixes: rule.prefixes.clone() }
}
