//! The launch parameters. They are kept as they were sent: what the API takes and what it shows have the same names.
//!
//! Source: `RequestLaunchTemplateData` and `ResponseLaunchTemplateData` in the EC2 API reference.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::error::{ApiError, refuse};
use crate::services::ec2::unsupported;

/// Bytes. "User data is limited to 16 KB."
const USER_DATA: usize = 16 * 1024;

/// What the tags of a launch template can be for. Source: `LaunchTemplateTagSpecificationRequest`.
const TAGGED: [&str; 5] = ["instance", "volume", "network-interface", "spot-instances-request", "elastic-gpu"];

/// Hops. Source: `LaunchTemplateInstanceMetadataOptionsRequest`.
const HOPS: std::ops::RangeInclusive<i64> = 1..=64;

/// Refuses launch parameters that no template can have.
pub(super) fn check(data: &Value) -> Result<(), ApiError> {
    if data.as_object().is_none_or(Map::is_empty) {
        return refuse("MissingParameter", "The request must contain the parameter LaunchTemplateData");
    }
    if !data["Operator"].is_null() {
        return Err(unsupported("LaunchTemplateData.Operator"));
    }
    if !data["InstanceType"].is_null() && !data["InstanceRequirements"].is_null() {
        let message = "The parameters InstanceType and InstanceRequirements cannot be used together";
        return refuse("InvalidParameterCombination", message);
    }
    check_user_data(data["UserData"].as_str())?;
    check_hops(&data["MetadataOptions"]["HttpPutResponseHopLimit"])?;
    check_tags(&data["TagSpecifications"])
}

fn check_user_data(text: Option<&str>) -> Result<(), ApiError> {
    let Some(text) = text else { return Ok(()) };
    match STANDARD.decode(text) {
        Err(_) => refuse("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data."),
        Ok(bytes) if bytes.len() > USER_DATA => {
            refuse("InvalidParameterValue", format!("User data is limited to {USER_DATA} bytes"))
        }
        Ok(_) => Ok(()),
    }
}

fn check_hops(hops: &Value) -> Result<(), ApiError> {
    match hops.as_i64() {
        Some(hops) if !HOPS.contains(&hops) => {
            let message =
                format!("Value ({hops}) for parameter HttpPutResponseHopLimit is invalid. Expecting 1 to 64.");
            refuse("InvalidParameterValue", message)
        }
        _ => Ok(()),
    }
}

fn check_tags(specifications: &Value) -> Result<(), ApiError> {
    for specification in specifications.as_array().into_iter().flatten() {
        let named = specification["ResourceType"].as_str().unwrap_or("null");
        if !TAGGED.contains(&named) {
            let message = format!("'{named}' is not a valid taggable resource type for this operation.");
            return refuse("InvalidParameterValue", message);
        }
        let mut tags = specification["Tags"].as_array().into_iter().flatten();
        if tags.any(|tag| tag["Key"].as_str().is_some_and(|key| key.to_ascii_lowercase().starts_with("aws:"))) {
            let message = "Tag keys starting with 'aws:' are reserved for internal use";
            return refuse("InvalidParameterValue", message);
        }
    }
    Ok(())
}

/// `new` over the launch parameters of another version: "they overwrite any corresponding launch parameters".
pub(super) fn over(source: &Value, new: Value) -> Value {
    let mut merged = source.as_object().cloned().unwrap_or_default();
    merged.extend(new.as_object().cloned().unwrap_or_default());
    Value::Object(merged)
}

/// What AWS warns of: "parameters or parameter combinations that are not valid".
pub(super) fn warning(data: &Value) -> Value {
    let is_set = |name: &str| data[name].as_array().is_some_and(|list| !list.is_empty());
    if is_set("NetworkInterfaces") && (is_set("SecurityGroupIds") || is_set("SecurityGroups")) {
        let message =
            "Network interfaces and an instance-level security groups may not be specified on the same request";
        return json!({ "Errors": [{ "Code": "InvalidParameterCombination", "Message": message }] });
    }
    Value::Null
}
