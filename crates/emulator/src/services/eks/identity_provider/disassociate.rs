//! Disassociating an identity provider: an update of the cluster.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Named, State};
use crate::call::Call;
use crate::durations;
use crate::error::ApiError;
use crate::services::eks::update::{UpdateType, param};
use crate::services::eks::{cluster, token};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DisassociateIdentityProviderConfig {
    cluster_name: String,
    identity_provider_config: Named,
    client_request_token: Option<String>,
}

pub(super) fn disassociate_identity_provider_config(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: DisassociateIdentityProviderConfig = call.args()?;
    let (name, client_token) = (asked.cluster_name.as_str(), asked.client_request_token.as_deref());
    let is_new = token::begun_before(call, client_token)?.is_none();
    let answer = cluster::update_or_repeated(call, name, client_token, |call| asked.plan(call))?;
    if is_new && let Some(provider) = &mut call.eks().cluster_mut(name)?.identity_provider {
        provider.state = State::Deleting;
    }
    Ok(answer)
}

impl DisassociateIdentityProviderConfig {
    fn plan(&self, call: &Call<'_>) -> Result<cluster::Plan, ApiError> {
        let kind = UpdateType::DisassociateIdentityProviderConfig;
        let cluster = call.clusters().cluster(&self.cluster_name)?;
        cluster.provider(&self.identity_provider_config)?;
        cluster.check_updatable(kind)?;
        let params = vec![param("IdentityProviderConfig", json!([self.identity_provider_config]))];
        Ok(cluster::Plan::of_nothing_else(cluster, kind, params, durations::DISASSOCIATE_IDENTITY_PROVIDER))
    }
}
