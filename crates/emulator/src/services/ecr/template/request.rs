//! What a template shall be: what a call gives, over what is there.

use serde_json::Value;

use super::{Encryption, Template};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::ecr::mutability::Mutability;
use crate::services::ecr::policy_text::{Of, PolicyText};
use crate::services::ecr::repository::{lifecycle_document, tag};
use crate::services::ecr::{VALIDATION, invalid_at, texts};
use crate::tags::Tags;

/// The template with what the call gives, unless ECR would not take it. An empty text takes away what was there.
pub(super) fn over(call: &Call<'_>, mut template: Template) -> Result<Template, ApiError> {
    let input = &call.input;
    text(input, "description", &mut template.description);
    text(input, "repositoryPolicy", &mut template.repository_policy);
    text(input, "lifecyclePolicy", &mut template.lifecycle_policy);
    text(input, "customRoleArn", &mut template.role);
    if let Some(encryption) = encryption(input)? {
        template.encryption = Some(encryption);
    }
    if !input["resourceTags"].is_null() {
        template.tags = Tags::new();
        tag::put(&mut template.tags, &input["resourceTags"])?;
    }
    if let Some(mutability) = Mutability::asked(input)? {
        template.mutability = mutability;
    }
    if !input["appliedFor"].is_null() {
        template.applied_for = texts(&input["appliedFor"]).into_iter().map(str::to_owned).collect();
    }
    check(call, &template)?;
    Ok(template)
}

fn text(input: &Value, name: &str, field: &mut Option<String>) {
    if let Some(given) = input[name].as_str() {
        *field = Some(given.to_owned()).filter(|given| !given.is_empty());
    }
}

fn encryption(input: &Value) -> Result<Option<Encryption>, ApiError> {
    let asked = &input["encryptionConfiguration"];
    let Some(kind) = asked["encryptionType"].as_str() else { return Ok(None) };
    let kms_key = asked["kmsKey"].as_str().filter(|key| !key.is_empty()).map(str::to_owned);
    if kind == "AES256" && kms_key.is_some() {
        return Err(invalid_at("kmsKey", "KMS key can only be specified when encryption type is KMS or KMS_DSSE"));
    }
    Ok(Some(Encryption { encryption_type: kind.to_owned(), kms_key }))
}

fn check(call: &Call<'_>, template: &Template) -> Result<(), ApiError> {
    if template.applied_for.is_empty() {
        return Err(invalid_at("appliedFor", "Member must have length greater than or equal to 1"));
    }
    if let Some(policy) = &template.repository_policy {
        PolicyText::read(call, policy, Of::Repository)?;
    }
    if let Some(policy) = &template.lifecycle_policy {
        lifecycle_document::read("LifecyclePolicy", policy)?;
    }
    check_role(call, template)
}

/// Source: "Repository creation templates", "the customRoleArn is required when using repository tags or KMS encryption".
fn check_role(call: &Call<'_>, template: &Template) -> Result<(), ApiError> {
    let uses_kms = template.encryption.as_ref().is_some_and(|encryption| encryption.encryption_type != "AES256");
    let Some(role) = &template.role else {
        return match uses_kms || !template.tags.is_empty() {
            true => refuse(VALIDATION, "A custom role is required when resource tags or KMS encryption are used"),
            false => Ok(()),
        };
    };
    if !role.starts_with(&call.iam_arn("role/")) {
        return refuse(VALIDATION, format!("The custom role {role} must be a role in the account of the registry"));
    }
    match call.account.global.iam.role_by_arn(role) {
        Some(_) => Ok(()),
        None => refuse(VALIDATION, format!("The custom role {role} does not exist")),
    }
}
