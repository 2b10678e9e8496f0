//! Client request tokens: the same request again is answered as the first one, as long as what it made is there.

use super::INVALID_PARAMETER;
use crate::call::Call;
use crate::error::ApiError;
use crate::world::Token;

/// The id of the update that an earlier call with the same token began.
pub(super) fn begun_before(call: &mut Call<'_>, token: Option<&str>) -> Result<Option<String>, ApiError> {
    let made = call.made_before(token, INVALID_PARAMETER)?;
    Ok(made.and_then(|made| made.split_once('#').map(|(_, update)| update.to_owned())))
}

/// Remembers the update that this call begins of the resource `arn`.
pub(super) fn remember_update(call: &mut Call<'_>, token: Option<&str>, arn: &str, update: &str) {
    call.remember(token, &format!("{arn}#{update}"));
}

/// Whether a token is of a call that made the resource `arn` or began an update of it.
pub(super) fn is_of(token: &Token, arn: &str) -> bool {
    token.made.split('#').next() == Some(arn)
}
