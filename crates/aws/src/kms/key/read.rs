//! From AWS's answers to our spec.

use aws_sdk_kms::operation::list_aliases::ListAliasesOutput;
use aws_sdk_kms::operation::list_resource_tags::ListResourceTagsOutput;
use aws_sdk_kms::types::{KeyMetadata, KeyState, Tag};
use aws_sdk_resourcegroupstagging::types::TagFilter;
use eksctl_rs_core::{CallError, Outputs, Progress, Run, Status, Tags, tag};

use super::Spec;
use crate::branches::{try_join, try_join_all, try_join3};
use crate::ec2::gone;
use crate::kind::{Found, own_tags};
use crate::reads::{Reads, absent_is_none};
use crate::tagging::arns_of_the_stack;
use crate::{Aws, PolicyDocument};

/// A key and when it was made, in seconds since 1970.
type Dated = (f64, Found<Spec>);

/// What belongs to a key and has calls of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Parts {
    pub(super) policy: String,
    pub(super) rotation_period_in_days: Option<i32>,
    pub(super) alias: String,
    pub(super) tags: Tags,
}

/// Keys are found by their tags: neither a description nor an alias stays with a key for ever. The newest comes first:
/// of several that are being deleted it is the one to take back.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let arns = arns_of_the_stack(reads).await?.iter().filter(|arn| arn.contains(":kms:") && arn.contains(":key/"));
    let mut found: Vec<Dated> = try_join_all(arns.map(|arn| one(reads, arn))).await?.into_iter().flatten().collect();
    found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    Ok(found.into_iter().map(|(_, key)| key).collect())
}

async fn one(reads: &Reads<'_>, arn: &str) -> Result<Option<Dated>, CallError> {
    let kms = &reads.aws.kms;
    let described = try_join(
        reads.ask_for("kms:DescribeKey", || kms.describe_key().key_id(arn).send()),
        reads.ask_for("kms:GetKeyPolicy", || kms.get_key_policy().key_id(arn).send()),
    );
    let rotation = reads.ask("kms:GetKeyRotationStatus", || kms.get_key_rotation_status().key_id(arn).send());
    // A key that is being deleted does not tell.
    let rotation = async { Ok(rotation.await.ok()) };
    let (described, rotation, named) =
        try_join3(described, rotation, try_join(tags(reads, arn), alias(reads, arn))).await?;
    let ((Some(key), Some(policy)), (tags, alias)) = (described, named) else { return Ok(None) };
    let rotation = rotation.filter(|rotation| rotation.key_rotation_enabled());
    let parts = Parts {
        policy: policy.policy.unwrap_or_default(),
        rotation_period_in_days: rotation.map(|rotation| rotation.rotation_period_in_days().unwrap_or(365)),
        alias,
        tags,
    };
    Ok(key
        .key_metadata()
        .map(|key| (key.creation_date().map_or(0.0, |date| date.as_secs_f64()), from_live(key, parts))))
}

async fn tags(reads: &Reads<'_>, arn: &str) -> Result<Tags, CallError> {
    let request = || reads.aws.kms.list_resource_tags().key_id(arn);
    let page = |page: ListResourceTagsOutput| (page.tags.unwrap_or_default(), page.next_marker);
    let tags = reads.pages("kms:ListResourceTags", |marker| request().set_marker(marker).send(), page).await;
    Ok(from_sdk(&absent_is_none(tags)?.unwrap_or_default()))
}

/// The first of its aliases; a key of the stack has one.
async fn alias(reads: &Reads<'_>, arn: &str) -> Result<String, CallError> {
    let request = || reads.aws.kms.list_aliases().key_id(arn);
    let page = |page: ListAliasesOutput| (page.aliases.unwrap_or_default(), page.next_marker);
    let aliases = reads.pages("kms:ListAliases", |marker| request().set_marker(marker).send(), page).await;
    let names = absent_is_none(aliases)?.unwrap_or_default().into_iter().filter_map(|alias| alias.alias_name);
    Ok(names.min().unwrap_or_default())
}

pub(super) fn from_live(key: &KeyMetadata, parts: Parts) -> Found<Spec> {
    let spec = Spec {
        alias: parts.alias.clone(),
        description: key.description().unwrap_or_default().to_owned(),
        policy: PolicyDocument::parse(&parts.policy)
            .unwrap_or_else(|_| PolicyDocument::new(parts.policy.clone().into())),
        rotation_period_in_days: parts.rotation_period_in_days,
        multi_region: key.multi_region().unwrap_or_default(),
        deletion_window_in_days: 30,
        enabled: key.key_state() == Some(&KeyState::Enabled),
        tags: own_tags(&parts.tags),
    };
    let mut found = Found::new(key.key_id(), spec, parts.tags);
    found.outputs = outputs(key.key_id(), key.arn().unwrap_or_default());
    match key.key_state() {
        Some(state @ KeyState::PendingDeletion) => {
            found.standing(Status::Dormant { status: state.as_str().to_owned() })
        }
        _ => found,
    }
}

pub(super) fn outputs(id: &str, arn: &str) -> Outputs {
    Outputs::from([("id".to_owned(), id.to_owned()), ("arn".to_owned(), arn.to_owned())])
}

fn from_sdk(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (tag.tag_key().to_owned(), tag.tag_value().to_owned())).collect()
}

/// After its creation the key is looked for by its tags: another run may have been first.
pub(super) async fn status(aws: &Aws, run: &Run<'_>) -> Result<Progress, CallError> {
    if let (false, Some(id)) = (run.step.creates, run.outputs.get("id")) {
        let answer = aws.call("kms:DescribeKey", aws.kms.describe_key().key_id(id).send()).await?;
        let arn = answer.key_metadata().and_then(|key| key.arn()).unwrap_or_default();
        return Ok(Progress::Done { outputs: outputs(id, arn) });
    }
    let filter = |key: &str, value: &str| TagFilter::builder().key(key).values(value).build();
    let request = aws
        .tagging
        .get_resources()
        .resource_type_filters("kms:key")
        .tag_filters(filter(tag::STACK, aws.world.stack.as_str()))
        .tag_filters(filter(tag::ADDRESS, &run.address().to_string()));
    let answer = aws.call("tagging:GetResources", request.send()).await?;
    let mut claims: Vec<(Option<String>, String)> = Vec::new();
    for found in answer.resource_tag_mapping_list() {
        let Some(arn) = found.resource_arn() else { continue };
        let described = aws.call("kms:DescribeKey", aws.kms.describe_key().key_id(arn).send()).await?;
        if described.key_metadata().is_some_and(|key| key.enabled()) {
            let claim = found.tags().iter().find(|tag| tag.key() == tag::CLAIM).map(|tag| tag.value().to_owned());
            claims.push((claim, arn.to_owned()));
        }
    }
    let (_, arn) = claims.into_iter().min().ok_or_else(|| gone(run))?;
    let id = arn.rsplit('/').next().unwrap_or_default().to_owned();
    Ok(Progress::Done { outputs: outputs(&id, &arn) })
}
