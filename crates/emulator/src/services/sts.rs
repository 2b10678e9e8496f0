//! Who calls, and sessions of roles.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Operations, Refusals, Service, validation_error};
use crate::call::Call;
use crate::error::{ApiError, refuse};

pub(crate) const SERVICE: Service = Service {
    name: "sts",
    operations: &[OPERATIONS],
    invalid: |problems| validation_error("ValidationError", problems),
    unknown_caller: ("InvalidClientTokenId", 403),
    refusals: Refusals {
        prefix: "sts",
        throttled: ("Throttling", 400),
        broken: &[("InternalFailure", 500), ("ServiceUnavailable", 503)],
        denied: ("AccessDenied", 403),
    },
    quotas: &[],
};

const OPERATIONS: Operations = &[
    ("AssumeRole", assume_role),
    ("GetAccessKeyInfo", get_access_key_info),
    ("GetCallerIdentity", get_caller_identity),
    ("GetSessionToken", get_session_token),
];

/// Temporary credentials, by access key id.
pub(crate) type Sessions = BTreeMap<String, Session>;

/// Whom temporary credentials stand for. Their secret is never checked, and never kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) arn: String,
    pub(crate) user_id: String,
}

fn get_caller_identity(call: &mut Call<'_>) -> Result<Value, ApiError> {
    Ok(json!({ "UserId": call.caller.user_id, "Account": call.account_id, "Arn": call.caller.arn }))
}

fn get_access_key_info(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let key = call.required("AccessKeyId");
    if key == call.account_id || call.account.global.sessions.contains_key(&key) {
        return Ok(json!({ "Account": call.account_id }));
    }
    refuse("ValidationError", format!("The access key {key} is not known"))
}

fn get_session_token(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let session = Session { arn: call.caller.arn.clone(), user_id: call.caller.user_id.clone() };
    Ok(json!({ "Credentials": open_session(call, session, 43_200.0) }))
}

fn assume_role(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (arn, name) = (call.required("RoleArn"), call.required("RoleSessionName"));
    let denied = || {
        let message =
            format!("User: {} is not authorized to perform: sts:AssumeRole on resource: {arn}", call.caller.arn);
        ApiError::with_status("AccessDenied", 403, message)
    };
    let role = call.account.global.iam.role_by_arn(&arn).ok_or_else(denied)?;
    let seconds = call.input["DurationSeconds"].as_i64().unwrap_or(3600);
    if seconds > role.max_session_duration {
        let message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
        return refuse("ValidationError", message);
    }
    let user_id = format!("{}:{name}", role.id);
    let arn = format!("arn:{}:sts::{}:assumed-role/{}/{name}", call.partition(), call.account_id, role.name);
    let session = Session { arn: arn.clone(), user_id: user_id.clone() };
    let credentials = open_session(call, session, seconds as f64);
    Ok(json!({ "Credentials": credentials, "AssumedRoleUser": { "AssumedRoleId": user_id, "Arn": arn } }))
}

fn open_session(call: &mut Call<'_>, session: Session, seconds: f64) -> Value {
    let key = call.iam_id("ASIA");
    let (secret, token) = (call.hex(40), call.hex(64));
    call.account.global.sessions.insert(key.clone(), session);
    json!({
        "AccessKeyId": key,
        "SecretAccessKey": secret,
        "SessionToken": token,
        "Expiration": call.time() + seconds,
    })
}
