//! Repositories: their life.

mod encryption;
pub(super) mod lifecycle;
pub(super) mod lifecycle_document;
pub(super) mod policy;
pub(super) mod settings;
pub(super) mod tag;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::image::Image;
use super::mutability::Mutability;
use super::policy_text::PolicyText;
use super::{Ecr, LIMIT_EXCEEDED, check_registry, listed, quota, texts};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::Tags;

use encryption::Encryption;
use lifecycle::Lifecycle;

pub(super) const OPERATIONS: Operations = &[
    ("CreateRepository", create_repository),
    ("DeleteRepository", delete_repository),
    ("DescribeRepositories", describe_repositories),
];

/// A repository.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Repository {
    pub(super) name: String,
    pub(super) arn: String,
    /// Emulated seconds since the world began.
    created_at: f64,
    pub(super) mutability: Mutability,
    pub(super) scan_on_push: bool,
    encryption: Encryption,
    lifecycle: Option<Lifecycle>,
    policy: Option<PolicyText>,
    /// By digest.
    pub(super) images: BTreeMap<String, Image>,
    pub(super) tags: Tags,
}

impl Repository {
    fn show(&self, call: &Call<'_>) -> Value {
        let domain = if call.partition() == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
        let uri = format!("{}.dkr.ecr.{}.{domain}/{}", call.account_id, call.region_name, self.name);
        let mut shown = json!({
            "repositoryArn": self.arn,
            "registryId": call.account_id,
            "repositoryName": self.name,
            "repositoryUri": uri,
            "createdAt": call.epoch + self.created_at,
            "imageScanningConfiguration": { "scanOnPush": self.scan_on_push },
            "encryptionConfiguration": self.encryption.show(),
        });
        self.mutability.show(&mut shown);
        shown
    }
}

impl Ecr {
    pub(super) fn repository_mut(&mut self, account: &str, name: &str) -> Result<&mut Repository, ApiError> {
        self.repositories.get_mut(name).ok_or_else(|| not_found(account, name))
    }
}

fn not_found(account: &str, name: &str) -> ApiError {
    let message = format!("The repository with name '{name}' does not exist in the registry with id '{account}'");
    ApiError::new("RepositoryNotFoundException", message)
}

/// The repository that the call names.
pub(super) fn asked<'c>(call: &'c Call<'_>) -> Result<&'c Repository, ApiError> {
    check_registry(call)?;
    let name = call.text("repositoryName").unwrap_or_default();
    call.registry().repositories.get(name).ok_or_else(|| not_found(&call.account_id, name))
}

/// The repository that the call names, for a change.
pub(super) fn asked_mut<'c>(call: &'c mut Call<'_>) -> Result<&'c mut Repository, ApiError> {
    let name = asked(call)?.name.clone();
    let account = call.account_id.clone();
    call.ecr().repository_mut(&account, &name)
}

/// What answers on a repository have in common.
fn answer(call: &Call<'_>, more: Value) -> Value {
    let mut answer = json!({ "registryId": call.account_id, "repositoryName": call.text("repositoryName") });
    if let (Some(fields), Value::Object(more)) = (answer.as_object_mut(), more) {
        fields.extend(more);
    }
    answer
}

fn create_repository(call: &mut Call<'_>) -> Result<Value, ApiError> {
    check_registry(call)?;
    let name = call.required("repositoryName");
    let mutability = Mutability::asked(&call.input)?.unwrap_or_default();
    let mut tags = Tags::new();
    tag::put(&mut tags, &call.input["tags"])?;
    if call.registry().repositories.contains_key(&name) {
        let message =
            format!("The repository with name '{name}' already exists in the registry with id '{}'", call.account_id);
        return refuse("RepositoryAlreadyExistsException", message);
    }
    let most = call.quota(quota::REPOSITORIES);
    if call.registry().repositories.len() >= most {
        let message = format!("The registry has reached its limit of {most} repositories");
        return refuse(LIMIT_EXCEEDED, message);
    }
    let repository = Repository {
        arn: call.arn("ecr", &format!("repository/{name}")),
        name: name.clone(),
        created_at: call.now,
        mutability,
        scan_on_push: call.input["imageScanningConfiguration"]["scanOnPush"] == true,
        encryption: Encryption::asked(call)?,
        lifecycle: None,
        policy: None,
        images: BTreeMap::new(),
        tags,
    };
    let answer = json!({ "repository": repository.show(call) });
    call.ecr().repositories.insert(name, repository);
    Ok(answer)
}

fn describe_repositories(call: &mut Call<'_>) -> Result<Value, ApiError> {
    check_registry(call)?;
    let repositories = &call.registry().repositories;
    if call.input["repositoryNames"].is_null() {
        let all = repositories.values().map(|repository| repository.show(call)).collect();
        return listed(call, "repositories", all);
    }
    let paging = ["maxResults", "nextToken"];
    if let Some(given) = paging.iter().find(|name| !call.input[**name].is_null()) {
        return Err(super::invalid_at(given, "This option cannot be used with repositoryNames"));
    }
    let names = texts(&call.input["repositoryNames"]);
    let find = |name: &&str| repositories.get(*name).ok_or_else(|| not_found(&call.account_id, name));
    let found = names.iter().map(find).collect::<Result<Vec<&Repository>, _>>()?;
    Ok(json!({ "repositories": found.into_iter().map(|found| found.show(call)).collect::<Vec<_>>() }))
}

fn delete_repository(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let repository = asked(call)?;
    if !repository.images.is_empty() && call.input["force"] != true {
        let message = format!(
            "The repository with name '{}' in registry with id '{}' cannot be deleted because it still contains images",
            repository.name, call.account_id
        );
        return refuse("RepositoryNotEmptyException", message);
    }
    let (name, answer) = (repository.name.clone(), json!({ "repository": repository.show(call) }));
    call.ecr().repositories.remove(&name);
    Ok(answer)
}
