//! Requests.

use aws_sdk_cloudwatchlogs::types::LogGroupClass;
use eksctl_rs_core::{After, CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::{Spec, arn, outputs};
use crate::Aws;
use crate::ec2::literal;

/// The calls of a log group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// Everything that it is to be.
        spec: Box<Spec>,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Keeps events for so many days; absent, for ever.
    Retention {
        /// The group.
        name: String,
        /// Days.
        days: Option<i32>,
    },
    /// Encrypts events with a key; absent, with CloudWatch Logs' own.
    Key {
        /// The group.
        name: String,
        /// The ARN of the key.
        key: Option<Reference>,
    },
    /// Protects it against deletion, or not.
    DeletionProtection {
        /// The group.
        name: String,
        /// Whether it is protected.
        enabled: bool,
    },
    /// Sets tags.
    Tag {
        /// The group.
        name: String,
        /// Key and value.
        tags: Tags,
    },
    /// Removes tags.
    Untag {
        /// The group.
        name: String,
        /// The keys.
        keys: Vec<String>,
    },
    /// Deletes it.
    Delete {
        /// The group.
        name: String,
    },
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    match &lowering.work {
        Work::Create { desired } => create(desired, lowering.ownership),
        Work::Update { desired, live, changed, retag, .. } => {
            let ownership = if *retag { lowering.ownership.clone() } else { Tags::new() };
            update(desired, live, changed, ownership)
        }
        Work::Delete { live, .. } => {
            let mut calls = Vec::new();
            if live.deletion_protection {
                calls.push(protection(&live.name, false));
            }
            calls.push(Lowered::new("logs:DeleteLogGroup", Call::Delete { name: live.name.clone() }));
            calls
        }
    }
}

fn create(desired: &Spec, ownership: &Tags) -> Vec<Lowered<Call>> {
    let mut tags = desired.tags.clone();
    tags.extend(ownership.clone());
    let create = Call::Create { spec: Box::new(desired.clone()), tags };
    let mut calls = vec![Lowered::creating("logs:CreateLogGroup", create)];
    calls.extend(desired.retention_in_days.map(|_| retention(desired).after(After::First)));
    calls
}

fn update(desired: &Spec, live: &Spec, changed: &[&str], ownership: Tags) -> Vec<Lowered<Call>> {
    let name = desired.name.clone();
    let mut calls = Vec::new();
    if changed.contains(&"retention_in_days") {
        calls.push(retention(desired));
    }
    if changed.contains(&"kms_key") {
        let operation = if desired.kms_key.is_some() { "logs:AssociateKmsKey" } else { "logs:DisassociateKmsKey" };
        calls.push(Lowered::new(operation, Call::Key { name: name.clone(), key: desired.kms_key.clone() }));
    }
    if changed.contains(&"deletion_protection") {
        calls.push(protection(&name, desired.deletion_protection));
    }
    let keys: Vec<String> = live.tags.keys().filter(|key| !desired.tags.contains_key(*key)).cloned().collect();
    if !keys.is_empty() {
        calls.push(Lowered::new("logs:UntagResource", Call::Untag { name: name.clone(), keys }));
    }
    let new = desired.tags.iter().filter(|(key, value)| live.tags.get(*key) != Some(*value));
    let mut tags: Tags = new.map(|(key, value)| (key.clone(), value.clone())).collect();
    tags.extend(ownership);
    if !tags.is_empty() {
        calls.push(Lowered::new("logs:TagResource", Call::Tag { name, tags }));
    }
    calls
}

fn retention(desired: &Spec) -> Lowered<Call> {
    let days = desired.retention_in_days;
    let operation = if days.is_some() { "logs:PutRetentionPolicy" } else { "logs:DeleteRetentionPolicy" };
    Lowered::new(operation, Call::Retention { name: desired.name.clone(), days })
}

fn protection(name: &str, enabled: bool) -> Lowered<Call> {
    let call = Call::DeletionProtection { name: name.to_owned(), enabled };
    Lowered::new("logs:PutLogGroupDeletionProtection", call)
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    let logs = &aws.logs;
    match call {
        Call::Create { spec, tags } => return create_group(aws, &spec, &tags, run).await,
        Call::Retention { name, days: Some(days) } => {
            let request = logs.put_retention_policy().log_group_name(name).retention_in_days(days);
            aws.call("logs:PutRetentionPolicy", request.send()).await?;
        }
        Call::Retention { name, days: None } => {
            let request = logs.delete_retention_policy().log_group_name(name);
            aws.call("logs:DeleteRetentionPolicy", request.send()).await?;
        }
        Call::Key { name, key: Some(key) } => {
            let request = logs.associate_kms_key().log_group_name(name).kms_key_id(literal(&key, run)?);
            aws.call("logs:AssociateKmsKey", request.send()).await?;
        }
        Call::Key { name, key: None } => {
            aws.call("logs:DisassociateKmsKey", logs.disassociate_kms_key().log_group_name(name).send()).await?;
        }
        Call::DeletionProtection { name, enabled } => {
            let request = logs.put_log_group_deletion_protection().log_group_identifier(name);
            let request = request.deletion_protection_enabled(enabled);
            aws.call("logs:PutLogGroupDeletionProtection", request.send()).await?;
        }
        Call::Tag { name, tags } => {
            let request = logs.tag_resource().resource_arn(arn(&name, &aws.world));
            let request = request.set_tags(Some(tags.into_iter().collect()));
            aws.call("logs:TagResource", request.send()).await?;
        }
        Call::Untag { name, keys } => {
            let request = logs.untag_resource().resource_arn(arn(&name, &aws.world)).set_tag_keys(Some(keys));
            aws.call("logs:UntagResource", request.send()).await?;
        }
        Call::Delete { name } => {
            aws.call("logs:DeleteLogGroup", logs.delete_log_group().log_group_name(name).send()).await?;
        }
    }
    Ok(Progress::done())
}

async fn create_group(aws: &Aws, spec: &Spec, tags: &Tags, run: &Run<'_>) -> Result<Progress, CallError> {
    let key = spec.kms_key.as_ref().map(|key| literal(key, run)).transpose()?;
    let request = aws
        .logs
        .create_log_group()
        .log_group_name(&spec.name)
        .log_group_class(LogGroupClass::from(spec.log_group_class.as_str()))
        .set_kms_key_id(key)
        .set_deletion_protection_enabled(spec.deletion_protection.then_some(true))
        .set_tags(Some(tags.clone().into_iter().collect()));
    aws.call("logs:CreateLogGroup", request.send()).await?;
    Ok(Progress::Done { outputs: outputs(&spec.name, &aws.world) })
}
