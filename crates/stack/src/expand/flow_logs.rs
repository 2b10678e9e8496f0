//! Flow logs: records of the traffic in the VPC, and the log group and role that they need.

use std::collections::BTreeMap;

use eksctl_rs_aws::PolicyDocument;
use eksctl_rs_aws::ec2::flow_log::{DestinationOptions, Spec};
use eksctl_rs_aws::iam::role;
use eksctl_rs_aws::logs::log_group;
use eksctl_rs_core::Reference;
use serde_json::json;

use super::cluster::word;
use super::{Expansion, kms, names, roles};
use crate::schema::{FlowLogs, KeyUse};

/// What the log group, the role and the flow log are called in the stack.
const NAME: &str = "flow-logs";

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    let (Some(logs), Some(vpc)) = (&expansion.spec.vpc.flow_logs, expansion.network.vpc.clone()) else { return };
    let group = names::log_group(NAME);
    let spec = Spec {
        resource: vpc,
        traffic_type: word(logs.traffic_type),
        destination_type: destination_type(logs).to_owned(),
        destination: match &logs.destination_arn {
            Some(arn) => Reference::from(arn.as_str()),
            None => Reference::to(&group, "arn"),
        },
        deliver_logs_role: logs.destination_arn.is_none().then(|| Reference::to(&names::role(NAME), "arn")),
        log_format: logs.log_format.clone(),
        max_aggregation_interval: logs.max_aggregation_interval,
        destination_options: logs.destination_options.as_ref().map(|files| DestinationOptions {
            file_format: word(files.file_format),
            hive_compatible_partitions: files.hive_compatible_partitions,
            per_hour_partition: files.per_hour_partition,
        }),
        tags: expansion.tags(NAME),
    };
    if logs.destination_arn.is_none() {
        log_group(expansion, logs);
        role(expansion);
    }
    expansion.add(names::flow_log(), &spec);
}

/// The name of the log group of the flow logs, if they go to one.
pub(super) fn log_group_name(expansion: &Expansion<'_>) -> Option<String> {
    let logs = expansion.spec.vpc.flow_logs.as_ref()?;
    logs.destination_arn.is_none().then(|| format!("/aws/vpc/{}/flow-logs", expansion.spec.metadata.name))
}

fn destination_type(logs: &FlowLogs) -> &'static str {
    match &logs.destination_arn {
        Some(arn) if arn.contains(":firehose:") => "kinesis-data-firehose",
        Some(_) => "s3",
        None => "cloud-watch-logs",
    }
}

fn log_group(expansion: &mut Expansion<'_>, logs: &FlowLogs) {
    let Some(name) = log_group_name(expansion) else { return };
    let spec = log_group::Spec {
        name,
        log_group_class: "STANDARD".to_owned(),
        retention_in_days: Some(logs.log_retention_in_days).filter(|days| *days > 0),
        kms_key: kms::used_for(expansion, KeyUse::Logs),
        deletion_protection: false,
        tags: expansion.tags(NAME),
    };
    expansion.add(names::log_group(NAME), &spec);
}

/// Source: VPC user guide, "IAM role for publishing flow logs to CloudWatch Logs".
fn role(expansion: &mut Expansion<'_>) {
    let Some(group) = log_group_name(expansion) else { return };
    let group = expansion.world.arn("logs", &format!("log-group:{group}"));
    let actions = ["logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents"];
    let statement = json!({ "Effect": "Allow", "Action": actions, "Resource": [group.clone(), format!("{group}:*")] });
    let policy = PolicyDocument::new(json!({ "Version": "2012-10-17", "Statement": [statement] }));
    let spec = role::Spec {
        name: names::role_name(expansion.world, NAME),
        path: role::path_of(expansion.world),
        assume_role_policy: roles::trust("vpc-flow-logs.amazonaws.com", &json!("sts:AssumeRole")),
        description: format!("Flow logs of {}", expansion.world.stack),
        max_session_duration: 3600,
        permissions_boundary: expansion.spec.iam.service_role_permissions_boundary.clone(),
        managed_policies: Default::default(),
        inline_policies: BTreeMap::from([(NAME.to_owned(), policy)]),
        tags: expansion.tags(NAME),
    };
    expansion.add(names::role(NAME), &spec);
}
