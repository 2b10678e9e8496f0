//! Where flow logs go.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::INVALID;
use super::create::CreateFlowLogs;
use crate::call::Call;
use crate::error::{ApiError, refuse};

/// Where a flow log goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Destination {
    CloudWatchLogs {
        group: String,
        /// As it was asked for; nothing if the name was.
        arn: Option<String>,
    },
    S3 {
        arn: String,
    },
    Firehose {
        arn: String,
    },
}

/// How files look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DestinationOptions {
    file_format: Option<String>,
    hive_compatible_partitions: Option<bool>,
    per_hour_partition: Option<bool>,
}

impl DestinationOptions {
    pub(super) fn show(&self) -> Value {
        json!({
            "FileFormat": self.file_format.as_deref().unwrap_or("plain-text"),
            "HiveCompatiblePartitions": self.hive_compatible_partitions.unwrap_or_default(),
            "PerHourPartition": self.per_hour_partition.unwrap_or_default(),
        })
    }
}

impl Destination {
    /// The destination of a request, if everything about it fits.
    pub(super) fn asked(call: &Call<'_>, args: &CreateFlowLogs) -> Result<Self, ApiError> {
        let kind = args.log_destination_type.as_deref().unwrap_or("cloud-watch-logs");
        if kind != "s3" && args.destination_options.is_some() {
            return refuse(INVALID, "DestinationOptions are only supported if LogDestinationType is s3.");
        }
        if kind == "cloud-watch-logs" {
            return log_group(call, args);
        }
        if args.log_group_name.is_some() {
            return refuse(INVALID, "LogDestinationType must be cloud-watch-logs if LogGroupName is provided.");
        }
        let Some(arn) = args.log_destination.clone() else {
            return refuse(INVALID, "LogDestination can't be empty if LogGroupName is not provided.");
        };
        match kind {
            "s3" if args.deliver_logs_permission_arn.is_some() => {
                refuse(INVALID, "DeliverLogsPermissionArn must not be provided if LogDestinationType is s3.")
            }
            "s3" => check_bucket(call, &arn).map(|()| Self::S3 { arn }),
            _ => check_stream(call, &arn).map(|()| Self::Firehose { arn }),
        }
    }

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::CloudWatchLogs { .. } => "cloud-watch-logs",
            Self::S3 { .. } => "s3",
            Self::Firehose { .. } => "kinesis-data-firehose",
        }
    }

    pub(super) fn group(&self) -> Option<&str> {
        if let Self::CloudWatchLogs { group, .. } = self { Some(group) } else { None }
    }

    pub(super) fn arn(&self) -> Option<&str> {
        match self {
            Self::CloudWatchLogs { arn, .. } => arn.as_deref(),
            Self::S3 { arn } | Self::Firehose { arn } => Some(arn),
        }
    }

    /// Whether logs of one resource to both would be the same.
    pub(super) fn equals(&self, other: &Self) -> bool {
        match (self.group(), other.group()) {
            (Some(one), Some(two)) => one == two,
            _ => self == other,
        }
    }
}

fn log_group(call: &Call<'_>, args: &CreateFlowLogs) -> Result<Destination, ApiError> {
    if args.deliver_logs_permission_arn.is_none() {
        let message = "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.";
        return refuse(INVALID, message);
    }
    match (args.log_group_name.clone(), args.log_destination.clone()) {
        (Some(group), None) => check_group(&group).map(|()| Destination::CloudWatchLogs { group, arn: None }),
        (None, Some(arn)) => {
            let found = arn.strip_prefix(&call.arn("logs", "log-group:"));
            let Some(group) = found.map(|group| group.trim_end_matches(":*").to_owned()) else {
                return malformed(&arn);
            };
            check_group(&group).map(|()| Destination::CloudWatchLogs { group, arn: Some(arn) })
        }
        (None, None) => refuse(INVALID, "LogDestination can't be empty if LogGroupName is not provided."),
        _ => refuse(INVALID, "Please only provide LogGroupName or only provide LogDestination."),
    }
}

/// Source: `CreateLogGroup` in the CloudWatch Logs API reference.
fn check_group(name: &str) -> Result<(), ApiError> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "._/#-".contains(letter);
    match (1..=512).contains(&name.len()) && name.chars().all(allowed) {
        true => Ok(()),
        false => refuse(INVALID, format!("The log group name {name} is invalid")),
    }
}

/// "You can't use AWSLogs as a subfolder name."
fn check_bucket(call: &Call<'_>, arn: &str) -> Result<(), ApiError> {
    let Some(path) = arn.strip_prefix(&format!("arn:{}:s3:::", call.partition())) else { return malformed(arn) };
    let mut parts = path.split('/');
    let bucket = parts.next().unwrap_or_default();
    let allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || ".-".contains(letter);
    if !(3..=63).contains(&bucket.len()) || !bucket.chars().all(allowed) {
        return malformed(arn);
    }
    match parts.any(|part| part == "AWSLogs") {
        true => refuse(INVALID, "AWSLogs is a reserved term and can't be a subfolder of LogDestination."),
        false => Ok(()),
    }
}

fn check_stream(call: &Call<'_>, arn: &str) -> Result<(), ApiError> {
    let prefix = format!("arn:{}:firehose:{}:", call.partition(), call.region_name);
    let stream = arn.strip_prefix(&prefix).and_then(|rest| rest.split_once(":deliverystream/"));
    if stream.is_some_and(|(_, name)| !name.is_empty()) { Ok(()) } else { malformed(arn) }
}

fn malformed<T>(arn: &str) -> Result<T, ApiError> {
    refuse(INVALID, format!("LogDestination: {arn} is not a valid ARN of a destination"))
}
