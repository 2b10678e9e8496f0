//! Log groups: creating and showing them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{INVALID_PARAMETER, deletion, encryption, group_arn, invalid, quota, retention, tag};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::page::{Paging, page};
use crate::services::Operations;
use crate::tags::Tags;

pub(super) const OPERATIONS: Operations =
    &[("CreateLogGroup", create_log_group), ("DescribeLogGroups", describe_log_groups)];

const STANDARD: &str = "STANDARD";
pub(super) const DELIVERY: &str = "DELIVERY";
const PAGING: Paging = Paging { size: "limit", token: "nextToken", default: 50, bad_token: INVALID_PARAMETER };

/// A log group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct LogGroup {
    pub(super) name: String,
    /// Emulated seconds since the world began.
    created_at: f64,
    pub(super) class: String,
    /// Days; nothing keeps events for ever.
    pub(super) retention: Option<i64>,
    /// The ARN of a KMS key.
    pub(super) kms_key: Option<String>,
    pub(super) deletion_protection: bool,
    pub(super) tags: Tags,
}

impl LogGroup {
    /// As services make it.
    pub(super) fn plain(name: &str, created_at: f64) -> Self {
        Self {
            name: name.to_owned(),
            created_at,
            class: STANDARD.to_owned(),
            retention: None,
            kms_key: None,
            deletion_protection: false,
            tags: Tags::new(),
        }
    }

    fn show(&self, call: &Call<'_>) -> Value {
        let mut shown = self.show_briefly(call);
        shown["logGroupArn"] = group_arn(call, &self.name).into();
        shown["retentionInDays"] = self.retention.into();
        shown["kmsKeyId"] = self.kms_key.clone().into();
        shown["logGroupClass"] = self.class.as_str().into();
        shown["deletionProtectionEnabled"] = self.deletion_protection.into();
        shown["metricFilterCount"] = 0.into();
        shown["storedBytes"] = 0.into();
        shown
    }

    /// What a search by pattern tells. Source: DescribeLogGroups, logGroupNamePattern.
    fn show_briefly(&self, call: &Call<'_>) -> Value {
        json!({
            "logGroupName": self.name,
            "creationTime": ((call.epoch + self.created_at) * 1000.0) as i64,
            "arn": format!("{}:*", group_arn(call, &self.name)),
        })
    }
}

fn create_log_group(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let name = call.required("logGroupName");
    check_new(call, &name)?;
    let mut group = LogGroup::plain(&name, call.now);
    tag::put(&mut group.tags, &call.input["tags"])?;
    group.kms_key = call.text("kmsKeyId").map(str::to_owned);
    if let Some(key) = &group.kms_key {
        encryption::check_key(call, key, &name)?;
    }
    group.class = call.text("logGroupClass").unwrap_or(STANDARD).to_owned();
    group.retention = retention::initial(&group.class);
    group.deletion_protection = call.input["deletionProtectionEnabled"].as_bool().unwrap_or_default();
    call.logs().groups.insert(name, group);
    Ok(json!({}))
}

fn check_new(call: &Call<'_>, name: &str) -> Result<(), ApiError> {
    // Source: CreateLogGroup, "Log group names can't start with the string aws/".
    if name.starts_with("aws/") {
        return invalid("Log groups starting with AWS/ are reserved for AWS.");
    }
    let logs = call.log_groups();
    if logs.groups.contains_key(name) {
        return refuse("ResourceAlreadyExistsException", "The specified log group already exists");
    }
    deletion::check_over(call, name)?;
    if logs.groups.len() >= call.quota(quota::LOG_GROUPS) {
        return refuse("LimitExceededException", "Resource limit exceeded.");
    }
    Ok(())
}

fn describe_log_groups(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (prefix, pattern) = (call.text("logGroupNamePrefix"), call.text("logGroupNamePattern"));
    check_filters(call)?;
    let names = call.input["logGroupIdentifiers"].as_array();
    let wanted = |group: &&LogGroup| {
        prefix.is_none_or(|prefix| group.name.starts_with(prefix))
            && pattern.is_none_or(|pattern| group.name.contains(pattern))
            && names.is_none_or(|names| names.iter().any(|name| name == group.name.as_str()))
            && call.text("logGroupClass").is_none_or(|class| is_of(&group.class, class))
    };
    let show = |group: &LogGroup| if pattern.is_some() { group.show_briefly(call) } else { group.show(call) };
    let all: Vec<Value> = call.log_groups().groups.values().filter(wanted).map(show).collect();
    let (shown, next) = page(&call.input, PAGING, all)?;
    Ok(json!({ "logGroups": shown, "nextToken": next }))
}

/// Source: DescribeLogGroups, logGroupClass: either of the two finds both.
fn is_of(class: &str, wanted: &str) -> bool {
    const INFREQUENT: [&str; 2] = ["INFREQUENT_ACCESS", "ESSENTIALS"];
    class == wanted || INFREQUENT.contains(&class) && INFREQUENT.contains(&wanted)
}

fn check_filters(call: &Call<'_>) -> Result<(), ApiError> {
    let is_given = |name: &&str| !call.input[*name].is_null();
    if ["logGroupNamePrefix", "logGroupNamePattern"].iter().all(is_given) {
        return invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
    }
    if let Some(name) = ["accountIdentifiers", "includeLinkedAccounts"].iter().find(|name| is_given(name)) {
        return invalid(format!("The emulator does not support the parameter {name}"));
    }
    let Some(names) = call.input["logGroupIdentifiers"].as_array() else { return Ok(()) };
    let others = ["logGroupNamePrefix", "logGroupNamePattern", "logGroupClass"];
    if let Some(other) = others.iter().find(|name| is_given(name)) {
        return invalid(format!("logGroupIdentifiers and {other} cannot be in the same request"));
    }
    // Source: the same, outside of a monitoring account there are "only log group names".
    match names.iter().filter_map(Value::as_str).find(|name| name.contains(':')) {
        Some(arn) => invalid(format!("{arn} is not the name of a log group")),
        None => Ok(()),
    }
}
