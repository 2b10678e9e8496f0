//! Whether ECR gets at an upstream registry: whether the credentials are there and have the right form. Any upstream takes
//! any credentials.

use serde_json::{Value, json};

use super::{Rule, asked, credential};
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;

pub(in crate::services::ecr) const OPERATIONS: Operations =
    &[("ValidatePullThroughCacheRule", validate_pull_through_cache_rule)];

fn validate_pull_through_cache_rule(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let rule = asked(call)?;
    let failure = failure(call, rule);
    let mut answer = rule.show(call);
    answer["isValid"] = failure.is_none().into();
    answer["failure"] = json!(failure);
    Ok(answer)
}

fn failure(call: &Call<'_>, rule: &Rule) -> Option<String> {
    if let Some(role) = rule.role.as_ref().filter(|arn| call.account.global.iam.role_by_arn(arn).is_none()) {
        return Some(format!(
            "Amazon ECR is unable to assume the role {role}. Verify that it exists and trusts ecr.amazonaws.com."
        ));
    }
    match credential::readable(call, rule.credential.as_deref()?) {
        Err(error) => Some(error.message),
        Ok(secret) if secret.is_registry_login() => None,
        Ok(_) => Some(
            "The contents of the secret are not valid. The secret must be a JSON object with the keys username and \
             accessToken."
                .to_owned(),
        ),
    }
}
