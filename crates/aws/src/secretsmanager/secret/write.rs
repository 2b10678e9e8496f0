//! Requests. Calls hold where a value comes from; only the request holds the value.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_secretsmanager::types::Tag;
use eksctl_rs_core::{CallError, Lowered, Lowering, Observed, Progress, Reference, Run, Tags, Work, digest};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::content::Kept;
use super::read::outputs;
use super::{SENT_AGAIN, Source, Spec};
use crate::Aws;
use crate::ec2::literal;
use crate::secret_values::redacted;

/// The calls of a secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// The name.
        name: String,
        /// What it is for.
        description: String,
        /// Where the texts of the value come from.
        content: BTreeMap<String, Source>,
        /// The KMS key.
        kms_key: Option<Reference>,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Takes it back from its deletion.
    Restore {
        /// The secret.
        name: String,
    },
    /// Changes what is said of it.
    Update {
        /// The secret.
        name: String,
        /// What it is for.
        description: String,
        /// The KMS key; absent, AWS's own.
        kms_key: Option<Reference>,
    },
    /// Gives it a new value.
    PutValue {
        /// The secret.
        name: String,
        /// Where the texts of the value come from.
        content: BTreeMap<String, Source>,
        /// The number of the value.
        revision: u32,
    },
    /// Sets tags.
    Tag {
        /// The secret.
        name: String,
        /// Key and value.
        tags: Tags,
    },
    /// Removes tags.
    Untag {
        /// The secret.
        name: String,
        /// The keys of the tags.
        keys: BTreeSet<String>,
    },
    /// Deletes it after a while.
    Delete {
        /// The secret.
        name: String,
        /// Days.
        days: i32,
    },
}

impl Call {
    /// The environment variables that it reads.
    pub(super) fn variables(&self) -> Vec<&str> {
        let content = match self {
            Self::Create { content, .. } | Self::PutValue { content, .. } => content,
            _ => return Vec::new(),
        };
        content.values().filter_map(Source::variable).collect()
    }
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    match &lowering.work {
        Work::Create { desired } => create(desired, lowering.ownership),
        Work::Update { desired, live, observed, changed, retag } => {
            let ownership = if *retag { lowering.ownership.clone() } else { Tags::new() };
            update(desired, live, observed, changed, ownership)
        }
        Work::Delete { live, .. } => vec![delete(live)],
    }
}

fn create(desired: &Spec, ownership: &Tags) -> Vec<Lowered<Call>> {
    let mut tags = all_tags(desired);
    tags.extend(ownership.clone());
    let create = Call::Create {
        name: desired.name.clone(),
        description: desired.description.clone(),
        content: desired.content.clone(),
        kms_key: desired.kms_key.clone(),
        tags,
    };
    vec![Lowered::creating("secretsmanager:CreateSecret", create)]
}

fn update(desired: &Spec, live: &Spec, observed: &Observed, changed: &[&str], ownership: Tags) -> Vec<Lowered<Call>> {
    let name = || desired.name.clone();
    let mut calls = Vec::new();
    if observed.status.is_dormant() && desired.available {
        calls.push(Lowered::new("secretsmanager:RestoreSecret", Call::Restore { name: name() }));
    }
    if changed.contains(&"description") || changed.contains(&"kms_key") {
        let (description, kms_key) = (desired.description.clone(), desired.kms_key.clone());
        calls.push(Lowered::new("secretsmanager:UpdateSecret", Call::Update { name: name(), description, kms_key }));
    }
    if desired.available && changed.iter().any(|field| SENT_AGAIN.contains(field)) {
        let (content, revision) = (desired.content.clone(), desired.revision);
        let put = Call::PutValue { name: name(), content, revision };
        calls.push(Lowered::new("secretsmanager:PutSecretValue", put));
    }
    // The tags tell what was sent: they come after it, so that a run that dies between sends it again.
    calls.extend(tag_calls(desired, live, ownership));
    if changed.contains(&"available") && !desired.available {
        calls.push(delete(desired));
    }
    calls
}

fn tag_calls(desired: &Spec, live: &Spec, ownership: Tags) -> Vec<Lowered<Call>> {
    let (wanted, there) = (all_tags(desired), all_tags(live));
    let mut calls = Vec::new();
    let keys: BTreeSet<String> = there.keys().filter(|key| !wanted.contains_key(*key)).cloned().collect();
    if !keys.is_empty() {
        calls.push(Lowered::new("secretsmanager:UntagResource", Call::Untag { name: desired.name.clone(), keys }));
    }
    let mut tags: Tags = wanted.into_iter().filter(|(key, value)| there.get(key) != Some(value)).collect();
    tags.extend(ownership);
    if !tags.is_empty() {
        calls.push(Lowered::new("secretsmanager:TagResource", Call::Tag { name: desired.name.clone(), tags }));
    }
    calls
}

