//! Records of the traffic in the VPC.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Records of the traffic in the VPC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlowLogs {
    /// Which traffic.
    #[schemars(extend("default" = "ALL", "x-becomes" = ["ec2.FlowLog.traffic_type"]))]
    pub traffic_type: TrafficType,
    /// The ARN of the S3 bucket or Firehose stream that they go to. Absent, a log group of the stack's own.
    #[serde(rename = "destinationARN")]
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:(s3:::|firehose:[a-z0-9-]+:\d{12}:deliverystream/).+$"),
        extend("x-becomes" = ["ec2.FlowLog.destination"], "x-rule" = "the ARN of an S3 bucket or of a Firehose stream")
    )]
    pub destination_arn: Option<String>,
    /// How many days the log group keeps them; 0 is for ever.
    #[schemars(extend(
        "default" = 90,
        "enum" = [0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
        "x-becomes" = ["logs.LogGroup.retention_in_days"]
    ))]
    pub log_retention_in_days: i32,
    /// Over how many seconds packets are counted together.
    #[schemars(extend("default" = 600, "enum" = [60, 600], "x-becomes" = ["ec2.FlowLog.max_aggregation_interval"]))]
    pub max_aggregation_interval: i32,
    /// The fields of a record, such as `${srcaddr} ${dstaddr}`; `$$` writes a dollar sign. Absent, AWS's usual ones.
    #[schemars(length(min = 1), extend("x-becomes" = ["ec2.FlowLog.log_format"]))]
    pub log_format: Option<String>,
    /// How objects in S3 are written.
    #[schemars(extend("x-becomes" = ["ec2.FlowLog.destination_options"]))]
    pub destination_options: Option<FlowLogFiles>,
}

/// How flow logs are written to S3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlowLogFiles {
    /// The format.
    #[schemars(extend("default" = "plain-text"))]
    pub file_format: FlowLogFormat,
    /// Whether the prefixes are those that Hive understands.
    #[schemars(extend("default" = false))]
    pub hive_compatible_partitions: bool,
    /// Whether every hour has a prefix of its own.
    #[schemars(extend("default" = false))]
    pub per_hour_partition: bool,
}

/// A format of flow logs in S3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FlowLogFormat {
    /// Lines of text.
    PlainText,
    /// Parquet.
    Parquet,
}

/// Which traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum TrafficType {
    /// All of it.
    All,
    /// What was let through.
    Accept,
    /// What was not.
    Reject,
}
