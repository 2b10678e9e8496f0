//! Encryption of log groups with a key of the customer's.

use serde_json::{Value, json};

use super::{group_arn, invalid, name_in_arn};
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;
use crate::services::kms::{self, Found};

pub(super) const OPERATIONS: Operations =
    &[("AssociateKmsKey", associate_kms_key), ("DisassociateKmsKey", disassociate_kms_key)];

/// Refuses a key that cannot encrypt the log group: it must be there, be enabled and symmetric, and its policy must let
/// CloudWatch Logs use it. Into the keys of other accounts the emulator cannot look.
pub(super) fn check_key(call: &Call<'_>, key: &str, group: &str) -> Result<(), ApiError> {
    let arn = group_arn(call, group);
    // Source: CreateLogGroup, kmsKeyId: the ARN of a key, so no alias.
    let is_usable = key.starts_with("arn:")
        && key.contains(":key/")
        && match kms::find(call, key) {
            Found::Key(key) => key.is_usable() && key.lets_logs_encrypt(call, &arn),
            Found::OtherAccount => true,
            Found::Nothing => false,
        };
    match is_usable {
        true => Ok(()),
        false => {
            invalid(format!("The specified KMS key does not exist or is not allowed to be used with LogGroup '{arn}'"))
        }
    }
}

fn associate_kms_key(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, key) = (target(call)?, call.required("kmsKeyId"));
    call.logs().existing(&name)?;
    check_key(call, &key, &name)?;
    call.logs().existing(&name)?.kms_key = Some(key);
    Ok(json!({}))
}

fn disassociate_kms_key(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let name = target(call)?;
    call.logs().existing(&name)?.kms_key = None;
    Ok(json!({}))
}

/// The log group that the call names, in either of two ways.
fn target(call: &Call<'_>) -> Result<String, ApiError> {
    match (call.text("logGroupName"), call.text("resourceIdentifier")) {
        (Some(name), None) => Ok(name.to_owned()),
        (None, Some(arn)) if arn.contains(":query-result:") => {
            invalid("The emulator does not support the encryption of query results")
        }
        (None, Some(arn)) => name_in_arn(call, arn).map(str::to_owned),
        _ => invalid("Exactly one of logGroupName and resourceIdentifier must be specified"),
    }
}
