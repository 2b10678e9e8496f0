//! A node group as the API shows it.

use serde_json::{Value, json};

use super::{Nodegroup, State};
use crate::call::Call;
use crate::services::eks::health;

impl Nodegroup {
    pub(super) fn show(&self, call: &Call<'_>) -> Value {
        let config = &self.config;
        json!({
            "nodegroupName": self.name,
            "nodegroupArn": self.arn,
            "clusterName": self.cluster_name,
            "version": config.version,
            "releaseVersion": config.release_version,
            "createdAt": call.epoch + self.created_at,
            "modifiedAt": call.epoch + self.modified_at,
            "status": self.status(),
            "capacityType": self.capacity_type,
            "scalingConfig": config.scaling.show(),
            "instanceTypes": (!self.instance_types.is_empty()).then_some(&self.instance_types),
            "subnets": self.subnets,
            "remoteAccess": self.remote_access,
            "amiType": self.ami_type,
            "nodeRole": self.node_role_arn,
            "labels": config.labels,
            "taints": self.show_taints(),
            "resources": self.show_resources(),
            "diskSize": self.disk_size,
            "launchTemplate": config.launch_template.as_ref().map(|template| template.show()),
            "health": health::show(&self.issues),
            "updateConfig": config.update_policy.show(),
            "nodeRepairConfig": config.repair,
            "tags": self.tags,
            "warmPoolConfig": config.warm_pool.as_ref().map(|pool| pool.show()),
        })
    }

    fn status(&self) -> &'static str {
        match self.state {
            State::Creating { .. } => "CREATING",
            State::Active => "ACTIVE",
            State::Updating(_) => "UPDATING",
            State::Deleting { .. } => "DELETING",
            State::CreateFailed => "CREATE_FAILED",
            State::DeleteFailed => "DELETE_FAILED",
            State::Degraded => "DEGRADED",
        }
    }

    /// A group without taints has no list of them.
    fn show_taints(&self) -> Value {
        let taints: Vec<Value> = self.config.taints.iter().map(|taint| taint.show()).collect();
        if taints.is_empty() { Value::Null } else { taints.into() }
    }

    /// What it has in other services, once it is there.
    fn show_resources(&self) -> Value {
        if matches!(self.state, State::Creating { .. }) {
            return Value::Null;
        }
        json!({
            "autoScalingGroups": [{ "name": self.scaling_group() }],
            "remoteAccessSecurityGroup": self.remote_access.as_ref().map(|_| self.remote_access_group()),
        })
    }
}
