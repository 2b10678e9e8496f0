//! Managed policies: AWS's own, which nobody can change, and those of the account.

mod catalogue;
pub(super) mod customer;
pub(super) mod read;
pub(super) mod tag;
mod usage;
pub(super) mod version;

use serde_json::{Value, json};

use super::no_such_entity;
use crate::call::Call;
use crate::error::{ApiError, refuse};

use catalogue::{AwsPolicy, CATALOGUE};
use usage::Usage;

pub(crate) use customer::CustomerPolicy;

/// A managed policy that is there.
#[derive(Clone, Copy)]
pub(super) enum ManagedPolicy<'c> {
    Aws(&'static AwsPolicy),
    Customer(&'c CustomerPolicy),
}

impl ManagedPolicy<'_> {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Aws(policy) => &policy.name,
            Self::Customer(policy) => &policy.name,
        }
    }

    pub(super) fn path(&self) -> &str {
        match self {
            Self::Aws(policy) => &policy.path,
            Self::Customer(policy) => &policy.path,
        }
    }

    /// Whether only a service can attach it, to its service-linked role.
    fn is_linked(&self) -> bool {
        matches!(self, Self::Aws(policy) if policy.is_linked())
    }

    fn arn(&self, partition: &str) -> String {
        match self {
            Self::Aws(policy) => policy.arn(partition),
            Self::Customer(policy) => policy.arn.clone(),
        }
    }

    fn description(&self) -> Option<&str> {
        match self {
            Self::Aws(policy) => Some(&policy.description),
            Self::Customer(policy) => policy.description.as_deref(),
        }
    }

    /// What lists tell of it: neither description nor tags. Source: `Policy`.
    fn in_list(&self, call: &Call<'_>) -> Value {
        let arn = self.arn(call.partition());
        let mut shown = match self {
            Self::Aws(policy) => policy.own_part(&arn),
            Self::Customer(policy) => policy.own_part(call.epoch),
        };
        shown["PolicyName"] = self.name().into();
        shown["Path"] = self.path().into();
        shown["AttachmentCount"] = Usage::Permissions.count(&call.account.global.iam, &arn).into();
        shown["PermissionsBoundaryUsageCount"] = Usage::Boundary.count(&call.account.global.iam, &arn).into();
        shown["IsAttachable"] = true.into();
        shown["Arn"] = arn.into();
        shown
    }
}

/// The policy with the ARN `arn`, if there is one. Text that is no ARN of a policy is refused.
pub(super) fn find<'c>(call: &'c Call<'_>, arn: &str) -> Result<Option<ManagedPolicy<'c>>, ApiError> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, "iam", "", "aws", resource] if resource.starts_with("policy/") => {
            let found = CATALOGUE.iter().find(|policy| policy.arn(call.partition()) == arn);
            Ok(found.map(ManagedPolicy::Aws))
        }
        ["arn", _, "iam", "", _, resource] if resource.starts_with("policy/") => {
            Ok(call.account.global.iam.policies.get(arn).map(ManagedPolicy::Customer))
        }
        _ => refuse("InvalidInput", format!("ARN {arn} is not valid.")),
    }
}

/// Refuses what nobody can attach to a `holder`, be it to allow or to limit something; `subject` begins IAM's words.
pub(super) fn check_attachable(call: &Call<'_>, arn: &str, subject: &str, holder: &str) -> Result<(), ApiError> {
    match find(call, arn)? {
        None => Err(no_such_entity(format!("{subject} {arn} does not exist or is not attachable."))),
        Some(policy) if policy.is_linked() => {
            refuse("PolicyNotAttachable", format!("Cannot attach a Service Role Policy to a Customer {holder}."))
        }
        Some(_) => Ok(()),
    }
}

/// The policy that the call is about.
fn asked<'c>(call: &'c Call<'_>) -> Result<ManagedPolicy<'c>, ApiError> {
    let arn = call.required("PolicyArn");
    find(call, &arn)?.ok_or_else(|| no_such_policy(&arn))
}

/// The policy that the call changes: AWS's own belong to another account.
fn asked_mut<'c>(call: &'c mut Call<'_>) -> Result<&'c mut CustomerPolicy, ApiError> {
    let arn = call.required("PolicyArn");
    match asked(call)? {
        ManagedPolicy::Customer(_) => {}
        ManagedPolicy::Aws(_) => {
            let message = format!(
                "User: {} is not authorized to perform: iam:{} on resource: policy {arn}",
                call.caller.arn, call.operation
            );
            return Err(ApiError::with_status("AccessDenied", 403, message));
        }
    }
    call.iam().policies.get_mut(&arn).ok_or_else(|| no_such_policy(&arn))
}

fn no_such_policy(arn: &str) -> ApiError {
    no_such_entity(format!("Policy {arn} was not found."))
}

fn no_such_version(arn: &str, version: &str) -> ApiError {
    no_such_entity(format!("Policy {arn} version {version} does not exist."))
}

/// A version as IAM tells of it, without its document.
fn show_version(id: &str, is_default: bool, created: f64) -> Value {
    json!({ "VersionId": id, "IsDefaultVersion": is_default, "CreateDate": created })
}
