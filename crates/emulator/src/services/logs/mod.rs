//! CloudWatch Logs: log groups. What is in them is not there.
//!
//! Sources: the CloudWatch Logs API reference, and "Encrypt log data in CloudWatch Logs using AWS KMS" in the user
//! guide. Destinations, query results and linked accounts are not there.

mod deletion;
mod deletion_protection;
mod encryption;
mod group;
mod quota;
mod retention;
mod tag;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{Refusals, Service, validation_error};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::tags::Tags;

use deletion::Deletion;
use group::LogGroup;

pub(crate) const SERVICE: Service = Service {
    name: "logs",
    operations: &[
        deletion::OPERATIONS,
        deletion_protection::OPERATIONS,
        encryption::OPERATIONS,
        group::OPERATIONS,
        retention::OPERATIONS,
        tag::OPERATIONS,
    ],
    invalid: |problems| validation_error(INVALID_PARAMETER, problems),
    unknown_caller: ("UnrecognizedClientException", 400),
    refusals: Refusals {
        prefix: "logs",
        throttled: ("ThrottlingException", 400),
        broken: &[("ServiceUnavailableException", 500)],
        denied: ("AccessDeniedException", 400),
    },
    quotas: quota::ALL,
};

const INVALID_PARAMETER: &str = "InvalidParameterException";

/// The log groups of one Region.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Logs {
    /// By name.
    groups: BTreeMap<String, LogGroup>,
    /// What was deleted lately, by name.
    deletions: BTreeMap<String, Deletion>,
}

impl Logs {
    /// Lets the time pass, once it has for the services that write logs.
    pub(crate) fn advance(&mut self, now: f64) {
        self.deletions.retain(|_, deletion| !deletion.is_past(now));
    }

    /// A service writes to the log group called `name`, which makes it if it is not there.
    pub(crate) fn write(&mut self, name: &str, at: f64) {
        self.groups.entry(name.to_owned()).or_insert_with(|| LogGroup::plain(name, at));
        self.deletions.remove(name);
    }

    /// When a service that writes to the log group called `name` makes it anew, if it was deleted.
    pub(crate) fn written_again(&self, name: &str) -> Option<f64> {
        self.deletions.get(name).map(|deletion| deletion.written_again)
    }

    /// Everything that can be tagged, by name.
    pub(crate) fn tagged(&self) -> impl Iterator<Item = (&str, &Tags)> {
        self.groups.values().map(|group| (group.name.as_str(), &group.tags))
    }

    /// The tags of the log group called `name`.
    pub(crate) fn tags_mut(&mut self, name: &str) -> Option<&mut Tags> {
        self.groups.get_mut(name).map(|group| &mut group.tags)
    }

    /// The log group called `name`, or the refusal.
    fn existing(&mut self, name: &str) -> Result<&mut LogGroup, ApiError> {
        self.groups.get_mut(name).ok_or_else(not_found)
    }
}

impl Call<'_> {
    /// The log groups of the call's Region.
    fn log_groups(&self) -> &Logs {
        static NOTHING: LazyLock<Logs> = LazyLock::new(Logs::default);
        self.account.regions.get(&self.region_name).map_or(&NOTHING, |region| &region.logs)
    }
}

/// The ARN of a log group, as tags and key policies name it.
pub(crate) fn group_arn(call: &Call<'_>, name: &str) -> String {
    call.arn("logs", &format!("log-group:{name}"))
}

/// The name in the ARN of a log group of this account and Region.
fn name_in_arn<'t>(call: &Call<'_>, arn: &'t str) -> Result<&'t str, ApiError> {
    let name = arn.strip_prefix(&group_arn(call, "")).filter(|name| !name.is_empty() && !name.contains(':'));
    name.ok_or_else(|| ApiError::new(INVALID_PARAMETER, format!("{arn} is not the ARN of a log group here")))
}

fn not_found() -> ApiError {
    ApiError::new("ResourceNotFoundException", "The specified log group does not exist.")
}

fn invalid<T>(message: impl Into<String>) -> Result<T, ApiError> {
    refuse(INVALID_PARAMETER, message)
}
