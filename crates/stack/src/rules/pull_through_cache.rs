//! Caches of images of other registries, and templates of repositories.

use std::collections::BTreeMap;

use super::Report;
use super::ecr::{self, Settings};
use crate::places::Path;
use crate::schema::{
    ImageTagMutability, PullThroughCache, RepositoryTemplate, StackSpec, TextSource, Upstream, UpstreamCredentials,
};

pub(super) fn check(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let mut seen: BTreeMap<&str, Upstream> = BTreeMap::new();
    for (index, cache) in spec.pull_through_cache.iter().enumerate() {
        let path = Path::from("pullThroughCache").item(index);
        let at = if cache.prefix.is_some() { path.key("prefix") } else { path.key("upstream") };
        prefix(cache, &seen, &at, report);
        seen.insert(cache.prefix(), cache.upstream);
        registry(cache, spec, &path, report);
        credentials(cache, spec, &path, report);
        let settings = &cache.repositories;
        template(settings, spec, &path.key("repositories"), report);
        if matches!(settings.image_tag_mutability, ImageTagMutability::Immutable) {
            let hint = "set MUTABLE, or IMMUTABLE_WITH_EXCLUSION for tags that move";
            let message = "a tag that moves upstream stays as it was when it was cached";
            report.warn(&path.key("repositories").key("imageTagMutability"), message, hint);
        }
    }
    let mut templates: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, one) in spec.ecr.creation_templates.iter().enumerate() {
        let path = Path::from("ecr.creationTemplates").item(index);
        if seen.contains_key(one.prefix.as_str()) {
            let message = format!("the cache with the prefix {} has a template already", one.prefix);
            report.error(&path.key("prefix"), message, "say what its repositories are like in pullThroughCache");
        }
        if templates.insert(&one.prefix, index).is_some() {
            let message = format!("there are two templates with the prefix {}", one.prefix);
            report.error(&path.key("prefix"), message, "ECR takes one for each prefix: make them one");
        }
        template(&one.repositories, spec, &path.key("repositories"), report);
    }
}

/// Source: ECR user guide, "Sync an upstream registry with an Amazon ECR private registry", of prefixes.
fn prefix(cache: &PullThroughCache, seen: &BTreeMap<&str, Upstream>, at: &Path, report: &mut Report<'_, '_>) {
    let prefix = cache.prefix();
    if seen.contains_key(prefix) {
        let message = format!("there are two caches with the prefix {prefix}");
        report.error(at, message, "give each a prefix of its own; layers meet in the entry with the same prefix");
        return;
    }
    let inside = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
    if let Some(other) = seen.keys().find(|other| inside(prefix, other) || inside(other, prefix)) {
        let (inner, outer) = if prefix.len() > other.len() { (prefix, *other) } else { (*other, prefix) };
        let message = format!("the prefix {inner} is inside of {outer}");
        report.warn(at, message, "choose prefixes that no other begins with: then a name tells its upstream");
    }
}

/// Source: ECR `CreatePullThroughCacheRule`, of `upstreamRegistryUrl` and `customRoleArn`.
fn registry(cache: &PullThroughCache, spec: &StackSpec, path: &Path, report: &mut Report<'_, '_>) {
    let (at, word) = (path.key("registry"), cache.upstream.word());
    match (cache.upstream, cache.registry.as_deref()) {
        (Upstream::Azure, found) if !found.is_some_and(is_azure) => {
            report.error(&at, no_host(word, found), "set registry: <name>.azurecr.io, in small letters");
        }
        (Upstream::Ecr, found) => match found.and_then(|host| EcrHost::parse(host, spec)) {
            Some(host) => of_ecr(&host, cache, spec, path, report),
            None => {
                let hint = "set registry: <account>.dkr.ecr.<region>.amazonaws.com";
                report.error(&at, no_host(word, found), hint);
            }
        },
        (upstream, Some(found)) if upstream.host().is_some_and(|host| host != found) => {
            let host = upstream.host().unwrap_or_default();
            report.error(&at, format!("the registry of {word} is {host}"), "remove registry, or choose azure or ecr");
        }
        _ => {}
    }
    if cache.upstream != Upstream::Ecr && cache.custom_role_arn.is_some() {
        let hint = "remove it; the role with which ECR makes repositories is repositories.customRoleARN";
        report.error(&path.key("customRoleARN"), format!("{word} is not read with a role"), hint);
    }
}

fn no_host(word: &str, found: Option<&str>) -> String {
    match found {
        None => format!("{word} needs the host of the registry"),
        Some(host) => format!("{host} is no host of a registry of {word}"),
    }
}

/// Source: ECR user guide, "Permissions required for cross-account ECR to ECR pull through cache".
fn of_ecr(host: &EcrHost<'_>, cache: &PullThroughCache, spec: &StackSpec, path: &Path, report: &mut Report<'_, '_>) {
    let own_account = host.account == spec.metadata.account;
    if own_account && host.region == spec.metadata.region {
        let message = "the registry would be a cache of itself";
        report.error(&path.key("registry"), message, "name one of another account or Region");
    } else if !own_account && cache.custom_role_arn.is_none() {
        let message = format!("the account {} is read with a role", host.account);
        report.error(&path.key("registry"), message, "set customRoleARN to a role that may pull there");
    }
}

