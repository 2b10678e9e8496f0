//! Requests.

use aws_sdk_ecr::operation::validate_pull_through_cache_rule::ValidatePullThroughCacheRuleOutput;
use aws_sdk_ecr::types::UpstreamRegistry;
use eksctl_rs_core::{After, CallError, ErrorClass, Issue, Lowered, Lowering, Outputs, Progress, Reference, Run, Work};
use serde::{Deserialize, Serialize};

use super::{Spec, outputs};
use crate::Aws;
use crate::ec2::literal;
use crate::ecr::creation_template::mark::Mark;

/// The calls of a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// Everything that it is to be.
        rule: Box<Spec>,
    },
    /// Changes with what ECR reads the other registry.
    Update {
        /// The rule.
        prefix: Reference,
        /// The ARN of a secret.
        credential: Option<Reference>,
        /// The ARN of a role.
        custom_role: Option<Reference>,
    },
    /// Lets ECR try it.
    Validate {
        /// The rule.
        prefix: Reference,
    },
    /// Deletes it.
    Delete {
        /// The rule.
        prefix: Reference,
    },
}

/// How often a rule is tried before it counts as wrong: what it needs may have been made a moment ago.
const TRIES: u32 = 8;

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    match &lowering.work {
        Work::Create { desired } => vec![create(desired), validate(desired)],
        Work::Update { desired, live, changed, .. } => update(desired, live, changed),
        Work::Delete { live, .. } => vec![delete(live)],
    }
}

fn create(desired: &Spec) -> Lowered<Call> {
    Lowered::creating("ecr:CreatePullThroughCacheRule", Call::Create { rule: Box::new(desired.clone()) })
}

fn validate(desired: &Spec) -> Lowered<Call> {
    let validate = Call::Validate { prefix: desired.prefix.clone() };
    Lowered::new("ecr:ValidatePullThroughCacheRule", validate).after(After::Previous)
}

fn delete(live: &Spec) -> Lowered<Call> {
    Lowered::new("ecr:DeletePullThroughCacheRule", Call::Delete { prefix: live.prefix.clone() })
}

/// No call takes credentials away from a rule: it is made anew. What it has filled stays.
fn update(desired: &Spec, live: &Spec, changed: &[&str]) -> Vec<Lowered<Call>> {
    let lets_go = |wanted: &Option<Reference>, there: &Option<Reference>| wanted.is_none() && there.is_some();
    if lets_go(&desired.credential, &live.credential) || lets_go(&desired.custom_role, &live.custom_role) {
        return vec![delete(live), create(desired), validate(desired)];
    }
    let mut calls = Vec::new();
    if changed.contains(&"credential") || changed.contains(&"custom_role") {
        let (credential, custom_role) = (desired.credential.clone(), desired.custom_role.clone());
        let update = Call::Update { prefix: desired.prefix.clone(), credential, custom_role };
        calls.push(Lowered::new("ecr:UpdatePullThroughCacheRule", update));
    }
    calls.push(validate(desired));
    calls
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    let arn = |reference: &Option<Reference>| reference.as_ref().map(|found| literal(found, run)).transpose();
    match call {
        Call::Create { rule } => {
            let prefix = literal(&rule.prefix, run)?;
            let request = aws
                .ecr
                .create_pull_through_cache_rule()
                .ecr_repository_prefix(&prefix)
                .upstream_registry(UpstreamRegistry::from(rule.upstream_registry.as_str()))
                .upstream_registry_url(&rule.upstream_registry_url)
                .upstream_repository_prefix(&rule.upstream_repository_prefix)
                .set_credential_arn(arn(&rule.credential)?)
                .set_custom_role_arn(arn(&rule.custom_role)?);
            aws.call("ecr:CreatePullThroughCacheRule", request.send()).await?;
            Ok(Progress::Done { outputs: outputs(&prefix, &aws.world) })
        }
        Call::Update { prefix, credential, custom_role } => {
            let request = aws
                .ecr
                .update_pull_through_cache_rule()
                .ecr_repository_prefix(literal(&prefix, run)?)
                .set_credential_arn(arn(&credential)?)
                .set_custom_role_arn(arn(&custom_role)?);
            aws.call("ecr:UpdatePullThroughCacheRule", request.send()).await?;
            Ok(Progress::done())
        }
        Call::Validate { prefix } => try_it(aws, &literal(&prefix, run)?, run).await,
        Call::Delete { prefix } => {
            let request = aws.ecr.delete_pull_through_cache_rule().ecr_repository_prefix(literal(&prefix, run)?);
            aws.call("ecr:DeletePullThroughCacheRule", request.send()).await?;
            Ok(Progress::done())
        }
    }
}

/// Rules are complete when they are made: this answers for a creation whose answer was lost. And it tries a rule again.
pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let prefix = match &call {
        Some(Call::Validate { prefix }) => return try_it(aws, &literal(prefix, run)?, run).await,
        Some(Call::Create { rule }) => literal(&rule.prefix, run)?,
        _ => run.outputs.get("prefix").cloned().unwrap_or_default(),
    };
    let rules = aws.ecr.describe_pull_through_cache_rules().ecr_repository_prefixes(&prefix);
    aws.call("ecr:DescribePullThroughCacheRules", rules.send()).await?;
    let templates = aws.ecr.describe_repository_creation_templates().prefixes(&prefix);
    let templates = aws.call("ecr:DescribeRepositoryCreationTemplates", templates.send()).await?;
    let vouches = templates.repository_creation_templates().iter().any(|template| {
        let (_, mark) = Mark::split(template.description().unwrap_or_default());
        mark.is_some_and(|mark| mark.vouches && mark.is_of(&aws.world.stack))
    });
    match vouches {
        true => Ok(Progress::Done { outputs: outputs(&prefix, &aws.world) }),
        false => Err(CallError::new(
            ErrorClass::Gone,
            &run.step.operation,
            "NotOurs",
            "the rule is not this stack's: no template vouches for it",
        )),
    }
}

async fn try_it(aws: &Aws, prefix: &str, run: &Run<'_>) -> Result<Progress, CallError> {
    let request = aws.ecr.validate_pull_through_cache_rule().ecr_repository_prefix(prefix);
    let answer = aws.call("ecr:ValidatePullThroughCacheRule", request.send()).await?;
    let tries = 1 + run.follow.as_ref().and_then(|tries| tries.parse::<u32>().ok()).unwrap_or_default();
    verdict(&answer, tries, &run.step.operation)
}

/// What AWS says of a rule after it was tried so often.
pub(super) fn verdict(
    answer: &ValidatePullThroughCacheRuleOutput,
    tries: u32,
    operation: &str,
) -> Result<Progress, CallError> {
    if answer.is_valid() {
        return Ok(Progress::done());
    }
    let failure = answer.failure().unwrap_or("AWS gives no reason").trim_end_matches('.').to_owned();
    if tries < TRIES {
        let issues = vec![Issue { code: "NotValid".to_owned(), message: failure }];
        let follow = Some(tries.to_string());
        return Ok(Progress::Pending { status: "not valid".to_owned(), follow, outputs: Outputs::new(), issues });
    }
    let message = format!(
        "{failure}. The rule is there, and nothing can be pulled through it: correct the credentials and raise their \
         revision, or wait until the registry can be reached"
    );
    Err(CallError::new(ErrorClass::Invalid, operation, "NotValid", message))
}
