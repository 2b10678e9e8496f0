//! From AWS's answers to our spec.

use std::collections::BTreeMap;

use aws_sdk_ecr::types::Repository;
use eksctl_rs_core::{Address, CallError, ErrorClass, Progress, Reference, Run, Tags, World, tag};

use super::{Call, HOLDS_IMAGES, LifecycleDocument, Room, Spec, arn, outputs};
use crate::branches::{try_join, try_join_all, try_join3};
use crate::ecr::from_sdk;
use crate::kind::{Found, own_tags};
use crate::reads::Reads;
use crate::tagging::arns_of_the_stack;
use crate::{Aws, PolicyDocument};

/// What belongs to a repository and has calls of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Parts {
    pub(super) lifecycle_policy: Option<String>,
    pub(super) repository_policy: Option<String>,
    pub(super) holds_images: bool,
    pub(super) tags: Tags,
}

/// A repository that the stack wants, and its key if that is named by anything but its ARN.
struct Wanted {
    address: Address,
    key: Option<String>,
}

/// Those that the stack wants are asked for by name, one by one: of several names ECR answers for none if one is missing.
/// The stack's tag tells of the others.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let wanted: BTreeMap<String, Wanted> =
        reads.wanted::<Room>().into_iter().map(|(address, spec)| (spec.name.clone(), wanted(address, &spec))).collect();
    let named = try_join_all(wanted.iter().map(|(name, wanted)| one(reads, name, Some(wanted))));
    let others = async {
        let names = arns_of_the_stack(reads).await?.iter().filter_map(|arn| Some(arn.split_once(":repository/")?.1));
        let surprises = names.filter(|name| !wanted.contains_key(*name));
        try_join_all(surprises.map(|name| one(reads, name, None))).await
    };
    let (named, others) = try_join(named, others).await?;
    Ok(named.into_iter().chain(others).flatten().collect())
}

fn wanted(address: Address, spec: &Spec) -> Wanted {
    let named = spec.kms_key.as_ref().and_then(|key| key.literal().ok());
    Wanted { address, key: named.filter(|key| !key.contains(":key/")).map(str::to_owned) }
}

/// A repository and what belongs to it are told by different calls.
async fn one(reads: &Reads<'_>, name: &str, wanted: Option<&Wanted>) -> Result<Option<Found<Spec>>, CallError> {
    let (ecr, arn) = (&reads.aws.ecr, arn(name, reads.world()));
    let described = try_join3(
        reads.ask_for("ecr:DescribeRepositories", || ecr.describe_repositories().repository_names(name).send()),
        reads.ask_for("ecr:ListTagsForResource", || ecr.list_tags_for_resource().resource_arn(&arn).send()),
        reads.ask_for("ecr:ListImages", || ecr.list_images().repository_name(name).max_results(1).send()),
    );
    let policies = try_join(
        reads.ask_for("ecr:GetLifecyclePolicy", || ecr.get_lifecycle_policy().repository_name(name).send()),
        reads.ask_for("ecr:GetRepositoryPolicy", || ecr.get_repository_policy().repository_name(name).send()),
    );
    let key = key_named(reads, wanted.and_then(|wanted| wanted.key.as_deref()));
    let ((repositories, tags, images), (lifecycle, policy), key) = try_join3(described, policies, key).await?;
    let found = repositories.and_then(|answer| answer.repositories?.into_iter().next());
    let Some(repository) = found else { return Ok(None) };
    let parts = Parts {
        lifecycle_policy: lifecycle.and_then(|answer| answer.lifecycle_policy_text),
        repository_policy: policy.and_then(|answer| answer.policy_text),
        // A page may be empty before the last.
        holds_images: images.is_some_and(|images| !images.image_ids().is_empty() || images.next_token().is_some()),
        tags: tags.map(|answer| from_sdk(answer.tags())).unwrap_or_default(),
    };
    let found = from_live(&repository, parts, key, reads.world());
    Ok(Some(found.asked_as(wanted.map(|wanted| wanted.address.clone()))))
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
    found.telling(HOLDS_IMAGES, parts.holds_images.to_string())
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
        let message = "the repository is not this stack's";
        return Err(CallError::new(ErrorClass::Gone, &run.step.operation, "NotOurs", message));
    }
    Ok(Progress::Done { outputs: outputs(&name, &aws.world) })
}
