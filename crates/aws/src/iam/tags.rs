//! Tags of IAM's resources: every kind has calls of its own for them, with the same type.

use std::collections::BTreeSet;

use aws_sdk_iam::error::BuildError;
use aws_sdk_iam::types::Tag;
use eksctl_rs_core::{CallError, Lowering, Tags, Work};

use crate::Aws;

pub(crate) fn from_sdk(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

pub(crate) fn to_sdk(operation: &'static str, tags: &Tags) -> Result<Vec<Tag>, CallError> {
    let built: Result<Vec<Tag>, BuildError> =
        tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    built.map_err(|error| CallError::bug(operation, error.to_string()))
}

/// Whether the tags say that what bears them is the stack's.
pub(crate) fn are_ours(aws: &Aws, tags: &[Tag]) -> bool {
    aws.owns(&from_sdk(tags))
}

/// What an update sets, the ownership tags among it if they are stale, and the keys that it removes.
pub(crate) fn changes<S>(lowering: &Lowering<'_, S>, desired: &Tags, live: &Tags) -> (Tags, BTreeSet<String>) {
    let mut set = match &lowering.work {
        Work::Update { retag: true, .. } => lowering.ownership.clone(),
        _ => Tags::new(),
    };
    let new = desired.iter().filter(|(key, value)| live.get(*key) != Some(*value));
    set.extend(new.map(|(key, value)| (key.clone(), value.clone())));
    let removed = live.keys().filter(|key| !desired.contains_key(*key)).cloned().collect();
    (set, removed)
}
