//! ECR: repositories and what is in them, the registry, pull-through caches, templates for repositories.
//!
//! Images are manifests alone: no layer is ever uploaded or missed. No lifecycle policy expires anything, nothing is
//! scanned, replicated or pulled through. Sources: the ECR API reference, and its user guide: "Amazon ECR service
//! quotas", "Private repository policies", "Examples of lifecycle policies". The messages are those that ECR is known to
//! answer with.

mod image;
mod mutability;
mod policy_text;
mod pull_through_cache;
mod quota;
mod registry;
mod repository;
mod template;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Refusals, Service};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::page::{Paging, page};
use crate::tags::Tags;
use crate::validate::{Problem, ProblemKind};

use registry::Registry;
use repository::Repository;
use template::Template;

pub(crate) const SERVICE: Service = Service {
    name: "ecr",
    operations: &[
        image::OPERATIONS,
        image::read::OPERATIONS,
        pull_through_cache::OPERATIONS,
        pull_through_cache::validate::OPERATIONS,
        registry::policy::OPERATIONS,
        registry::replication::OPERATIONS,
        registry::scanning::OPERATIONS,
        registry::setting::OPERATIONS,
        registry::token::OPERATIONS,
        repository::OPERATIONS,
        repository::lifecycle::OPERATIONS,
        repository::policy::OPERATIONS,
        repository::settings::OPERATIONS,
        repository::tag::OPERATIONS,
        template::OPERATIONS,
    ],
    invalid,
    unknown_caller: ("UnrecognizedClientException", 400),
    refusals: Refusals {
        prefix: "ecr",
        throttled: ("ThrottlingException", 400),
        broken: &[("ServerException", 500)],
        denied: ("AccessDeniedException", 400),
    },
    quotas: quota::ALL,
};

const INVALID: &str = "InvalidParameterException";
const LIMIT_EXCEEDED: &str = "LimitExceededException";
const VALIDATION: &str = "ValidationException";

/// The registry of one Region.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Ecr {
    /// By name.
    repositories: BTreeMap<String, Repository>,
    registry: Registry,
    /// By prefix, without a slash at its end.
    rules: BTreeMap<String, pull_through_cache::Rule>,
    /// By prefix, without a slash at its end.
    templates: BTreeMap<String, Template>,
}

impl Ecr {
    /// Everything that can be tagged, by ARN.
    pub(crate) fn tagged(&self) -> Vec<(String, &Tags)> {
        self.repositories.values().map(|repository| (repository.arn.clone(), &repository.tags)).collect()
    }

    /// The tags of the repository `arn`.
    pub(crate) fn tags_mut(&mut self, arn: &str) -> Option<&mut Tags> {
        self.repositories.values_mut().find(|repository| repository.arn == arn).map(|found| &mut found.tags)
    }
}

impl Call<'_> {
    fn ecr(&mut self) -> &mut Ecr {
        &mut self.region().ecr
    }

    /// The registry of the call's Region.
    fn registry(&self) -> &Ecr {
        static NOTHING: LazyLock<Ecr> = LazyLock::new(Ecr::default);
        self.account.regions.get(&self.region_name).map_or(&NOTHING, |region| &region.ecr)
    }
}

/// The first problem in ECR's words.
fn invalid(problems: &[Problem]) -> ApiError {
    let Some(problem) = problems.first() else { return ApiError::new(INVALID, "Invalid request") };
    let constraint = match &problem.kind {
        ProblemKind::Missing => "Member must not be null",
        ProblemKind::Unknown => "Unknown parameter in input",
        ProblemKind::Invalid { constraint, .. } => constraint,
    };
    invalid_at(&problem.path, constraint)
}

fn invalid_at(parameter: &str, constraint: &str) -> ApiError {
    let message = format!("Invalid parameter at '{parameter}' failed to satisfy constraint: '{constraint}'");
    ApiError::new(INVALID, message)
}

/// Refuses registries of other accounts: their policies are not known.
fn check_registry(call: &Call<'_>) -> Result<(), ApiError> {
    match call.text("registryId") {
        Some(other) if other != call.account_id => {
            let message = format!(
                "User: {} is not authorized to perform: ecr:{} on resource: arn:{}:ecr:{}:{other}:*",
                call.caller.arn,
                call.operation,
                call.partition(),
                call.region_name
            );
            refuse("AccessDeniedException", message)
        }
        _ => Ok(()),
    }
}

/// The page of `all` that the call asks for, under the name `list`.
fn listed(call: &Call<'_>, list: &str, all: Vec<Value>) -> Result<Value, ApiError> {
    let paging = Paging { size: "maxResults", token: "nextToken", default: 100, bad_token: INVALID };
    let (shown, next) = page(&call.input, paging, all)?;
    Ok(json!({ "registryId": call.account_id, list: shown, "nextToken": next }))
}

/// Texts of a list.
fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}
