//! Pull-through cache rules: whose images are cached below which prefix.
//!
//! Source: "Sync an upstream registry with an Amazon ECR private registry" in the ECR user guide. Nothing is pulled.

mod credential;
mod upstream;
pub(super) mod validate;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{LIMIT_EXCEEDED, check_registry, listed, quota, texts};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::iam::service_linked_role;

use upstream::Upstream;

pub(super) const OPERATIONS: Operations = &[
    ("CreatePullThroughCacheRule", create_pull_through_cache_rule),
    ("DeletePullThroughCacheRule", delete_pull_through_cache_rule),
    ("DescribePullThroughCacheRules", describe_pull_through_cache_rules),
    ("UpdatePullThroughCacheRule", update_pull_through_cache_rule),
];

/// A pull-through cache rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Rule {
    /// As it was given.
    prefix: String,
    upstream: String,
    url: String,
    upstream_prefix: String,
    credential: Option<String>,
    role: Option<String>,
    /// Emulated seconds since the world began.
    created_at: f64,
    updated_at: f64,
}

impl Rule {
    fn show(&self, call: &Call<'_>) -> Value {
        json!({
            "ecrRepositoryPrefix": self.prefix,
            "upstreamRegistryUrl": self.url,
            "upstreamRegistry": self.upstream,
            "upstreamRepositoryPrefix": self.upstream_prefix,
            "credentialArn": self.credential,
            "customRoleArn": self.role,
            "registryId": call.account_id,
            "createdAt": call.epoch + self.created_at,
            "updatedAt": call.epoch + self.updated_at,
        })
    }
}

/// "There is always an assumed / applied to the end of the prefix."
fn key(prefix: &str) -> String {
    prefix.trim_end_matches('/').to_owned()
}

fn not_found(call: &Call<'_>, prefix: &str) -> ApiError {
    let message = format!(
        "The pull through cache rule with the repository prefix '{prefix}' does not exist in the registry with id '{}'",
        call.account_id
    );
    ApiError::new("PullThroughCacheRuleNotFoundException", message)
}

/// The rule that the call names.
fn asked<'c>(call: &'c Call<'_>) -> Result<&'c Rule, ApiError> {
    check_registry(call)?;
    let prefix = call.text("ecrRepositoryPrefix").unwrap_or_default();
    call.registry().rules.get(&key(prefix)).ok_or_else(|| not_found(call, prefix))
}

/// With credentials ECR makes its service-linked role, which reads them.
fn create_pull_through_cache_rule(call: &mut Call<'_>) -> Result<Value, ApiError> {
    check_registry(call)?;
    let (prefix, url) = (call.required("ecrRepositoryPrefix"), call.required("upstreamRegistryUrl"));
    let upstream = Upstream::asked(call.text("upstreamRegistry"), &url)?;
    let rule = Rule {
        prefix: prefix.clone(),
        upstream: upstream.name.to_owned(),
        url,
        upstream_prefix: call.text("upstreamRepositoryPrefix").unwrap_or("ROOT").to_owned(),
        credential: call.text("credentialArn").map(str::to_owned),
        role: call.text("customRoleArn").filter(|arn| !arn.is_empty()).map(str::to_owned),
        created_at: call.now,
        updated_at: call.now,
    };
    upstream.check(call, &rule)?;
    if call.registry().rules.contains_key(&key(&prefix)) {
        let message = format!(
            "A pull through cache rule with the repository prefix '{prefix}' already exists in the registry with id '{}'",
            call.account_id
        );
        return refuse("PullThroughCacheRuleAlreadyExistsException", message);
    }
    let most = call.quota(quota::CACHE_RULES);
    if call.registry().rules.len() >= most {
        return refuse(
            LIMIT_EXCEEDED,
            format!("The registry has reached its limit of {most} pull through cache rules"),
        );
    }
    credential::check(call, rule.credential.as_deref())?;
    if rule.credential.is_some() {
        service_linked_role::ensure(call, "pullthroughcache.ecr.amazonaws.com")?;
    }
    let answer = rule.show(call);
    call.ecr().rules.insert(key(&prefix), rule);
    Ok(answer)
}

fn describe_pull_through_cache_rules(call: &mut Call<'_>) -> Result<Value, ApiError> {
    check_registry(call)?;
    let rules = &call.registry().rules;
    let wanted = texts(&call.input["ecrRepositoryPrefixes"]);
    if let Some(missing) = wanted.iter().find(|prefix| !rules.contains_key(&key(prefix))) {
        return Err(not_found(call, missing));
    }
    let fits = |rule: &&Rule| wanted.is_empty() || wanted.iter().any(|prefix| key(prefix) == key(&rule.prefix));
    let found = rules.values().filter(fits).map(|rule| rule.show(call)).collect();
    listed(call, "pullThroughCacheRules", found)
}

fn update_pull_through_cache_rule(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let mut rule = asked(call)?.clone();
    let (credential, role) = (call.text("credentialArn"), call.text("customRoleArn"));
    if credential.is_none() && role.is_none() {
        return Err(super::invalid_at("credentialArn", "Either credentialArn or customRoleArn must be specified"));
    }
    rule.credential = credential.map(str::to_owned).or(rule.credential);
    rule.role = role.map_or(rule.role, |role| Some(role.to_owned()).filter(|role| !role.is_empty()));
    rule.updated_at = call.now;
    Upstream::asked(Some(&rule.upstream), &rule.url)?.check(call, &rule)?;
    credential::check(call, rule.credential.as_deref())?;
    let answer = rule.show(call);
    call.ecr().rules.insert(key(&rule.prefix), rule);
    Ok(answer)
}

fn delete_pull_through_cache_rule(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let rule = asked(call)?;
    let (prefix, answer) = (key(&rule.prefix), rule.show(call));
    call.ecr().rules.remove(&prefix);
    Ok(answer)
}
