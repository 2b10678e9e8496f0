//! Creating capabilities.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::config::{Asked, Config};
use super::{Capability, Kind, State};
use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::eks::cluster::State as ClusterState;
use crate::services::eks::health::{Ending, Issue};
use crate::services::eks::{IN_USE, INVALID_PARAMETER, invalid, role};
use crate::tags::{self, Tags};
use crate::weather::Resource;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CreateCapability {
    capability_name: String,
    cluster_name: String,
    client_request_token: Option<String>,
    #[serde(rename = "type")]
    kind: Kind,
    role_arn: String,
    #[serde(default)]
    configuration: Asked,
    tags: Option<BTreeMap<String, String>>,
    /// Only RETAIN, says the model.
    #[serde(rename = "deletePropagationPolicy")]
    _delete_propagation_policy: String,
}

pub(super) fn create_capability(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: CreateCapability = call.args()?;
    let (cluster, name) = (asked.cluster_name.as_str(), asked.capability_name.as_str());
    let client_token = asked.client_request_token.as_deref();
    call.clusters().cluster(cluster)?;
    if call.made_before(client_token, INVALID_PARAMETER)?.is_none() {
        let (config, tags) = asked.check(call)?;
        let capability = asked.capability(config, tags, call);
        call.remember(client_token, &capability.arn);
        let now = call.now;
        let region = call.account.regions.entry(call.region_name.clone()).or_default();
        let cluster = region.eks.cluster_mut(cluster)?;
        let (policies, iam) = (asked.kind.access_policies(), &call.account.global.iam);
        cluster.let_capability_in(&capability.config.role_arn, policies, iam, now);
        cluster.capabilities.insert(name.to_owned(), capability);
    }
    Ok(json!({ "capability": call.clusters().cluster(cluster)?.capability(name)?.show(call) }))
}

impl CreateCapability {
    fn check(&self, call: &Call<'_>) -> Result<(Config, Tags), ApiError> {
        let (cluster, name) = (call.clusters().cluster(&self.cluster_name)?, &self.capability_name);
        let plain = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
        if !(1..=100).contains(&name.len()) || !name.chars().all(plain) {
            return invalid(format!(
                "The capability name {name:?} can only contain letters, digits, hyphens and underscores"
            ));
        }
        if cluster.capabilities.contains_key(name) {
            return refuse(
                IN_USE,
                format!("Capability already exists with name {name} and cluster name {}", cluster.name),
            );
        }
        // Source: CreateCapability, "You can only create one Capability of each type on a given Amazon EKS cluster".
        if let Some(other) = cluster.capabilities.values().find(|other| other.kind == self.kind) {
            let (kind, other) = (self.kind.name(), &other.name);
            return refuse(
                IN_USE,
                format!("Cluster {} already has the capability {other} of type {kind}", cluster.name),
            );
        }
        if !matches!(cluster.state, ClusterState::Active) {
            return Err(cluster.not_active());
        }
        cluster.check_has_entries()?;
        let config = self.configuration.read(self.kind, &self.role_arn)?;
        role::check_capability_role(call, &self.role_arn)?;
        let mut tags = Tags::new();
        tags::put(&mut tags, self.tags.clone().unwrap_or_default(), INVALID_PARAMETER)?;
        Ok((config, tags))
    }

    fn capability(&self, config: Config, tags: Tags, call: &mut Call<'_>) -> Capability {
        let (cluster, name) = (&self.cluster_name, &self.capability_name);
        let uid = call.uuid();
        let issues = call.mishap(Resource::Capability, &[name]).map(Issue::from).into_iter().collect();
        Capability {
            name: name.clone(),
            arn: call.arn("eks", &format!("capability/{cluster}/{}/{name}/{uid}", self.kind.name().to_lowercase())),
            cluster_name: cluster.clone(),
            kind: self.kind,
            created_at: call.now,
            modified_at: call.now,
            config,
            tags,
            state: State::Creating(Ending { due: call.until(durations::CREATE_CAPABILITY, &uid), issues }),
            issues: Vec::new(),
            updates: Vec::new(),
        }
    }
}
