//! The policies of repositories: who may pull and push.

use serde_json::{Value, json};

use super::{answer, asked, asked_mut};
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;
use crate::services::ecr::policy_text::{Of, PolicyText};

pub(in crate::services::ecr) const OPERATIONS: Operations = &[
    ("DeleteRepositoryPolicy", delete_repository_policy),
    ("GetRepositoryPolicy", get_repository_policy),
    ("SetRepositoryPolicy", set_repository_policy),
];

fn set_repository_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    asked(call)?;
    let policy = PolicyText::read(call, &call.required("policyText"), Of::Repository)?;
    let shown = answer(call, json!({ "policyText": policy.current(call) }));
    asked_mut(call)?.policy = Some(policy);
    Ok(shown)
}

fn get_repository_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let policy = asked(call)?.policy.as_ref().ok_or_else(|| not_found(call))?;
    Ok(answer(call, json!({ "policyText": policy.current(call) })))
}

fn delete_repository_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let answer = get_repository_policy(call)?;
    asked_mut(call)?.policy = None;
    Ok(answer)
}

fn not_found(call: &Call<'_>) -> ApiError {
    let message = format!(
        "Repository policy does not exist for the repository with name '{}' in the registry with id '{}'",
        call.text("repositoryName").unwrap_or_default(),
        call.account_id
    );
    ApiError::new("RepositoryPolicyNotFoundException", message)
}
