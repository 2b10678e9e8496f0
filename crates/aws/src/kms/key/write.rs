//! Requests.

use aws_sdk_kms::types::Tag;
use eksctl_rs_core::{After, CallError, Lowered, Lowering, Observed, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::Spec;
use super::read::outputs;
use crate::ec2::literal;
use crate::{Aws, PolicyDocument};

/// The calls of a key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// What it is for.
        description: String,
        /// Who may do what with it.
        policy: PolicyDocument,
        /// Whether there may be replicas.
        multi_region: bool,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Takes it back from its deletion; it is disabled then.
    CancelDeletion {
        /// The key.
        id: Reference,
    },
    /// Lets it be used.
    Enable {
        /// The key.
        id: Reference,
    },
    /// Lets it be used no longer.
    Disable {
        /// The key.
        id: Reference,
    },
    /// Gives it an alias.
    CreateAlias {
        /// The key.
        id: Reference,
        /// The alias.
        alias: String,
    },
    /// Takes an alias away.
    DeleteAlias {
        /// The alias.
        alias: String,
    },
    /// Changes what it is for.
    Describe {
        /// The key.
        id: Reference,
        /// What it is for.
        description: String,
    },
    /// Changes who may do what with it.
    PutPolicy {
        /// The key.
        id: Reference,
        /// Who may do what with it.
        policy: PolicyDocument,
    },
    /// Rotates it; absent, no longer.
    Rotation {
        /// The key.
        id: Reference,
        /// How often, in days.
        days: Option<i32>,
    },
    /// Sets tags.
    Tag {
        /// The key.
        id: Reference,
        /// Key and value.
        tags: Tags,
    },
    /// Removes tags.
    Untag {
        /// The key.
        id: Reference,
        /// The keys of the tags.
        keys: Vec<String>,
    },
    /// Deletes it after a while.
    ScheduleDeletion {
        /// The key.
        id: Reference,
        /// Days.
        days: i32,
    },
}

/// How long a key that was made twice can be taken back, in days. Source: KMS `ScheduleKeyDeletion`, the least.
const UNDO_DAYS: i32 = 7;

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    let id = lowering.own("id");
    match &lowering.work {
        Work::Create { desired } => create(desired, lowering.ownership, &id),
        Work::Update { desired, live, observed, changed, retag } => {
            let ownership = if *retag { lowering.ownership.clone() } else { Tags::new() };
            let mut calls = state(desired, observed, changed, &id);
            calls.extend(update(desired, live, changed, &id));
            calls.extend(tags(desired, live, ownership, &id));
            calls
        }
        Work::Delete { live, .. } => {
            let mut calls = Vec::new();
            if !live.alias.is_empty() {
                calls.push(Lowered::new("kms:DeleteAlias", Call::DeleteAlias { alias: live.alias.clone() }));
            }
            let delete = Call::ScheduleDeletion { id, days: live.deletion_window_in_days };
            calls.push(Lowered::new("kms:ScheduleKeyDeletion", delete));
            calls
        }
    }
}

fn create(desired: &Spec, ownership: &Tags, id: &Reference) -> Vec<Lowered<Call>> {
    let mut tags = desired.tags.clone();
    tags.extend(ownership.clone());
    let create = Call::Create {
        description: desired.description.clone(),
        policy: desired.policy.clone(),
        multi_region: desired.multi_region,
        tags,
    };
    let undo = Call::ScheduleDeletion { id: id.clone(), days: UNDO_DAYS };
    let mut calls = vec![Lowered::creating("kms:CreateKey", create).leaking(undo)];
    calls.push(alias(desired, id).after(After::First));
    calls.extend(desired.rotation_period_in_days.map(|_| rotation(desired, id).after(After::First)));
    calls
}

/// The calls that let a key be used, also one that is being deleted; or that do not let it any longer.
fn state(desired: &Spec, observed: &Observed, changed: &[&str], id: &Reference) -> Vec<Lowered<Call>> {
    if !changed.contains(&"enabled") {
        return Vec::new();
    }
    if !desired.enabled {
        return vec![Lowered::new("kms:DisableKey", Call::Disable { id: id.clone() })];
    }
    let mut calls = Vec::new();
    if observed.status.is_dormant() {
        calls.push(Lowered::new("kms:CancelKeyDeletion", Call::CancelDeletion { id: id.clone() }));
    }
    calls.push(Lowered::new("kms:EnableKey", Call::Enable { id: id.clone() }));
    calls
}

fn update(desired: &Spec, live: &Spec, changed: &[&str], id: &Reference) -> Vec<Lowered<Call>> {
    let mut calls = Vec::new();
    if changed.contains(&"policy") {
        let call = Call::PutPolicy { id: id.clone(), policy: desired.policy.clone() };
        calls.push(Lowered::new("kms:PutKeyPolicy", call));
    }
    if changed.contains(&"description") {
        let call = Call::Describe { id: id.clone(), description: desired.description.clone() };
        calls.push(Lowered::new("kms:UpdateKeyDescription", call));
    }
    if changed.contains(&"rotation_period_in_days") {
        calls.push(rotation(desired, id));
    }
    if changed.contains(&"alias") {
        calls.push(alias(desired, id));
        if !live.alias.is_empty() {
            calls.push(Lowered::new("kms:DeleteAlias", Call::DeleteAlias { alias: live.alias.clone() }));
        }
    }
    calls
}

