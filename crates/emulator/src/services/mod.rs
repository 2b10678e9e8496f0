//! The services, a folder each; in it, a file per kind of thing.
//!
//! An operation is a function from a [`Call`] to its output, both in the names of AWS's model, and one line in the
//! `OPERATIONS` of its file. It checks everything first and changes the world last.

pub(crate) mod ec2;
pub(crate) mod ecr;
pub(crate) mod eks;
pub(crate) mod elb;
pub(crate) mod iam;
pub(crate) mod kms;
pub(crate) mod logs;
mod refusals;
pub(crate) mod secretsmanager;
pub(crate) mod sts;
pub(crate) mod tagging;

use serde_json::Value;

use crate::call::Call;
use crate::error::ApiError;
use crate::quota::Quota;
use crate::validate::{Problem, ProblemKind};
use crate::world::Account;

pub(crate) use refusals::Refusals;

/// What an operation does.
pub(crate) type Handler = fn(&mut Call<'_>) -> Result<Value, ApiError>;

/// Operations by name.
pub(crate) type Operations = &'static [(&'static str, Handler)];

/// A service.
pub(crate) struct Service {
    /// The name in a signature's scope.
    pub(crate) name: &'static str,
    /// The operations, file by file.
    pub(crate) operations: &'static [Operations],
    /// The refusal of a request that is not what the model says.
    pub(crate) invalid: fn(&[Problem]) -> ApiError,
    /// The refusal of a caller that the service does not know: code and HTTP status.
    pub(crate) unknown_caller: (&'static str, u16),
    /// What it answers when the weather is bad.
    pub(crate) refusals: Refusals,
    /// How many there may be of what it has.
    pub(crate) quotas: &'static [Quota],
}

const SERVICES: &[Service] = &[
    ec2::SERVICE,
    ecr::SERVICE,
    eks::SERVICE,
    elb::SERVICE,
    iam::SERVICE,
    kms::SERVICE,
    logs::SERVICE,
    secretsmanager::SERVICE,
    sts::SERVICE,
    tagging::SERVICE,
];

/// All services.
pub(crate) fn all() -> &'static [Service] {
    SERVICES
}

/// The quotas of all services.
pub(crate) fn quotas() -> impl Iterator<Item = &'static Quota> {
    SERVICES.iter().flat_map(|service| service.quotas)
}

/// Whether an operation changes nothing.
pub(crate) fn reads(operation: &str) -> bool {
    ["BatchGet", "Describe", "Get", "List", "Search", "Validate"].iter().any(|verb| operation.starts_with(verb))
}

impl Service {
    /// The service called `name`.
    pub(crate) fn find(name: &str) -> Option<&'static Self> {
        SERVICES.iter().find(|service| service.name == name)
    }

    /// An operation as policies call it.
    pub(crate) fn action(&self, operation: &str) -> String {
        format!("{}:{operation}", self.refusals.prefix)
    }

    /// The operation called `name`.
    pub(crate) fn operation(&self, name: &str) -> Option<(&'static str, Handler)> {
        self.operations.iter().flat_map(|group| group.iter()).find(|(found, _)| *found == name).copied()
    }
}

/// Lets the time pass in one account: what is due by `now` happens.
pub(crate) fn advance(account: &mut Account, now: f64) {
    for region in account.regions.values_mut() {
        region.ec2.advance(now);
        region.kms.advance(now);
        eks::advance(region, &mut account.global.iam, now);
        region.elb.advance(&mut region.ec2, now);
        region.ec2.advance_instances(now);
        region.logs.advance(now);
        region.secretsmanager.advance(now);
    }
}

/// The refusal in the words of the query protocol's older services and of the JSON ones.
pub(crate) fn validation_error(code: &str, problems: &[Problem]) -> ApiError {
    let details: Vec<String> = problems
        .iter()
        .map(|problem| (java_path(&problem.path), problem))
        .map(|(path, problem)| match &problem.kind {
            ProblemKind::Missing => {
                format!("Value null at '{path}' failed to satisfy constraint: Member must not be null")
            }
            ProblemKind::Unknown => format!("Unknown parameter in input: '{}'", problem.path),
            ProblemKind::Invalid { value, constraint } => {
                format!("Value '{value}' at '{path}' failed to satisfy constraint: {constraint}")
            }
        })
        .collect();
    let count = problems.len();
    let errors = if count == 1 { "error" } else { "errors" };
    ApiError::new(code, format!("{count} validation {errors} detected: {}", details.join("; ")))
}

/// `Tags[0].Key` as these services name it in their refusals: `tags.1.member.key`.
fn java_path(path: &str) -> String {
    let step = |step: &str| {
        let (name, index) = step.split_once('[').map_or((step, None), |(name, index)| (name, Some(index)));
        let mut letters = name.chars();
        let name: String = letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect();
        match index.and_then(|index| index.trim_end_matches(']').parse::<usize>().ok()) {
            Some(index) => format!("{name}.{}.member", index + 1),
            None => name,
        }
    };
    path.split('.').map(step).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MODELS;

    #[test]
    fn refusals_name_parameters_as_aws_does() {
        let missing = Problem { path: "Tags[0].Key".to_owned(), kind: ProblemKind::Missing };
        let message = validation_error("ValidationError", &[missing]).message;
        assert!(
            message.starts_with("1 validation error detected: Value null at 'tags.1.member.key' failed"),
            "{message}"
        );
    }

    #[test]
    fn every_operation_of_the_models_is_there_and_no_other() {
        for service in SERVICES {
            let mut there: Vec<&str> =
                service.operations.iter().flat_map(|group| group.iter()).map(|op| op.0).collect();
            there.sort_unstable();
            let wanted: Vec<&str> = MODELS[service.name].operations.keys().map(String::as_str).collect();
            assert_eq!(there, wanted, "{}", service.name);
        }
    }

    #[test]
    fn quotas_have_names_of_their_own() {
        let names: Vec<&str> = quotas().map(|quota| quota.name).collect();
        assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), names.len());
        for service in SERVICES {
            let prefix = format!("{}.", service.name);
            assert!(service.quotas.iter().all(|quota| quota.name.starts_with(&prefix)), "{}", service.name);
        }
    }
}
