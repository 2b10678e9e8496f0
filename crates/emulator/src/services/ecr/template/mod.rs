//! Templates for repositories that ECR creates: for pull-through caches, replication, and images that are pushed.

mod request;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::mutability::Mutability;
use super::{LIMIT_EXCEEDED, listed, quota, texts};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(super) const OPERATIONS: Operations = &[
    ("CreateRepositoryCreationTemplate", create_repository_creation_template),
    ("DeleteRepositoryCreationTemplate", delete_repository_creation_template),
    ("DescribeRepositoryCreationTemplates", describe_repository_creation_templates),
    ("UpdateRepositoryCreationTemplate", update_repository_creation_template),
];

/// A template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Template {
    /// As it was given.
    prefix: String,
    description: Option<String>,
    encryption: Option<Encryption>,
    tags: Tags,
    mutability: Mutability,
    /// As they were given, since the repositories that they are for are not there yet.
    repository_policy: Option<String>,
    lifecycle_policy: Option<String>,
    applied_for: Vec<String>,
    role: Option<String>,
    /// Emulated seconds since the world began.
    created_at: f64,
    updated_at: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Encryption {
    encryption_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kms_key: Option<String>,
}

impl Template {
    fn show(&self, epoch: f64) -> Value {
        let encryption =
            self.encryption.as_ref().map_or_else(|| json!({ "encryptionType": "AES256" }), |found| json!(found));
        let mut shown = json!({
            "prefix": self.prefix,
            "description": self.description,
            "encryptionConfiguration": encryption,
            "resourceTags": tags::to_list(&self.tags),
            "repositoryPolicy": self.repository_policy,
            "lifecyclePolicy": self.lifecycle_policy,
            "appliedFor": self.applied_for,
            "customRoleArn": self.role,
            "createdAt": epoch + self.created_at,
            "updatedAt": epoch + self.updated_at,
        });
        self.mutability.show(&mut shown);
        shown
    }
}

/// "There is always an assumed / applied to the end of the prefix."
fn key(prefix: &str) -> String {
    prefix.trim_end_matches('/').to_owned()
}

fn asked(call: &Call<'_>) -> Result<Template, ApiError> {
    let prefix = call.text("prefix").unwrap_or_default();
    let missing = || {
        let message = format!(
            "The repository creation template with prefix '{prefix}' does not exist in the registry with id '{}'",
            call.account_id
        );
        ApiError::new("TemplateNotFoundException", message)
    };
    call.registry().templates.get(&key(prefix)).cloned().ok_or_else(missing)
}

fn answer(call: &Call<'_>, template: &Template) -> Value {
    json!({ "registryId": call.account_id, "repositoryCreationTemplate": template.show(call.epoch) })
}

fn create_repository_creation_template(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let prefix = call.required("prefix");
    let blank = Template {
        prefix: prefix.clone(),
        description: None,
        encryption: None,
        tags: Tags::new(),
        mutability: Mutability::default(),
        repository_policy: None,
        lifecycle_policy: None,
        applied_for: Vec::new(),
        role: None,
        created_at: call.now,
        updated_at: call.now,
    };
    let template = request::over(call, blank)?;
    let taken = &call.registry().templates;
    if taken.contains_key(&key(&prefix)) {
        let message = format!(
            "The repository creation template with prefix '{prefix}' already exists in the registry with id '{}'",
            call.account_id
        );
        return refuse("TemplateAlreadyExistsException", message);
    }
    let most = call.quota(quota::TEMPLATES);
    if taken.len() >= most {
        return refuse(LIMIT_EXCEEDED, format!("The registry has reached its limit of {most} creation templates"));
    }
    let answer = answer(call, &template);
    call.ecr().templates.insert(key(&prefix), template);
    Ok(answer)
}

/// What is not given stays.
fn update_repository_creation_template(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let template = asked(call)?;
    let mut template = request::over(call, template)?;
    template.updated_at = call.now;
    let answer = answer(call, &template);
    call.ecr().templates.insert(key(&template.prefix), template);
    Ok(answer)
}

/// Prefixes that nothing has are left out.
fn describe_repository_creation_templates(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let wanted = texts(&call.input["prefixes"]);
    let fits =
        |template: &&Template| wanted.is_empty() || wanted.iter().any(|prefix| key(prefix) == key(&template.prefix));
    let found = call.registry().templates.values().filter(fits).map(|template| template.show(call.epoch)).collect();
    listed(call, "repositoryCreationTemplates", found)
}

fn delete_repository_creation_template(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let template = asked(call)?;
    call.ecr().templates.remove(&key(&template.prefix));
    Ok(answer(call, &template))
}
