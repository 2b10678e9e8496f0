//! The policies of secrets: who else may read them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::name;
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::iam::document::{Document, Effect, Principals};
use crate::services::iam::principal;

pub(super) const OPERATIONS: Operations = &[
    ("DeleteResourcePolicy", delete_resource_policy),
    ("GetResourcePolicy", get_resource_policy),
    ("PutResourcePolicy", put_resource_policy),
];

const MALFORMED: &str = "MalformedPolicyDocumentException";

/// A policy of a secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct ResourcePolicy {
    text: String,
    /// The ids that the roles in it had when it was put, by their ARNs.
    roles: BTreeMap<String, String>,
}

fn put_resource_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (secret, text) = (name::usable(call)?, call.required("ResourcePolicy"));
    let document = Document::read(&text).or_else(|error| refuse(MALFORMED, error.message))?;
    for principals in document.principals() {
        let unheard_of = principal::roles(call, principals).any(|role| !role.is_known(call));
        if principal::check(call, principals).is_err() || unheard_of {
            return refuse(MALFORMED, "This resource policy contains an unsupported principal.");
        }
    }
    if call.input["BlockPublicPolicy"] == true && is_public(&document) {
        return refuse("PublicPolicyException", "The resource policy grants public access to your secret.");
    }
    let roles = document.principals().flat_map(|principals| principal::roles(call, principals));
    let roles = roles.map(|role| (role.arn.clone(), role.id.clone())).collect();
    let (found, answer) = (secret.name.clone(), json!({ "ARN": secret.arn, "Name": secret.name }));
    name::change(call, &found, |secret| secret.policy = Some(ResourcePolicy { text, roles }))?;
    Ok(answer)
}

/// Conditions are not looked at.
fn is_public(document: &Document) -> bool {
    let lets_everyone = |principals: &Principals| match principals {
        Principals::Everyone(_) => true,
        Principals::Listed(types) => {
            types.get("AWS").is_some_and(|names| names.as_slice().iter().any(|name| name == "*"))
        }
    };
    let mut statements = document.statements().iter();
    statements.any(|statement| {
        statement.effect == Effect::Allow
            && statement.condition.is_none()
            && statement.principal.as_ref().is_some_and(lets_everyone)
    })
}

fn get_resource_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let secret = name::usable(call)?;
    let text = secret.policy.as_ref().map(|policy| principal::without_gone(call, &policy.text, &policy.roles));
    Ok(json!({ "ARN": secret.arn, "Name": secret.name, "ResourcePolicy": text }))
}

/// Deleting none is no mistake.
fn delete_resource_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let secret = name::usable(call)?;
    let (found, answer) = (secret.name.clone(), json!({ "ARN": secret.arn, "Name": secret.name }));
    name::change(call, &found, |secret| secret.policy = None)?;
    Ok(answer)
}
