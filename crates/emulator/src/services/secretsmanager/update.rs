//! Changing secrets, and giving them new values.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::value::Value;
use super::{EXISTS, check_supported, encryption, name, version};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[("PutSecretValue", put_secret_value), ("UpdateSecret", update_secret)];

fn put_secret_value(call: &mut Call<'_>) -> Result<Json, ApiError> {
    check_supported(call, &["RotationToken"])?;
    let value = Value::required(call)?;
    let id = version::id(call)?;
    let secret = name::usable(call)?;
    let (found, is_there) = (secret.name.clone(), secret.has_version(&id, &value)?);
    let stages = match call.input["VersionStages"].as_array() {
        None => BTreeSet::from([version::CURRENT.to_owned()]),
        Some(stages) => stages.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
    };
    let now = call.now;
    name::change(call, &found, |secret| {
        if !is_there {
            secret.add_version(id.clone(), value, stages, now);
        }
        let stages = secret.versions.get(&id).map(|version| version.stages.clone());
        json!({ "ARN": secret.arn, "Name": secret.name, "VersionId": id, "VersionStages": stages })
    })
}

/// What is not given stays. A version that is there already is an error.
fn update_secret(call: &mut Call<'_>) -> Result<Json, ApiError> {
    check_supported(call, &["Type"])?;
    let value = Value::asked(call)?;
    let id = value.as_ref().map(|_| version::id(call)).transpose()?;
    let secret = name::usable(call)?;
    if let Some(id) = id.as_ref().filter(|id| secret.versions.contains_key(*id)) {
        return refuse(EXISTS, secret.token_in_use(id));
    }
    let (found, description, now) = (secret.name.clone(), call.text("Description").map(str::to_owned), call.now);
    let kms_key = if call.input["KmsKeyId"].is_null() { None } else { Some(encryption::asked(call)?) };
    name::change(call, &found, |secret| {
        secret.description = description.or(secret.description.take());
        secret.kms_key = kms_key.unwrap_or(secret.kms_key.take());
        secret.changed_at = now;
        if let Some((value, id)) = value.zip(id.clone()) {
            secret.add_version(id, value, BTreeSet::from([version::CURRENT.to_owned()]), now);
        }
        json!({ "ARN": secret.arn, "Name": secret.name, "VersionId": id })
    })
}
