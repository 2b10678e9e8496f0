//! Fargate profiles: which pods run on Fargate, in which subnets, with which role.
//!
//! Sources: the EKS API reference, and "Define which Pods use AWS Fargate when launched" in the user guide.

mod create;
mod delete;
pub(super) mod life;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::cluster::Cluster;
use super::health::{self, Ending, Issue};
use super::{IN_USE, NOT_FOUND, listed};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::filter::like;
use crate::services::Operations;
use crate::tags::Tags;

pub(super) const OPERATIONS: Operations = &[
    ("CreateFargateProfile", create::create_fargate_profile),
    ("DeleteFargateProfile", delete::delete_fargate_profile),
    ("DescribeFargateProfile", describe_fargate_profile),
    ("ListFargateProfiles", list_fargate_profiles),
];

/// A Fargate profile. Nothing of it can be changed but its tags.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct FargateProfile {
    name: String,
    pub(super) arn: String,
    cluster_name: String,
    /// Emulated seconds since the world began.
    created_at: f64,
    pub(super) role_arn: String,
    subnets: BTreeSet<String>,
    selectors: Vec<Selector>,
    pub(super) tags: Tags,
    state: State,
    issues: Vec<Issue>,
}

/// The pods that a profile is for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Selector {
    /// May hold `*` and `?`.
    namespace: Option<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum State {
    Creating(Ending),
    Active,
    Deleting(Ending),
    CreateFailed,
    DeleteFailed,
}

impl FargateProfile {
    /// Whether pods with these labels run on Fargate because of it.
    pub(super) fn runs(&self, namespace: &str, labels: &BTreeMap<String, String>) -> bool {
        let has = |(key, wanted): (&String, &String)| labels.get(key).is_some_and(|value| like(wanted, value));
        let selects = |selector: &Selector| {
            selector.namespace.as_deref().is_some_and(|wanted| like(wanted, namespace))
                && selector.labels.iter().all(has)
        };
        self.state == State::Active && self.selectors.iter().any(selects)
    }

    fn show(&self, epoch: f64) -> Value {
        json!({
            "fargateProfileName": self.name,
            "fargateProfileArn": self.arn,
            "clusterName": self.cluster_name,
            "createdAt": epoch + self.created_at,
            "podExecutionRoleArn": self.role_arn,
            "subnets": self.subnets,
            "selectors": self.selectors,
            "status": self.status(),
            "tags": self.tags,
            "health": health::show(&self.issues),
        })
    }

    fn status(&self) -> &'static str {
        match self.state {
            State::Creating(_) => "CREATING",
            State::Active => "ACTIVE",
            State::Deleting(_) => "DELETING",
            State::CreateFailed => "CREATE_FAILED",
            State::DeleteFailed => "DELETE_FAILED",
        }
    }
}

impl Cluster {
    fn profile(&self, name: &str) -> Result<&FargateProfile, ApiError> {
        let missing = || ApiError::new(NOT_FOUND, format!("No Fargate Profile found with name: {name}."));
        self.fargate_profiles.get(name).ok_or_else(missing)
    }

    /// Refuses a second creation or deletion at a time. Source: CreateFargateProfile, DeleteFargateProfile.
    fn check_no_profile_in_progress(&self, verb: &str, name: &str) -> Result<(), ApiError> {
        let in_progress = |profile: &&FargateProfile| matches!(profile.state, State::Creating(_) | State::Deleting(_));
        match self.fargate_profiles.values().find(in_progress) {
            None => Ok(()),
            Some(other) => refuse(
                IN_USE,
                format!(
                    "Cannot {verb} Fargate Profile {name} because cluster {} currently has Fargate profile {} in status {}",
                    self.name,
                    other.name,
                    other.status()
                ),
            ),
        }
    }
}

fn describe_fargate_profile(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let cluster = call.clusters().cluster(&call.required("clusterName"))?;
    let profile = cluster.profile(&call.required("fargateProfileName"))?;
    Ok(json!({ "fargateProfile": profile.show(call.epoch) }))
}

fn list_fargate_profiles(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let cluster = call.clusters().cluster(&call.required("clusterName"))?;
    let names = cluster.fargate_profiles.keys().map(|name| name.as_str().into());
    listed(call, "fargateProfileNames", names.collect())
}
