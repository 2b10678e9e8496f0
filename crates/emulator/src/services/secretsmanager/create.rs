//! Making secrets.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::secret::Secret;
use super::value::Value;
use super::{EXISTS, INVALID_REQUEST, check_supported, encryption, name, quota, tag, version};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::random;
use crate::services::Operations;
use crate::tags::Tags;

pub(super) const OPERATIONS: Operations = &[("CreateSecret", create_secret)];

/// With a value the id of its version makes the call idempotent.
fn create_secret(call: &mut Call<'_>) -> Result<Json, ApiError> {
    check_supported(call, &["AddReplicaRegions", "CrossAccountPrimaryARN", "ForceOverwriteReplicaSecret", "Type"])?;
    let name = call.required("Name");
    name::check(&name)?;
    let value = Value::asked(call)?;
    let id = value.as_ref().map(|_| version::id(call)).transpose()?;
    let mut tags = Tags::new();
    tag::put(&mut tags, &call.input["Tags"])?;
    if let Some(taken) = call.secrets().secrets.get(&name) {
        return again(taken, value.as_ref().zip(id));
    }
    let kms_key = encryption::asked(call)?;
    let most = call.quota(quota::SECRETS);
    if call.secrets().secrets.len() >= most {
        return refuse("LimitExceededException", format!("You've reached the maximum of {most} secrets"));
    }
    let end = ending(call);
    let mut secret = Secret {
        arn: call.arn("secretsmanager", &format!("secret:{name}-{end}")),
        name: name.clone(),
        description: call.text("Description").map(str::to_owned),
        kms_key,
        created_at: call.now,
        changed_at: call.now,
        deletion: None,
        policy: None,
        tags,
        versions: BTreeMap::new(),
    };
    if let Some((value, id)) = value.zip(id.clone()) {
        secret.add_version(id, value, BTreeSet::new(), call.now);
    }
    let answer = json!({ "ARN": secret.arn, "Name": name, "VersionId": id });
    call.secrets_mut().secrets.insert(name, secret);
    Ok(answer)
}

/// The name is taken: by what an earlier attempt made, by another secret, or by one that is to be deleted.
fn again(taken: &Secret, asked: Option<(&Value, String)>) -> Result<Json, ApiError> {
    if taken.is_scheduled() {
        let message = "You can't create this secret because a secret with this name is already scheduled for deletion.";
        return refuse(INVALID_REQUEST, message);
    }
    if let Some((value, id)) = asked
        && taken.versions.get(&id).is_some_and(|version| version.trace == value.trace(&taken.arn, &id))
    {
        return Ok(json!({ "ARN": taken.arn, "Name": taken.name, "VersionId": id }));
    }
    refuse(EXISTS, format!("The operation failed because the secret {} already exists.", taken.name))
}

/// Six random letters and digits.
fn ending(call: &mut Call<'_>) -> String {
    let serial = call.uuid();
    let mut letters = random::capitals(&json!(serial), 6).into_bytes();
    // Some are small in AWS's, too.
    letters.iter_mut().step_by(2).for_each(u8::make_ascii_lowercase);
    String::from_utf8(letters).unwrap_or_default()
}