/// Source: Azure, "Resource name rules" of container registries.
fn is_azure(host: &str) -> bool {
    let name = host.strip_suffix(".azurecr.io").unwrap_or_default();
    (5..=63).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// The parts of the host of an ECR registry.
struct EcrHost<'h> {
    account: &'h str,
    region: &'h str,
}

impl<'h> EcrHost<'h> {
    fn parse(host: &'h str, spec: &StackSpec) -> Option<Self> {
        let suffix = crate::expand::world(spec).dns_suffix();
        let (account, region) = host.strip_suffix(suffix)?.strip_suffix('.')?.split_once(".dkr.ecr.")?;
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        let is_region = !region.is_empty() && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (is_account && is_region).then_some(Self { account, region })
    }
}

/// Source: ECR user guide, "Storing your upstream repository credentials in an AWS Secrets Manager secret".
fn credentials(cache: &PullThroughCache, spec: &StackSpec, path: &Path, report: &mut Report<'_, '_>) {
    use Upstream::{Azure, Chainguard, DockerHub, Ecr, EcrPublic, Github, Gitlab, Kubernetes, Quay};
    let word = cache.upstream.word();
    let at = path.key("credentials");
    let example = "set credentials: {username: {value: NAME}, accessToken: {valueFrom: {env: VARIABLE}}}, or secretARN";
    match (cache.upstream, &cache.credentials) {
        (DockerHub | Github | Azure | Gitlab | Chainguard, None) => {
            report.error(&path.key("upstream"), format!("{word} asks for credentials"), example);
        }
        (EcrPublic | Quay | Kubernetes | Ecr, Some(_)) => {
            report.error_in_key(&at, format!("ECR reads {word} without credentials"), "remove them");
        }
        (_, Some(found)) => secret(found, spec, &at, report),
        (EcrPublic | Quay | Kubernetes | Ecr, None) => {}
    }
}

fn secret(found: &UpstreamCredentials, spec: &StackSpec, path: &Path, report: &mut Report<'_, '_>) {
    if let Some(arn) = &found.secret_arn {
        if found.username.is_some() || found.access_token.is_some() {
            let hint = "remove secretARN, or username and accessToken";
            report.error(&path.key("secretARN"), "the credentials are said twice", hint);
        }
        place_of_secret(arn, spec, &path.key("secretARN"), report);
        return;
    }
    if found.username.is_none() {
        report.error(path, "the credentials have no user", "set username: {value: NAME}, or secretARN");
    }
    if found.access_token.is_none() {
        let hint = "set accessToken: {valueFrom: {env: VARIABLE}}, or secretARN";
        report.error(path, "the credentials have no token", hint);
    }
    match &found.username {
        Some(TextSource { value: None, value_from: None }) => {
            let hint = "set value, or valueFrom: {env: VARIABLE}";
            report.error(&path.key("username"), "the user comes from nowhere", hint);
        }
        Some(TextSource { value: Some(_), value_from: Some(_) }) => {
            report.error(&path.key("username"), "the user is said twice", "remove value or valueFrom");
        }
        _ => {}
    }
}

/// Source: ECR user guide, as above: "The secret must be in the same account and Region as the rule".
fn place_of_secret(arn: &str, spec: &StackSpec, path: &Path, report: &mut Report<'_, '_>) {
    let mut parts = arn.split(':').skip(3);
    let (region, account) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if region != spec.metadata.region || account != spec.metadata.account {
        let message = format!("the secret is in {region} of {account}");
        let hint = format!("name one in {} of {}", spec.metadata.region, spec.metadata.account);
        report.error(path, message, hint);
    }
}

fn template(found: &RepositoryTemplate, spec: &StackSpec, path: &Path, report: &mut Report<'_, '_>) {
    let settings = Settings {
        mutability: found.image_tag_mutability,
        exclusions: &found.image_tag_mutability_exclusions,
        encryption: found.encryption.as_ref(),
        lifecycle: &found.lifecycle,
        lifecycle_policy: found.lifecycle_policy.as_ref(),
        access: found.access.as_ref(),
        policy: found.policy.as_ref(),
    };
    ecr::settings(&settings, spec, path, report);
    super::names::tags(&found.tags, &path.key("tags"), report);
    // Source: ECR `EncryptionConfigurationForRepositoryCreationTemplate.kmsKey`.
    let key = found.encryption.as_ref().and_then(|encryption| encryption.key_arn.as_deref());
    if key.is_some_and(|key| !key.contains(":key/") && key != "alias/aws/ecr") {
        let at = path.key("encryption").key("keyARN");
        report.error(&at, "a template takes a key by its whole ARN", "write arn:aws:kms:<region>:<account>:key/<id>");
    }
}
