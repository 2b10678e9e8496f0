//! ECR: the registry, its repositories and what is done with all of them.

pub mod creation_template;
mod lifecycle;
pub mod pull_through_cache_rule;
pub mod registry_replication;
pub mod registry_scanning;
pub mod repository;

use aws_sdk_ecr::types::Tag;
use eksctl_rs_core::{Address, CallError, ErrorClass, Progress, Run, Tags, tag};

use crate::kind::Found;
use crate::reads::Reads;

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

/// What a reader should know of a setting of the whole registry.
const STAYS: &str = "this is set for the whole registry, that is for everybody in this account and Region; it stays as it is \
                     when the stack drops it or is destroyed";

/// A registry has every setting always. One at its default is "not there" for a stack that wants something else.
fn unset<S: PartialEq>(live: &S, wanted: &S, default: &S) -> bool {
    live == default && wanted != default
}

/// A setting of the whole registry as the one of a stack that wants it.
fn of_the_registry<S>(live: S, address: Address, reads: &Reads<'_>) -> Found<S> {
    let owner = Tags::from([(tag::STACK.to_owned(), reads.world().stack.to_string())]);
    Found::new(&reads.world().account, live, owner).asked_as(Some(address))
}

/// A setting of the whole registry is there as soon as it is set.
fn registry_set() -> Progress {
    Progress::done()
}