/// The user's tags, and what the tags keep in mind.
fn all_tags(spec: &Spec) -> Tags {
    let mut tags = spec.tags.clone();
    tags.extend(Kept::of(spec).tags());
    tags
}

fn delete(spec: &Spec) -> Lowered<Call> {
    let delete = Call::Delete { name: spec.name.clone(), days: spec.recovery_window_in_days };
    Lowered::new("secretsmanager:DeleteSecret", delete)
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    let client = &aws.secrets;
    match call {
        Call::Create { name, description, content, kms_key, tags } => {
            let value = Value::of(&content, aws, run)?;
            let request = client
                .create_secret()
                .name(&name)
                .client_request_token(version(run))
                .set_description(Some(description).filter(|text| !text.is_empty()))
                .set_kms_key_id(kms_key.map(|key| literal(&key, run)).transpose()?)
                .secret_string(value.text())
                .set_tags(Some(to_sdk(&tags)));
            let answer = aws.call("secretsmanager:CreateSecret", request.send()).await;
            let answer = answer.map_err(|error| value.redact(error))?;
            let (arn, version) = (answer.arn().unwrap_or_default(), answer.version_id().unwrap_or_default());
            return Ok(Progress::Done { outputs: outputs(&name, arn, version) });
        }
        Call::PutValue { name, content, .. } => {
            let value = Value::of(&content, aws, run)?;
            let request = client.put_secret_value().secret_id(&name).client_request_token(version(run));
            let request = request.secret_string(value.text());
            let answer = aws.call("secretsmanager:PutSecretValue", request.send()).await;
            let answer = answer.map_err(|error| value.redact(error))?;
            return Ok(Progress::done_with([("version", answer.version_id().unwrap_or_default().to_owned())]));
        }
        Call::Restore { name } => {
            aws.call("secretsmanager:RestoreSecret", client.restore_secret().secret_id(name).send()).await?;
        }
        Call::Update { name, description, kms_key } => {
            let key = kms_key.map(|key| literal(&key, run)).transpose()?.unwrap_or_default();
            let request = client.update_secret().secret_id(name).description(description).kms_key_id(key);
            aws.call("secretsmanager:UpdateSecret", request.send()).await?;
        }
        Call::Tag { name, tags } => {
            let request = client.tag_resource().secret_id(name).set_tags(Some(to_sdk(&tags)));
            aws.call("secretsmanager:TagResource", request.send()).await?;
        }
        Call::Untag { name, keys } => {
            let request = client.untag_resource().secret_id(name).set_tag_keys(Some(keys.into_iter().collect()));
            aws.call("secretsmanager:UntagResource", request.send()).await?;
        }
        Call::Delete { name, days } => {
            let request = client.delete_secret().secret_id(name).recovery_window_in_days(days.into());
            aws.call("secretsmanager:DeleteSecret", request.send()).await?;
        }
    }
    Ok(Progress::done())
}

/// The value of a secret, as long as it takes to send it. It can neither be shown nor be written down.
struct Value {
    texts: BTreeMap<String, String>,
    /// Those that came from the environment.
    hidden: Vec<String>,
}

impl Value {
    fn of(content: &BTreeMap<String, Source>, aws: &Aws, run: &Run<'_>) -> Result<Self, CallError> {
        let mut value = Self { texts: BTreeMap::new(), hidden: Vec::new() };
        for (key, source) in content {
            let text = match source {
                Source::Env(name) => {
                    value.hidden.push(aws.secret_value(&run.step.operation, name)?);
                    value.hidden.last().cloned().unwrap_or_default()
                }
                Source::Value(text) => text.clone(),
            };
            value.texts.insert(key.clone(), text);
        }
        Ok(value)
    }

    fn text(&self) -> String {
        json!(self.texts).to_string()
    }

    fn redact(&self, error: CallError) -> CallError {
        redacted(error, &self.hidden)
    }
}

/// The id of a new version, which is the client token. It is this run's own: Secrets Manager ignores a call that repeats
/// an older version's, and would not make it the current one again.
fn version(run: &Run<'_>) -> String {
    digest(&json!([run.token, run.claim]), 32)
}

fn to_sdk(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}
