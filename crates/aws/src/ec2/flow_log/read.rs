//! From AWS's answers to our spec.

use aws_sdk_ec2::types::{FlowLog, ResourceType};
use eksctl_rs_core::{CallError, Issue, Outputs, Progress, Reference, Run, Status};

use super::{DestinationOptions, Room, Spec};
use crate::Aws;
use crate::ec2::{at_the_address, first_claimed, from_sdk, gone, may_be_there, of_the_stack};
use crate::kind::{Found, own_tags};
use crate::reads::Reads;

/// The fields of a record that nobody chose. Source: VPC user guide, "Flow log records": version 2.
const USUAL_FORMAT: &str = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} \
                            ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}";

pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    if !may_be_there::<Room>(reads, ResourceType::VpcFlowLog).await? {
        return Ok(Vec::new());
    }
    let request = || reads.aws.ec2.describe_flow_logs().filter(of_the_stack(reads.world()));
    let logs = reads
        .pages(
            "ec2:DescribeFlowLogs",
            |token| request().set_next_token(token).send(),
            |page| (page.flow_logs.unwrap_or_default(), page.next_token),
        )
        .await?;
    Ok(logs.iter().map(from_live).collect())
}

pub(super) fn from_live(log: &FlowLog) -> Found<Spec> {
    let tags = from_sdk(log.tags());
    let spec = Spec {
        resource: Reference::from(log.resource_id().unwrap_or_default()),
        traffic_type: log.traffic_type().map_or("ALL", |kind| kind.as_str()).to_owned(),
        destination_type: log.log_destination_type().map_or("cloud-watch-logs", |kind| kind.as_str()).to_owned(),
        destination: Reference::from(destination(log)),
        deliver_logs_role: log.deliver_logs_permission_arn().map(Reference::from),
        log_format: log.log_format().and_then(format),
        max_aggregation_interval: log.max_aggregation_interval().unwrap_or(600),
        destination_options: options(log),
        tags: own_tags(&tags),
    };
    Found::new(log.flow_log_id().unwrap_or_default(), spec, tags).standing(standing(log))
}

/// The fields, separated by single spaces; nothing for those that nobody chose.
pub(super) fn format(text: &str) -> Option<String> {
    let fields = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (fields != USUAL_FORMAT).then_some(fields)
}

/// The ARN of a log group may end with what stands for all of its streams.
fn destination(log: &FlowLog) -> &str {
    let found = log.log_destination().or(log.log_group_name()).unwrap_or_default();
    found.strip_suffix(":*").unwrap_or(found)
}

/// What is AWS's default counts as absent.
fn options(log: &FlowLog) -> Option<DestinationOptions> {
    let found = log.destination_options()?;
    let options = DestinationOptions {
        file_format: found.file_format().map_or("plain-text", |format| format.as_str()).to_owned(),
        hive_compatible_partitions: found.hive_compatible_partitions().unwrap_or_default(),
        per_hour_partition: found.per_hour_partition().unwrap_or_default(),
    };
    (!options.is_plain()).then_some(options)
}

/// A flow log whose records do not arrive is there, and of no use.
fn standing(log: &FlowLog) -> Status {
    match log.deliver_logs_status() {
        Some("FAILED") => {
            let message = log.deliver_logs_error_message().unwrap_or("records are not delivered").to_owned();
            Status::Degraded { issues: vec![Issue { code: "DeliverLogsStatus FAILED".to_owned(), message }] }
        }
        _ => Status::Ready,
    }
}

pub(super) async fn status(aws: &Aws, run: &Run<'_>) -> Result<Progress, CallError> {
    let request = match run.outputs.get("id") {
        Some(id) => aws.ec2.describe_flow_logs().flow_log_ids(id),
        None => aws.ec2.describe_flow_logs().filter(of_the_stack(&aws.world)).filter(at_the_address(run)),
    };
    let answer = aws.call("ec2:DescribeFlowLogs", request.send()).await?;
    let log = first_claimed(answer.flow_logs(), FlowLog::flow_log_id, FlowLog::tags).ok_or_else(|| gone(run))?;
    Ok(Progress::Done { outputs: Outputs::from([("id".to_owned(), log.flow_log_id().unwrap_or_default().to_owned())]) })
}
