//! The client ids of a provider, which tokens name as their audience.

use serde_json::{Value, json};

use super::{asked as asked_provider, texts};
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;
use crate::services::iam::quota_exceeded;

pub(in crate::services::iam) const OPERATIONS: Operations = &[
    ("AddClientIDToOpenIDConnectProvider", add_client_id_to_open_id_connect_provider),
    ("RemoveClientIDFromOpenIDConnectProvider", remove_client_id_from_open_id_connect_provider),
];

/// Source: CreateOpenIDConnectProvider, ClientIDList.
const CLIENT_IDS: usize = 100;

/// The client ids in `list`, each once.
pub(super) fn asked(list: &Value) -> Result<Vec<String>, ApiError> {
    let mut ids: Vec<String> = Vec::new();
    for id in texts(list) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    check(ids.len())?;
    Ok(ids)
}

fn check(count: usize) -> Result<(), ApiError> {
    if count > CLIENT_IDS { quota_exceeded("ClientIdsPerOpenIdConnectProvider", CLIENT_IDS) } else { Ok(()) }
}

/// Adding one that is there is no mistake.
fn add_client_id_to_open_id_connect_provider(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (arn, id) = (asked_provider(call)?, call.required("ClientID"));
    let ids = &mut call.iam().provider_mut(&arn)?.client_ids;
    if !ids.contains(&id) {
        check(ids.len() + 1)?;
        ids.push(id);
    }
    Ok(json!({}))
}

/// Removing one that is not there is no mistake.
fn remove_client_id_from_open_id_connect_provider(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (arn, id) = (asked_provider(call)?, call.required("ClientID"));
    call.iam().provider_mut(&arn)?.client_ids.retain(|found| *found != id);
    Ok(json!({}))
}
