//! The versions that EKS has, and what their control planes can be.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{DEFAULT, RELEASES, Release, Support, Version};
use crate::call::Call;
use crate::error::ApiError;
use crate::services::eks::cluster::component;
use crate::services::eks::{invalid, listed};

/// A size of the control plane that one pays for. Source: "Amazon EKS Provisioned Control Plane".
struct Tier {
    name: &'static str,
    concurrent_requests: u32,
    pods_per_second: u32,
}

const TIERS: &[Tier] = &[
    Tier { name: "tier-xl", concurrent_requests: 1700, pods_per_second: 167 },
    Tier { name: "tier-2xl", concurrent_requests: 3400, pods_per_second: 283 },
    Tier { name: "tier-4xl", concurrent_requests: 6800, pods_per_second: 400 },
    Tier { name: "tier-8xl", concurrent_requests: 13_600, pods_per_second: 400 },
];
const DATABASE_GB: u32 = 16;

/// Clusters in the cloud; those on Outposts have a list of their own.
const CLUSTER_TYPES: &[&str] = &["eks", "eks-local-outposts"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DescribeClusterVersions {
    cluster_type: Option<String>,
    #[serde(rename = "maxResults")]
    _max_results: Option<u32>,
    #[serde(rename = "nextToken")]
    _next_token: Option<String>,
    default_only: Option<bool>,
    include_all: Option<bool>,
    cluster_versions: Option<Vec<String>>,
    status: Option<String>,
    version_status: Option<String>,
}

pub(super) fn describe_cluster_versions(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: DescribeClusterVersions = call.args()?;
    let cluster_type = asked.cluster_type.as_deref().unwrap_or("eks");
    if !CLUSTER_TYPES.contains(&cluster_type) {
        return invalid(format!("Invalid cluster type: {cluster_type}. Valid types are {}", CLUSTER_TYPES.join(", ")));
    }
    for text in asked.cluster_versions.iter().flatten() {
        if text.parse::<Version>().is_err() {
            return invalid(format!("Invalid Kubernetes version: {text}"));
        }
    }
    let found = RELEASES.iter().rev().filter(|release| cluster_type == "eks" && asked.wants(release));
    listed(call, "clusterVersions", found.map(Release::show).collect())
}

impl DescribeClusterVersions {
    fn wants(&self, release: &Release) -> bool {
        let versions = self.cluster_versions.as_deref().unwrap_or_default();
        let is_named = versions.contains(&release.version.to_string());
        let has = |wanted: &Option<String>, status: Value| wanted.as_ref().is_none_or(|wanted| status == *wanted);
        // Who asks for unsupported ones sees them, in one way or another.
        let shows_unsupported =
            self.include_all == Some(true) || is_named || self.status.is_some() || self.version_status.is_some();
        (versions.is_empty() || is_named)
            && (release.support != Support::Unsupported || shows_unsupported)
            && (self.default_only != Some(true) || release.version == DEFAULT)
            && has(&self.status, release.support.old_name().into())
            && has(&self.version_status, json!(release.support))
    }
}

impl Release {
    fn show(&self) -> Value {
        json!({
            "clusterVersion": self.version,
            "clusterType": "eks",
            "defaultPlatformVersion": self.version.platform(),
            "defaultVersion": self.version == DEFAULT,
            "releaseDate": seconds(self.released),
            "endOfStandardSupportDate": seconds(self.end_of_standard_support),
            "endOfExtendedSupportDate": seconds(self.end_of_extended_support),
            "status": self.support.old_name(),
            "versionStatus": self.support,
            "kubernetesPatchVersion": format!("{}.{}", self.version, self.patch),
            "controlPlaneScalingTiers": TIERS.iter().map(Tier::show).collect::<Vec<_>>(),
            "controlPlaneComponentConfig": component::constraints(),
        })
    }
}

impl Support {
    /// In the words of the deprecated field.
    fn old_name(self) -> &'static str {
        match self {
            Self::Standard => "standard-support",
            Self::Extended => "extended-support",
            Self::Unsupported => "unsupported",
        }
    }
}

impl Tier {
    fn show(&self) -> Value {
        json!({
            "tierName": self.name,
            "apiRequestConcurrency": self.concurrent_requests,
            "podSchedulingRatePerSecond": self.pods_per_second,
            "clusterDatabaseSizeGb": DATABASE_GB,
            "controlPlaneComponentConfigOverrides": component::provisioned_constraints(),
        })
    }
}

fn seconds(date: Date) -> i64 {
    date.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp().as_second()).unwrap_or_default()
}
