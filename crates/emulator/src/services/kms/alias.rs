//! Aliases: other names of keys.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::page::listed;
use super::{LIMIT_EXCEEDED, invalid, managed, name, quota};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[
    ("CreateAlias", create_alias),
    ("DeleteAlias", delete_alias),
    ("ListAliases", list_aliases),
    ("UpdateAlias", update_alias),
];

/// An alias.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Alias {
    pub(super) key_id: String,
    /// Emulated seconds since the world began.
    created_at: f64,
    updated_at: f64,
}

fn create_alias(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let name = asked_name(call)?;
    let key_id = target(call, &name)?;
    if call.keys().aliases.contains_key(&name) {
        let arn = call.arn("kms", &name);
        return refuse("AlreadyExistsException", format!("An alias with the name {arn} already exists"));
    }
    check_quota(call, &key_id)?;
    let now = call.now;
    call.kms().aliases.insert(name, Alias { key_id, created_at: now, updated_at: now });
    Ok(json!({}))
}

/// What the alias named before may be in any state.
fn update_alias(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let name = asked_name(call)?;
    let Some(alias) = call.keys().aliases.get(&name) else { return Err(name::no_such_alias(call, &name)) };
    let (before, created_at) = (alias.key_id.clone(), alias.created_at);
    let key_id = target(call, &name)?;
    if key_id != before {
        check_same_kind(call, &before, &key_id)?;
        check_quota(call, &key_id)?;
    }
    let updated_at = call.now;
    call.kms().aliases.insert(name, Alias { key_id, created_at, updated_at });
    Ok(json!({}))
}

fn delete_alias(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let name = asked_name(call)?;
    match call.kms().aliases.remove(&name) {
        Some(_) => Ok(json!({})),
        None => Err(name::no_such_alias(call, &name)),
    }
}

fn list_aliases(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let of = match call.text("KeyId") {
        Some(_) => Some(name::asked(call, "KeyId")?.id.as_str()),
        None => None,
    };
    let aliases = call.keys().aliases.iter().filter(|(_, alias)| of.is_none_or(|id| alias.key_id == id));
    let show = |(name, alias): (&String, &Alias)| {
        json!({
            "AliasName": name,
            "AliasArn": call.arn("kms", name),
            "TargetKeyId": alias.key_id,
            "CreationDate": call.epoch + alias.created_at,
            "LastUpdatedDate": call.epoch + alias.updated_at,
        })
    };
    let predefined = managed::aliases().filter(|_| of.is_none());
    let predefined = predefined.map(|name| json!({ "AliasName": name, "AliasArn": call.arn("kms", &name) }));
    listed(call, "Aliases", predefined.chain(aliases.map(show)).collect(), [50, 100])
}

/// The alias that the call names. Aliases of AWS are nobody's to change.
fn asked_name(call: &Call<'_>) -> Result<String, ApiError> {
    let name = call.required("AliasName");
    match name.strip_prefix("alias/") {
        None | Some("") => invalid("Invalid identifier"),
        Some(rest) if rest.contains(':') => invalid(format!("{name} contains invalid characters for an alias")),
        Some(rest) if rest == "aws" || rest.starts_with("aws/") => {
            refuse("NotAuthorizedException", format!("Aliases that begin with alias/aws/ are reserved for AWS: {name}"))
        }
        Some(_) => Ok(name),
    }
}

/// The id of the key that the alias is to name.
fn target(call: &Call<'_>, name: &str) -> Result<String, ApiError> {
    let text = call.text("TargetKeyId").unwrap_or_default();
    if text.starts_with("alias/") || text.contains(":alias/") {
        return invalid(format!("Aliases must refer to keys. Not aliases: {name}"));
    }
    let key = name::asked(call, "TargetKeyId")?;
    key.check_stays()?;
    Ok(key.id.clone())
}

fn check_quota(call: &Call<'_>, key_id: &str) -> Result<(), ApiError> {
    let most = call.quota(quota::ALIASES_PER_KEY);
    match call.keys().aliases.values().filter(|alias| alias.key_id == key_id).count() < most {
        true => Ok(()),
        false => refuse(LIMIT_EXCEEDED, format!("A key can have at most {most} aliases")),
    }
}

/// Source: UpdateAlias, "must be the same type (…), and they must have the same key usage".
fn check_same_kind(call: &Call<'_>, before: &str, after: &str) -> Result<(), ApiError> {
    let kind = |id: &str| call.keys().keys.get(id).map(|key| (family(&key.spec), key.usage.as_str()));
    match kind(before) == kind(after) {
        true => Ok(()),
        false => invalid("The current and the new key of an alias must have the same type and the same usage"),
    }
}

fn family(spec: &str) -> &'static str {
    match spec {
        super::spec::SYMMETRIC => "symmetric",
        _ if spec.starts_with("HMAC_") => "HMAC",
        _ => "asymmetric",
    }
}
