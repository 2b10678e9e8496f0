//! ECR: the registry, its repositories and what is done with all of them.

pub mod creation_template;
mod lifecycle;
pub mod pull_through_cache_rule;

use aws_sdk_ecr::types::Tag;
use eksctl_rs_core::{CallError, ErrorClass, Run, Tags};

pub use lifecycle::LifecycleDocument;

/// What ECR's error codes mean. Source: ECR API reference, the errors of each action; messages as Terraform's provider for
/// AWS knows them.
pub(crate) fn classify(operation: &str, code: &str, message: &str) -> Option<ErrorClass> {
    match code {
        "RepositoryNotFoundException"
        | "RepositoryPolicyNotFoundException"
        | "LifecyclePolicyNotFoundException"
        | "RegistryPolicyNotFoundException"
        | "TemplateNotFoundException"
        | "PullThroughCacheRuleNotFoundException"
            if reads_or_removes(operation) =>
        {
            Some(ErrorClass::Gone)
        }
        // A repository or a secret that was made a moment ago is not known everywhere yet.
        "RepositoryNotFoundException"
        | "TemplateNotFoundException"
        | "PullThroughCacheRuleNotFoundException"
        | "SecretNotFoundException"
        | "UnableToAccessSecretException" => Some(ErrorClass::NotYet),
        "RepositoryAlreadyExistsException"
        | "TemplateAlreadyExistsException"
        | "PullThroughCacheRuleAlreadyExistsException" => Some(ErrorClass::Exists),
        "LimitExceededException" => Some(ErrorClass::Quota),
        // A key that was made a moment ago, or a policy that it was given: neither is known everywhere yet.
        "KmsException" => Some(ErrorClass::NotYet),
        // The principal of a policy may be a role that was made a moment ago.
        "InvalidParameterException" if message.contains("Principal not found") => Some(ErrorClass::NotYet),
        // So may the role of a rule or of a template.
        "InvalidParameterException" | "ValidationException" if speaks_of_new_role(message) => Some(ErrorClass::NotYet),
        _ => None,
    }
}

fn speaks_of_new_role(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    message.contains("role") && ["does not exist", "not found", "assume"].iter().any(|word| message.contains(word))
}

fn reads_or_removes(operation: &str) -> bool {
    ["Describe", "List", "Get", "Delete", "Untag", "Validate"].iter().any(|verb| operation.starts_with(verb))
}

/// Tags as the SDK wants them.
pub(crate) fn to_sdk(tags: &Tags, run: &Run<'_>) -> Result<Vec<Tag>, CallError> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    let bug = |error: aws_sdk_ecr::error::BuildError| CallError::bug(&run.step.operation, error.to_string());
    tags.iter().map(tag).collect::<Result<_, _>>().map_err(bug)
}

/// Tags as the SDK tells them.
pub(crate) fn from_sdk(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}
