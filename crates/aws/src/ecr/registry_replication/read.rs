//! From AWS's answers to our spec.

use aws_sdk_ecr::types::{ReplicationConfiguration, ReplicationDestination, ReplicationRule};
use eksctl_rs_core::CallError;

use super::{Destination, Room, Rule, Spec};
use crate::ecr::{of_the_registry, unset};
use crate::kind::Found;
use crate::reads::Reads;

/// The setting is asked for only where the stack has a wish: else it is nobody's business here.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let Some((address, wanted)) = reads.wanted::<Room>().into_iter().next() else { return Ok(Vec::new()) };
    let answer = reads.ask("ecr:DescribeRegistry", || reads.aws.ecr.describe_registry().send()).await?;
    let live = from_live(answer.replication_configuration());
    let found = (!unset(&live, &wanted, &from_live(None))).then(|| of_the_registry(live, address, reads));
    Ok(found.into_iter().collect())
}

pub(super) fn from_live(configuration: Option<&ReplicationConfiguration>) -> Spec {
    let rules = configuration.map(ReplicationConfiguration::rules).unwrap_or_default();
    Spec { rules: rules.iter().map(rule).collect() }
}

fn rule(rule: &ReplicationRule) -> Rule {
    let destination = |one: &ReplicationDestination| Destination {
        region: one.region().to_owned(),
        account: one.registry_id().to_owned(),
    };
    Rule {
        destinations: rule.destinations().iter().map(destination).collect(),
        prefixes: rule.repository_filters().iter().map(|filter| filter.filter().to_owned()).collect(),
    }
}
