//! Tags of OpenID Connect providers.

use serde_json::{Value, json};

use super::asked;
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;
use crate::services::iam::tag;

pub(in crate::services::iam) const OPERATIONS: Operations = &[
    ("ListOpenIDConnectProviderTags", list_open_id_connect_provider_tags),
    ("TagOpenIDConnectProvider", tag_open_id_connect_provider),
    ("UntagOpenIDConnectProvider", untag_open_id_connect_provider),
];

fn list_open_id_connect_provider_tags(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let provider = call.account.global.iam.provider(&asked(call)?)?;
    tag::listed(call, &provider.tags)
}

fn tag_open_id_connect_provider(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (arn, new) = (asked(call)?, call.input["Tags"].clone());
    tag::put(&mut call.iam().provider_mut(&arn)?.tags, &new, "TagsPerOpenIDConnectProvider")?;
    Ok(json!({}))
}

fn untag_open_id_connect_provider(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (arn, keys) = (asked(call)?, call.input["TagKeys"].clone());
    tag::remove(&mut call.iam().provider_mut(&arn)?.tags, &keys);
    Ok(json!({}))
}
