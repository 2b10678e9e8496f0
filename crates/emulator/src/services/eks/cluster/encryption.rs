//! Envelope encryption with a key of the customer's: it can be added, and neither changed nor taken away.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Config;
use super::update::{self, Plan};
use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::eks::update::{UpdateType, param};
use crate::services::eks::{INVALID_REQUEST, invalid};
use crate::services::kms::{self, Found};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct EncryptionConfig {
    resources: Option<Vec<String>>,
    provider: Option<Provider>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Provider {
    key_arn: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AssociateEncryptionConfig {
    cluster_name: String,
    encryption_config: Vec<EncryptionConfig>,
    client_request_token: Option<String>,
}

/// The key of a request; nothing if it has an empty list.
pub(super) fn key(call: &Call<'_>, configs: &[EncryptionConfig]) -> Result<Option<String>, ApiError> {
    let Some(config) = configs.first() else { return Ok(None) };
    let resources: Vec<&str> = config.resources.iter().flatten().map(String::as_str).collect();
    if resources != ["secrets"] {
        return invalid(format!(
            "Invalid resources in encryptionConfig: {resources:?}. The only supported value is secrets"
        ));
    }
    match config.provider.as_ref().and_then(|provider| provider.key_arn.as_deref()) {
        None => invalid("encryptionConfig must have a provider with a keyArn"),
        Some(arn) => check_key(call, arn).map(|()| Some(arn.to_owned())),
    }
}

pub(super) fn show(key: &str) -> Value {
    json!([{ "resources": ["secrets"], "provider": { "keyArn": key } }])
}

/// Source: Provider, "Either the ARN or the alias can be used", of an enabled symmetric key in the Region of the
/// cluster. Into the keys of other accounts the emulator cannot look.
fn check_key(call: &Call<'_>, text: &str) -> Result<(), ApiError> {
    let is_name = text.starts_with("arn:") || text.starts_with("alias/");
    match kms::find(call, text) {
        Found::OtherAccount => Ok(()),
        Found::Key(key) if is_name && key.is_usable() => Ok(()),
        Found::Key(_) if is_name => invalid(format!("Invalid keyArn: {text} is not an enabled symmetric KMS key")),
        _ => invalid(format!("Invalid keyArn: {text} is not the ARN of a KMS key in {}", call.region_name)),
    }
}

pub(super) fn associate_encryption_config(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: AssociateEncryptionConfig = call.args()?;
    let (name, client_token) = (asked.cluster_name.as_str(), asked.client_request_token.as_deref());
    update::or_repeated(call, name, client_token, |call| plan(call, name, &asked.encryption_config))
}

fn plan(call: &Call<'_>, name: &str, configs: &[EncryptionConfig]) -> Result<Plan, ApiError> {
    let kind = UpdateType::AssociateEncryptionConfig;
    let cluster = call.clusters().cluster(name)?;
    let Some(key) = key(call, configs)? else {
        return invalid("encryptionConfig must have one element");
    };
    cluster.check_updatable(kind)?;
    if cluster.config.encryption_key.is_some() {
        return refuse(INVALID_REQUEST, format!("Encryption config is already associated with cluster {name}"));
    }
    let params = vec![param("EncryptionConfig", show(&key))];
    let after = Config { encryption_key: Some(key), ..cluster.config.clone() };
    Ok(Plan { kind, params, after, takes: durations::UPDATE_CLUSTER_CONFIG, issues: Vec::new(), rolls_nodes: false })
}
