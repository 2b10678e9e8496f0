//! Requests.

use aws_sdk_ecr::error::BuildError;
use aws_sdk_ecr::types::{
    RegistryScanningRule, ScanFrequency, ScanType, ScanningRepositoryFilter, ScanningRepositoryFilterType,
};
use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Run, Work};
use serde::{Deserialize, Serialize};

use super::Spec;
use crate::Aws;
use crate::ecr::registry_set;

/// The calls of the registry's scanning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Sets it.
    Put {
        /// How the registry scans.
        spec: Spec,
    },
}

const PUT: &str = "ecr:PutRegistryScanningConfiguration";

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
    let bug = |error: BuildError| CallError::bug(&run.step.operation, error.to_string());
    let request = aws
        .ecr
        .put_registry_scanning_configuration()
        .scan_type(ScanType::from(spec.scan_type.as_str()))
        .set_rules(Some(rules(&spec).map_err(bug)?));
    aws.call(PUT, request.send()).await?;
    Ok(registry_set())
}

fn rules(spec: &Spec) -> Result<Vec<RegistryScanningRule>, BuildError> {
    let filter = |text: &String| {
        let filter_type = ScanningRepositoryFilterType::Wildcard;
        ScanningRepositoryFilter::builder().filter(text).filter_type(filter_type).build()
    };
    let rules = spec.rules.iter().map(|(frequency, filters)| {
        RegistryScanningRule::builder()
            .scan_frequency(ScanFrequency::from(frequency.as_str()))
            .set_repository_filters(Some(filters.iter().map(filter).collect::<Result<_, _>>()?))
            .build()
    });
    rules.collect()
}
