//! Endpoint policies. Source: "Control access to VPC endpoints using endpoint policies" in the AWS PrivateLink guide.

use serde_json::{Value, json};

use crate::error::{ApiError, refuse};

/// Characters. "A policy … can't exceed 20,480 characters (including white space)."
const LENGTH: usize = 20_480;

/// The policy that an endpoint has without one of its own: full access to the service.
pub(super) fn default() -> String {
    let statement = json!({ "Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*" });
    json!({ "Statement": [statement] }).to_string()
}

/// The policy of a request; an empty one is none.
pub(super) fn asked(text: Option<&str>) -> Result<Option<String>, ApiError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let is_long = text.chars().count() > LENGTH;
    let document: Option<Value> = serde_json::from_str(text).ok();
    let statements = document.as_ref().map(|document| &document["Statement"]);
    let is_whole = |statement: &Value| {
        let has = |name: &str| !statement[name].is_null();
        matches!(statement["Effect"].as_str(), Some("Allow" | "Deny"))
            && (has("Action") || has("NotAction"))
            && (has("Resource") || has("NotResource"))
            && (has("Principal") || has("NotPrincipal"))
    };
    let is_policy = statements.is_some_and(|statements| match statements {
        Value::Array(all) => !all.is_empty() && all.iter().all(is_whole),
        one => is_whole(one),
    });
    if is_long || !is_policy {
        return refuse("InvalidPolicyDocument", "Invalid policy document");
    }
    Ok(Some(text.to_owned()))
}
