//! Caches of images of other registries: the rule, its credentials, and the template of the repositories that it fills.

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_aws::PolicyDocument;
use eksctl_rs_aws::ecr::{creation_template, pull_through_cache_rule};
use eksctl_rs_aws::iam::role;
use eksctl_rs_aws::secretsmanager::secret::{self, Source};
use eksctl_rs_core::{Reference, Tags};
use serde_json::{Value, json};

use super::{Expansion, ecr_policies, names, roles};
use crate::schema::{PullThroughCache, RepositoryTemplate, TextSource, UpstreamCredentials};

/// The name of the role with which ECR makes repositories.
const TEMPLATE_ROLE: &str = "ecr-template";

/// AWS's own key for ECR, which a template has without being told.
const KEY_OF_AWS: &str = "alias/aws/ecr";

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    for cache in &expansion.spec.pull_through_cache {
        one(expansion, cache);
    }
    for template in &expansion.spec.ecr.creation_templates {
        let applied_for = template.applied_for.iter().map(|when| when.word().to_owned());
        let description = template.description.clone().unwrap_or_else(|| described(&template.prefix));
        let spec = of_template(expansion, &template.prefix, &template.repositories, applied_for.collect(), description);
        expansion.add(names::creation_template(&template.prefix), &spec);
    }
    template_role(expansion);
}

fn one(expansion: &mut Expansion<'_>, cache: &PullThroughCache) {
    let prefix = cache.prefix();
    let applied_for = BTreeSet::from(["PULL_THROUGH_CACHE".to_owned()]);
    let template = of_template(expansion, prefix, &cache.repositories, applied_for, described(prefix));
    expansion.add(names::creation_template(prefix), &creation_template::Spec { vouches: true, ..template });
    let (credential, tried_with) = credential(expansion, cache);
    let rule = pull_through_cache_rule::Spec {
        prefix: Reference::to(&names::creation_template(prefix), "prefix"),
        upstream_registry: cache.upstream.aws_word().to_owned(),
        upstream_registry_url: cache.host().to_owned(),
        upstream_repository_prefix: cache.upstream_prefix.clone(),
        credential,
        tried_with,
        custom_role: cache.custom_role_arn.as_deref().map(Reference::from),
    };
    expansion.add(names::pull_through_cache_rule(prefix), &rule);
}

fn described(prefix: &str) -> String {
    format!("Images of {prefix}").chars().take(creation_template::DESCRIPTION).collect()
}

/// The secret with the credentials, and the version of its value: the stack's own tells one, another does not.
fn credential(expansion: &mut Expansion<'_>, cache: &PullThroughCache) -> (Option<Reference>, Option<Reference>) {
    let Some(credentials) = &cache.credentials else { return (None, None) };
    if let Some(arn) = &credentials.secret_arn {
        return (Some(Reference::from(arn.as_str())), None);
    }
    let prefix = cache.prefix();
    let address = names::secret(prefix);
    let spec = secret::Spec {
        name: names::secret_name(&expansion.spec.metadata.name, prefix),
        description: format!("With this ECR reads {} for {}", cache.host(), expansion.world.stack),
        content: content(credentials),
        revision: credentials.revision,
        kms_key: None,
        recovery_window_in_days: credentials.recovery_window_in_days,
        available: true,
        tags: expansion.tags(prefix),
    };
    expansion.add(address.clone(), &spec);
    (Some(Reference::to(&address, "arn")), Some(Reference::to(&address, "version")))
}

/// The keys that ECR looks for. Source: ECR user guide, "Storing your upstream repository credentials in an AWS Secrets
/// Manager secret".
fn content(credentials: &UpstreamCredentials) -> BTreeMap<String, Source> {
    let username = credentials.username.as_ref().and_then(|username| match username {
        TextSource { value: Some(text), .. } => Some(Source::Value(text.clone())),
        TextSource { value_from, .. } => value_from.as_ref().map(|from| Source::Env(from.env.clone())),
    });
    let token = credentials.access_token.as_ref().map(|token| Source::Env(token.value_from.env.clone()));
    let parts = [("username", username), ("accessToken", token)];
    parts.into_iter().filter_map(|(key, source)| Some((key.to_owned(), source?))).collect()
}

fn of_template(
    expansion: &Expansion<'_>,
    prefix: &str,
    settings: &RepositoryTemplate,
    applied_for: BTreeSet<String>,
    description: String,
) -> creation_template::Spec {
    let (encryption_type, key) = ecr_policies::encryption(expansion, settings.encryption.as_ref());
    let own = needs_role(expansion, settings).then(|| Reference::to(&names::role(TEMPLATE_ROLE), "arn"));
    creation_template::Spec {
        prefix: prefix.to_owned(),
        description,
        vouches: false,
        applied_for,
        encryption_type: encryption_type.to_owned(),
        kms_key: key.filter(|key| *key != Reference::from(KEY_OF_AWS)),
        image_tag_mutability: settings.image_tag_mutability.word().to_owned(),
        image_tag_mutability_exclusions: settings.image_tag_mutability_exclusions.iter().cloned().collect(),
        lifecycle_policy: ecr_policies::lifecycle(&settings.lifecycle, settings.lifecycle_policy.as_ref()),
        repository_policy: ecr_policies::access(expansion.world, settings.access.as_ref(), settings.policy.as_ref()),
        custom_role: settings.custom_role_arn.as_deref().map(Reference::from).or(own),
        resource_tags: resource_tags(expansion, settings),
    }
}

