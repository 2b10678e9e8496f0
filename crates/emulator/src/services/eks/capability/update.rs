//! Changing capabilities, one update at a time.

use serde::Deserialize;
use serde_json::{Value, json};

use super::config::{AskedAck, Config, Mapping, NetworkAccess, check_kind};
use super::{Capability, State, Updating};
use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::eks::health::{Ending, Issue};
use crate::services::eks::update::{Params, Update, UpdateType, param};
use crate::services::eks::{IN_USE, invalid, role, token};
use crate::weather::Resource;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UpdateCapability {
    cluster_name: String,
    capability_name: String,
    role_arn: Option<String>,
    #[serde(default)]
    configuration: Changes,
    client_request_token: Option<String>,
    delete_propagation_policy: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Changes {
    argo_cd: Option<ArgoCdChanges>,
    ack: Option<AskedAck>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ArgoCdChanges {
    #[serde(default)]
    rbac_role_mappings: MappingChanges,
    network_access: Option<NetworkAccess>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MappingChanges {
    #[serde(default)]
    add_or_update_role_mappings: Vec<Mapping>,
    #[serde(default)]
    remove_role_mappings: Vec<Mapping>,
}

pub(super) fn update_capability(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: UpdateCapability = call.args()?;
    let (cluster, name) = (asked.cluster_name.as_str(), asked.capability_name.as_str());
    call.clusters().cluster(cluster)?.capability(name)?;
    let update = match token::begun_before(call, asked.client_request_token.as_deref())? {
        Some(id) => {
            let capability = call.clusters().cluster(cluster)?.capability(name)?;
            capability.updates.iter().find(|update| update.id == id).cloned()
        }
        None => {
            let after = asked.check(call)?;
            Some(asked.begin(call, after)?)
        }
    };
    Ok(json!({ "update": update.map(|update| update.show(call.epoch)) }))
}

impl UpdateCapability {
    /// The configuration afterwards.
    fn check(&self, call: &Call<'_>) -> Result<Config, ApiError> {
        let capability = call.clusters().cluster(&self.cluster_name)?.capability(&self.capability_name)?;
        capability.check_updatable()?;
        let changes = &self.configuration;
        check_kind(capability.kind, changes.argo_cd.is_some(), changes.ack.is_some())?;
        if self.params().is_empty() && self.delete_propagation_policy.is_none() {
            return invalid("At least one change of the capability must be specified");
        }
        let mut after = capability.config.clone();
        if let Some(arn) = &self.role_arn {
            role::check_capability_role(call, arn)?;
            after.role_arn.clone_from(arn);
        }
        if let (Some(argo_cd), Some(changes)) = (&mut after.argo_cd, &changes.argo_cd) {
            argo_cd.remove(&changes.rbac_role_mappings.remove_role_mappings);
            argo_cd.add(&changes.rbac_role_mappings.add_or_update_role_mappings)?;
            argo_cd.open_to(changes.network_access.as_ref())?;
        }
        after.ack = after.ack.map(|ack| ack.after(changes.ack.as_ref()));
        Ok(after)
    }

    fn begin(&self, call: &mut Call<'_>, after: Config) -> Result<Update, ApiError> {
        let (cluster, name) = (self.cluster_name.as_str(), self.capability_name.as_str());
        let update = Update::begin(call, UpdateType::CapabilityUpdate, self.params());
        let due = call.until(durations::UPDATE_CAPABILITY, &update.id);
        let issues = call.mishap(Resource::Update, &[name]).map(Issue::from).into_iter().collect();
        let arn = call.clusters().cluster(cluster)?.capability(name)?.arn.clone();
        token::remember_update(call, self.client_request_token.as_deref(), &arn, &update.id);
        if let Some(capability) = call.eks().cluster_mut(cluster)?.capabilities.get_mut(name) {
            let ending = Ending { due, issues };
            capability.state = State::Updating(Box::new(Updating { ending, update_id: update.id.clone(), after }));
            capability.updates.push(update.clone());
        }
        Ok(update)
    }

    fn params(&self) -> Params {
        let (argo_cd, ack) = (self.configuration.argo_cd.as_ref(), self.configuration.ack.as_ref());
        let mappings = argo_cd.map(|argo_cd| &argo_cd.rbac_role_mappings);
        let list = |list: Option<&Vec<Mapping>>| list.filter(|list| !list.is_empty()).map(|list| json!(list));
        let network = argo_cd.and_then(|argo_cd| argo_cd.network_access.as_ref());
        let all = [
            ("RoleArn", self.role_arn.as_deref().map(Value::from)),
            ("RoleMappingsToAddOrUpdate", list(mappings.map(|mappings| &mappings.add_or_update_role_mappings))),
            ("RoleMappingsToRemove", list(mappings.map(|mappings| &mappings.remove_role_mappings))),
            ("NetworkAccess", network.map(|network| json!(network))),
            ("EnableCrossNamespace", ack.and_then(|ack| ack.enable_cross_namespace).map(Value::from)),
            ("DisabledServices", ack.and_then(|ack| ack.disabled_services.as_ref()).map(|list| json!(list))),
        ];
        all.into_iter().filter_map(|(name, value)| value.map(|value| param(name, value))).collect()
    }
}

impl Capability {
    /// Refuses an update of a capability that is not ready for it.
    fn check_updatable(&self) -> Result<(), ApiError> {
        match self.state {
            State::Active => Ok(()),
            _ => refuse(
                IN_USE,
                format!("Capability {} cannot be updated as it is currently in {} status", self.name, self.status()),
            ),
        }
    }
}
