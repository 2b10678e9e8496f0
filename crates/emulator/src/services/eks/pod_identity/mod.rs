//! EKS Pod Identity: which service account of a cluster has which role.
//!
//! Sources: the EKS API reference, and "Learn how EKS Pod Identity grants pods access to AWS services" in the user guide.

mod create;
mod update;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::cluster::{Cluster, State};
use super::{INVALID_REQUEST, NOT_FOUND, forget, listed};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::Tags;

pub(super) use create::{Bound, check_bound};

pub(super) const OPERATIONS: Operations = &[
    ("CreatePodIdentityAssociation", create::create_pod_identity_association),
    ("DeletePodIdentityAssociation", delete_pod_identity_association),
    ("DescribePodIdentityAssociation", describe_pod_identity_association),
    ("ListPodIdentityAssociations", list_pod_identity_associations),
    ("UpdatePodIdentityAssociation", update::update_pod_identity_association),
];

/// An association.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PodIdentityAssociation {
    pub(super) id: String,
    pub(super) arn: String,
    cluster_name: String,
    pub(super) namespace: String,
    pub(super) service_account: String,
    pub(super) role_arn: String,
    pub(super) tags: Tags,
    /// Emulated seconds since the world began.
    created_at: f64,
    modified_at: f64,
    /// The add-on that it belongs to.
    pub(super) owner_arn: Option<String>,
    settings: Settings,
}

/// What else pods get their role with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Settings {
    disable_session_tags: bool,
    /// A role that is assumed with the first one, maybe of another account.
    target_role_arn: Option<String>,
    /// A policy for the sessions, as it was sent.
    policy: Option<String>,
}

impl PodIdentityAssociation {
    /// The same with another role.
    pub(super) fn with_role(self, role_arn: &str, now: f64) -> Self {
        Self { role_arn: role_arn.to_owned(), modified_at: now, ..self }
    }

    /// The same as a part of an add-on.
    pub(super) fn owned_by(self, addon_arn: &str) -> Self {
        Self { owner_arn: Some(addon_arn.to_owned()), ..self }
    }

    /// What it is about has a name of its own in its cluster.
    fn is_for(&self, namespace: &str, service_account: &str) -> bool {
        self.namespace == namespace && self.service_account == service_account
    }

    fn in_list(&self) -> Value {
        json!({
            "clusterName": self.cluster_name,
            "namespace": self.namespace,
            "serviceAccount": self.service_account,
            "associationArn": self.arn,
            "associationId": self.id,
            "ownerArn": self.owner_arn,
        })
    }

    fn show(&self, call: &Call<'_>) -> Value {
        let mut association = self.in_list();
        let settings = &self.settings;
        association["roleArn"] = self.role_arn.as_str().into();
        association["tags"] = json!(self.tags);
        association["createdAt"] = (call.epoch + self.created_at).into();
        association["modifiedAt"] = (call.epoch + self.modified_at).into();
        association["disableSessionTags"] = settings.disable_session_tags.into();
        association["targetRoleArn"] = json!(settings.target_role_arn);
        association["externalId"] = json!(settings.target_role_arn.as_ref().map(|_| self.external_id(call)));
        association["policy"] = json!(settings.policy);
        association
    }

    /// What the trust policy of a target role can ask for. Source: "Access AWS resources using EKS Pod Identity target IAM
    /// roles": `region/account-id/cluster-name/namespace/service-account-name`.
    fn external_id(&self, call: &Call<'_>) -> String {
        let place = format!("{}/{}/{}", call.region_name, call.account_id, self.cluster_name);
        format!("{place}/{}/{}", self.namespace, self.service_account)
    }

    /// Refuses to change what an add-on has by other ways than the add-on.
    fn check_not_owned(&self) -> Result<(), ApiError> {
        match &self.owner_arn {
            None => Ok(()),
            Some(owner) => refuse(
                INVALID_REQUEST,
                format!("The association {} is owned by the add-on {owner}; change it through the add-on", self.id),
            ),
        }
    }
}

impl Cluster {
    fn association(&self, id: &str) -> Result<&PodIdentityAssociation, ApiError> {
        let missing = || {
            let message = format!("The association with id {id} could not be found in the cluster {}", self.name);
            ApiError::new(NOT_FOUND, message)
        };
        self.associations.get(id).ok_or_else(missing)
    }

    fn check_associations_can_change(&self) -> Result<(), ApiError> {
        match self.state {
            State::Active | State::Updating(_) => Ok(()),
            _ => Err(self.not_active()),
        }
    }
}

fn describe_pod_identity_association(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let cluster = call.clusters().cluster(&call.required("clusterName"))?;
    let association = cluster.association(&call.required("associationId"))?;
    Ok(json!({ "association": association.show(call) }))
}

fn list_pod_identity_associations(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let cluster = call.clusters().cluster(&call.required("clusterName"))?;
    let (namespace, account) = (call.text("namespace"), call.text("serviceAccount"));
    let found = cluster.associations.values().filter(|association| {
        namespace.is_none_or(|asked| association.namespace == asked)
            && account.is_none_or(|asked| association.service_account == asked)
    });
    listed(call, "associations", found.map(PodIdentityAssociation::in_list).collect())
}

fn delete_pod_identity_association(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, id) = (call.required("clusterName"), call.required("associationId"));
    let cluster = call.clusters().cluster(&name)?;
    cluster.check_associations_can_change()?;
    let association = cluster.association(&id)?;
    association.check_not_owned()?;
    let (answer, arn) = (json!({ "association": association.show(call) }), association.arn.clone());
    call.eks().cluster_mut(&name)?.associations.remove(&id);
    forget(call, &arn);
    Ok(answer)
}
