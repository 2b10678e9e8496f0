//! New Kubernetes versions of control planes, and the way back.

use serde::Deserialize;
use serde_json::Value;

use super::config::Upgraded;
use super::life::missing_subnets;
use super::update::{self, Plan};
use super::{Cluster, Config};
use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::eks::update::{UpdateType, param};
use crate::services::eks::version::Version;
use crate::services::eks::{INVALID_REQUEST, invalid, network};

/// How long after an upgrade a cluster can go back. Source: "Roll back a cluster to the previous Kubernetes version".
const ROLLBACK_SECONDS: f64 = 7.0 * 24.0 * 3600.0;
/// Source: RollbackConfig.
const TIMEOUT_MINUTES: std::ops::RangeInclusive<i64> = 120..=10_080;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UpdateClusterVersion {
    name: String,
    version: String,
    client_request_token: Option<String>,
    force: Option<bool>,
    rollback_config: Option<RollbackConfig>,
}

/// The emulator's nodes never take so long.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RollbackConfig {
    timeout_minutes: Option<i64>,
}

pub(super) fn update_cluster_version(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: UpdateClusterVersion = call.args()?;
    let client_token = asked.client_request_token.as_deref();
    update::or_repeated(call, &asked.name, client_token, |call| asked.plan(call))
}

impl UpdateClusterVersion {
    fn plan(&self, call: &Call<'_>) -> Result<Plan, ApiError> {
        let cluster = call.clusters().cluster(&self.name)?;
        let (from, to) = (cluster.config.version, Version::asked(&self.version)?);
        let kind = if to < from { UpdateType::VersionRollback } else { UpdateType::VersionUpdate };
        cluster.check_updatable(kind)?;
        let upgraded = if kind == UpdateType::VersionRollback {
            self.check_rollback(call, cluster, to)?;
            None
        } else {
            self.check_upgrade(cluster, to)?;
            Some(Upgraded { from, at: call.now })
        };
        network::check_free_for_update(call, &cluster.config.subnets)?;
        let mut params = vec![param("Version", to.to_string())];
        params.extend(to.platform().map(|platform| param("PlatformVersion", platform)));
        Ok(Plan {
            kind,
            params,
            after: Config { version: to, upgraded, ..cluster.config.clone() },
            takes: durations::UPDATE_CLUSTER_VERSION,
            // EKS needs the subnets for it.
            issues: missing_subnets(&cluster.config, call.network()),
            rolls_nodes: kind == UpdateType::VersionRollback && cluster.config.auto_mode.is_some(),
        })
    }

    fn check_upgrade(&self, cluster: &Cluster, to: Version) -> Result<(), ApiError> {
        let from = cluster.config.version;
        if to != from.next() {
            return invalid(format!("unsupported Kubernetes minor version update from {from} to {to}"));
        }
        if self.rollback_config.is_some() {
            return invalid("rollbackConfig can be specified only for a version rollback");
        }
        // Source: UpdateClusterVersion, "all of your node groups' Kubernetes versions must match".
        let behind: Vec<&str> = nodegroups(cluster, |version| version < from);
        if behind.is_empty() {
            return Ok(());
        }
        let message = format!(
            "Nodegroups [{}] must be updated to the Kubernetes version {from} of the cluster before the cluster can be \
             updated to {to}",
            behind.join(", ")
        );
        refuse(INVALID_REQUEST, message)
    }

    fn check_rollback(&self, call: &Call<'_>, cluster: &Cluster, to: Version) -> Result<(), ApiError> {
        let from = cluster.config.version;
        let recent = cluster.config.upgraded.filter(|upgraded| call.now - upgraded.at <= ROLLBACK_SECONDS);
        if recent.is_none_or(|upgraded| upgraded.from != to) {
            return invalid(format!(
                "unsupported Kubernetes minor version update from {from} to {to}: a cluster can be rolled back only to the \
                 version before its upgrade, within 7 days"
            ));
        }
        let timeout = self.rollback_config.as_ref().and_then(|config| config.timeout_minutes);
        if timeout.is_some_and(|minutes| !TIMEOUT_MINUTES.contains(&minutes)) {
            return invalid("rollbackConfig.timeoutMinutes must be between 120 and 10080");
        }
        let ahead = nodegroups(cluster, |version| version > to);
        if self.force != Some(true) && !ahead.is_empty() {
            let message = "Amazon EKS detected rollback readiness issues. Call the ListInsights API to view detected \
                           rollback blocking issues. Pass the force flag to override them.";
            return refuse("InvalidStateException", message);
        }
        Ok(())
    }
}

/// The names of the node groups whose version is so.
fn nodegroups(cluster: &Cluster, is_so: impl Fn(Version) -> bool) -> Vec<&str> {
    let groups = cluster.nodegroups.values().filter(|group| is_so(group.version()));
    groups.map(|group| group.name.as_str()).collect()
}
