//! Keys, secrets and log groups.

use serde_json::{Value, json};

use super::ecr::public;
use super::{Edit, edit, first, named, reference, set, tags};

pub(super) fn edits() -> Vec<Edit> {
    [key(), log_group(), secret()].into_iter().flatten().collect()
}

fn key() -> Vec<Edit> {
    const KIND: &str = "kms.Key";
    vec![
        set(KIND, "alias", "alias/another".into()),
        set(KIND, "description", "Something else.".into()),
        edit(KIND, "policy", |desired, _| {
            let policy = &mut first(desired, KIND).spec["policy"];
            policy["Statement"].as_array_mut().expect("a list").pop();
        }),
        set(KIND, "rotation_period_in_days", 180.into()),
        set(KIND, "multi_region", true.into()),
        // A key that cannot be used cannot encrypt logs.
        edit(KIND, "enabled", |desired, _| {
            first(desired, "logs.LogGroup").spec["kms_key"] = Value::Null;
            first(desired, KIND).spec["enabled"] = false.into();
        }),
        tags(KIND),
    ]
}

fn secret() -> Vec<Edit> {
    const KIND: &str = "secretsmanager.Secret";
    vec![
        set(KIND, "name", "ecr-pullthroughcache/life/other/credential".into()),
        set(KIND, "description", "another description".into()),
        set(KIND, "content", json!({ "username": { "env": "HUB_USER" }, "accessToken": { "env": "OTHER_TOKEN" } })),
        set(KIND, "revision", 2.into()),
        edit(KIND, "kms_key", |desired, _| first(desired, KIND).spec["kms_key"] = reference("kms.Key/main", "arn")),
        set(KIND, "recovery_window_in_days", 30.into()),
        // No stack wants this: it is what somebody else does.
        edit(KIND, "available", |desired, _| {
            first(desired, KIND).spec["available"] = false.into();
            let rule = &mut named(desired, "ecr.PullThroughCacheRule/docker-hub").spec;
            (rule["credential"], rule["tried_with"]) = (Value::Null, Value::Null);
            public(rule);
        }),
        tags(KIND),
    ]
}

fn log_group() -> Vec<Edit> {
    const KIND: &str = "logs.LogGroup";
    vec![
        set(KIND, "log_group_class", "INFREQUENT_ACCESS".into()),
        set(KIND, "retention_in_days", Value::Null),
        set(KIND, "kms_key", Value::Null),
        set(KIND, "deletion_protection", true.into()),
        tags(KIND),
    ]
}
