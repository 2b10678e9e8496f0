//! Pages: their tokens are texts, empty at the end, and expire.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::INVALID;
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::page::{Paging, page};

/// The parameter and the part of the answer.
pub(super) const TOKEN: &str = "PaginationToken";

/// Source: PaginationTokenExpiredException, "valid for a maximum of 15 minutes".
const VALID_SECONDS: f64 = 15.0 * 60.0;

/// Here a page is what [`page`] counts: how much is in one is decided before.
const PAGING: Paging = Paging { size: "", token: TOKEN, default: 1, bad_token: INVALID };

/// The page of `pages` that the call asks for, and the token of the next one.
pub(super) fn asked<T>(call: &Call<'_>, pages: Vec<Vec<T>>) -> Result<(Vec<T>, String), ApiError> {
    let mut input = call.input.clone();
    input[TOKEN] = match call.text(TOKEN).unwrap_or_default() {
        "" => Value::Null,
        token => unexpired(call, token)?.into(),
    };
    let (shown, next) = page(&input, PAGING, pages)?;
    let token = next.map(|next| STANDARD.encode(format!("{next}@{}", call.now)));
    Ok((shown.into_iter().flatten().collect(), token.unwrap_or_default()))
}

fn unexpired(call: &Call<'_>, token: &str) -> Result<String, ApiError> {
    let text = STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let issued = text.rsplit_once('@').and_then(|(inner, at)| Some((inner, at.parse::<f64>().ok()?)));
    match issued {
        None => refuse(INVALID, "The pagination token is not valid"),
        Some((_, at)) if call.now - at > VALID_SECONDS => {
            refuse("PaginationTokenExpiredException", "The pagination token has expired")
        }
        Some((inner, _)) => Ok(inner.to_owned()),
    }
}
