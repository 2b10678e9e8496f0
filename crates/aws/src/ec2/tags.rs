//! Tags of EC2 resources: written in the create call, changed by calls of their own.

use std::collections::BTreeSet;

use aws_sdk_ec2::operation::describe_tags::DescribeTagsOutput;
use aws_sdk_ec2::types::{Filter, ResourceType, Tag, TagDescription, TagSpecification};
use eksctl_rs_core::{After, CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Work, tag};
use serde::{Deserialize, Serialize};

use super::foreign_tags::mark;
use super::literal;
use crate::Aws;
use crate::kind::Kind;
use crate::reads::Reads;

/// A change of tags. Source: EC2 `CreateTags`, `DeleteTags`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TagCall {
    /// Sets tags.
    Set {
        /// The resource.
        id: Reference,
        /// Key and value.
        tags: Tags,
    },
    /// Removes tags.
    Remove {
        /// The resource.
        id: Reference,
        /// The keys.
        keys: BTreeSet<String>,
    },
}

impl TagCall {
    /// The calls that bring the tags of an update from `live` to `desired`, and the ownership tags up to date.
    pub(crate) fn lower<S>(lowering: &Lowering<'_, S>, desired: &Tags, live: &Tags) -> Vec<Lowered<Self>> {
        let retag = matches!(&lowering.work, Work::Update { retag: true, .. });
        let mut set: Tags = desired
            .iter()
            .filter(|(key, value)| live.get(*key) != Some(*value))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        if retag {
            set.extend(lowering.ownership.clone());
        }
        let keys: BTreeSet<String> = live.keys().filter(|key| !desired.contains_key(*key)).cloned().collect();
        let id = lowering.own("id");
        let mut calls = Vec::new();
        if !keys.is_empty() {
            calls.push(Lowered::new("ec2:DeleteTags", Self::Remove { id: id.clone(), keys }).after(After::Nothing));
        }
        if !set.is_empty() {
            // The digest says what was applied: it is written when everything else is.
            calls.push(Lowered::new("ec2:CreateTags", Self::Set { id, tags: set }));
        }
        calls
    }

    pub(crate) async fn start(self, aws: &Aws, run: &Run<'_>) -> Result<Progress, CallError> {
        match self {
            Self::Set { id, tags } => {
                let request = aws.ec2.create_tags().resources(literal(&id, run)?).set_tags(Some(to_sdk(&tags)));
                aws.call("ec2:CreateTags", request.send()).await?;
            }
            Self::Remove { id, keys } => {
                let keys = keys.into_iter().map(|key| Tag::builder().key(key).build()).collect();
                let request = aws.ec2.delete_tags().resources(literal(&id, run)?).set_tags(Some(keys));
                aws.call("ec2:DeleteTags", request.send()).await?;
            }
        }
        Ok(Progress::done())
    }
}

/// The tags that say what is a stack's, and on what else ours has set tags: one list for everybody who wants to know. Tags of
/// other stacks are among them, for EC2 has no filter that would take either a key, or a key with its value.
pub(crate) async fn marks<'r>(reads: &'r Reads<'_>) -> Result<&'r [TagDescription], CallError> {
    let keys = vec![tag::STACK.to_owned(), mark::key(&reads.world().stack)];
    Ok(reads.shared.network_tags.get(described(reads, "key", keys)).await?)
}

/// The tags that match a filter.
pub(crate) async fn described(
    reads: &Reads<'_>,
    filter: &str,
    values: Vec<String>,
) -> Result<Vec<TagDescription>, CallError> {
    let filter = Filter::builder().name(filter).set_values(Some(values)).build();
    let request = || reads.aws.ec2.describe_tags().filters(filter.clone());
    let page = |page: DescribeTagsOutput| (page.tags.unwrap_or_default(), page.next_token);
    reads.pages("ec2:DescribeTags", |token| request().set_next_token(token).send(), page).await
}

/// Whether there is any use in asking for a kind: the stack wants one, or its tag is on one. The tags are read anyway, and
/// tell of every type. Source: EC2 `DescribeTags`, its filter `resource-type`, and `TagSpecification`.
pub(crate) async fn may_be_there<K: Kind>(reads: &Reads<'_>, kind: ResourceType) -> Result<bool, CallError> {
    if reads.wants::<K>() {
        return Ok(true);
    }
    let stack = reads.world().stack.as_str();
    let is_ours = |found: &TagDescription| found.key() == Some(tag::STACK) && found.value() == Some(stack);
    Ok(marks(reads).await?.iter().any(|found| is_ours(found) && found.resource_type() == Some(&kind)))
}

/// Tags as the SDK wants them.
pub(crate) fn to_sdk(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// Tags as the SDK tells them.
pub(crate) fn from_sdk(tags: &[Tag]) -> Tags {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    tags.iter().map(|tag| (text(tag.key()), text(tag.value()))).collect()
}

/// The tags of a create call.
pub(crate) fn specification(of: ResourceType, tags: &Tags) -> TagSpecification {
    TagSpecification::builder().resource_type(of).set_tags(Some(to_sdk(tags))).build()
}
