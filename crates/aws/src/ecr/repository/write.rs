//! Requests.

use std::collections::BTreeSet;

use aws_sdk_ecr::error::BuildError;
use aws_sdk_ecr::types::{
    EncryptionConfiguration, EncryptionType, ImageScanningConfiguration, ImageTagMutability,
    ImageTagMutabilityExclusionFilter, ImageTagMutabilityExclusionFilterType,
};
use eksctl_rs_core::{After, CallError, Lowered, Lowering, Progress, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::{LifecycleDocument, Spec, arn, holds_images, outputs};
use crate::ec2::literal;
use crate::ecr::to_sdk;
use crate::{Aws, PolicyDocument};

/// The calls of a repository.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// Everything that it is to be.
        spec: Box<Spec>,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Says whether a tag may be given to another image.
    TagMutability {
        /// The repository.
        name: String,
        /// Whether it may.
        mutability: String,
        /// The tags for which the contrary is true.
        exclusions: BTreeSet<String>,
    },
    /// Says whether images are scanned when they are pushed.
    Scanning {
        /// The repository.
        name: String,
        /// Whether they are.
        on_push: bool,
    },
    /// Says which images go by themselves; absent, none.
    Lifecycle {
        /// The repository.
        name: String,
        /// The lifecycle policy.
        policy: Option<LifecycleDocument>,
    },
    /// Says who may use it; absent, nobody but those whom IAM allows it.
    Policy {
        /// The repository.
        name: String,
        /// The policy.
        policy: Option<PolicyDocument>,
    },
    /// Sets tags.
    Tag {
        /// The repository.
        name: String,
        /// Key and value.
        tags: Tags,
    },
    /// Removes tags.
    Untag {
        /// The repository.
        name: String,
        /// The keys.
        keys: Vec<String>,
    },
    /// Deletes it.
    Delete {
        /// The repository.
        name: String,
        /// Whether its images go with it. Else ECR refuses if it holds some.
        force: bool,
    },
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    match &lowering.work {
        Work::Create { desired } => create(desired, lowering.ownership),
        Work::Update { desired, live, changed, retag, .. } => {
            let ownership = if *retag { lowering.ownership.clone() } else { Tags::new() };
            update(desired, live, changed, ownership)
        }
        Work::Delete { live, observed } => {
            let call = Call::Delete { name: live.name.clone(), force: holds_images(&observed.outputs) };
            vec![Lowered::new("ecr:DeleteRepository", call)]
        }
    }
}

fn create(desired: &Spec, ownership: &Tags) -> Vec<Lowered<Call>> {
    let mut tags = desired.tags.clone();
    tags.extend(ownership.clone());
    let create = Call::Create { spec: Box::new(desired.clone()), tags };
    let mut calls = vec![Lowered::creating("ecr:CreateRepository", create)];
    calls.extend(desired.lifecycle_policy.as_ref().map(|_| lifecycle(desired).after(After::First)));
    calls.extend(desired.repository_policy.as_ref().map(|_| policy(desired).after(After::First)));
    calls
}

fn update(desired: &Spec, live: &Spec, changed: &[&str], ownership: Tags) -> Vec<Lowered<Call>> {
    let name = desired.name.clone();
    let mut calls = Vec::new();
    if changed.iter().any(|field| field.starts_with("image_tag_mutability")) {
        let call = Call::TagMutability {
            name: name.clone(),
            mutability: desired.image_tag_mutability.clone(),
            exclusions: desired.image_tag_mutability_exclusions.clone(),
        };
        calls.push(Lowered::new("ecr:PutImageTagMutability", call));
    }
    if let (true, Some(on_push)) = (changed.contains(&"scan_on_push"), desired.scan_on_push) {
        let call = Call::Scanning { name: name.clone(), on_push };
        calls.push(Lowered::new("ecr:PutImageScanningConfiguration", call));
    }
    if changed.contains(&"lifecycle_policy") {
        calls.push(lifecycle(desired));
    }
    if changed.contains(&"repository_policy") {
        calls.push(policy(desired));
    }
    let keys: Vec<String> = live.tags.keys().filter(|key| !desired.tags.contains_key(*key)).cloned().collect();
    if !keys.is_empty() {
        calls.push(Lowered::new("ecr:UntagResource", Call::Untag { name: name.clone(), keys }));
    }
    // Each changes something of its own.
    let mut calls: Vec<_> = calls.into_iter().map(|call| call.after(After::Nothing)).collect();
    let new = desired.tags.iter().filter(|(key, value)| live.tags.get(*key) != Some(*value));
    let mut tags: Tags = new.map(|(key, value)| (key.clone(), value.clone())).collect();
    tags.extend(ownership);
    if !tags.is_empty() {
        // The digest says what was applied: it is written when everything else is.
        calls.push(Lowered::new("ecr:TagResource", Call::Tag { name, tags }));
    }
    calls
}

