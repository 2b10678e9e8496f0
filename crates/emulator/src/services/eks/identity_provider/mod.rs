//! Identity providers: who else than IAM tells a cluster who calls. A cluster has one at most.
//!
//! Sources: the EKS API reference, and "Grant users access to Kubernetes with an external OIDC provider" in the user guide.

mod associate;
mod disassociate;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::cluster::Cluster;
use super::{NOT_FOUND, invalid, listed};
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;
use crate::tags::Tags;

pub(super) const OPERATIONS: Operations = &[
    ("AssociateIdentityProviderConfig", associate::associate_identity_provider_config),
    ("DescribeIdentityProviderConfig", describe_identity_provider_config),
    ("DisassociateIdentityProviderConfig", disassociate::disassociate_identity_provider_config),
    ("ListIdentityProviderConfigs", list_identity_provider_configs),
];

/// An identity provider that speaks OpenID Connect. Nothing of it can be changed but its tags.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct IdentityProvider {
    pub(super) arn: String,
    oidc: Oidc,
    pub(super) tags: Tags,
    pub(super) state: State,
}

/// As it was asked for: EKS does not tell its defaults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Oidc {
    identity_provider_config_name: String,
    issuer_url: String,
    client_id: String,
    username_claim: Option<String>,
    username_prefix: Option<String>,
    groups_claim: Option<String>,
    groups_prefix: Option<String>,
    required_claims: Option<BTreeMap<String, String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum State {
    Creating,
    Active,
    Deleting,
}

/// What names a provider in a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Named {
    #[serde(rename = "type")]
    kind: String,
    name: String,
}

impl IdentityProvider {
    fn named(&self) -> Named {
        Named { kind: "oidc".to_owned(), name: self.oidc.identity_provider_config_name.clone() }
    }

    fn show(&self, cluster: &str) -> Value {
        let mut oidc = json!(self.oidc);
        oidc["identityProviderConfigArn"] = self.arn.as_str().into();
        oidc["clusterName"] = cluster.into();
        oidc["tags"] = json!(self.tags);
        oidc["status"] = json!(self.state);
        json!({ "oidc": oidc })
    }
}

impl Cluster {
    fn provider(&self, asked: &Named) -> Result<&IdentityProvider, ApiError> {
        if asked.kind != "oidc" {
            return invalid(format!("Invalid identity provider config type: {}. Valid types are [oidc]", asked.kind));
        }
        let missing = || {
            let message =
                format!("No identity provider config found with name {} in cluster {}", asked.name, self.name);
            ApiError::new(NOT_FOUND, message)
        };
        self.identity_provider.as_ref().filter(|provider| provider.named() == *asked).ok_or_else(missing)
    }

    /// An association or its end is over: well, or for a reason not.
    pub(super) fn end_provider_update(&mut self, succeeded: bool) {
        let Some(provider) = &mut self.identity_provider else { return };
        match (provider.state, succeeded) {
            (State::Creating, true) | (State::Deleting, false) => provider.state = State::Active,
            (State::Creating, false) | (State::Deleting, true) => self.identity_provider = None,
            (State::Active, _) => {}
        }
    }
}

fn asked(call: &Call<'_>) -> Result<Named, ApiError> {
    let named = serde_json::from_value(call.input["identityProviderConfig"].clone());
    named.map_err(|error| ApiError::with_status("InternalFailure", 500, error.to_string()))
}

fn describe_identity_provider_config(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let cluster = call.clusters().cluster(&call.required("clusterName"))?;
    Ok(json!({ "identityProviderConfig": cluster.provider(&asked(call)?)?.show(&cluster.name) }))
}

fn list_identity_provider_configs(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let cluster = call.clusters().cluster(&call.required("clusterName"))?;
    let all = cluster.identity_provider.iter().map(|provider| json!(provider.named()));
    listed(call, "identityProviderConfigs", all.collect())
}
