//! IAM: roles, what they may do, and who may assume them.
//!
//! Users, groups and the policies of customers are not there: a role gets AWS's own managed policies and inline ones.
//! Sources: the IAM API reference, and "IAM and AWS STS quotas" in the IAM user guide.

mod attachment;
pub(crate) mod document;
mod inline_policy;
mod instance_profile;
mod managed_policy;
mod permissions_boundary;
mod permissions_policy;
pub(crate) mod principal;
mod quota;
mod role;
mod role_settings;
mod role_tag;
pub(crate) mod service_linked_role;
mod trust_policy;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Refusals, Service, validation_error};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::page::{Paging, page};

pub(crate) use instance_profile::InstanceProfile;
pub(crate) use role::Role;

pub(crate) const SERVICE: Service = Service {
    name: "iam",
    operations: &[
        attachment::OPERATIONS,
        inline_policy::OPERATIONS,
        instance_profile::OPERATIONS,
        managed_policy::OPERATIONS,
        permissions_boundary::OPERATIONS,
        role::OPERATIONS,
        role_settings::OPERATIONS,
        role_tag::OPERATIONS,
        service_linked_role::OPERATIONS,
    ],
    invalid: |problems| validation_error("ValidationError", problems),
    unknown_caller: ("InvalidClientTokenId", 403),
    refusals: Refusals {
        prefix: "iam",
        throttled: ("Throttling", 400),
        broken: &[("ServiceFailure", 500)],
        denied: ("AccessDenied", 403),
    },
    quotas: quota::ALL,
};

/// The roles of one account, and what belongs to them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Iam {
    /// By name.
    roles: BTreeMap<String, Role>,
    /// By name.
    pub(crate) instance_profiles: BTreeMap<String, InstanceProfile>,
    /// The tasks that deleted service-linked roles.
    deletions: BTreeSet<String>,
}

impl Iam {
    /// The role called `name`.
    pub(crate) fn role(&self, name: &str) -> Option<&Role> {
        self.roles.get(name)
    }

    /// The role with the ARN `arn`.
    pub(crate) fn role_by_arn(&self, arn: &str) -> Option<&Role> {
        self.roles.values().find(|role| role.arn == arn)
    }

    /// The role called `name`, or IAM's refusal.
    fn existing(&self, name: &str) -> Result<&Role, ApiError> {
        self.role(name).ok_or_else(|| no_such_role(name))
    }

    /// The role called `name`, for a change that is free for all roles.
    fn existing_mut(&mut self, name: &str) -> Result<&mut Role, ApiError> {
        self.roles.get_mut(name).ok_or_else(|| no_such_role(name))
    }

    /// The role called `name`, for a change that only its service may make of a service-linked one.
    fn modifiable(&mut self, name: &str) -> Result<&mut Role, ApiError> {
        let role = self.existing_mut(name)?;
        if role.service_linked.is_some() {
            let message = format!(
                "Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS"
            );
            return refuse("UnmodifiableEntity", message);
        }
        Ok(role)
    }
}

/// How IAM names the parts of a page.
const PAGING: Paging = Paging { size: "MaxItems", token: "Marker", default: 100, bad_token: "ValidationError" };

/// The page of `all` that the call asks for, under the name `list`.
fn listed(call: &Call<'_>, list: &str, all: Vec<Value>) -> Result<Value, ApiError> {
    let (shown, next) = page(&call.input, PAGING, all)?;
    Ok(json!({ list: shown, "IsTruncated": next.is_some(), "Marker": next }))
}

/// The path that a list is limited to.
fn path_prefix<'c>(call: &'c Call<'_>) -> &'c str {
    call.text("PathPrefix").unwrap_or("/")
}

/// `NoSuchEntity`. Some operations refuse with it and do not declare it, so that the model has no status for it.
fn no_such_entity(message: String) -> ApiError {
    ApiError::with_status("NoSuchEntity", 404, message)
}

fn no_such_role(name: &str) -> ApiError {
    no_such_entity(format!("The role with name {name} cannot be found."))
}

fn quota_exceeded<T>(quota: &str, limit: usize) -> Result<T, ApiError> {
    Err(ApiError::with_status("LimitExceeded", 409, format!("Cannot exceed quota for {quota}: {limit}")))
}
