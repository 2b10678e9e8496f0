//! Pages of lists.

use serde_json::{Value, json};

use super::invalid;
use crate::call::Call;
use crate::error::ApiError;
use crate::page::{Paging, page};

/// The page of `all` that the call asks for, under the name `list`. `default` and `most` are the sizes of a page, which
/// the model has the same for all lists.
pub(super) fn listed(
    call: &Call<'_>,
    list: &str,
    all: Vec<Value>,
    [default, most]: [usize; 2],
) -> Result<Value, ApiError> {
    if call.input["Limit"].as_u64().is_some_and(|limit| limit > most as u64) {
        return invalid(format!("Limit must be between 1 and {most}"));
    }
    let paging = Paging { size: "Limit", token: "Marker", default, bad_token: "InvalidMarkerException" };
    let (shown, next) = page(&call.input, paging, all)?;
    Ok(json!({ list: shown, "Truncated": next.is_some(), "NextMarker": next }))
}
