//! Descriptions of keys.

use serde_json::{Value, json};

use super::{change, name};
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[("UpdateKeyDescription", update_key_description)];

fn update_key_description(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (key, description) = (name::asked(call, "KeyId")?, call.required("Description"));
    key.check_stays()?;
    let id = key.id.clone();
    change(call, &id, |key| key.description = description);
    Ok(json!({}))
}
