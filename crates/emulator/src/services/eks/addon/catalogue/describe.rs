//! What EKS tells about the add-ons that there are.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{CATALOGUE, Published, Release, Suggestion, find};
use crate::call::Call;
use crate::error::ApiError;
use crate::services::eks::version::{Version, supported};
use crate::services::eks::{invalid, listed};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DescribeAddonVersions {
    kubernetes_version: Option<String>,
    addon_name: Option<String>,
    types: Option<BTreeSet<String>>,
    publishers: Option<BTreeSet<String>>,
    owners: Option<BTreeSet<String>>,
    #[serde(rename = "maxResults")]
    _max_results: Option<u32>,
    #[serde(rename = "nextToken")]
    _next_token: Option<String>,
}

pub(in crate::services::eks::addon) fn describe_addon_versions(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: DescribeAddonVersions = call.args()?;
    let kubernetes: Vec<Version> = supported().filter(|version| asked.is_about(*version)).collect();
    let shown = CATALOGUE.iter().filter(|published| asked.wants(published));
    let shown = shown.map(|published| published.show(&kubernetes)).filter(|one| one["addonVersions"] != json!([]));
    listed(call, "addons", shown.collect())
}

impl DescribeAddonVersions {
    fn is_about(&self, kubernetes: Version) -> bool {
        self.kubernetes_version.as_ref().is_none_or(|asked| *asked == kubernetes.to_string())
    }

    fn wants(&self, published: &Published) -> bool {
        let among = |asked: &Option<BTreeSet<String>>, found: &str| {
            asked.as_ref().is_none_or(|asked| asked.is_empty() || asked.contains(found))
        };
        self.addon_name.as_ref().is_none_or(|asked| *asked == published.name)
            && among(&self.types, &published.kind)
            && among(&self.publishers, &published.publisher)
            && among(&self.owners, &published.owner)
    }
}

impl Published {
    /// With the versions that are for one of these of Kubernetes.
    fn show(&self, kubernetes: &[Version]) -> Value {
        let versions = self.versions.iter().filter(|release| kubernetes.iter().any(|one| release.fits(*one)));
        json!({
            "addonName": self.name,
            "type": self.kind,
            "publisher": self.publisher,
            "owner": self.owner,
            "defaultNamespace": self.namespace,
            "addonVersions": versions.map(|release| self.show_release(release, kubernetes)).collect::<Vec<_>>(),
        })
    }

    fn show_release(&self, release: &Release, kubernetes: &[Version]) -> Value {
        let fitting = kubernetes.iter().filter(|version| release.fits(**version));
        let compatibility = |version: &Version| {
            json!({
                "clusterVersion": version,
                "platformVersions": ["*"],
                "defaultVersion": release.default_for.contains(version),
            })
        };
        json!({
            "addonVersion": release.version,
            "architecture": ["amd64", "arm64"],
            "computeTypes": self.compute_types,
            // The newest one first.
            "compatibilities": fitting.rev().map(compatibility).collect::<Vec<_>>(),
            "requiresConfiguration": false,
            "requiresIamPermissions": self.requires_iam_permissions,
        })
    }
}

impl Suggestion {
    fn show(&self, partition: &str) -> Value {
        let arn = |policy: &String| format!("arn:{partition}:iam::aws:policy/{policy}");
        json!({
            "serviceAccount": self.service_account,
            "recommendedManagedPolicies": self.policies.iter().map(arn).collect::<Vec<_>>(),
        })
    }
}

pub(in crate::services::eks::addon) fn describe_addon_configuration(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, version) = (call.required("addonName"), call.required("addonVersion"));
    let Some(published) = find(&name).filter(|published| published.release(&version).is_some()) else {
        let message = "Addon version specified is not supported, AddonName:";
        return invalid(format!("{message} \"{name}\", Version: \"{version}\""));
    };
    let partition = call.partition();
    let suggestions: Vec<Value> = published.pod_identity.iter().map(|one| one.show(partition)).collect();
    Ok(json!({
        "addonName": name,
        "addonVersion": version,
        "configurationSchema": published.schema(),
        "podIdentityConfiguration": (!suggestions.is_empty()).then_some(suggestions),
    }))
}
