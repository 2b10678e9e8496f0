//! Protecting log groups from deletion.

use serde_json::{Value, json};

use super::name_in_arn;
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[("PutLogGroupDeletionProtection", put_log_group_deletion_protection)];

fn put_log_group_deletion_protection(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let identifier = call.required("logGroupIdentifier");
    let name = if identifier.starts_with("arn:") { name_in_arn(call, &identifier)? } else { &identifier };
    let enabled = call.input["deletionProtectionEnabled"].as_bool().unwrap_or_default();
    call.logs().existing(name)?.deletion_protection = enabled;
    Ok(json!({}))
}
