//! The policies of keys, of which each has one.

use serde_json::{Value, json};

use super::access::{Request, Who, allows};
use super::page::listed;
use super::policy::{Policy, default_text, malformed};
use super::{Key, LIMIT_EXCEEDED, NOT_FOUND, change, invalid, name};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::iam::principal;

pub(super) const OPERATIONS: Operations =
    &[("GetKeyPolicy", get_key_policy), ("ListKeyPolicies", list_key_policies), ("PutKeyPolicy", put_key_policy)];

const NAME: &str = "default";
/// Bytes. Source: "Resource quotas", key policy document size.
const SIZE: usize = 32_768;

/// The policy that the call brings for a key, or the default one.
pub(super) fn asked(call: &Call<'_>) -> Result<Policy, ApiError> {
    let text = call.text("Policy").map_or_else(|| default_text(call), str::to_owned);
    let (policy, document) = Policy::read(call, &text)?;
    if text.len() > SIZE {
        return refuse(LIMIT_EXCEEDED, format!("Key policies can have at most {SIZE} bytes"));
    }
    let bypass = call.input["BypassPolicyLockoutSafetyCheck"].as_bool().unwrap_or_default();
    let key = call.arn("kms", "key/this");
    let request = Request { who: Who::Caller, action: "kms:putkeypolicy", key_arn: &key, log_group: None };
    if !bypass && !allows(call, &document, &request) {
        return malformed("The new key policy will not allow you to update the key policy in the future.");
    }
    Ok(policy)
}

impl Key {
    /// The policy as it is now, with the ids of roles that are gone.
    pub(super) fn current_policy(&self, call: &Call<'_>) -> String {
        principal::without_gone(call, &self.policy, &self.roles)
    }
}

fn get_key_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let key = name::asked(call, "KeyId")?;
    if call.text("PolicyName").is_some_and(|name| name != NAME) {
        return refuse(NOT_FOUND, "No such policy exists");
    }
    Ok(json!({ "Policy": key.current_policy(call), "PolicyName": NAME }))
}

fn list_key_policies(call: &mut Call<'_>) -> Result<Value, ApiError> {
    name::asked(call, "KeyId")?;
    listed(call, "PolicyNames", vec![NAME.into()], [100, 1000])
}

fn put_key_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    match call.text("PolicyName") {
        None | Some(NAME) => {}
        Some("AWS_RAM") => return invalid("The AWS_RAM policy can only be managed by the RAM service."),
        Some(name) => return invalid(format!("The only policy of a key that can be put is {NAME}, not {name}")),
    }
    let key = name::asked(call, "KeyId")?;
    key.check_stays()?;
    let id = key.id.clone();
    let policy = asked(call)?;
    change(call, &id, |key| {
        key.policy = policy.text;
        key.roles = policy.roles;
    });
    Ok(json!({}))
}
