//! EC2: networks and what is in them.
//!
//! Error codes: "Error codes for the Amazon EC2 API" in the EC2 developer guide.

mod vpc;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Service;
use crate::error::ApiError;
use crate::page::Paging;
use crate::tags::Tags;
use crate::validate::{Problem, ProblemKind};

pub(crate) use vpc::Vpc;

pub(crate) const SERVICE: Service =
    Service { name: "ec2", operations: &[vpc::OPERATIONS], invalid, unknown_caller: ("AuthFailure", 401) };

/// The networks of one Region.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Ec2 {
    pub(crate) vpcs: BTreeMap<String, Vpc>,
}

impl Ec2 {
    /// Everything that can be tagged: its type as in its ARN, its id, its tags.
    pub(crate) fn tagged(&self) -> Vec<(&'static str, String, &Tags)> {
        self.vpcs.values().map(|vpc| ("vpc", vpc.id.clone(), &vpc.tags)).collect()
    }

    /// The tags of the resource `id`.
    pub(crate) fn tags_mut(&mut self, id: &str) -> Option<&mut Tags> {
        self.vpcs.get_mut(id).map(|vpc| &mut vpc.tags)
    }

    /// What is due by `now` happens.
    pub(crate) fn advance(&mut self, _now: f64) {}
}

/// How EC2 names the parts of a page. Source: EC2 API reference, "Pagination".
const PAGING: Paging = Paging { size: "MaxResults", token: "NextToken", default: 1000, bad_token: "InvalidNextToken" };

fn invalid(problems: &[Problem]) -> ApiError {
    let missing: Vec<&str> = problems
        .iter()
        .filter(|problem| problem.kind == ProblemKind::Missing)
        .map(|problem| problem.path.as_str())
        .collect();
    if let Some(first) = missing.first() {
        return ApiError::new("MissingParameter", format!("The request must contain the parameter {first}"));
    }
    match problems.first() {
        Some(Problem { path, kind: ProblemKind::Invalid { value, constraint } }) => {
            ApiError::new("InvalidParameterValue", format!("Invalid value '{value}' for {path}. {constraint}"))
        }
        Some(Problem { path, .. }) => {
            ApiError::new("UnknownParameter", format!("The parameter {path} is not recognized"))
        }
        None => ApiError::new("InvalidParameterValue", "Invalid request"),
    }
}
