//! Flow logs.

mod read;
#[cfg(test)]
mod tests;
mod write;

use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Traits, spec};
use serde::{Deserialize, Serialize};

use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use write::Call;

/// How files in S3 are written. Source: EC2 `DestinationOptionsRequest`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DestinationOptions {
    /// `plain-text` or `parquet`.
    pub file_format: String,
    /// Whether prefixes are those that Hive understands.
    pub hive_compatible_partitions: bool,
    /// Whether every hour has a prefix of its own.
    pub per_hour_partition: bool,
}

impl DestinationOptions {
    /// Whether it is what AWS does anyway.
    fn is_plain(&self) -> bool {
        self.file_format == "plain-text" && !self.hive_compatible_partitions && !self.per_hour_partition
    }
}

spec! {
    /// Records of the traffic in a VPC or a subnet. Source: EC2 `CreateFlowLogs`.
    pub struct Spec {
        /// The VPC or the subnet.
        resource: Reference => Replace, to = "ec2.Vpc, ec2.Subnet";
        /// `ALL`, `ACCEPT` or `REJECT`.
        traffic_type: String => Replace;
        /// `cloud-watch-logs`, `s3` or `kinesis-data-firehose`.
        destination_type: String => Replace, default = "cloud-watch-logs";
        /// The ARN of the log group, the bucket or the stream.
        destination: Reference => Replace, to = "logs.LogGroup";
        /// The ARN of the role that writes to a log group.
        deliver_logs_role: Option<Reference> => Replace, to = "iam.Role";
        /// The fields of a record; absent, AWS's usual ones.
        log_format: Option<String> => Replace;
        /// Over how many seconds packets are counted together: 60 or 600.
        max_aggregation_interval: i32 => Replace, default = "600";
        /// How files in S3 are written; absent, as plain text.
        destination_options: Option<DestinationOptions> => Replace;
        /// Tags.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The room of flow logs.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "ec2.FlowLog";
    // AWS takes no second one that differs in its role, its interval or its files alone, and a third of a resource never:
    // so the old one goes first, and for some seconds nothing is recorded.
    const TRAITS: Traits = Traits { create_first: false, precious: None, dies_with: &[], order: &[] };
    type Spec = Spec;
    type Call = Call;

    fn settle(mut desired: Spec, live: &Spec) -> Spec {
        // What is AWS's default may be said, too.
        desired.log_format = desired.log_format.as_deref().and_then(read::format);
        desired.destination_options = desired.destination_options.filter(|options| !options.is_plain());
        // One that was made with the name of its log group tells that alone.
        let names = |arn: &str, name: &str| arn.ends_with(&format!(":log-group:{name}"));
        if let (Ok(wanted), Ok(found)) = (desired.destination.literal(), live.destination.literal())
            && names(wanted, found)
        {
            desired.destination.clone_from(&live.destination);
        }
        desired
    }

    fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
        write::lower(lowering)
    }

    async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
        read::find(reads).await
    }

    async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
        write::start(aws, call, run).await
    }

    async fn status(aws: &Aws, _: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
        read::status(aws, run).await
    }
}
