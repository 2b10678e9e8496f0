//! From AWS's answers to our spec.

use aws_sdk_ecr::operation::describe_repository_creation_templates::DescribeRepositoryCreationTemplatesOutput;
use aws_sdk_ecr::types::RepositoryCreationTemplate;
use eksctl_rs_core::{Address, CallError, Progress, Reference, Run, Tags};

use super::mark::Mark;
use super::{Call, Room, Spec, outputs};
use crate::ecr::{LifecycleDocument, from_sdk};
use crate::kind::{Found, Kind, not_ours};
use crate::reads::Reads;
use crate::{Aws, PolicyDocument};

/// All templates of the registry: one list for everybody who wants to know. It is short, and the marks are in it.
pub(crate) async fn all<'r>(reads: &'r Reads<'_>) -> Result<&'r [RepositoryCreationTemplate], CallError> {
    let ask = async {
        let request = || reads.aws.ecr.describe_repository_creation_templates();
        let page = |page: DescribeRepositoryCreationTemplatesOutput| {
            (page.repository_creation_templates.unwrap_or_default(), page.next_token)
        };
        let operation = "ecr:DescribeRepositoryCreationTemplates";
        reads.pages(operation, |token| request().set_next_token(token).send(), page).await
    };
    Ok(reads.shared.creation_templates.get(ask).await?.as_slice())
}

/// The address follows from the prefix.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let wanted: Vec<Address> = reads.wanted::<Room>().into_iter().map(|(address, _)| address).collect();
    let found = |template| {
        let found = from_live(template);
        let address = address(&found.spec.prefix);
        found.asked_as(wanted.contains(&address).then_some(address))
    };
    Ok(all(reads).await?.iter().map(found).collect())
}

fn address(prefix: &str) -> Address {
    Address::new(Room::NAME, prefix)
}

/// ECR takes a prefix with and without a slash at its end, and means the same.
pub(crate) fn plain(prefix: Option<&str>) -> &str {
    prefix.unwrap_or_default().trim_end_matches('/')
}

pub(super) fn from_live(template: &RepositoryCreationTemplate) -> Found<Spec> {
    let prefix = plain(template.prefix());
    let (description, mark) = Mark::split(template.description().unwrap_or_default());
    let encryption = template.encryption_configuration();
    let exclusions = template.image_tag_mutability_exclusion_filters();
    let spec = Spec {
        prefix: prefix.to_owned(),
        description: description.to_owned(),
        vouches: mark.as_ref().is_some_and(|mark| mark.vouches),
        applied_for: template.applied_for().iter().map(|when| when.as_str().to_owned()).collect(),
        encryption_type: encryption.map_or("AES256", |encryption| encryption.encryption_type().as_str()).to_owned(),
        kms_key: encryption
            .and_then(|encryption| encryption.kms_key())
            .filter(|key| !key.is_empty())
            .map(Reference::from),
        image_tag_mutability: template.image_tag_mutability().map_or("MUTABLE", |word| word.as_str()).to_owned(),
        image_tag_mutability_exclusions: exclusions.iter().map(|exclusion| exclusion.filter().to_owned()).collect(),
        lifecycle_policy: text(template.lifecycle_policy()).map(lifecycle),
        repository_policy: text(template.repository_policy()).map(policy),
        custom_role: text(template.custom_role_arn()).map(Reference::from),
        resource_tags: from_sdk(template.resource_tags()),
    };
    let tags = mark.map_or_else(Tags::new, |mark| mark.tags(&address(prefix).to_string()));
    let mut found = Found::new(prefix, spec, tags);
    found.outputs = outputs(prefix);
    found
}

/// What is empty is not there.
fn text(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

fn lifecycle(text: &str) -> LifecycleDocument {
    LifecycleDocument::parse(text).unwrap_or_else(|_| LifecycleDocument::new(text.into()))
}

fn policy(text: &str) -> PolicyDocument {
    PolicyDocument::parse(text).unwrap_or_else(|_| PolicyDocument::new(text.into()))
}

/// Templates are complete when they are made. This only answers for a creation whose answer was lost.
pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let prefix = match &call {
        Some(Call::Create { template, .. }) => template.prefix.clone(),
        _ => run.outputs.get("prefix").cloned().unwrap_or_default(),
    };
    let request = aws.ecr.describe_repository_creation_templates().prefixes(&prefix);
    let answer = aws.call("ecr:DescribeRepositoryCreationTemplates", request.send()).await?;
    let is_ours = |template: &RepositoryCreationTemplate| {
        let (_, mark) = Mark::split(template.description().unwrap_or_default());
        plain(template.prefix()) == prefix && mark.is_some_and(|mark| mark.is_of(&aws.world.stack))
    };
    match answer.repository_creation_templates().iter().any(is_ours) {
        true => Ok(Progress::Done { outputs: outputs(&prefix) }),
        false => Err(not_ours(run, "the template")),
    }
}
