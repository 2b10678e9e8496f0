//! The add-ons that there are.
//!
//! Names, namespaces, service accounts, policies and the shape of the configuration are AWS's, as far as they are publicly
//! known; versions and defaults are such as AWS has them, for the Kubernetes versions that the emulator has.

mod describe;
mod schema;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::services::eks::version::Version;

pub(super) use describe::{describe_addon_configuration, describe_addon_versions};
pub(super) use schema::read;

static CATALOGUE: LazyLock<Vec<Published>> =
    LazyLock::new(|| serde_json::from_str(include_str!("addons.json")).unwrap_or_default());

/// An add-on, as EKS publishes it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Published {
    pub(super) name: String,
    #[serde(rename = "type")]
    kind: String,
    pub(super) owner: String,
    pub(super) publisher: String,
    /// Where it is installed, unless one says otherwise.
    pub(super) namespace: String,
    workload: Workload,
    compute_types: Vec<String>,
    requires_iam_permissions: bool,
    /// The service accounts that it asks AWS with; nothing if it does not.
    pub(super) pod_identity: Vec<Suggestion>,
    /// Of its replicas.
    pub(super) pod_labels: BTreeMap<String, String>,
    /// The newest one first.
    versions: Vec<Release>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Workload {
    /// A pod on every node, however many there are.
    DaemonSet,
    /// Replicas that need room somewhere.
    Deployment,
}

/// A service account and the managed policies, by what follows `policy/` in their ARNs, that its role needs.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Suggestion {
    service_account: String,
    policies: Vec<String>,
}

/// A version of an add-on.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Release {
    version: String,
    /// The oldest Kubernetes version that it is for.
    from: Version,
    /// The newest one.
    to: Version,
    default_for: Vec<Version>,
}

/// The add-on called `name`.
pub(super) fn find(name: &str) -> Option<&'static Published> {
    CATALOGUE.iter().find(|published| published.name == name)
}

impl Published {
    pub(super) fn is_deployment(&self) -> bool {
        self.workload == Workload::Deployment
    }

    pub(super) fn runs_on(&self, compute_type: &str) -> bool {
        self.compute_types.iter().any(|known| known == compute_type)
    }

    pub(super) fn release(&self, version: &str) -> Option<&Release> {
        self.versions.iter().find(|release| release.version == version)
    }

    /// What a cluster of a Kubernetes version gets that does not ask for a version.
    pub(super) fn default_for(&self, kubernetes: Version) -> Option<&str> {
        let release = self.versions.iter().find(|release| release.default_for.contains(&kubernetes));
        release.map(|release| release.version.as_str())
    }
}

impl Release {
    pub(super) fn fits(&self, kubernetes: Version) -> bool {
        (self.from..=self.to).contains(&kubernetes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::eks::version::supported;

    #[test]
    fn every_add_on_has_one_default_for_every_version_and_a_schema() {
        assert_eq!(CATALOGUE.len(), 17);
        for published in CATALOGUE.iter() {
            for kubernetes in supported() {
                let defaults: Vec<&Release> =
                    published.versions.iter().filter(|release| release.default_for.contains(&kubernetes)).collect();
                assert_eq!(defaults.len(), 1, "{} {kubernetes}", published.name);
                assert!(defaults[0].fits(kubernetes), "{} {kubernetes}", published.name);
            }
            assert_eq!(published.check_values("{}"), Ok(()), "{}", published.name);
            let refused = published.check_values(r#"{"nothing":1}"#).expect_err("refused");
            assert!(refused.contains("nothing"), "{}: {refused}", published.name);
        }
    }
}
