//! Prefix lists: AWS's own, for the services that gateway endpoints lead to. The account has none of its own.
//!
//! Source: "Available AWS-managed prefix lists" in the VPC User Guide.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::describe::{Described, Filters, Listing, NO_TAGS, describe, one};
use super::id;
use crate::call::Call;
use crate::error::ApiError;
use crate::random;
use crate::tags::Tags;

/// The services with a list.
const SERVICES: [&str; 2] = ["s3", "dynamodb"];

/// The ids of their lists in the Regions where they are known; elsewhere they follow from the name of the Region.
const KNOWN: &[(&str, [&str; 2])] = &[
    ("eu-central-1", ["pl-6ea54007", "pl-66a5400f"]),
    ("eu-west-1", ["pl-6da54004", "pl-6fa54006"]),
    ("us-east-1", ["pl-63a5400a", "pl-02cd2c6b"]),
    ("us-west-2", ["pl-68a54001", "pl-00a54069"]),
];

/// The id of the list of a service in a Region, if it has one.
pub(super) fn of_service(region: &str, service: &str) -> Option<String> {
    let index = SERVICES.iter().position(|known| *known == service)?;
    let known = KNOWN.iter().find(|(name, _)| *name == region).and_then(|(_, ids)| ids.get(index));
    let derived = || format!("pl-{}", random::hex(&json!(["prefix list", region, service]), 8));
    Some(known.map_or_else(derived, |id| (*id).to_owned()))
}

/// Refuses the id of a list that is not there.
pub(super) fn check(call: &Call<'_>, list_id: &str) -> Result<(), ApiError> {
    id::PREFIX_LIST.check(list_id)?;
    let known = SERVICES.iter().any(|service| of_service(&call.region_name, service).as_deref() == Some(list_id));
    if known { Ok(()) } else { Err(id::PREFIX_LIST.not_found(list_id)) }
}

const LISTING: Listing =
    Listing { kind: id::PREFIX_LIST, ids: "PrefixListIds", filters: "Filters", output: "PrefixLists" };

/// A list of AWS's own.
struct PrefixList {
    id: String,
    service: &'static str,
}

impl PrefixList {
    fn name(&self, call: &Call<'_>) -> String {
        format!("com.amazonaws.{}.{}", call.region_name, self.service)
    }
}

impl Described for PrefixList {
    const FILTERS: Filters<Self> =
        &[("prefix-list-id", |list, _| one(&list.id)), ("prefix-list-name", |list, call| one(list.name(call)))];
    const TAG_FILTERS: &'static [&'static str] = &[];

    fn tags(&self) -> &Tags {
        &NO_TAGS
    }

    /// The blocks are for documentation.
    fn show(&self, call: &Call<'_>) -> Value {
        let block = if self.service == SERVICES[0] { "192.0.2.0/24" } else { "198.51.100.0/24" };
        json!({ "PrefixListId": self.id, "PrefixListName": self.name(call), "Cidrs": [block] })
    }
}

pub(super) fn describe_prefix_lists(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let lists = SERVICES.iter().filter_map(|service| {
        let id = of_service(&call.region_name, service)?;
        Some((id.clone(), PrefixList { id, service }))
    });
    let all: BTreeMap<String, PrefixList> = lists.collect();
    describe(call, &all, &LISTING)
}
