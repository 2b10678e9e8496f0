//! OpenID Connect providers: whose tokens roles can trust.
//!
//! Source: CreateOpenIDConnectProvider and its neighbours in the IAM API reference. Nobody is ever asked for a
//! certificate: a thumbprint that IAM would retrieve follows from the host.

pub(super) mod client_id;
mod host;
pub(super) mod tag;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Iam, no_such_entity, quota, quota_exceeded};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::random;
use crate::services::Operations;
use crate::tags::{self, Tags};

use host::Host;

pub(super) const OPERATIONS: Operations = &[
    ("CreateOpenIDConnectProvider", create_open_id_connect_provider),
    ("DeleteOpenIDConnectProvider", delete_open_id_connect_provider),
    ("GetOpenIDConnectProvider", get_open_id_connect_provider),
    ("ListOpenIDConnectProviders", list_open_id_connect_providers),
    ("UpdateOpenIDConnectProviderThumbprint", update_open_id_connect_provider_thumbprint),
];

/// Source: CreateOpenIDConnectProvider, ThumbprintList.
const THUMBPRINTS: usize = 5;

/// An OpenID Connect provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct OidcProvider {
    arn: String,
    /// Without `https://`, as IAM tells it.
    url: String,
    client_ids: Vec<String>,
    thumbprints: Vec<String>,
    /// Emulated seconds since the world began.
    created_at: f64,
    tags: Tags,
}

impl Iam {
    fn provider(&self, arn: &str) -> Result<&OidcProvider, ApiError> {
        self.oidc_providers.get(arn).ok_or_else(|| no_such_provider(arn))
    }

    fn provider_mut(&mut self, arn: &str) -> Result<&mut OidcProvider, ApiError> {
        self.oidc_providers.get_mut(arn).ok_or_else(|| no_such_provider(arn))
    }

    /// Every provider, with its tags, by ARN.
    pub(crate) fn tagged_providers(&self) -> impl Iterator<Item = (&str, &Tags)> {
        self.oidc_providers.values().map(|provider| (provider.arn.as_str(), &provider.tags))
    }

    /// The tags of the provider `arn`.
    pub(crate) fn provider_tags_mut(&mut self, arn: &str) -> Option<&mut Tags> {
        self.oidc_providers.get_mut(arn).map(|provider| &mut provider.tags)
    }
}

fn no_such_provider(arn: &str) -> ApiError {
    no_such_entity(format!("OpenIDConnect Provider not found for arn {arn}"))
}

/// The ARN of the provider that the call is about.
fn asked(call: &Call<'_>) -> Result<String, ApiError> {
    let arn = call.required("OpenIDConnectProviderArn");
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, "iam", "", _, resource] if resource.starts_with("oidc-provider/") => Ok(arn),
        _ => refuse("InvalidInput", format!("Invalid ARN: {arn}")),
    }
}

fn create_open_id_connect_provider(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let url = call.required("Url");
    let host = Host::read(&url)?;
    let thumbprints = texts(&call.input["ThumbprintList"]);
    check_thumbprints(&thumbprints)?;
    let client_ids = client_id::asked(&call.input["ClientIDList"])?;
    let mut tags = Tags::new();
    super::tag::put(&mut tags, &call.input["Tags"], "TagsPerOpenIDConnectProvider")?;
    let (short, providers) = (host.url_without_scheme(), &call.account.global.iam.oidc_providers);
    if providers.values().any(|provider| provider.url == short) {
        return refuse("EntityAlreadyExists", format!("Provider with url {url} already exists."));
    }
    let most = call.quota(quota::OIDC_PROVIDERS);
    if providers.len() >= most {
        return quota_exceeded("OpenIdConnectProvidersPerAccount", most);
    }
    let provider = OidcProvider {
        arn: call.iam_arn(&format!("oidc-provider/{short}")),
        url: short.to_owned(),
        client_ids,
        thumbprints: if thumbprints.is_empty() { vec![host.retrieve_thumbprint()?] } else { thumbprints },
        created_at: call.now,
        tags,
    };
    let mut answer = json!({ "OpenIDConnectProviderArn": provider.arn });
    if !provider.tags.is_empty() {
        answer["Tags"] = tags::to_list(&provider.tags);
    }
    call.iam().oidc_providers.insert(provider.arn.clone(), provider);
    Ok(answer)
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn check_thumbprints(thumbprints: &[String]) -> Result<(), ApiError> {
    if thumbprints.len() > THUMBPRINTS {
        return refuse("InvalidInput", format!("Thumbprint list must contain at most {THUMBPRINTS} entries."));
    }
    match thumbprints.iter().find(|text| !text.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        Some(wrong) => refuse("InvalidInput", format!("Thumbprint {wrong} is not a hex-encoded SHA-1 hash.")),
        None => Ok(()),
    }
}

fn get_open_id_connect_provider(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let provider = call.account.global.iam.provider(&asked(call)?)?;
    Ok(json!({
        "Url": provider.url,
        "ClientIDList": provider.client_ids,
        "ThumbprintList": provider.thumbprints,
        "CreateDate": call.epoch + provider.created_at,
        "Tags": tags::to_list(&provider.tags),
    }))
}

/// Without pages, and without anything but ARNs.
fn list_open_id_connect_providers(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let arns = call.account.global.iam.oidc_providers.keys();
    let list: Vec<Value> = arns.map(|arn| json!({ "Arn": arn })).collect();
    Ok(json!({ "OpenIDConnectProviderList": list }))
}

fn update_open_id_connect_provider_thumbprint(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (arn, thumbprints) = (asked(call)?, texts(&call.input["ThumbprintList"]));
    call.iam().provider_mut(&arn)?;
    if thumbprints.is_empty() {
        return refuse("InvalidInput", "Thumbprint list must contain at least one entry.");
    }
    check_thumbprints(&thumbprints)?;
    call.iam().provider_mut(&arn)?.thumbprints = thumbprints;
    Ok(json!({}))
}

/// "This operation is idempotent; it does not fail or return an error if you call the operation for a provider that does
/// not exist." Roles that trust it go on to name it.
fn delete_open_id_connect_provider(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let arn = asked(call)?;
    call.iam().oidc_providers.remove(&arn);
    Ok(json!({}))
}

/// What a certificate authority of `host` might have.
fn thumbprint(host: &str) -> String {
    random::hex(&json!(["thumbprint", host]), 40)
}
