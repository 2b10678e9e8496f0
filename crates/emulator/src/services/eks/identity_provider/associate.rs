//! Associating an identity provider: an update of the cluster.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{IdentityProvider, Oidc, State};
use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::eks::cluster::{self, Cluster};
use crate::services::eks::update::{UpdateType, param};
use crate::services::eks::{IN_USE, INVALID_PARAMETER, invalid, token};
use crate::tags::{self, Tags};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AssociateIdentityProviderConfig {
    cluster_name: String,
    oidc: Oidc,
    tags: Option<BTreeMap<String, String>>,
    client_request_token: Option<String>,
}

pub(super) fn associate_identity_provider_config(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: AssociateIdentityProviderConfig = call.args()?;
    let (name, client_token) = (asked.cluster_name.as_str(), asked.client_request_token.as_deref());
    let tags = asked.tags()?;
    let is_new = token::begun_before(call, client_token)?.is_none();
    let mut answer = cluster::update_or_repeated(call, name, client_token, |call| asked.plan(call))?;
    if is_new {
        let uid = call.uuid();
        let config = &asked.oidc.identity_provider_config_name;
        let arn = call.arn("eks", &format!("identityproviderconfig/{name}/oidc/{config}/{uid}"));
        let provider = IdentityProvider { arn, oidc: asked.oidc.clone(), tags: tags.clone(), state: State::Creating };
        call.eks().cluster_mut(name)?.identity_provider = Some(provider);
    }
    answer["tags"] = json!(tags);
    Ok(answer)
}

impl AssociateIdentityProviderConfig {
    fn tags(&self) -> Result<Tags, ApiError> {
        let mut tags = Tags::new();
        tags::put(&mut tags, self.tags.clone().unwrap_or_default(), INVALID_PARAMETER)?;
        Ok(tags)
    }

    fn plan(&self, call: &Call<'_>) -> Result<cluster::Plan, ApiError> {
        let kind = UpdateType::AssociateIdentityProviderConfig;
        let cluster = call.clusters().cluster(&self.cluster_name)?;
        self.oidc.check(cluster, call)?;
        cluster.check_updatable(kind)?;
        if cluster.identity_provider.is_some() {
            let message = format!("An identity provider config is already associated with cluster {}", cluster.name);
            return refuse(IN_USE, message);
        }
        let named = json!([{ "type": "oidc", "name": self.oidc.identity_provider_config_name }]);
        let params = vec![param("IdentityProviderConfig", named)];
        Ok(cluster::Plan::of_nothing_else(cluster, kind, params, durations::ASSOCIATE_IDENTITY_PROVIDER))
    }
}

impl Oidc {
    /// Source: OidcIdentityProviderConfigRequest, and the user guide for the cluster's own issuer.
    fn check(&self, cluster: &Cluster, call: &Call<'_>) -> Result<(), ApiError> {
        let name = &self.identity_provider_config_name;
        let plain = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
        if !(1..=100).contains(&name.len()) || !name.chars().all(plain) {
            return invalid(format!("The identity provider config name {name:?} is invalid"));
        }
        let rest = self.issuer_url.strip_prefix("https://");
        if rest.is_none_or(|rest| rest.is_empty() || rest.contains(['?', '#', ' '])) {
            return invalid(format!(
                "The issuerUrl {} is invalid: it must begin with https:// and have neither query parameters nor a fragment",
                self.issuer_url
            ));
        }
        if self.issuer_url == cluster.issuer(call) {
            return invalid("The issuerUrl must not be the OpenID Connect issuer of the cluster itself");
        }
        if self.client_id.is_empty() {
            return invalid("The clientId must not be empty");
        }
        let prefixes = [("usernamePrefix", &self.username_prefix), ("groupsPrefix", &self.groups_prefix)];
        match prefixes.iter().find(|(_, text)| text.as_ref().is_some_and(|text| text.contains("system:"))) {
            Some((field, _)) => invalid(format!("The {field} can't contain system:")),
            None => Ok(()),
        }
    }
}
