//! Prefix lists: AWS's own, for the services that gateway endpoints lead to. The account has none of its own.
//!
//! Source: "Available AWS-managed prefix lists" in the VPC User Guide.

use serde_json::json;

use super::id;
use crate::call::Call;
use crate::error::ApiError;
use crate::random;

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
