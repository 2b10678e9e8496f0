//! Requests.

use aws_sdk_ecr::error::BuildError;
use aws_sdk_ecr::types::{
    ReplicationConfiguration, ReplicationDestination, ReplicationRule, RepositoryFilter, RepositoryFilterType,
};
use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Run, Work};
use serde::{Deserialize, Serialize};

use super::{Destination, Rule, Spec};
use crate::Aws;
use crate::ecr::registry_set;

/// The calls of the registry's replication.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Sets it.
    Put {
        /// Where images go.
        spec: Spec,
    },
}

const PUT: &str = "ecr:PutReplicationConfiguration";

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    let put = |spec: &Spec| Call::Put { spec: spec.clone() };
    match &lowering.work {
        Work::Create { desired } => vec![Lowered::creating(PUT, put(desired))],
        Work::Update { desired, changed, .. } if !changed.is_empty() => vec![Lowered::new(PUT, put(desired))],
        // It stays, and there is nothing that could bear a tag.
        Work::Update { .. } | Work::Delete { .. } => Vec::new(),
    }
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    let Call::Put { spec } = call;
    let rules = spec.rules.iter().map(rule).collect::<Result<_, _>>();
    let configuration = rules.and_then(|rules| ReplicationConfiguration::builder().set_rules(Some(rules)).build());
    let configuration = configuration.map_err(|error| CallError::bug(&run.step.operation, error.to_string()))?;
    let request = aws.ecr.put_replication_configuration().replication_configuration(configuration);
    aws.call(PUT, request.send()).await?;
    Ok(registry_set())
}

fn rule(rule: &Rule) -> Result<ReplicationRule, BuildError> {
    let destination =
        |one: &Destination| ReplicationDestination::builder().region(&one.region).registry_id(&one.account).build();
    let filter = |prefix: &String| {
        RepositoryFilter::builder().filter(prefix).filter_type(RepositoryFilterType::PrefixMatch).build()
    };
    let filters: Vec<RepositoryFilter> = rule.prefixes.iter().map(filter).collect::<Result<_, _>>()?;
    ReplicationRule::builder()
        .set_destinations(Some(rule.destinations.iter().map(destination).collect::<Result<_, _>>()?))
        .set_repository_filters((!filters.is_empty()).then_some(filters))
        .build()
}
