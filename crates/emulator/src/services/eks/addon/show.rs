//! An add-on as the API shows it.

use serde_json::{Value, json};

use super::{Addon, State, catalogue};
use crate::services::eks::cluster::Cluster;
use crate::services::eks::health;

impl Addon {
    pub(super) fn show(&self, cluster: &Cluster, epoch: f64) -> Value {
        let published = catalogue::find(&self.name);
        let associations: Vec<&str> = cluster.associations_of(self).map(|one| one.arn.as_str()).collect();
        json!({
            "addonName": self.name,
            "clusterName": self.cluster_name,
            "status": self.status(),
            "addonVersion": self.config.version,
            "health": health::show(&self.issues),
            "addonArn": self.arn,
            "createdAt": epoch + self.created_at,
            "modifiedAt": epoch + self.modified_at,
            "serviceAccountRoleArn": self.config.role_arn,
            "tags": self.tags,
            "publisher": published.map(|published| &published.publisher),
            "owner": published.map(|published| &published.owner),
            "configurationValues": self.config.values,
            "podIdentityAssociations": (!associations.is_empty()).then_some(associations),
            "namespaceConfig": { "namespace": self.namespace },
        })
    }

    pub(super) fn status(&self) -> &'static str {
        match self.state {
            State::Creating(_) => "CREATING",
            State::Active => "ACTIVE",
            State::Updating(_) => "UPDATING",
            State::Deleting { .. } => "DELETING",
            State::CreateFailed => "CREATE_FAILED",
            State::UpdateFailed => "UPDATE_FAILED",
            State::Degraded => "DEGRADED",
        }
    }
}
