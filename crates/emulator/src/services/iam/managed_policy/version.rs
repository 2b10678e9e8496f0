//! Versions of managed policies: at most five, of which one counts.

use serde_json::{Value, json};

use super::catalogue::{CREATED, VERSION};
use super::customer::{CustomerPolicy, Version, check_document};
use super::{ManagedPolicy, asked, asked_mut, no_such_version, show_version};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::iam::{document, listed};

pub(in crate::services::iam) const OPERATIONS: Operations = &[
    ("CreatePolicyVersion", create_policy_version),
    ("DeletePolicyVersion", delete_policy_version),
    ("GetPolicyVersion", get_policy_version),
    ("ListPolicyVersions", list_policy_versions),
    ("SetDefaultPolicyVersion", set_default_policy_version),
];

/// Source: "IAM and AWS STS quotas", versions of a managed policy that can be stored.
const VERSIONS: usize = 5;

impl CustomerPolicy {
    /// The number of the version that the call names.
    fn number(&self, id: &str) -> Result<u64, ApiError> {
        let number = id.strip_prefix('v').and_then(|number| number.parse().ok());
        number.filter(|number| self.versions.contains_key(number)).ok_or_else(|| no_such_version(&self.arn, id))
    }

    fn show_version(&self, number: u64, epoch: f64) -> Value {
        let created_at = self.versions.get(&number).map_or(0.0, |version| version.created_at);
        show_version(&format!("v{number}"), number == self.default, epoch + created_at)
    }
}

fn create_policy_version(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (document, now, epoch) = (call.required("PolicyDocument"), call.now, call.epoch);
    let set_as_default = call.input["SetAsDefault"] == true;
    let policy = asked_mut(call)?;
    check_document(&document)?;
    if policy.versions.len() >= VERSIONS {
        let message = "A managed policy can have up to 5 versions. Before you create a new version, you must delete an \
                       existing version.";
        return Err(ApiError::with_status("LimitExceeded", 409, message));
    }
    policy.numbered += 1;
    let number = policy.numbered;
    policy.versions.insert(number, Version { document, created_at: now });
    if set_as_default {
        policy.default = number;
    }
    Ok(json!({ "PolicyVersion": policy.show_version(number, epoch) }))
}

fn delete_policy_version(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = call.required("VersionId");
    let policy = asked_mut(call)?;
    let number = policy.number(&id)?;
    if number == policy.default {
        return refuse("DeleteConflict", "Cannot delete the default version of a policy.");
    }
    policy.versions.remove(&number);
    Ok(json!({}))
}

fn get_policy_version(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = call.required("VersionId");
    let (mut answer, text) = match asked(call)? {
        ManagedPolicy::Customer(policy) => {
            let number = policy.number(&id)?;
            let text = policy.versions.get(&number).map(|version| version.document.clone()).unwrap_or_default();
            (policy.show_version(number, call.epoch), text)
        }
        ManagedPolicy::Aws(policy) if id == VERSION => {
            (show_version(VERSION, true, CREATED), policy.text(call.partition()))
        }
        ManagedPolicy::Aws(policy) => return Err(no_such_version(&policy.arn(call.partition()), &id)),
    };
    answer["Document"] = document::encoded(&text).into();
    Ok(json!({ "PolicyVersion": answer }))
}

/// The newest first, as AWS lists them.
fn list_policy_versions(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let versions = match asked(call)? {
        ManagedPolicy::Aws(_) => vec![show_version(VERSION, true, CREATED)],
        ManagedPolicy::Customer(policy) => {
            policy.versions.keys().rev().map(|number| policy.show_version(*number, call.epoch)).collect()
        }
    };
    listed(call, "Versions", versions)
}

fn set_default_policy_version(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = call.required("VersionId");
    let policy = asked_mut(call)?;
    policy.default = policy.number(&id)?;
    Ok(json!({}))
}
