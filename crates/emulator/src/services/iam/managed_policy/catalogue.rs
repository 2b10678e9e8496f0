//! AWS's own managed policies: a part of the real catalogue.
//!
//! Names, paths and ARNs are AWS's; the documents are shortened, and each has one version.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::random;

/// When AWS made most of them: 2015-02-06.
pub(super) const CREATED: f64 = 1_423_247_640.0;
pub(super) const VERSION: &str = "v1";

pub(super) static CATALOGUE: LazyLock<Vec<AwsPolicy>> =
    LazyLock::new(|| serde_json::from_str(include_str!("catalogue.json")).unwrap_or_default());

/// A managed policy of AWS's.
#[derive(Debug, Deserialize)]
pub(in crate::services::iam) struct AwsPolicy {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) description: String,
    document: Value,
}

impl AwsPolicy {
    /// Whether only a service can attach it, to its service-linked role.
    pub(super) fn is_linked(&self) -> bool {
        self.path == "/aws-service-role/"
    }

    pub(super) fn arn(&self, partition: &str) -> String {
        format!("arn:{partition}:iam::aws:policy{}{}", self.path, self.name)
    }

    pub(super) fn text(&self, partition: &str) -> String {
        self.document.to_string().replace("arn:aws:", &format!("arn:{partition}:"))
    }

    /// What lists tell of it and not of every policy.
    pub(super) fn own_part(&self, arn: &str) -> Value {
        json!({
            "PolicyId": format!("ANPA{}", random::capitals(&json!(arn), 17)),
            "DefaultVersionId": VERSION,
            "CreateDate": CREATED,
            "UpdateDate": CREATED,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::iam::{document, permissions_policy, service_linked_role};

    #[test]
    fn every_policy_of_the_catalogue_is_one_that_iam_would_take() {
        assert!(CATALOGUE.len() >= 60, "{}", CATALOGUE.len());
        for policy in CATALOGUE.iter() {
            permissions_policy::check(&policy.text("aws")).unwrap_or_else(|error| panic!("{}: {error}", policy.name));
            // Source: "IAM and AWS STS quotas", managed policy length.
            assert!(document::length(&policy.text("aws-us-gov")) <= 6144, "{}", policy.name);
            assert!(!policy.description.is_empty(), "{}", policy.name);
        }
        let sorted = CATALOGUE.windows(2).all(|pair| pair[0].name < pair[1].name);
        assert!(sorted, "by name, so that each stands there once");
    }

    #[test]
    fn service_linked_roles_have_their_policies_in_the_catalogue() {
        for linked in service_linked_role::LINKED {
            let arn = format!("arn:aws:iam::aws:policy/aws-service-role/{}", linked.policy);
            assert!(CATALOGUE.iter().any(|policy| policy.arn("aws") == arn), "{arn}");
        }
    }
}
