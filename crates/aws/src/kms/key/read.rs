//! From AWS's answers to our spec.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_kms::operation::list_aliases::ListAliasesOutput;
use aws_sdk_kms::operation::list_resource_tags::ListResourceTagsOutput;
use aws_sdk_kms::types::{KeyMetadata, KeyState, Tag};
use aws_sdk_resourcegroupstagging::types::TagFilter;
use eksctl_rs_core::{CallError, ErrorClass, Outputs, Progress, Run, Status, Tags, tag};

use super::{Room, Spec};
use crate::branches::{try_join, try_join_all, try_join3};
use crate::ec2::gone;
use crate::kind::{Found, own_tags};
use crate::reads::{Reads, absent_is_none};
use crate::tagging::arns_of_the_stack;
use crate::{Aws, PolicyDocument};

/// A key and when it was made, in seconds since 1970.
type Dated = (f64, Found<Spec>);

/// A key, and an alias that leads to it.
#[derive(Clone)]
struct Named {
    alias: String,
    key: KeyMetadata,
}

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
///
/// The alias that the stack wants is looked up at once: what it leads to needs not be described again.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let wanted: BTreeSet<String> = reads.wanted::<Room>().into_iter().map(|(_, spec)| spec.alias).collect();
    let named = try_join_all(wanted.iter().map(|alias| by_alias(reads, alias)));
    let (tagged, named) = try_join(arns_of_the_stack(reads), named).await?;
    let named: BTreeMap<String, Named> = named.into_iter().flatten().collect();
    let tagged: BTreeSet<&String> =
        tagged.iter().filter(|arn| arn.contains(":kms:") && arn.contains(":key/")).collect();
    let expected = try_join_all(tagged.iter().map(|arn| one(reads, arn, named.get(*arn))));
    // The tag of a key that was made a moment ago is not told everywhere yet.
    let others = try_join_all(named.iter().filter(|(arn, _)| !tagged.contains(arn)).map(|(arn, named)| async move {
        if is_ours(reads, arn).await? { one(reads, arn, Some(named)).await } else { Ok(None) }
    }));
    let (expected, others) = try_join(expected, others).await?;
    let mut found: Vec<Dated> = expected.into_iter().chain(others).flatten().collect();
    found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    Ok(found.into_iter().map(|(_, key)| key).collect())
}

/// The key that an alias leads to, by its ARN. Where one may not look, it is somebody else's.
async fn by_alias(reads: &Reads<'_>, alias: &str) -> Result<Option<(String, Named)>, CallError> {
    let request = || reads.aws.kms.describe_key().key_id(alias).send();
    let answer = match reads.ask_for("kms:DescribeKey", request).await {
        Err(error) if error.class == ErrorClass::Denied => None,
        answer => answer?,
    };
    let key = answer.and_then(|answer| answer.key_metadata);
    Ok(key.and_then(|key| Some((key.arn()?.to_owned(), Named { alias: alias.to_owned(), key }))))
}

async fn is_ours(reads: &Reads<'_>, arn: &str) -> Result<bool, CallError> {
    match tags(reads, arn).await {
        Err(error) if error.class == ErrorClass::Denied => Ok(false),
        tags => Ok(tags?.get(tag::STACK).is_some_and(|stack| stack == reads.world().stack.as_str())),
    }
}

async fn one(reads: &Reads<'_>, arn: &str, named: Option<&Named>) -> Result<Option<Dated>, CallError> {
    let kms = &reads.aws.kms;
    let described = async {
        match named {
            Some(named) => Ok(Some(named.clone())),
            None => {
                let described = reads.ask_for("kms:DescribeKey", || kms.describe_key().key_id(arn).send());
                let (described, alias) = try_join(described, alias(reads, arn)).await?;
                Ok(described.and_then(|answer| answer.key_metadata).map(|key| Named { alias, key }))
            }
        }
    };
    let policy = reads.ask_for("kms:GetKeyPolicy", || kms.get_key_policy().key_id(arn).send());
    let rotation = reads.ask("kms:GetKeyRotationStatus", || kms.get_key_rotation_status().key_id(arn).send());
    // A key that is being deleted does not tell.
    let rotation = async { Ok(rotation.await.ok()) };
    let ((described, policy), rotation, tags) =
        try_join3(try_join(described, policy), rotation, tags(reads, arn)).await?;
    let (Some(Named { alias, key }), Some(policy)) = (described, policy) else { return Ok(None) };
    let rotation = rotation.filter(|rotation| rotation.key_rotation_enabled());
    let parts = Parts {
        policy: policy.policy.unwrap_or_default(),
        rotation_period_in_days: rotation.map(|rotation| rotation.rotation_period_in_days().unwrap_or(365)),
        alias,
        tags,
    };
    Ok(Some((key.creation_date().map_or(0.0, |date| date.as_secs_f64()), from_live(&key, parts))))
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