fn tags(desired: &Spec, live: &Spec, ownership: Tags, id: &Reference) -> Vec<Lowered<Call>> {
    let mut calls = Vec::new();
    let keys: Vec<String> = live.tags.keys().filter(|key| !desired.tags.contains_key(*key)).cloned().collect();
    if !keys.is_empty() {
        calls.push(Lowered::new("kms:UntagResource", Call::Untag { id: id.clone(), keys }));
    }
    let new = desired.tags.iter().filter(|(key, value)| live.tags.get(*key) != Some(*value));
    let mut tags: Tags = new.map(|(key, value)| (key.clone(), value.clone())).collect();
    tags.extend(ownership);
    if !tags.is_empty() {
        calls.push(Lowered::new("kms:TagResource", Call::Tag { id: id.clone(), tags }));
    }
    calls
}

fn alias(desired: &Spec, id: &Reference) -> Lowered<Call> {
    Lowered::new("kms:CreateAlias", Call::CreateAlias { id: id.clone(), alias: desired.alias.clone() })
}

fn rotation(desired: &Spec, id: &Reference) -> Lowered<Call> {
    let days = desired.rotation_period_in_days;
    let operation = if days.is_some() { "kms:EnableKeyRotation" } else { "kms:DisableKeyRotation" };
    Lowered::new(operation, Call::Rotation { id: id.clone(), days })
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    let kms = &aws.kms;
    match call {
        Call::Create { description, policy, multi_region, tags } => {
            let request = kms.create_key().description(description).policy(policy.text()).multi_region(multi_region);
            let request = request.set_tags(Some(to_sdk(&Aws::claimed(&tags, run), run)?));
            let answer = aws.call("kms:CreateKey", request.send()).await?;
            let (id, arn) = answer.key_metadata().map_or(("", ""), |key| (key.key_id(), key.arn().unwrap_or_default()));
            return Ok(Progress::Done { outputs: outputs(id, arn) });
        }
        Call::CancelDeletion { id } => {
            aws.call("kms:CancelKeyDeletion", kms.cancel_key_deletion().key_id(literal(&id, run)?).send()).await?;
        }
        Call::Enable { id } => {
            aws.call("kms:EnableKey", kms.enable_key().key_id(literal(&id, run)?).send()).await?;
        }
        Call::Disable { id } => {
            aws.call("kms:DisableKey", kms.disable_key().key_id(literal(&id, run)?).send()).await?;
        }
        Call::CreateAlias { id, alias } => {
            let request = kms.create_alias().alias_name(alias).target_key_id(literal(&id, run)?);
            aws.call("kms:CreateAlias", request.send()).await?;
        }
        Call::DeleteAlias { alias } => {
            aws.call("kms:DeleteAlias", kms.delete_alias().alias_name(alias).send()).await?;
        }
        Call::Describe { id, description } => {
            let request = kms.update_key_description().key_id(literal(&id, run)?).description(description);
            aws.call("kms:UpdateKeyDescription", request.send()).await?;
        }
        Call::PutPolicy { id, policy } => {
            let request = kms.put_key_policy().key_id(literal(&id, run)?).policy(policy.text());
            aws.call("kms:PutKeyPolicy", request.send()).await?;
        }
        Call::Rotation { id, days: Some(days) } => {
            let request = kms.enable_key_rotation().key_id(literal(&id, run)?).rotation_period_in_days(days);
            aws.call("kms:EnableKeyRotation", request.send()).await?;
        }
        Call::Rotation { id, days: None } => {
            aws.call("kms:DisableKeyRotation", kms.disable_key_rotation().key_id(literal(&id, run)?).send()).await?;
        }
        Call::Tag { id, tags } => {
            let request = kms.tag_resource().key_id(literal(&id, run)?).set_tags(Some(to_sdk(&tags, run)?));
            aws.call("kms:TagResource", request.send()).await?;
        }
        Call::Untag { id, keys } => {
            let request = kms.untag_resource().key_id(literal(&id, run)?).set_tag_keys(Some(keys));
            aws.call("kms:UntagResource", request.send()).await?;
        }
        Call::ScheduleDeletion { id, days } => {
            let request = kms.schedule_key_deletion().key_id(literal(&id, run)?).pending_window_in_days(days);
            aws.call("kms:ScheduleKeyDeletion", request.send()).await?;
        }
    }
    Ok(Progress::done())
}

fn to_sdk(tags: &Tags, run: &Run<'_>) -> Result<Vec<Tag>, CallError> {
    let tag = |(key, value): (&String, &String)| Tag::builder().tag_key(key).tag_value(value).build();
    let bug = |error: aws_sdk_kms::error::BuildError| CallError::bug(&run.step.operation, error.to_string());
    tags.iter().map(tag).collect::<Result<_, _>>().map_err(bug)
}
