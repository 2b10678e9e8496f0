//! IAM: roles, groups and managed policies, what they allow, and whom roles trust.
//!
//! Of users there is only as much as groups need.
//! Sources: the IAM API reference, and "IAM and AWS STS quotas" in the IAM user guide.

mod attachment;
mod condition;
pub(crate) mod document;
mod group;
mod inline_policy;
mod instance_profile;
mod instance_profile_tag;
mod managed_policy;
mod oidc_provider;
pub(crate) mod permission_set;
mod permissions_boundary;
mod permissions_policy;
pub(crate) mod principal;
mod quota;
mod role;
mod role_settings;
mod role_tag;
pub(crate) mod service_linked_role;
mod tag;
mod trust_policy;
mod user;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Refusals, Service, validation_error};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::page::{Paging, page};

pub(crate) use group::Group;
pub(crate) use instance_profile::InstanceProfile;
pub(crate) use managed_policy::CustomerPolicy;
pub(crate) use oidc_provider::OidcProvider;
pub(crate) use role::Role;
pub(crate) use user::User;

pub(crate) const SERVICE: Service = Service {
    name: "iam",
    operations: &[
        attachment::OPERATIONS,
        group::OPERATIONS,
        group::attachment::OPERATIONS,
        group::inline_policy::OPERATIONS,
        group::member::OPERATIONS,
        inline_policy::OPERATIONS,
        instance_profile::OPERATIONS,
        instance_profile_tag::OPERATIONS,
        managed_policy::customer::OPERATIONS,
        managed_policy::read::OPERATIONS,
        managed_policy::tag::OPERATIONS,
        managed_policy::version::OPERATIONS,
        oidc_provider::OPERATIONS,
        oidc_provider::client_id::OPERATIONS,
        oidc_provider::tag::OPERATIONS,
        permissions_boundary::OPERATIONS,
        role::OPERATIONS,
        role_settings::OPERATIONS,
        role_tag::OPERATIONS,
        service_linked_role::OPERATIONS,
        user::OPERATIONS,
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

/// What IAM has of one account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Iam {
    /// By name.
    roles: BTreeMap<String, Role>,
    /// By name.
    pub(crate) instance_profiles: BTreeMap<String, InstanceProfile>,
    /// By ARN.
    policies: BTreeMap<String, CustomerPolicy>,
    /// By name.
    groups: BTreeMap<String, Group>,
    /// By name.
    users: BTreeMap<String, User>,
    /// By ARN.
    oidc_providers: BTreeMap<String, OidcProvider>,
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

    /// The role called `name`, for a change that AWS alone may make of a protected one.
    fn modifiable(&mut self, name: &str) -> Result<&mut Role, ApiError> {
        let role = self.existing_mut(name)?;
        if role.is_protected() {
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
