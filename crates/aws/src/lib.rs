//! The rooms: one folder per kind of AWS resource, and the provider that they make up.
//!
//! The only crate that imports `aws_sdk_*`. Every room has the same files: `mod.rs` (the spec with its fields, what
//! kind of thing it is), `read.rs` (from AWS's answer to our spec, and how its instances are found), `write.rs`
//! (requests only), `tests.rs`. To add one, follow `docs/adding-a-resource.md`.
//!
//! Deliberately absent: waiting, printing, deciding. A room classifies errors; the engine decides about them.

mod aws;
mod branches;
mod by_name;
mod call;
mod classify;
mod connect;
mod document;
pub mod ec2;
pub mod ecr;
pub mod eks;
pub mod iam;
mod kind;
mod kinds;
pub mod kms;
pub mod logs;
mod provider;
mod reads;
mod secret_values;
pub mod secretsmanager;
mod tagging;

pub use aws::Aws;
pub use connect::{Access, Identity, connect};
pub use document::PolicyDocument;
pub use ec2::left_behind::LeftBehind;
pub use provider::{AwsProvider, AwsRules};
pub use secret_values::SecretValues;