/// None of ours: what ECR makes by itself is not the stack's, and stays when that goes.
fn resource_tags(expansion: &Expansion<'_>, settings: &RepositoryTemplate) -> Tags {
    let mut tags = expansion.spec.metadata.tags.clone();
    tags.extend(settings.tags.clone());
    tags
}

/// The role that ECR has for templates may neither tag nor use a key of the account's own.
///
/// Source: ECR user guide, "IAM permissions for creating repository creation templates".
fn needs_role(expansion: &Expansion<'_>, settings: &RepositoryTemplate) -> bool {
    let (_, key) = ecr_policies::encryption(expansion, settings.encryption.as_ref());
    let has_key = key.is_some_and(|key| key != Reference::from(KEY_OF_AWS));
    settings.custom_role_arn.is_none() && (has_key || !resource_tags(expansion, settings).is_empty())
}

/// One role for all templates that need one.
fn template_role(expansion: &mut Expansion<'_>) {
    let of_caches = expansion.spec.pull_through_cache.iter().map(|cache| (cache.prefix(), &cache.repositories));
    let of_templates =
        expansion.spec.ecr.creation_templates.iter().map(|template| (template.prefix.as_str(), &template.repositories));
    let needing: Vec<(&str, &RepositoryTemplate)> =
        of_caches.chain(of_templates).filter(|(_, settings)| needs_role(expansion, settings)).collect();
    if needing.is_empty() {
        return;
    }
    let keys: BTreeSet<&str> = needing
        .iter()
        .filter_map(|(_, settings)| settings.encryption.as_ref()?.key_arn.as_deref())
        .filter(|key| *key != KEY_OF_AWS)
        .collect();
    let actions = json!(["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"]);
    let repositories = arns(expansion, needing.iter().map(|(prefix, _)| *prefix));
    let mut statements =
        vec![json!({ "Sid": "Repositories", "Effect": "Allow", "Action": actions, "Resource": repositories })];
    // The policy of the stack's own key allows this to whoever makes repositories.
    if !keys.is_empty() {
        let actions = json!(["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"]);
        statements.push(json!({ "Sid": "Keys", "Effect": "Allow", "Action": actions, "Resource": keys }));
    }
    let policy = PolicyDocument::new(json!({ "Version": "2012-10-17", "Statement": statements }));
    let role = role::Spec {
        name: names::role_name(expansion.world, TEMPLATE_ROLE),
        path: role::path_of(expansion.world),
        assume_role_policy: roles::trust("ecr.amazonaws.com", &json!("sts:AssumeRole")),
        description: format!("With this ECR makes repositories for {}", expansion.world.stack),
        max_session_duration: 3600,
        permissions_boundary: expansion.spec.iam.service_role_permissions_boundary.clone(),
        managed_policies: BTreeSet::new(),
        inline_policies: BTreeMap::from([("make-repositories".to_owned(), policy)]),
        tags: expansion.tags(TEMPLATE_ROLE),
    };
    expansion.add(names::role(TEMPLATE_ROLE), &role);
}

/// What nodes need besides what they need to pull: whoever pulls an image first lets ECR make its repository and import
/// it. AmazonEC2ContainerRegistryPullOnly allows the import, and not the repository.
///
/// Source: ECR user guide, "IAM permissions required to sync an upstream registry with an Amazon ECR private registry".
pub(super) fn import_policy(expansion: &Expansion<'_>) -> BTreeMap<String, PolicyDocument> {
    let caches = &expansion.spec.pull_through_cache;
    if caches.is_empty() {
        return BTreeMap::new();
    }
    let statement = json!({
        "Effect": "Allow",
        "Action": ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
        "Resource": arns(expansion, caches.iter().map(PullThroughCache::prefix)),
    });
    let policy = PolicyDocument::new(json!({ "Version": "2012-10-17", "Statement": [statement] }));
    BTreeMap::from([("pull-through-cache".to_owned(), policy)])
}

/// The repositories below some prefixes.
fn arns<'p>(expansion: &Expansion<'_>, prefixes: impl Iterator<Item = &'p str>) -> Value {
    let below = |prefix: &str| if prefix == "ROOT" { "*".to_owned() } else { format!("{prefix}/*") };
    prefixes.map(|prefix| expansion.world.arn("ecr", &format!("repository/{}", below(prefix)))).collect()
}
