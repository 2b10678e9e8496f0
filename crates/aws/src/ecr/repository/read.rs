//! From AWS's answers to our spec.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecr::types::Repository;
use eksctl_rs_core::{Address, CallError, Observed, Owner, Progress, Reference, Run, Snapshot, Tags, World, tag};

use super::{Call, HOLDS_IMAGES, LifecycleDocument, Room, Spec, arn, outputs};
use crate::branches::{try_join, try_join_all, try_join3};
use crate::ecr::from_sdk;
use crate::kind::{Found, Kind, not_ours, own_tags};
use crate::reads::Reads;
use crate::tagging::arns_of_the_stack;
use crate::{Aws, PolicyDocument};

/// What belongs to a repository and has calls of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Parts {
    pub(super) lifecycle_policy: Option<String>,
    pub(super) repository_policy: Option<String>,
    pub(super) tags: Tags,
}

/// A repository that the stack wants.
struct Wanted {
    address: Address,
    spec: Spec,
    /// Its key, if that is named by anything but its ARN.
    key: Option<String>,
}

/// The most names in one call. Source: ECR `DescribeRepositories`.
const NAMES_AT_ONCE: usize = 100;

/// Those that the stack wants are asked for by name. The stack's tag tells of the others.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let wanted: BTreeMap<String, Wanted> =
        reads.wanted::<Room>().into_iter().map(|(address, spec)| (spec.name.clone(), wanted(address, spec))).collect();
    let names: Vec<String> = wanted.keys().cloned().collect();
    let named = try_join_all(wanted.iter().map(|(name, wanted)| one(reads, &names, name, wanted)));
    let others = async {
        let names = arns_of_the_stack(reads).await?.iter().filter_map(|arn| Some(arn.split_once(":repository/")?.1));
        let surprises = names.filter(|name| !wanted.contains_key(*name));
        try_join_all(surprises.map(|name| other(reads, name))).await
    };
    let (named, others) = try_join(named, others).await?;
    Ok(named.into_iter().chain(others).flatten().collect())
}

fn wanted(address: Address, spec: Spec) -> Wanted {
    let named = spec.kms_key.as_ref().and_then(|key| key.literal().ok());
    let key = named.filter(|key| !key.contains(":key/")).map(str::to_owned);
    Wanted { address, spec, key }
}

/// One that is wanted. What it holds counts only if it is to go, for another one that is encrypted in another way.
async fn one(
    reads: &Reads<'_>,
    names: &[String],
    name: &str,
    wanted: &Wanted,
) -> Result<Option<Found<Spec>>, CallError> {
    let key = key_named(reads, wanted.key.as_deref());
    let (repository, parts, key) = try_join3(described(reads, names, name), parts(reads, name), key).await?;
    let Some(repository) = repository else { return Ok(None) };
    let mut found = from_live(&repository, parts, key, reads.world());
    if is_encrypted_otherwise(reads, &found.spec, &wanted.spec).await? {
        found = found.telling(HOLDS_IMAGES, holds_images(reads, name).await?.to_string());
    }
    Ok(Some(found.asked_as(Some(wanted.address.clone()))))
}

/// One that only the tag tells of: it is to go.
async fn other(reads: &Reads<'_>, name: &str) -> Result<Option<Found<Spec>>, CallError> {
    let held = holds_images(reads, name);
    let (repository, parts, held) = try_join3(by_name(reads, name), parts(reads, name), held).await?;
    let found = repository.map(|repository| from_live(&repository, parts, None, reads.world()));
    Ok(found.map(|found| found.telling(HOLDS_IMAGES, held.to_string())))
}

/// A repository among those that the stack wants. Of several names ECR answers for none if one is missing: then each is
/// asked for by itself. Source: ECR `DescribeRepositories`, `RepositoryNotFoundException`.
async fn described(reads: &Reads<'_>, names: &[String], name: &str) -> Result<Option<Repository>, CallError> {
    match reads.shared.repositories.get(together(reads, names)).await? {
        Some(all) => Ok(all.iter().find(|found| found.repository_name() == Some(name)).cloned()),
        None => by_name(reads, name).await,
    }
}

async fn together(reads: &Reads<'_>, names: &[String]) -> Result<Option<Vec<Repository>>, CallError> {
    if names.len() < 2 {
        return Ok(None);
    }
    let answers = names.chunks(NAMES_AT_ONCE).map(|names| {
        let request = move || reads.aws.ecr.describe_repositories().set_repository_names(Some(names.to_vec())).send();
        reads.ask_for("ecr:DescribeRepositories", request)
    });
    let answers: Option<Vec<_>> = try_join_all(answers).await?.into_iter().collect();
    Ok(answers.map(|all| all.into_iter().flat_map(|answer| answer.repositories.unwrap_or_default()).collect()))
}

async fn by_name(reads: &Reads<'_>, name: &str) -> Result<Option<Repository>, CallError> {
    let request = || reads.aws.ecr.describe_repositories().repository_names(name).send();
    let answer = reads.ask_for("ecr:DescribeRepositories", request).await?;
    Ok(answer.and_then(|answer| answer.repositories?.into_iter().next()))
}

