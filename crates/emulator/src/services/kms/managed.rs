//! Keys that AWS manages for its services: they come into being when somebody asks for their alias.
//!
//! The emulator tells of them in DescribeKey alone. ListAliases has their aliases as those of keys that are not there
//! yet: without a key id.

use std::collections::BTreeMap;

use serde_json::json;

use super::key::State;
use super::{Key, spec};
use crate::call::Call;
use crate::random;
use crate::tags::Tags;

/// What comes after `alias/aws/`.
const SERVICES: &[&str] = &[
    "acm",
    "backup",
    "dynamodb",
    "ebs",
    "ecr",
    "elasticfilesystem",
    "es",
    "fsx",
    "glue",
    "kinesis",
    "lambda",
    "rds",
    "redshift",
    "s3",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
];

/// The aliases. Source: ListAliases, "predefined aliases that Amazon Web Services has created but has not yet
/// associated with a KMS key".
pub(super) fn aliases() -> impl Iterator<Item = String> {
    SERVICES.iter().map(|service| format!("alias/aws/{service}"))
}

/// The key behind an alias such as `alias/aws/ebs`.
pub(super) fn key(call: &Call<'_>, alias: &str) -> Option<Key> {
    let service = alias.strip_prefix("alias/aws/").filter(|service| SERVICES.contains(service))?;
    let id = random::uuid(&json!([call.seed, call.account_id, call.region_name, alias]));
    Some(Key {
        arn: call.arn("kms", &format!("key/{id}")),
        id,
        created_at: 0.0,
        description: format!("Default key that protects my {service} data when no other key is defined"),
        spec: spec::SYMMETRIC.to_owned(),
        usage: spec::ENCRYPT.to_owned(),
        multi_region: false,
        state: State::Enabled,
        policy: String::new(),
        roles: BTreeMap::new(),
        rotation: None,
        tags: Tags::new(),
        aws_managed: true,
    })
}
