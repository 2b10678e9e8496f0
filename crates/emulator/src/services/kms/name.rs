//! The names of keys: key id, key ARN, and in some operations alias name and alias ARN.
//!
//! Source: DescribeKey, KeyId.

use super::{Key, NOT_FOUND, managed};
use crate::call::Call;
use crate::error::{ApiError, refuse};

/// A text that may name a key.
#[derive(Debug, PartialEq, Eq)]
enum Name<'t> {
    Id(&'t str),
    /// With `alias/` before it.
    Alias {
        name: &'t str,
        is_arn: bool,
    },
    OtherAccount,
    OtherRegion(&'t str),
    NoArn,
}

impl<'t> Name<'t> {
    fn read(call: &Call<'_>, text: &'t str) -> Self {
        if !text.starts_with("arn:") {
            return match text.starts_with("alias/") {
                true => Self::Alias { name: text, is_arn: false },
                false => Self::Id(text),
            };
        }
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, "kms", region, account, resource] = parts.as_slice() else { return Self::NoArn };
        let name = match resource.split_once('/') {
            Some(("key", id)) if !id.is_empty() => Self::Id(id),
            Some(("alias", name)) if !name.is_empty() => Self::Alias { name: resource, is_arn: true },
            _ => return Self::NoArn,
        };
        if *partition != call.partition() || account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::NoArn;
        }
        if *region != call.region_name {
            return Self::OtherRegion(region);
        }
        if *account != call.account_id { Self::OtherAccount } else { name }
    }
}

/// What other services find under the name of a key.
pub(crate) enum Found<'c> {
    /// A key of the account, in the Region of the call.
    Key(&'c Key),
    /// A name in the Region of the call that belongs to another account, into which the emulator cannot look.
    OtherAccount,
    Nothing,
}

/// What is behind the name of a key, for another service.
pub(crate) fn find<'c>(call: &'c Call<'_>, text: &str) -> Found<'c> {
    let keys = call.keys();
    let key = match Name::read(call, text) {
        Name::Id(id) => keys.keys.get(id),
        Name::Alias { name, .. } => keys.aliases.get(name).and_then(|alias| keys.keys.get(&alias.key_id)),
        Name::OtherAccount => return Found::OtherAccount,
        Name::OtherRegion(_) | Name::NoArn => None,
    };
    key.map_or(Found::Nothing, Found::Key)
}

/// The key of an operation that takes a key id or a key ARN.
pub(super) fn asked<'c>(call: &'c Call<'_>, parameter: &str) -> Result<&'c Key, ApiError> {
    let text = call.text(parameter).unwrap_or_default();
    match Name::read(call, text) {
        Name::Id(id) => existing(call, id),
        Name::Alias { name, is_arn: false } => refuse(NOT_FOUND, format!("Invalid keyId '{name}'")),
        Name::Alias { .. } | Name::NoArn => refuse("InvalidArnException", format!("Invalid arn {text}")),
        Name::OtherRegion(region) => refuse(NOT_FOUND, format!("Invalid arn {region}")),
        Name::OtherAccount => Err(denied(call, text)),
    }
}

/// The key of an operation that takes aliases, too: a customer's, or one that AWS manages.
pub(super) fn asked_or_alias(call: &Call<'_>, parameter: &str) -> Result<Key, ApiError> {
    let text = call.text(parameter).unwrap_or_default();
    let Name::Alias { name, .. } = Name::read(call, text) else { return asked(call, parameter).cloned() };
    match (call.keys().aliases.get(name), managed::key(call, name)) {
        (Some(alias), _) => existing(call, &alias.key_id).cloned(),
        (None, Some(key)) => Ok(key),
        (None, None) => Err(no_such_alias(call, name)),
    }
}

fn existing<'c>(call: &'c Call<'_>, id: &str) -> Result<&'c Key, ApiError> {
    if !is_id(id) {
        return refuse(NOT_FOUND, format!("Invalid keyId '{id}'"));
    }
    let missing = || {
        let arn = call.arn("kms", &format!("key/{id}"));
        ApiError::new(NOT_FOUND, format!("Key '{arn}' does not exist"))
    };
    call.keys().keys.get(id).ok_or_else(missing)
}

/// A UUID, or the id of a multi-Region key.
fn is_id(text: &str) -> bool {
    let hex = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_uuid = || {
        let parts: Vec<&str> = text.split('-').collect();
        parts.len() == 5 && parts.iter().zip([8, 4, 4, 4, 12]).all(|(part, length)| hex(part, length))
    };
    text.strip_prefix("mrk-").map_or_else(is_uuid, |rest| hex(rest, 32))
}

pub(super) fn no_such_alias(call: &Call<'_>, name: &str) -> ApiError {
    ApiError::new(NOT_FOUND, format!("Alias {} is not found.", call.arn("kms", name)))
}

/// Keys of other accounts let nobody in: their policies are not known.
fn denied(call: &Call<'_>, arn: &str) -> ApiError {
    let message = format!(
        "User: {} is not authorized to perform: kms:{} on this resource because the resource does not exist in this \
         Region, no resource-based policies allow access, or a resource-based policy explicitly denies access: {arn}",
        call.caller.arn, call.operation
    );
    ApiError::new("AccessDeniedException", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuids_or_those_of_multi_region_keys() {
        assert!(is_id("1234abcd-12ab-34cd-56ef-1234567890ab"));
        assert!(is_id("mrk-1234abcd12ab34cd56ef1234567890ab"));
        for text in ["", "key", "1234abcd12ab34cd56ef1234567890ab", "1234abcd-12ab-34cd-56ef-1234567890zz", "mrk-12"] {
            assert!(!is_id(text), "{text:?}");
        }
    }
}
