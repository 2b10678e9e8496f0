//! Whom a key policy lets do what.
//!
//! Callers are taken to be allowed everything by IAM, if the key policy leaves it to IAM. Conditions are taken as met
//! in favour of who asks, but for the one that ties a key to log groups.

use serde_json::Value;

use super::Key;
use crate::call::Call;
use crate::filter::like;
use crate::services::iam::document::{Document, Effect, OneOrMany, Principals, Statement};

/// What CloudWatch Logs does with a key. Source: "Encrypt log data in CloudWatch Logs using AWS KMS", step 2.
const BY_LOGS: &[&str] =
    &["kms:encrypt", "kms:decrypt", "kms:reencryptfrom", "kms:reencryptto", "kms:generatedatakey", "kms:describekey"];

/// Who does what with which key.
pub(super) struct Request<'r> {
    pub(super) who: Who<'r>,
    /// In small letters.
    pub(super) action: &'r str,
    pub(super) key_arn: &'r str,
    /// The log group that is encrypted: the encryption context `aws:logs:arn`.
    pub(super) log_group: Option<&'r str>,
}

#[derive(Clone, Copy)]
pub(super) enum Who<'r> {
    /// Who calls.
    Caller,
    /// Such as `logs.eu-west-1.amazonaws.com`.
    Service(&'r str),
}

impl Key {
    /// Whether CloudWatch Logs in the Region of the call may encrypt the log group with it.
    pub(crate) fn lets_logs_encrypt(&self, call: &Call<'_>, log_group: &str) -> bool {
        let Ok(document) = Document::read(&self.current_policy(call)) else { return false };
        let domain = if call.partition() == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
        let service = format!("logs.{}.{domain}", call.region_name);
        let request =
            |action| Request { who: Who::Service(&service), action, key_arn: &self.arn, log_group: Some(log_group) };
        BY_LOGS.iter().all(|action| allows(call, &document, &request(action)))
    }
}

impl Key {
    /// Whether the caller may let another service use it: what ECR asks for.
    pub(crate) fn lets_caller_grant(&self, call: &Call<'_>) -> bool {
        self.lets_caller(call, &["kms:creategrant", "kms:describekey"])
    }

    /// Whether the caller may encrypt with it and decrypt: what Secrets Manager asks for.
    pub(crate) fn lets_caller_encrypt(&self, call: &Call<'_>) -> bool {
        self.lets_caller(call, &["kms:generatedatakey", "kms:decrypt"])
    }

    fn lets_caller(&self, call: &Call<'_>, actions: &[&str]) -> bool {
        let Ok(document) = Document::read(&self.current_policy(call)) else { return false };
        let request = |action| Request { who: Who::Caller, action, key_arn: &self.arn, log_group: None };
        actions.iter().all(|action| allows(call, &document, &request(action)))
    }
}

/// Whether a key policy allows it.
pub(super) fn allows(call: &Call<'_>, document: &Document, request: &Request<'_>) -> bool {
    let speaks_of = |effect: Effect| {
        let mut statements = document.statements().iter().filter(|statement| statement.effect == effect);
        statements.any(|statement| is_about(call, statement, request))
    };
    speaks_of(Effect::Allow) && !speaks_of(Effect::Deny)
}

fn is_about(call: &Call<'_>, statement: &Statement, request: &Request<'_>) -> bool {
    let any_like = |patterns: &Option<OneOrMany<String>>, text: &str| {
        let patterns = patterns.as_ref().map_or(&[] as &[String], OneOrMany::as_slice);
        patterns.iter().any(|pattern| like(&pattern.to_ascii_lowercase(), &text.to_ascii_lowercase()))
    };
    let either = |element: &Option<OneOrMany<String>>, negation: &Option<OneOrMany<String>>, text: &str| {
        if negation.is_some() { !any_like(negation, text) } else { any_like(element, text) }
    };
    let names = |principals: &Principals| names(call, principals, request.who);
    let is_of = match (&statement.principal, &statement.not_principal) {
        (Some(principals), _) => names(principals),
        (None, Some(principals)) => !names(principals),
        (None, None) => false,
    };
    is_of
        && either(&statement.action, &statement.not_action, request.action)
        && either(&statement.resource, &statement.not_resource, request.key_arn)
        && is_met(statement, request)
}

fn names(call: &Call<'_>, principals: &Principals, who: Who<'_>) -> bool {
    let Principals::Listed(types) = principals else { return true };
    types.iter().any(|(kind, names)| {
        names.as_slice().iter().any(|name| match (kind.as_str(), who) {
            ("AWS", _) if name == "*" => true,
            ("AWS", Who::Caller) => is_caller(call, name),
            ("Service", Who::Service(service)) => name == service,
            _ => false,
        })
    })
}

/// The account of the caller, the caller, or the role that it has assumed.
fn is_caller(call: &Call<'_>, name: &str) -> bool {
    let session = call.caller.arn.split(":assumed-role/").nth(1);
    let role = session.and_then(|session| call.account.global.iam.role(session.split('/').next()?));
    name == call.account_id
        || name == call.iam_arn("root")
        || name == call.caller.arn
        || role.is_some_and(|role| role.arn == name)
}

/// What cannot be told counts as met where something is allowed, and as not met where it is denied.
fn is_met(statement: &Statement, request: &Request<'_>) -> bool {
    let conditions = statement.condition.iter().flatten();
    let each = conditions.flat_map(|(operator, keys)| keys.iter().map(move |(key, value)| (operator, key, value)));
    let mut told = each.map(|(operator, key, value)| compare(operator, key, value, request));
    match statement.effect {
        Effect::Allow => told.all(|met| met != Some(false)),
        Effect::Deny => told.all(|met| met == Some(true)),
    }
}

fn compare(operator: &str, key: &str, value: &Value, request: &Request<'_>) -> Option<bool> {
    let found = request.log_group.filter(|_| key.eq_ignore_ascii_case("kms:EncryptionContext:aws:logs:arn"))?;
    let fits = |wanted: &Value| {
        let wanted = wanted.as_str().unwrap_or_default();
        if operator == "StringEquals" { wanted == found } else { like(wanted, found) }
    };
    match operator {
        "ArnEquals" | "ArnLike" | "StringEquals" | "StringLike" => {
            Some(value.as_array().map_or_else(|| fits(value), |list| list.iter().any(fits)))
        }
        _ => None,
    }
}
