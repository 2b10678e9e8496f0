//! Settings of the registry, by name.

use serde_json::{Value, json};

use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::ecr::VALIDATION;

pub(in crate::services::ecr) const OPERATIONS: Operations =
    &[("GetAccountSetting", get_account_setting), ("PutAccountSetting", put_account_setting)];

/// Names, and the values that can be put, of which the first is the default. Source: PutAccountSetting, name and value.
const SETTINGS: &[(&str, &[&str])] = &[
    ("BASIC_SCAN_TYPE_VERSION", &["AWS_NATIVE"]),
    ("BLOB_MOUNTING", &["DISABLED", "ENABLED"]),
    ("REGISTRY_POLICY_SCOPE", &["V2"]),
];

/// The name that the call gives, and the values that it can have.
fn asked(call: &Call<'_>) -> Result<(&'static str, &'static [&'static str]), ApiError> {
    let name = call.text("name").unwrap_or_default();
    let found = SETTINGS.iter().find(|(known, _)| *known == name).copied();
    found.ok_or_else(|| ApiError::new(VALIDATION, format!("The account setting {name} is not supported")))
}

fn get_account_setting(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, values) = asked(call)?;
    let put = call.registry().registry.settings.get(name).map(String::as_str);
    Ok(json!({ "name": name, "value": put.or(values.first().copied()) }))
}

fn put_account_setting(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let ((name, values), value) = (asked(call)?, call.required("value"));
    if !values.contains(&value.as_str()) {
        return refuse(VALIDATION, format!("The value {value} is not supported for the account setting {name}"));
    }
    call.ecr().registry.settings.insert(name.to_owned(), value.clone());
    Ok(json!({ "name": name, "value": value }))
}
