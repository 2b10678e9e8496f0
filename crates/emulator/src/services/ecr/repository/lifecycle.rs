//! The lifecycle policies of repositories.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{answer, asked, asked_mut, lifecycle_document};
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;

pub(in crate::services::ecr) const OPERATIONS: Operations = &[
    ("DeleteLifecyclePolicy", delete_lifecycle_policy),
    ("GetLifecyclePolicy", get_lifecycle_policy),
    ("PutLifecyclePolicy", put_lifecycle_policy),
];

/// A lifecycle policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Lifecycle {
    /// Without white space: ECR does not keep it.
    text: String,
    /// Emulated seconds since the world began. It is evaluated as soon as it is put.
    evaluated_at: f64,
}

fn put_lifecycle_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    asked(call)?;
    let text = lifecycle_document::read("LifecyclePolicyText", &call.required("lifecyclePolicyText"))?;
    let shown = answer(call, json!({ "lifecyclePolicyText": text }));
    let evaluated_at = call.now;
    asked_mut(call)?.lifecycle = Some(Lifecycle { text, evaluated_at });
    Ok(shown)
}

fn get_lifecycle_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let policy = asked(call)?.lifecycle.as_ref().ok_or_else(|| not_found(call))?;
    let evaluated = call.epoch + policy.evaluated_at;
    Ok(answer(call, json!({ "lifecyclePolicyText": policy.text, "lastEvaluatedAt": evaluated })))
}

fn delete_lifecycle_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let answer = get_lifecycle_policy(call)?;
    asked_mut(call)?.lifecycle = None;
    Ok(answer)
}

fn not_found(call: &Call<'_>) -> ApiError {
    let message = format!(
        "Lifecycle policy does not exist for the repository with name '{}' in the registry with id '{}'",
        call.text("repositoryName").unwrap_or_default(),
        call.account_id
    );
    ApiError::new("LifecyclePolicyNotFoundException", message)
}
