//! Flow logs as the API shows and filters them.

use serde_json::{Value, json};

use super::FlowLog;
use super::destination::{Destination, DestinationOptions};
use crate::call::Call;
use crate::services::ec2::describe::{Described, Filters, maybe, one};
use crate::tags::{self, Tags};

/// Who publishes.
const PUBLISHER: &str = "vpc-flow-logs.amazonaws.com";

impl Described for FlowLog {
    const FILTERS: Filters<Self> = &[
        ("deliver-log-status", |log, call| one(log.delivery(call))),
        ("flow-log-id", |log, _| one(&log.id)),
        ("log-destination-type", |log, _| one(log.destination.kind())),
        ("log-group-name", |log, _| maybe(log.destination.group())),
        ("resource-id", |log, _| one(&log.resource_id)),
        ("traffic-type", |log, _| one(&log.traffic_type)),
    ];
    const TAG_FILTERS: &'static [&'static str] = &["tag:", "tag-key"];

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn show(&self, call: &Call<'_>) -> Value {
        let delivery = self.delivery(call);
        json!({
            "FlowLogId": self.id,
            "FlowLogStatus": "ACTIVE",
            "ResourceId": self.resource_id,
            "TrafficType": self.traffic_type,
            "LogDestinationType": self.destination.kind(),
            "LogDestination": self.destination.arn(),
            "LogGroupName": self.destination.group(),
            "LogFormat": self.format,
            "MaxAggregationInterval": self.max_aggregation_interval,
            "DestinationOptions": self.options.as_ref().map(DestinationOptions::show),
            "DeliverLogsPermissionArn": self.role_arn,
            "DeliverCrossAccountRole": self.cross_account_role_arn,
            "DeliverLogsStatus": delivery,
            "DeliverLogsErrorMessage": (delivery == "FAILED").then_some("Access error"),
            "CreationTime": call.epoch + self.created_at,
            "Tags": tags::to_list(&self.tags),
        })
    }
}

impl FlowLog {
    /// "Access error indicates that the IAM role associated with the flow log does not have sufficient permissions to
    /// publish to CloudWatch Logs."
    fn delivery(&self, call: &Call<'_>) -> &'static str {
        let iam = &call.account.global.iam;
        let role = self.role_arn.as_deref().and_then(|arn| iam.role_by_arn(arn));
        let publishes = role.is_some_and(|role| {
            let may = role.has_policy("CloudWatchLogsFullAccess") || role.speaks_of(iam, "logs:PutLogEvents");
            may && role.trusts(PUBLISHER)
        });
        match self.destination {
            Destination::CloudWatchLogs { .. } if !publishes => "FAILED",
            _ => "SUCCESS",
        }
    }
}
