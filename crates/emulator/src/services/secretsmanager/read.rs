//! Reading secrets.

use serde_json::{Value, json};

use super::secret::Secret;
use super::version::{CURRENT, Version};
use super::{INVALID_PARAMETER, name, not_found};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::page::{Paging, page};
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[
    ("DescribeSecret", describe_secret),
    ("GetSecretValue", get_secret_value),
    ("ListSecretVersionIds", list_secret_version_ids),
];

fn describe_secret(call: &mut Call<'_>) -> Result<Value, ApiError> {
    Ok(name::asked(call)?.show(call.epoch, "VersionIdsToStages"))
}

/// Only the process to which a value was sent can tell it.
fn get_secret_value(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let secret = name::usable(call)?;
    let (id, version) = asked_version(call, secret)?;
    let Some(value) = &version.value else {
        let message = format!(
            "The emulator keeps values of secrets in memory only, and the value of {} was sent to an earlier process. Put it \
             again to read it",
            secret.name
        );
        return refuse("DecryptionFailure", message);
    };
    let mut shown = json!({
        "ARN": secret.arn,
        "Name": secret.name,
        "VersionId": id,
        "VersionStages": version.stages,
        "CreatedDate": call.epoch + version.created_at,
    });
    value.show(&mut shown);
    Ok(shown)
}

fn asked_version<'s>(call: &Call<'_>, secret: &'s Secret) -> Result<(&'s String, &'s Version), ApiError> {
    let stage = call.text("VersionStage");
    let Some(id) = call.text("VersionId") else {
        let stage = stage.unwrap_or(CURRENT);
        let message = format!("Secrets Manager can't find the specified secret value for staging label: {stage}");
        return secret.with_stage(stage).ok_or_else(|| not_found(&message));
    };
    let message = format!("Secrets Manager can't find the specified secret value for VersionId: {id}");
    let found = secret.versions.get_key_value(id).ok_or_else(|| not_found(&message))?;
    match stage {
        Some(stage) if !found.1.stages.contains(stage) => refuse(
            "InvalidRequestException",
            "You provided a VersionStage that is not associated to the provided VersionId.",
        ),
        _ => Ok(found),
    }
}

fn list_secret_version_ids(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let secret = name::asked(call)?;
    let with_deprecated = call.input["IncludeDeprecated"] == true;
    let versions = secret.versions.iter().filter(|(_, version)| with_deprecated || !version.stages.is_empty());
    let all: Vec<Value> = versions
        .map(|(id, version)| {
            let created = call.epoch + version.created_at;
            json!({ "VersionId": id, "VersionStages": version.stages, "CreatedDate": created })
        })
        .collect();
    let paging = Paging { size: "MaxResults", token: "NextToken", default: 100, bad_token: INVALID_PARAMETER };
    let (shown, next) = page(&call.input, paging, all)?;
    Ok(json!({ "ARN": secret.arn, "Name": secret.name, "Versions": shown, "NextToken": next }))
}
