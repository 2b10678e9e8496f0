//! Requests.

use aws_sdk_ec2::types::{
    DestinationFileFormat, DestinationOptionsRequest, FlowLogsResourceType, LogDestinationType, ResourceType,
    TrafficType, UnsuccessfulItem,
};
use eksctl_rs_core::{CallError, ErrorClass, Lowered, Lowering, Outputs, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::{DestinationOptions, Spec};
use crate::Aws;
use crate::classify::class_of;
use crate::ec2::{TagCall, gone, literal, specification, token};

/// The calls of a flow log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// Everything that it is to be.
        spec: Box<Spec>,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Changes tags.
    Tags(TagCall),
    /// Deletes it.
    Delete {
        /// The flow log.
        id: Reference,
    },
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = desired.tags.clone();
            tags.extend(lowering.ownership.clone());
            vec![Lowered::creating("ec2:CreateFlowLogs", Call::Create { spec: Box::new(desired.clone()), tags })]
        }
        Work::Update { desired, live, .. } => {
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            tags.into_iter().map(|lowered| lowered.map(Call::Tags)).collect()
        }
        Work::Delete { .. } => vec![Lowered::new("ec2:DeleteFlowLogs", Call::Delete { id: lowering.own("id") })],
    }
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Create { spec, tags } => create(aws, &spec, &tags, run).await,
        Call::Tags(call) => call.start(aws, run).await,
        Call::Delete { id } => {
            let request = aws.ec2.delete_flow_logs().flow_log_ids(literal(&id, run)?);
            let answer = aws.call("ec2:DeleteFlowLogs", request.send()).await?;
            match refused("ec2:DeleteFlowLogs", answer.unsuccessful(), run) {
                Some(error) if error.class == ErrorClass::Gone => Err(gone(run)),
                Some(error) => Err(error),
                None => Ok(Progress::done()),
            }
        }
    }
}

async fn create(aws: &Aws, spec: &Spec, tags: &Tags, run: &Run<'_>) -> Result<Progress, CallError> {
    let resource = literal(&spec.resource, run)?;
    let kind = if resource.starts_with("subnet-") { FlowLogsResourceType::Subnet } else { FlowLogsResourceType::Vpc };
    let role = spec.deliver_logs_role.as_ref().map(|role| literal(role, run)).transpose()?;
    let request = aws
        .ec2
        .create_flow_logs()
        .client_token(token(run))
        .resource_ids(resource)
        .resource_type(kind)
        .traffic_type(TrafficType::from(spec.traffic_type.as_str()))
        .log_destination_type(LogDestinationType::from(spec.destination_type.as_str()))
        .log_destination(literal(&spec.destination, run)?)
        .set_deliver_logs_permission_arn(role)
        .set_log_format(spec.log_format.clone())
        .max_aggregation_interval(spec.max_aggregation_interval)
        .set_destination_options(spec.destination_options.as_ref().map(options))
        .tag_specifications(specification(ResourceType::VpcFlowLog, tags));
    let answer = aws.call("ec2:CreateFlowLogs", request.send()).await?;
    if let Some(error) = refused("ec2:CreateFlowLogs", answer.unsuccessful(), run) {
        return Err(error);
    }
    let id = answer.flow_log_ids().first().cloned().unwrap_or_default();
    // Whether it is there is asked next: the answer to a token of an earlier life names one that is gone.
    let outputs = Outputs::from([("id".to_owned(), id)]);
    Ok(Progress::Pending { status: "creating".to_owned(), follow: None, outputs, issues: Vec::new() })
}

fn options(options: &DestinationOptions) -> DestinationOptionsRequest {
    DestinationOptionsRequest::builder()
        .file_format(DestinationFileFormat::from(options.file_format.as_str()))
        .hive_compatible_partitions(options.hive_compatible_partitions)
        .per_hour_partition(options.per_hour_partition)
        .build()
}

/// What could not be done stands in the answer, and is no error of the call.
fn refused(operation: &str, unsuccessful: &[UnsuccessfulItem], run: &Run<'_>) -> Option<CallError> {
    let error = unsuccessful.iter().find_map(|one| one.error())?;
    let (code, message) = (error.code().unwrap_or("Unknown"), error.message().unwrap_or_default());
    let class = class_of(operation, code, message, 200);
    Some(CallError::new(class, &run.step.operation, code, message))
}
