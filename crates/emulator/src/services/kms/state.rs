//! Enabling and disabling keys. Source: "Key states of AWS KMS keys".

use serde_json::{Value, json};

use super::key::State;
use super::{change, name};
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[("DisableKey", disable_key), ("EnableKey", enable_key)];

fn enable_key(call: &mut Call<'_>) -> Result<Value, ApiError> {
    put(call, State::Enabled)
}

fn disable_key(call: &mut Call<'_>) -> Result<Value, ApiError> {
    put(call, State::Disabled)
}

fn put(call: &mut Call<'_>, state: State) -> Result<Value, ApiError> {
    let key = name::asked(call, "KeyId")?;
    key.check_stays()?;
    let id = key.id.clone();
    change(call, &id, |key| key.state = state);
    Ok(json!({}))
}
