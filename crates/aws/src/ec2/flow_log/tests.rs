use aws_sdk_ec2::types::{DestinationOptionsResponse, FlowLog, LogDestinationType, TrafficType};
use eksctl_rs_core::{Issue, Reference, Status};

use super::read::from_live;
use super::{DestinationOptions, Room};
use crate::kind::Kind;

fn log() -> aws_sdk_ec2::types::builders::FlowLogBuilder {
    FlowLog::builder()
        .flow_log_id("fl-1")
        .resource_id("vpc-1")
        .traffic_type(TrafficType::All)
        .log_destination_type(LogDestinationType::CloudWatchLogs)
        .log_destination("arn:aws:logs:eu-west-1:111122223333:log-group:/aws/vpc/dev/flow-logs:*")
}

#[test]
fn what_is_aws_s_default_counts_as_absent() {
    let usual = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}";
    let found =
        from_live(&log().log_format(usual).destination_options(DestinationOptionsResponse::builder().build()).build());
    assert_eq!((found.spec.log_format, found.spec.destination_options), (None, None));
    assert_eq!(found.spec.max_aggregation_interval, 600);
    let own = from_live(&log().log_format("${srcaddr}").build());
    assert_eq!(own.spec.log_format.as_deref(), Some("${srcaddr}"));
}

#[test]
fn the_log_group_is_meant_and_not_its_streams() {
    let group = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/vpc/dev/flow-logs";
    assert_eq!(from_live(&log().build()).spec.destination, Reference::from(group));
}

#[test]
fn one_whose_records_do_not_arrive_is_degraded() {
    let found = from_live(&log().deliver_logs_status("FAILED").deliver_logs_error_message("Access error").build());
    let issue = Issue { code: "DeliverLogsStatus FAILED".into(), message: "Access error".into() };
    assert_eq!(found.status, Status::Degraded { issues: vec![issue] });
}

#[test]
fn what_is_said_in_other_words_is_no_difference() {
    let live = from_live(&log().build()).spec;
    let mut desired = live.clone();
    let usual = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} \
                 ${packets}  ${bytes} ${start} ${end} ${action} ${log-status}";
    desired.log_format = Some(usual.to_owned());
    desired.destination_options = Some(DestinationOptions {
        file_format: "plain-text".into(),
        hive_compatible_partitions: false,
        per_hour_partition: false,
    });
    assert_eq!(Room::settle(desired.clone(), &live), live);
    let named = FlowLog::builder().log_group_name("/aws/vpc/dev/flow-logs").resource_id("vpc-1");
    let named = from_live(&named.traffic_type(TrafficType::All).build()).spec;
    assert_eq!(Room::settle(desired, &named), named);
}
