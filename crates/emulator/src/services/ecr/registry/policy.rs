//! The policy of a registry: who may replicate into it and pull through it.

use serde_json::{Value, json};

use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;
use crate::services::ecr::policy_text::{Of, PolicyText};

pub(in crate::services::ecr) const OPERATIONS: Operations = &[
    ("DeleteRegistryPolicy", delete_registry_policy),
    ("GetRegistryPolicy", get_registry_policy),
    ("PutRegistryPolicy", put_registry_policy),
];

fn put_registry_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let policy = PolicyText::read(call, &call.required("policyText"), Of::Registry)?;
    let text = policy.current(call);
    call.ecr().registry.policy = Some(policy);
    Ok(json!({ "registryId": call.account_id, "policyText": text }))
}

fn get_registry_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let missing = || {
        let message = format!("Registry policy does not exist in the registry with id '{}'", call.account_id);
        ApiError::new("RegistryPolicyNotFoundException", message)
    };
    let policy = call.registry().registry.policy.as_ref().ok_or_else(missing)?;
    Ok(json!({ "registryId": call.account_id, "policyText": policy.current(call) }))
}

fn delete_registry_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let answer = get_registry_policy(call)?;
    call.ecr().registry.policy = None;
    Ok(answer)
}
