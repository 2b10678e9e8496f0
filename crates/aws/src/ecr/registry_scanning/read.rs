//! From AWS's answers to our spec.

use std::collections::BTreeMap;

use aws_sdk_ecr::types::RegistryScanningConfiguration;
use eksctl_rs_core::CallError;

use super::{Room, Spec};
use crate::ecr::{of_the_registry, unset};
use crate::kind::Found;
use crate::reads::Reads;

/// The setting is asked for only where the stack has a wish: else it is nobody's business here.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let Some((address, wanted)) = reads.wanted::<Room>().into_iter().next() else { return Ok(Vec::new()) };
    let request = || reads.aws.ecr.get_registry_scanning_configuration().send();
    let answer = reads.ask("ecr:GetRegistryScanningConfiguration", request).await?;
    let live = from_live(answer.scanning_configuration());
    let found = (!unset(&live, &wanted, &from_live(None))).then(|| of_the_registry(live, address, reads));
    Ok(found.into_iter().collect())
}

/// Rules that say the same how often are one.
pub(super) fn from_live(configuration: Option<&RegistryScanningConfiguration>) -> Spec {
    let mut rules: BTreeMap<String, _> = BTreeMap::new();
    for rule in configuration.map(RegistryScanningConfiguration::rules).unwrap_or_default() {
        let filters = rule.repository_filters().iter().map(|filter| filter.filter().to_owned());
        rules
            .entry(rule.scan_frequency().as_str().to_owned())
            .or_insert_with(std::collections::BTreeSet::new)
            .extend(filters);
    }
    let scan_type = configuration.and_then(|configuration| configuration.scan_type());
    Spec { scan_type: scan_type.map_or("BASIC", |scan_type| scan_type.as_str()).to_owned(), rules }
}
