//! Repositories, the registry and its caches.

use eksctl_rs_aws::PolicyDocument;
use eksctl_rs_core::{Desired, Snapshot};
use serde_json::{Value, json};

use super::{Edit, add, edit, first, named, reference, set, tags};
use crate::lab::at;

pub(super) fn edits() -> Vec<Edit> {
    [repository(), registry(), creation_template(), pull_through_cache_rule()].into_iter().flatten().collect()
}

/// Lets a rule read a registry that asks for no credentials.
pub(super) fn public(rule: &mut Value) {
    rule["upstream_registry"] = "quay".into();
    rule["upstream_registry_url"] = "quay.io".into();
}

fn creation_template() -> Vec<Edit> {
    const KIND: &str = "ecr.RepositoryCreationTemplate";
    const HUB: &str = "ecr.RepositoryCreationTemplate/docker-hub";
    fn of_hub(field: &'static str, change: impl Fn(&mut Vec<Desired>, &Snapshot) + 'static) -> Edit {
        Edit { of: Some(HUB), ..edit(KIND, field, change) }
    }
    fn set_hub(field: &'static str, value: Value) -> Edit {
        of_hub(field, move |desired, _| named(desired, HUB).spec[field] = value.clone())
    }
    let statement = json!({ "Effect": "Allow", "Principal": { "AWS": "444455556666" }, "Action": "ecr:BatchGetImage" });
    let policy = json!({ "Version": "2012-10-17", "Statement": [statement] });
    let keep = json!({ "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 30 });
    let rule = json!({ "rulePriority": 1, "selection": keep, "action": { "type": "expire" } });
    vec![
        set_hub("description", "other images".into()),
        // Without a rule to vouch for.
        of_hub("vouches", |desired, _| {
            named(desired, HUB).spec["vouches"] = false.into();
            desired.retain(|one| one.address != at("ecr.PullThroughCacheRule/docker-hub"));
        }),
        set_hub("applied_for", json!(["PULL_THROUGH_CACHE", "REPLICATION"])),
        set_hub("encryption_type", "KMS".into()),
        of_hub("kms_key", |desired, _| {
            let spec = &mut named(desired, HUB).spec;
            spec["encryption_type"] = "KMS".into();
            spec["kms_key"] = reference("kms.Key/main", "arn");
        }),
        set_hub("image_tag_mutability", "IMMUTABLE".into()),
        of_hub("image_tag_mutability_exclusions", |desired, _| {
            let spec = &mut named(desired, HUB).spec;
            spec["image_tag_mutability"] = "MUTABLE_WITH_EXCLUSION".into();
            spec["image_tag_mutability_exclusions"] = json!(["v*"]);
        }),
        set_hub("lifecycle_policy", json!({ "rules": [rule] })),
        set_hub("repository_policy", PolicyDocument::new(policy).value().clone()),
        // Without tags it needs none.
        of_hub("custom_role", |desired, _| {
            let spec = &mut named(desired, HUB).spec;
            spec["custom_role"] = Value::Null;
            spec["resource_tags"] = json!({});
        }),
        set_hub("resource_tags", json!({ "team": "other", "added": "yes" })),
    ]
}

fn pull_through_cache_rule() -> Vec<Edit> {
    const KIND: &str = "ecr.PullThroughCacheRule";
    const HUB: &str = "ecr.PullThroughCacheRule/docker-hub";
    fn of_hub(field: &'static str, change: impl Fn(&mut Vec<Desired>, &Snapshot) + 'static) -> Edit {
        Edit { of: Some(HUB), ..edit(KIND, field, change) }
    }
    vec![
        of_hub("upstream_registry", |desired, _| {
            let rule = &mut named(desired, HUB).spec;
            (rule["credential"], rule["tried_with"]) = (Value::Null, Value::Null);
            public(rule);
        }),
        of_hub("upstream_registry_url", |desired, _| {
            let rule = &mut named(desired, HUB).spec;
            rule["upstream_registry"] = "azure-container-registry".into();
            rule["upstream_registry_url"] = "example.azurecr.io".into();
        }),
        of_hub("upstream_repository_prefix", |desired, _| {
            named(desired, HUB).spec["upstream_repository_prefix"] = "library".into();
        }),
        of_hub("credential", |desired, _| {
            add(desired, "secretsmanager.Secret/docker-hub", "secretsmanager.Secret/other", |spec| {
                spec["name"] = "ecr-pullthroughcache/life/other/credential".into();
            });
            named(desired, HUB).spec["credential"] = reference("secretsmanager.Secret/other", "arn");
            named(desired, HUB).spec["tried_with"] = reference("secretsmanager.Secret/other", "version");
        }),
        // It is tried again when the value changes.
        of_hub("tried_with", |desired, _| first(desired, "secretsmanager.Secret").spec["revision"] = 2.into()),
        Edit {
            of: Some("ecr.PullThroughCacheRule/hub-account"),
            ..edit(KIND, "custom_role", |desired, _| {
                named(desired, "ecr.PullThroughCacheRule/hub-account").spec["custom_role"] =
                    reference("iam.Role/cluster", "arn");
            })
        },
    ]
}

fn repository() -> Vec<Edit> {
    const KIND: &str = "ecr.Repository";
    let with_key = |desired: &mut Vec<Desired>| {
        let spec = &mut first(desired, KIND).spec;
        spec["encryption_type"] = "KMS".into();
        spec["kms_key"] = reference("kms.Key/main", "arn");
    };
    vec![
        set(KIND, "name", "team/other".into()),
        set(KIND, "image_tag_mutability", "MUTABLE".into()),
        edit(KIND, "image_tag_mutability_exclusions", |desired, _| {
            let spec = &mut first(desired, KIND).spec;
            spec["image_tag_mutability"] = "IMMUTABLE_WITH_EXCLUSION".into();
            spec["image_tag_mutability_exclusions"] = json!(["dev-*", "latest"]);
        }),
        // With enhanced scanning, which the base has, repositories have no say.
        edit(KIND, "scan_on_push", |desired, _| {
            first(desired, "ecr.RegistryScanning").spec = json!({ "scan_type": "BASIC", "rules": {} });
            first(desired, KIND).spec["scan_on_push"] = true.into();
        }),
        edit(KIND, "encryption_type", move |desired, _| with_key(desired)),
        edit(KIND, "kms_key", move |desired, _| with_key(desired)),
        set(KIND, "lifecycle_policy", Value::Null),
        set(KIND, "repository_policy", Value::Null),
        tags(KIND),
    ]
}

fn registry() -> Vec<Edit> {
    const SCANNING: &str = "ecr.RegistryScanning";
    vec![
        edit(SCANNING, "scan_type", |desired, _| {
            first(desired, SCANNING).spec = json!({ "scan_type": "BASIC", "rules": { "SCAN_ON_PUSH": ["*"] } });
        }),
        set(SCANNING, "rules", json!({ "CONTINUOUS_SCAN": ["prod/*", "base"], "SCAN_ON_PUSH": ["*"] })),
        set("ecr.RegistryReplication", "rules", {
            let to = |region: &str| json!({ "region": region, "account": "111122223333" });
            json!([
                { "destinations": [to("eu-west-2")], "prefixes": [] },
                { "destinations": [to("eu-west-3"), to("us-east-1")], "prefixes": ["prod/"] },
            ])
        }),
    ]
}
