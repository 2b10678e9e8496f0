//! Tokens for `docker login`. Nobody can pull with them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;
use crate::services::ecr::texts;

pub(in crate::services::ecr) const OPERATIONS: Operations = &[("GetAuthorizationToken", get_authorization_token)];

/// Source: GetAuthorizationToken, "valid for 12 hours".
const SECONDS: f64 = 12.0 * 3600.0;

fn get_authorization_token(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let input = call.input["registryIds"].clone();
    let own = [call.account_id.clone()];
    let asked: Vec<String> = texts(&input).into_iter().map(str::to_owned).collect();
    let registries = if asked.is_empty() { own.as_slice() } else { asked.as_slice() };
    let domain = if call.partition() == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
    let token = |call: &Call<'_>, registry: &String| {
        let password = crate::random::hex(&json!([call.seed, registry, call.now]), 64);
        json!({
            "authorizationToken": STANDARD.encode(format!("AWS:{password}")),
            "expiresAt": call.time() + SECONDS,
            "proxyEndpoint": format!("https://{registry}.dkr.ecr.{}.{domain}", call.region_name),
        })
    };
    let tokens: Vec<Value> = registries.iter().map(|registry| token(call, registry)).collect();
    Ok(json!({ "authorizationData": tokens }))
}