fn lifecycle(desired: &Spec) -> Lowered<Call> {
    let policy = desired.lifecycle_policy.clone();
    let operation = if policy.is_some() { "ecr:PutLifecyclePolicy" } else { "ecr:DeleteLifecyclePolicy" };
    Lowered::new(operation, Call::Lifecycle { name: desired.name.clone(), policy })
}

fn policy(desired: &Spec) -> Lowered<Call> {
    let policy = desired.repository_policy.clone();
    let operation = if policy.is_some() { "ecr:SetRepositoryPolicy" } else { "ecr:DeleteRepositoryPolicy" };
    Lowered::new(operation, Call::Policy { name: desired.name.clone(), policy })
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    let ecr = &aws.ecr;
    match call {
        Call::Create { spec, tags } => return create_repository(aws, &spec, &tags, run).await,
        Call::TagMutability { name, mutability, exclusions } => {
            let request = ecr.put_image_tag_mutability().repository_name(name);
            let request = request.image_tag_mutability(ImageTagMutability::from(mutability.as_str()));
            let request = request.set_image_tag_mutability_exclusion_filters(filters(&exclusions, run)?);
            aws.call("ecr:PutImageTagMutability", request.send()).await?;
        }
        Call::Scanning { name, on_push } => {
            let request = ecr.put_image_scanning_configuration().repository_name(name);
            let request = request.image_scanning_configuration(scanning(on_push));
            aws.call("ecr:PutImageScanningConfiguration", request.send()).await?;
        }
        Call::Lifecycle { name, policy: Some(policy) } => {
            let request = ecr.put_lifecycle_policy().repository_name(name).lifecycle_policy_text(policy.text());
            aws.call("ecr:PutLifecyclePolicy", request.send()).await?;
        }
        Call::Lifecycle { name, policy: None } => {
            aws.call("ecr:DeleteLifecyclePolicy", ecr.delete_lifecycle_policy().repository_name(name).send()).await?;
        }
        Call::Policy { name, policy: Some(policy) } => {
            let request = ecr.set_repository_policy().repository_name(name).policy_text(policy.text());
            aws.call("ecr:SetRepositoryPolicy", request.send()).await?;
        }
        Call::Policy { name, policy: None } => {
            aws.call("ecr:DeleteRepositoryPolicy", ecr.delete_repository_policy().repository_name(name).send()).await?;
        }
        Call::Tag { name, tags } => {
            let request = ecr.tag_resource().resource_arn(arn(&name, &aws.world));
            aws.call("ecr:TagResource", request.set_tags(Some(to_sdk(&tags, run)?)).send()).await?;
        }
        Call::Untag { name, keys } => {
            let request = ecr.untag_resource().resource_arn(arn(&name, &aws.world)).set_tag_keys(Some(keys));
            aws.call("ecr:UntagResource", request.send()).await?;
        }
        Call::Delete { name, force } => {
            let request = ecr.delete_repository().repository_name(name).set_force(force.then_some(true));
            aws.call("ecr:DeleteRepository", request.send()).await?;
        }
    }
    Ok(Progress::done())
}

async fn create_repository(aws: &Aws, spec: &Spec, tags: &Tags, run: &Run<'_>) -> Result<Progress, CallError> {
    let key = spec.kms_key.as_ref().map(|key| literal(key, run)).transpose()?;
    let encryption = EncryptionConfiguration::builder()
        .encryption_type(EncryptionType::from(spec.encryption_type.as_str()))
        .set_kms_key(key)
        .build()
        .map_err(|error| bug(&error, run))?;
    let request = aws
        .ecr
        .create_repository()
        .repository_name(&spec.name)
        .image_tag_mutability(ImageTagMutability::from(spec.image_tag_mutability.as_str()))
        .set_image_tag_mutability_exclusion_filters(filters(&spec.image_tag_mutability_exclusions, run)?)
        .set_image_scanning_configuration(spec.scan_on_push.map(scanning))
        .encryption_configuration(encryption)
        .set_tags(Some(to_sdk(tags, run)?));
    aws.call("ecr:CreateRepository", request.send()).await?;
    Ok(Progress::Done { outputs: outputs(&spec.name, &aws.world) })
}

fn scanning(on_push: bool) -> ImageScanningConfiguration {
    ImageScanningConfiguration::builder().scan_on_push(on_push).build()
}

/// The exclusions, if there are some.
fn filters(
    exclusions: &BTreeSet<String>,
    run: &Run<'_>,
) -> Result<Option<Vec<ImageTagMutabilityExclusionFilter>>, CallError> {
    let filter = |text: &String| {
        ImageTagMutabilityExclusionFilter::builder()
            .filter_type(ImageTagMutabilityExclusionFilterType::Wildcard)
            .filter(text)
            .build()
    };
    let filters: Vec<_> = exclusions.iter().map(filter).collect::<Result<_, _>>().map_err(|error| bug(&error, run))?;
    Ok((!filters.is_empty()).then_some(filters))
}

fn bug(error: &BuildError, run: &Run<'_>) -> CallError {
    CallError::bug(&run.step.operation, error.to_string())
}
