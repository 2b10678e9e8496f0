//! New Kubernetes versions and AMI releases of node groups: their nodes are replaced, some at a time.

use std::cmp::Ordering;

use serde::Deserialize;
use serde_json::Value;

use super::create::check_custom;
use super::launch_template::{LaunchTemplate, Specification};
use super::update::{self, Plan};
use super::{Config, Nodegroup};
use crate::call::Call;
use crate::durations;
use crate::error::ApiError;
use crate::services::eks::cluster::{Cluster, State as ClusterState};
use crate::services::eks::invalid;
use crate::services::eks::update::{Params, UpdateType, param};
use crate::services::eks::version::Version;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UpdateNodegroupVersion {
    cluster_name: String,
    nodegroup_name: String,
    version: Option<String>,
    release_version: Option<String>,
    launch_template: Option<Specification>,
    /// The emulator's pods can always be evicted.
    #[serde(rename = "force")]
    _force: Option<bool>,
    client_request_token: Option<String>,
}

pub(super) fn update_nodegroup_version(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: UpdateNodegroupVersion = call.args()?;
    let whose = (asked.cluster_name.as_str(), asked.nodegroup_name.as_str());
    update::or_repeated(call, whose, asked.client_request_token.as_deref(), |call| asked.plan(call))
}

impl UpdateNodegroupVersion {
    fn plan(&self, call: &Call<'_>) -> Result<Plan, ApiError> {
        let cluster = call.clusters().cluster(&self.cluster_name)?;
        let group = call.clusters().nodegroup(&self.cluster_name, &self.nodegroup_name)?;
        if !matches!(cluster.state, ClusterState::Active) {
            return Err(cluster.not_active());
        }
        group.check_updatable()?;
        let launch_template = self.launch_template(call, cluster, group)?;
        let template = launch_template.as_ref();
        let version = self.version(cluster, group)?;
        let release_version = match template.and_then(LaunchTemplate::image) {
            Some(image) => {
                check_custom(self.version.as_deref(), self.release_version.as_deref())?;
                image.to_owned()
            }
            None => group.ami_type.release(self.release_version.as_deref(), version)?,
        };
        check_not_back(cluster, group, version, &release_version)?;
        let after = Config { version, release_version, launch_template, ..group.config.clone() };
        if !after.renews(&group.config) {
            let release = &after.release_version;
            return invalid(format!("Nodegroup {} is already at release version {release}", group.name));
        }
        let params = self.params(&after);
        let rounds = group.config.update_policy.rounds(group.config.scaling.desired);
        let node = |round: i64| {
            let what = format!("{} {} {round}", group.uid, group.updates.len());
            call.seconds(durations::UPDATE_NODEGROUP_NODE, &what)
        };
        // Also a group without nodes gets a new launch template.
        let base = call.seconds(durations::CREATE_NODEGROUP_EMPTY, &group.uid);
        let seconds = base + (0..rounds).map(node).sum::<f64>();
        Ok(Plan { kind: UpdateType::VersionUpdate, params, after, seconds })
    }

    fn params(&self, after: &Config) -> Params {
        let mut params =
            vec![param("Version", after.version.to_string()), param("ReleaseVersion", after.release_version.as_str())];
        if let Some(template) = after.launch_template.as_ref().filter(|_| self.launch_template.is_some()) {
            params.push(param("LaunchTemplateName", template.name.as_str()));
            params.push(param("LaunchTemplateVersion", template.version.to_string()));
        }
        params
    }

    /// The launch template that the group will have: "if a launch template was specified, then this must be the same"
    /// one, in any version.
    fn launch_template(
        &self,
        call: &Call<'_>,
        cluster: &Cluster,
        group: &Nodegroup,
    ) -> Result<Option<LaunchTemplate>, ApiError> {
        let (current, asked) = match (&group.config.launch_template, &self.launch_template) {
            (current, None) => return Ok(current.clone()),
            (None, Some(_)) => {
                let message = "Launch template cannot be specified for a node group that was created without one";
                return invalid(message);
            }
            (Some(current), Some(asked)) => (current, asked),
        };
        let template = asked.resolve(call)?;
        if template.id != current.id {
            let message = format!("The launch template must be the one that the node group has: {}", current.id);
            return invalid(message);
        }
        template.check(call, &cluster.vpc_id)?;
        if template.image().is_some() != current.image().is_some() {
            return invalid("A node group cannot change between AMIs of Amazon EKS and custom AMIs");
        }
        if template.instance_type().is_some() != group.instance_types.is_empty() {
            return invalid(
                "Instance types should be specified either in the launch template or in the node group, not in both",
            );
        }
        if group.ami_type.merges_user_data() {
            template.check_user_data()?;
        }
        Ok(Some(template))
    }

    /// "If no value is specified, the AMI version that matches the cluster's Kubernetes version is used"; a release alone
    /// is one of the version that the group has.
    fn version(&self, cluster: &Cluster, group: &Nodegroup) -> Result<Version, ApiError> {
        match (&self.version, &self.release_version) {
            (Some(text), _) => {
                let version = Version::asked(text)?;
                check_skew(cluster, version).map(|()| version)
            }
            (None, Some(_)) => Ok(group.config.version),
            (None, None) => Ok(cluster.config.version),
        }
    }
}

impl Config {
    /// Whether nodes give way to new ones to come here from `before`.
    pub(super) fn renews(&self, before: &Self) -> bool {
        let of_template = |config: &Self| config.launch_template.as_ref().map(|template| template.version);
        self.version != before.version
            || self.release_version != before.release_version
            || of_template(self) != of_template(before)
    }
}

/// Nodes are never newer than the control plane, and at most three minor versions older. Source: "Kubernetes version skew
/// policy".
pub(super) fn check_skew(cluster: &Cluster, version: Version) -> Result<(), ApiError> {
    let of_cluster = cluster.config.version;
    if version > of_cluster {
        return invalid(format!(
            "Nodegroup Kubernetes version should be equal to or less than Cluster kubernetes version. \
             NodegroupVersion: {version} ClusterVersion: {of_cluster}"
        ));
    }
    if version.next().next().next() < of_cluster {
        return invalid(format!(
            "Nodegroup Kubernetes version {version} is more than three minor versions older than the cluster's {of_cluster}"
        ));
    }
    Ok(())
}

/// Source: UpdateNodegroupVersion, "You cannot roll back a node group to an earlier Kubernetes version or AMI version";
/// but for the rollback of a cluster, which its nodes must go ahead of.
fn check_not_back(cluster: &Cluster, group: &Nodegroup, version: Version, release: &str) -> Result<(), ApiError> {
    let current = &group.config;
    let prepares_rollback = cluster.config.upgraded.is_some_and(|upgraded| upgraded.from == version);
    let is_older_release = version == current.version
        && group.ami_type.compare_releases(release, &current.release_version) == Some(Ordering::Less);
    if version < current.version && !prepares_rollback || is_older_release {
        return invalid(format!(
            "Nodegroup {} cannot be rolled back from release version {} to {release}",
            group.name, current.release_version
        ));
    }
    Ok(())
}
