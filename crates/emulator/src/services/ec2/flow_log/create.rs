//! Flow logs are made: one for each of the resources.

use serde::Deserialize;
use serde_json::{Value, json};

use super::destination::{Destination, DestinationOptions};
use super::{FlowLog, INVALID, Resource, format};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::ec2::tag::{self, TagSpecification};
use crate::services::ec2::{parameters, quota, unsupported};

/// "Maximum of … 300 for the other resource types."
const AT_ONCE: usize = 300;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateFlowLogs {
    client_token: Option<String>,
    pub(super) deliver_logs_permission_arn: Option<String>,
    deliver_cross_account_role: Option<String>,
    pub(super) log_group_name: Option<String>,
    resource_ids: Vec<String>,
    resource_type: String,
    traffic_type: Option<String>,
    pub(super) log_destination_type: Option<String>,
    pub(super) log_destination: Option<String>,
    log_format: Option<String>,
    #[serde(default)]
    tag_specifications: Vec<TagSpecification>,
    max_aggregation_interval: Option<i64>,
    pub(super) destination_options: Option<DestinationOptions>,
    #[serde(default)]
    tag_field_specifications: Vec<Value>,
}

pub(super) fn create_flow_logs(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: CreateFlowLogs = parameters(call)?;
    let token = args.client_token.as_deref();
    if let Some(made) = call.made_before(token, "IdempotentParameterMismatch")? {
        let ids: Vec<&str> = made.split(',').filter(|id| !id.is_empty()).collect();
        return Ok(json!({ "FlowLogIds": ids, "Unsuccessful": [], "ClientToken": token }));
    }
    args.check_resources(call)?;
    let model = args.model(call)?;
    let (mut made, mut failed) = (Vec::new(), Vec::new());
    for resource_id in &args.resource_ids {
        let log = FlowLog { resource_id: resource_id.clone(), ..model.clone() };
        match log.obstacle(call) {
            Some((code, message)) => {
                let error = json!({ "Code": code, "Message": message });
                failed.push(json!({ "ResourceId": resource_id, "Error": error }));
            }
            None => {
                let id = call.id("fl");
                call.ec2().flow_logs.insert(id.clone(), FlowLog { id: id.clone(), ..log });
                made.push(id);
            }
        }
    }
    if !made.is_empty() {
        call.remember(token, &made.join(","));
    }
    Ok(json!({ "FlowLogIds": made, "Unsuccessful": failed, "ClientToken": token }))
}

impl CreateFlowLogs {
    fn check_resources(&self, call: &Call<'_>) -> Result<(), ApiError> {
        let Some(resource) = Resource::asked(&self.resource_type) else {
            let message = format!("The emulator does not support flow logs of the type {}", self.resource_type);
            return refuse("UnsupportedOperation", message);
        };
        if self.resource_ids.is_empty() {
            return refuse("MissingParameter", "The request must contain the parameter ResourceIds");
        }
        if self.resource_ids.len() > AT_ONCE {
            return refuse(INVALID, format!("At most {AT_ONCE} resources can be logged by one request"));
        }
        self.resource_ids.iter().try_for_each(|id| resource.check(call.network(), id))
    }

    /// What all the flow logs have.
    fn model(&self, call: &Call<'_>) -> Result<FlowLog, ApiError> {
        if !self.tag_field_specifications.is_empty() {
            return Err(unsupported("TagFieldSpecifications"));
        }
        let Some(traffic_type) = self.traffic_type.clone() else {
            return refuse("MissingParameter", "The request must contain the parameter TrafficType");
        };
        let interval = self.max_aggregation_interval.unwrap_or(600);
        if ![60, 600].contains(&interval) {
            return refuse(INVALID, "Invalid Flow Log Max Aggregation Interval");
        }
        let arns = [&self.deliver_logs_permission_arn, &self.deliver_cross_account_role];
        arns.into_iter().flatten().try_for_each(|arn| check_role_arn(call, arn))?;
        Ok(FlowLog {
            id: String::new(),
            resource_id: String::new(),
            traffic_type,
            destination: Destination::asked(call, self)?,
            role_arn: self.deliver_logs_permission_arn.clone(),
            cross_account_role_arn: self.deliver_cross_account_role.clone(),
            format: format::asked(self.log_format.as_deref())?,
            max_aggregation_interval: interval,
            options: self.destination_options.clone(),
            created_at: call.now,
            tags: tag::on_creation(&self.tag_specifications, "vpc-flow-log")?,
        })
    }
}

fn check_role_arn(call: &Call<'_>, arn: &str) -> Result<(), ApiError> {
    let rest = arn.strip_prefix(&format!("arn:{}:iam::", call.partition()));
    match rest.and_then(|rest| rest.split_once(":role/")) {
        Some((account, name)) if account.len() == 12 && !name.is_empty() => Ok(()),
        _ => refuse(INVALID, format!("{arn} is not a valid ARN of a role")),
    }
}

impl FlowLog {
    /// What keeps its resource from having it: code and message.
    fn obstacle(&self, call: &Call<'_>) -> Option<(&'static str, &'static str)> {
        let others = call.network().flow_logs.values().filter(|other| other.resource_id == self.resource_id);
        let others: Vec<&Self> = others.collect();
        let same = |other: &&Self| {
            other.destination.equals(&self.destination)
                && other.traffic_type == self.traffic_type
                && other.format == self.format
        };
        if others.iter().any(same) {
            let message = "Error. There is an existing Flow Log with the same configuration and log destination.";
            return Some(("FlowLogAlreadyExists", message));
        }
        let is_full = others.len() >= call.quota(quota::FLOW_LOGS_PER_RESOURCE);
        is_full.then_some(("FlowLogsLimitExceeded", "The maximum number of flow logs has been reached."))
    }
}
