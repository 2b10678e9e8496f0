//! Which keys and values are in use.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{pages, sources};
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[("GetTagKeys", get_tag_keys), ("GetTagValues", get_tag_values)];

/// AWS does not tell how many there are on a page.
const PAGE: usize = 100;

fn get_tag_keys(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let resources = sources::tagged(call);
    let keys = resources.values().flat_map(|tags| tags.keys().map(String::as_str)).collect();
    answer(call, "TagKeys", keys)
}

fn get_tag_values(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (resources, key) = (sources::tagged(call), call.required("Key"));
    let values = resources.values().filter_map(|tags| tags.get(&key)).map(String::as_str).collect();
    answer(call, "TagValues", values)
}

fn answer(call: &Call<'_>, list: &str, texts: BTreeSet<&str>) -> Result<Value, ApiError> {
    let texts: Vec<&str> = texts.into_iter().collect();
    let (shown, token) = pages::asked(call, texts.chunks(PAGE).map(<[&str]>::to_vec).collect())?;
    Ok(json!({ list: shown, pages::TOKEN: token }))
}
