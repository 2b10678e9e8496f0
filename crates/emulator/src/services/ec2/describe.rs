//! Describe operations: ids, filters and pages are the same for every kind.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::PAGING;
use super::id::IdKind;
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::filter::{Filterable, passes};
use crate::page::page;
use crate::tags::Tags;

/// The documented filters of a kind, those on tags aside, each with what a thing has for it.
pub(super) type Filters<T> = &'static [(&'static str, Values<T>)];

/// What a thing has for a filter.
pub(super) type Values<T> = fn(&T, &Call<'_>) -> Vec<String>;

/// A kind of thing that can be listed.
pub(super) trait Described: 'static {
    const FILTERS: Filters<Self>;
    /// The filters on tags; one that ends with a colon is followed by a key.
    const TAG_FILTERS: &'static [&'static str] = &["tag:", "tag-key", "tag-value"];

    fn tags(&self) -> &Tags;

    /// It as the API shows it.
    fn show(&self, call: &Call<'_>) -> Value;
}

/// How one Describe operation calls its parts.
pub(super) struct Listing {
    pub(super) kind: IdKind,
    /// The parameter with the ids.
    pub(super) ids: &'static str,
    /// The parameter with the filters.
    pub(super) filters: &'static str,
    /// The member of the answer with the things found.
    pub(super) output: &'static str,
}

/// Those of `all` that `call` asks for, one page of them.
pub(super) fn describe<T: Described>(
    call: &Call<'_>,
    all: &BTreeMap<String, T>,
    listing: &Listing,
) -> Result<Value, ApiError> {
    let ids = texts(&call.input[listing.ids]);
    if !ids.is_empty() && !call.input[PAGING.size].is_null() {
        let message = format!("The parameter {} cannot be used with the parameter maxResults", listing.ids);
        return refuse("InvalidParameterCombination", message);
    }
    listing.kind.check_all(all, &ids)?;
    let named = all.iter().filter(|(id, _)| ids.is_empty() || ids.contains(&id.as_str())).map(|(_, thing)| thing);
    let found = matching(call, named, &call.input[listing.filters])?;
    let (shown, next) = page(&call.input, PAGING, found)?;
    let shown: Vec<Value> = shown.into_iter().map(|thing| thing.show(call)).collect();
    Ok(json!({ (listing.output): shown, "NextToken": next }))
}

/// Those of `things` that pass `filters`.
pub(super) fn matching<'a, T: Described>(
    call: &Call<'_>,
    things: impl Iterator<Item = &'a T>,
    filters: &Value,
) -> Result<Vec<&'a T>, ApiError> {
    check_filters::<T>(filters)?;
    let mut found = Vec::new();
    for thing in things {
        if passes(&Seen { thing, call }, filters)? {
            found.push(thing);
        }
    }
    Ok(found)
}

/// The tags of what has none.
pub(super) static NO_TAGS: Tags = Tags::new();

/// The texts of a list.
pub(super) fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The values for a filter on something that there is one of.
pub(super) fn one(value: impl ToString) -> Vec<String> {
    vec![value.to_string()]
}

/// The values for a filter on something that may be there.
pub(super) fn maybe(value: Option<impl ToString>) -> Vec<String> {
    value.into_iter().map(|value| value.to_string()).collect()
}

/// The values for a filter on something that there may be many of.
pub(super) fn many(values: impl IntoIterator<Item = impl ToString>) -> Vec<String> {
    values.into_iter().map(|value| value.to_string()).collect()
}

/// Refuses filters that the kind does not have, even where there is nothing to filter.
fn check_filters<T: Described>(filters: &Value) -> Result<(), ApiError> {
    let mut count = 0;
    for filter in filters.as_array().into_iter().flatten() {
        let name = filter["Name"].as_str().unwrap_or("null");
        let own = T::FILTERS.iter().any(|(known, _)| *known == name);
        let on_tags = |known: &&str| name == *known || known.ends_with(':') && name.starts_with(known);
        if !own && !T::TAG_FILTERS.iter().any(on_tags) {
            return refuse("InvalidParameterValue", format!("The filter '{name}' is invalid"));
        }
        let values = filter["Values"].as_array().map_or(0, Vec::len);
        if values == 0 {
            return refuse("MissingParameter", format!("The filter '{name}' must contain the parameter Value"));
        }
        count += values;
    }
    if count > 200 {
        return refuse("FilterLimitExceeded", "The maximum number of filter values specified on a single call is 200");
    }
    Ok(())
}

/// A thing, seen in its network by its owner.
struct Seen<'a, 'w, T> {
    thing: &'a T,
    call: &'a Call<'w>,
}

impl<T: Described> Filterable for Seen<'_, '_, T> {
    fn filter_values(&self, name: &str) -> Option<Vec<String>> {
        let (_, values) = T::FILTERS.iter().find(|(known, _)| *known == name)?;
        Some(values(self.thing, self.call))
    }

    fn tags(&self) -> &Tags {
        self.thing.tags()
    }
}
