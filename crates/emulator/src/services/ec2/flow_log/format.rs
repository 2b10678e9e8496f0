//! The fields of flow log records. Source: "Flow log records" in the VPC User Guide.

use super::INVALID;
use crate::error::{ApiError, refuse};

/// The format of flow logs that ask for no other.
pub(super) const DEFAULT: &str = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} \
    ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}";

const FIELDS: &[&str] = &[
    "account-id",
    "action",
    "az-id",
    "bytes",
    "dstaddr",
    "dstport",
    "ecs-cluster-arn",
    "ecs-cluster-name",
    "ecs-container-id",
    "ecs-container-instance-arn",
    "ecs-container-instance-id",
    "ecs-second-container-id",
    "ecs-service-name",
    "ecs-task-arn",
    "ecs-task-definition-arn",
    "ecs-task-id",
    "encryption-status",
    "end",
    "flow-direction",
    "instance-id",
    "interface-id",
    "log-status",
    "packets",
    "pkt-dst-aws-service",
    "pkt-dstaddr",
    "pkt-src-aws-service",
    "pkt-srcaddr",
    "protocol",
    "region",
    "reject-reason",
    "resource-id",
    "srcaddr",
    "srcport",
    "start",
    "sublocation-id",
    "sublocation-type",
    "subnet-id",
    "tcp-flags",
    "traffic-path",
    "type",
    "version",
    "vpc-id",
];

/// The format of a request: "Specify the fields using the `${field-id}` format, separated by spaces."
pub(super) fn asked(text: Option<&str>) -> Result<String, ApiError> {
    let Some(text) = text else { return Ok(DEFAULT.to_owned()) };
    let name = |field: &str| field.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).map(str::to_owned);
    let fields: Vec<&str> = text.split_whitespace().collect();
    let unknown = fields.iter().find(|field| !name(field).is_some_and(|name| FIELDS.contains(&name.as_str())));
    match unknown {
        Some(field) => refuse(INVALID, format!("Unknown fields provided: {field}")),
        None if fields.is_empty() => refuse(INVALID, "LogFormat must have at least one field"),
        None => Ok(fields.join(" ")),
    }
}