/// What belongs to a repository is told by a call each.
async fn parts(reads: &Reads<'_>, name: &str) -> Result<Parts, CallError> {
    let (ecr, arn) = (&reads.aws.ecr, arn(name, reads.world()));
    let (tags, lifecycle, policy) = try_join3(
        reads.ask_for("ecr:ListTagsForResource", || ecr.list_tags_for_resource().resource_arn(&arn).send()),
        reads.ask_for("ecr:GetLifecyclePolicy", || ecr.get_lifecycle_policy().repository_name(name).send()),
        reads.ask_for("ecr:GetRepositoryPolicy", || ecr.get_repository_policy().repository_name(name).send()),
    )
    .await?;
    Ok(Parts {
        lifecycle_policy: lifecycle.and_then(|answer| answer.lifecycle_policy_text),
        repository_policy: policy.and_then(|answer| answer.policy_text),
        tags: tags.map(|answer| from_sdk(answer.tags())).unwrap_or_default(),
    })
}

/// Whether a repository holds images. A page may be empty before the last.
async fn holds_images(reads: &Reads<'_>, name: &str) -> Result<bool, CallError> {
    let request = || reads.aws.ecr.list_images().repository_name(name).max_results(1).send();
    let images = reads.ask_for("ecr:ListImages", request).await?;
    Ok(images.is_some_and(|images| !images.image_ids().is_empty() || images.next_token().is_some()))
}

/// Tells of the stack's repositories in `snapshot` whether they hold images, for all of them are to go.
pub(crate) async fn look_into(reads: &Reads<'_>, snapshot: &mut Snapshot) -> Result<(), CallError> {
    let all: Vec<Observed> = snapshot.iter().filter(|found| found.address.kind() == Room::NAME).cloned().collect();
    let told = try_join_all(all.into_iter().map(|mut found| async {
        if found.owner == Owner::Us && !found.outputs.contains_key(HOLDS_IMAGES) {
            let held = holds_images(reads, &found.id).await?;
            found.outputs.insert(HOLDS_IMAGES.to_owned(), held.to_string());
        }
        Ok::<_, CallError>(found)
    }));
    let told = told.await?;
    snapshot.forget(&BTreeSet::from([Room::NAME]));
    told.into_iter().for_each(|found| snapshot.add(found));
    Ok(())
}

/// Whether a repository is to go for another one, as far as that can be told before everything is read.
async fn is_encrypted_otherwise(reads: &Reads<'_>, live: &Spec, wanted: &Spec) -> Result<bool, CallError> {
    let is_other_key = match (&wanted.kms_key, &live.kms_key) {
        (Some(Reference::Id(wanted)), live) => live.as_ref().and_then(|live| live.literal().ok()) != Some(wanted),
        // The key of the stack, if it is one of them.
        (Some(Reference::To { .. }), Some(Reference::Id(live))) => !arns_of_the_stack(reads).await?.contains(live),
        (Some(_), None) => true,
        _ => false,
    };
    Ok(is_other_key || live.encryption_type != wanted.encryption_type)
}

/// What a name of a key, which is no ARN of one, leads to: the name and the ARN.
async fn key_named(reads: &Reads<'_>, name: Option<&str>) -> Result<Option<(String, String)>, CallError> {
    let Some(name) = name else { return Ok(None) };
    let kms = &reads.aws.kms;
    let answer = reads.ask_for("kms:DescribeKey", || kms.describe_key().key_id(name).send()).await?;
    let arn = answer.and_then(|answer| answer.key_metadata?.arn);
    Ok(arn.map(|arn| (name.to_owned(), arn)))
}

/// ECR tells the ARN of the key, whatever it was told: it is shown by the name `named` that leads there.
pub(super) fn from_live(
    repository: &Repository,
    parts: Parts,
    named: Option<(String, String)>,
    world: &World,
) -> Found<Spec> {
    let name = repository.repository_name().unwrap_or_default();
    let encryption = repository.encryption_configuration();
    let key = encryption.and_then(|encryption| encryption.kms_key()).map(|arn| match named {
        Some((name, leads_to)) if leads_to == arn => name,
        _ => arn.to_owned(),
    });
    let exclusions = repository.image_tag_mutability_exclusion_filters().iter();
    let spec = Spec {
        name: name.to_owned(),
        image_tag_mutability: repository.image_tag_mutability().map_or("MUTABLE", |word| word.as_str()).to_owned(),
        image_tag_mutability_exclusions: exclusions.map(|exclusion| exclusion.filter().to_owned()).collect(),
        scan_on_push: Some(repository.image_scanning_configuration().is_some_and(|scanning| scanning.scan_on_push())),
        encryption_type: encryption.map_or("AES256", |by| by.encryption_type().as_str()).to_owned(),
        kms_key: key.as_deref().map(Reference::from),
        lifecycle_policy: parts.lifecycle_policy.map(lifecycle),
        repository_policy: parts.repository_policy.map(policy),
        tags: own_tags(&parts.tags),
    };
    let mut found = Found::new(name, spec, parts.tags);
    found.outputs = outputs(name, world);
    found
}

fn lifecycle(text: String) -> LifecycleDocument {
    LifecycleDocument::parse(&text).unwrap_or_else(|_| LifecycleDocument::new(text.into()))
}

fn policy(text: String) -> PolicyDocument {
    PolicyDocument::parse(&text).unwrap_or_else(|_| PolicyDocument::new(text.into()))
}

/// Repositories are complete when they are made. This only answers for a creation whose answer was lost.
pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let name = match call {
        Some(Call::Create { spec, .. }) => spec.name,
        _ => run.outputs.get("name").cloned().unwrap_or_default(),
    };
    let request = aws.ecr.list_tags_for_resource().resource_arn(arn(&name, &aws.world));
    let answer = aws.call("ecr:ListTagsForResource", request.send()).await?;
    if from_sdk(answer.tags()).get(tag::STACK).map(String::as_str) != Some(aws.world.stack.as_str()) {
        return Err(not_ours(run, "the repository"));
    }
    Ok(Progress::Done { outputs: outputs(&name, &aws.world) })
}
