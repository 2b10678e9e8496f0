//! Requests.

use std::collections::BTreeSet;

use eksctl_rs_core::{CallError, ErrorClass, Lowered, Lowering, Observed, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::Spec;
use super::mark::{self, Mark};
use crate::Aws;
use crate::ec2::{TagCall, literal};

/// The calls of tags on what is not ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Sets the first ones.
    Create {
        /// What bears them.
        resource: Reference,
        /// The tags, our mark among them.
        tags: Tags,
        /// The thing is not made by this run: it is there, or never will be.
        is_old: bool,
    },
    /// Changes them.
    Tags(TagCall),
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    let stack = &lowering.world.stack;
    let mark = |keys| Mark { name: lowering.address.name().to_owned(), keys }.write(stack);
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = desired.tags.clone();
            tags.extend(mark(desired.tags.keys().cloned().collect()));
            let is_old = desired.resource.literal().is_ok();
            let call = Call::Create { resource: desired.resource.clone(), tags, is_old };
            vec![Lowered::creating("ec2:CreateTags", call)]
        }
        Work::Update { desired, live, observed, .. } => {
            let set: Tags = desired
                .tags
                .iter()
                .filter(|(key, value)| live.tags.get(*key) != Some(*value))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect();
            let (stay, go): (BTreeSet<String>, BTreeSet<String>) =
                list(observed, "ours").into_iter().partition(|key| desired.tags.contains_key(key));
            let keys: BTreeSet<String> = stay.into_iter().chain(set.keys().cloned()).collect();
            let mark = if keys.is_empty() { Tags::new() } else { mark(keys) };
            let left: BTreeSet<String> =
                list(observed, "mark").into_iter().filter(|key| !mark.contains_key(key)).collect();
            let shared = list(observed, "shared");
            let mut go: BTreeSet<String> = go.difference(&shared).cloned().collect();
            // As long as one of our tags is there, the mark is: it forgets them afterwards.
            let left = match mark.is_empty() {
                true => {
                    go.extend(left);
                    BTreeSet::new()
                }
                false => left,
            };
            let steps = [remove(live, go), put(live, set.into_iter().chain(mark).collect()), remove(live, left)];
            steps.into_iter().flatten().collect()
        }
        Work::Delete { live, observed } => {
            let shared = list(observed, "shared");
            let keys = list(observed, "ours").difference(&shared).cloned().chain(list(observed, "mark")).collect();
            remove(live, keys).into_iter().collect()
        }
    }
}

/// The keys that an output lists.
fn list(observed: &Observed, output: &str) -> BTreeSet<String> {
    observed.outputs.get(output).map(|text| mark::parse(text)).unwrap_or_default().into_iter().collect()
}

fn put(live: &Spec, tags: Tags) -> Option<Lowered<Call>> {
    let call = Call::Tags(TagCall::Set { id: live.resource.clone(), tags: tags.clone() });
    (!tags.is_empty()).then(|| Lowered::new("ec2:CreateTags", call))
}

fn remove(live: &Spec, keys: BTreeSet<String>) -> Option<Lowered<Call>> {
    let call = Call::Tags(TagCall::Remove { id: live.resource.clone(), keys: keys.clone() });
    (!keys.is_empty()).then(|| Lowered::new("ec2:DeleteTags", call))
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Create { resource, tags, is_old } => {
            let id = literal(&resource, run)?;
            match (TagCall::Set { id: resource, tags }).start(aws, run).await {
                Err(error) if is_old && error.class == ErrorClass::NotYet => {
                    Err(CallError { class: ErrorClass::Invalid, ..error })
                }
                Err(error) => Err(error),
                Ok(_) => Ok(Progress::done_with([("id", id)])),
            }
        }
        Call::Tags(call) => call.start(aws, run).await,
    }
}
