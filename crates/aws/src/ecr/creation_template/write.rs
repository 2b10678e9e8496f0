//! Requests. A description is always written whole: with the mark at its end.

use aws_sdk_ecr::types::{
    EncryptionConfigurationForRepositoryCreationTemplate as Encryption, EncryptionType, ImageTagMutability,
    ImageTagMutabilityExclusionFilter as Filter, ImageTagMutabilityExclusionFilterType, RctAppliedFor,
};
use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Run, Work};
use serde::{Deserialize, Serialize};

use super::mark::Mark;
use super::{Spec, outputs};
use crate::Aws;
use crate::ec2::literal;
use crate::ecr::to_sdk;

/// The calls of a template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// Everything that it is to be.
        template: Box<Spec>,
        /// Its description, with the mark.
        description: String,
    },
    /// Changes it.
    Update {
        /// Everything that it is to be.
        template: Box<Spec>,
        /// Its description, with the mark.
        description: String,
        /// What it is: what it has and is not to have is taken away by name.
        live: Box<Spec>,
    },
    /// Deletes it.
    Delete {
        /// The template.
        prefix: String,
    },
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    let described = |spec: &Spec| Mark::of(lowering.ownership, spec.vouches).after(&spec.description);
    match &lowering.work {
        Work::Create { desired } => {
            let (template, description) = (Box::new(desired.clone()), described(desired));
            let operation = "ecr:CreateRepositoryCreationTemplate";
            vec![Lowered::creating(operation, Call::Create { template, description })]
        }
        Work::Update { desired, live, .. } => {
            let (template, description) = (Box::new(desired.clone()), described(desired));
            let update = Call::Update { template, description, live: Box::new(live.clone()) };
            let update = Lowered::new("ecr:UpdateRepositoryCreationTemplate", update);
            // As long as the rule is there, somebody has to vouch for it.
            vec![if live.vouches && !desired.vouches { update.after_holders() } else { update }]
        }
        Work::Delete { live, .. } => {
            let delete = Call::Delete { prefix: live.prefix.clone() };
            vec![Lowered::new("ecr:DeleteRepositoryCreationTemplate", delete)]
        }
    }
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Create { template, description } => create(aws, &template, &description, run).await,
        Call::Update { template, description, live } => update(aws, &template, &description, &live, run).await,
        Call::Delete { prefix } => {
            let request = aws.ecr.delete_repository_creation_template().prefix(prefix);
            aws.call("ecr:DeleteRepositoryCreationTemplate", request.send()).await?;
            Ok(Progress::done())
        }
    }
}

async fn create(aws: &Aws, template: &Spec, description: &str, run: &Run<'_>) -> Result<Progress, CallError> {
    let tags = Some(to_sdk(&template.resource_tags, run)?).filter(|tags| !tags.is_empty());
    let role = template.custom_role.as_ref().map(|role| literal(role, run)).transpose()?;
    let request = aws
        .ecr
        .create_repository_creation_template()
        .prefix(&template.prefix)
        .description(description)
        .set_applied_for(Some(applied_for(template)))
        .encryption_configuration(encryption(template, run)?)
        .image_tag_mutability(ImageTagMutability::from(template.image_tag_mutability.as_str()))
        .set_image_tag_mutability_exclusion_filters(exclusions(template, run)?)
        .set_lifecycle_policy(template.lifecycle_policy.as_ref().map(|policy| policy.text()))
        .set_repository_policy(template.repository_policy.as_ref().map(|policy| policy.text()))
        .set_custom_role_arn(role)
        .set_resource_tags(tags);
    aws.call("ecr:CreateRepositoryCreationTemplate", request.send()).await?;
    Ok(Progress::Done { outputs: outputs(&template.prefix) })
}

/// What is not sent stays as it is, so everything is; an empty text takes a policy or a role away.
async fn update(
    aws: &Aws,
    template: &Spec,
    description: &str,
    live: &Spec,
    run: &Run<'_>,
) -> Result<Progress, CallError> {
    let taken_away = |had: bool| had.then(String::new);
    let lifecycle = template.lifecycle_policy.as_ref().map(|policy| policy.text());
    let policy = template.repository_policy.as_ref().map(|policy| policy.text());
    let role = template.custom_role.as_ref().map(|role| literal(role, run)).transpose()?;
    let tags = to_sdk(&template.resource_tags, run)?;
    let keeps_tags = tags.is_empty() && live.resource_tags.is_empty();
    let request = aws
        .ecr
        .update_repository_creation_template()
        .prefix(&template.prefix)
        .description(description)
        .set_applied_for(Some(applied_for(template)))
        .encryption_configuration(encryption(template, run)?)
        .image_tag_mutability(ImageTagMutability::from(template.image_tag_mutability.as_str()))
        .set_image_tag_mutability_exclusion_filters(exclusions(template, run)?)
        .set_lifecycle_policy(lifecycle.or_else(|| taken_away(live.lifecycle_policy.is_some())))
        .set_repository_policy(policy.or_else(|| taken_away(live.repository_policy.is_some())))
        .set_custom_role_arn(role.or_else(|| taken_away(live.custom_role.is_some())))
        .set_resource_tags(Some(tags).filter(|_| !keeps_tags));
    aws.call("ecr:UpdateRepositoryCreationTemplate", request.send()).await?;
    Ok(Progress::done())
}

fn applied_for(template: &Spec) -> Vec<RctAppliedFor> {
    template.applied_for.iter().map(|when| RctAppliedFor::from(when.as_str())).collect()
}

fn encryption(template: &Spec, run: &Run<'_>) -> Result<Encryption, CallError> {
    let key = template.kms_key.as_ref().map(|key| literal(key, run)).transpose()?;
    let encryption = Encryption::builder()
        .encryption_type(EncryptionType::from(template.encryption_type.as_str()))
        .set_kms_key(key)
        .build();
    encryption.map_err(|error| CallError::bug(&run.step.operation, error.to_string()))
}

/// ECR takes no empty list.
fn exclusions(template: &Spec, run: &Run<'_>) -> Result<Option<Vec<Filter>>, CallError> {
    let filter = |text: &String| {
        Filter::builder().filter(text).filter_type(ImageTagMutabilityExclusionFilterType::Wildcard).build()
    };
    let filters: Result<Vec<Filter>, _> = template.image_tag_mutability_exclusions.iter().map(filter).collect();
    let filters = filters.map_err(|error| CallError::bug(&run.step.operation, error.to_string()))?;
    Ok(Some(filters).filter(|filters| !filters.is_empty()))
}
