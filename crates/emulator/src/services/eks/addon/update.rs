//! Changing add-ons, one update at a time.

use serde::Deserialize;
use serde_json::{Value, json};

use super::catalogue::{self, Published};
use super::create::{check_associations, check_role, check_values, check_version, conflicts, own, takes};
use super::{Addon, Config, ResolveConflicts, State, Updating};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::eks::cluster::State as ClusterState;
use crate::services::eks::health::{Ending, Issue};
use crate::services::eks::pod_identity::Bound;
use crate::services::eks::update::{Params, Update, UpdateType, param};
use crate::services::eks::{IN_USE, invalid, token};
use crate::weather::Resource;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UpdateAddon {
    cluster_name: String,
    addon_name: String,
    addon_version: Option<String>,
    /// Without it the add-on has the role of the nodes afterwards.
    service_account_role_arn: Option<String>,
    #[serde(default)]
    resolve_conflicts: ResolveConflicts,
    client_request_token: Option<String>,
    /// Without it nothing changes; an empty text takes the values away.
    configuration_values: Option<String>,
    /// Without it nothing changes; an empty list takes all away.
    pod_identity_associations: Option<Vec<Bound>>,
}

/// An update that nothing stands against.
struct Plan {
    published: &'static Published,
    after: Config,
    /// Why it will fail.
    issues: Vec<Issue>,
}

pub(super) fn update_addon(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: UpdateAddon = call.args()?;
    let (cluster, name) = (asked.cluster_name.as_str(), asked.addon_name.as_str());
    call.clusters().cluster(cluster)?.addon(name)?;
    let update = match token::begun_before(call, asked.client_request_token.as_deref())? {
        Some(id) => {
            call.clusters().cluster(cluster)?.addon(name)?.updates.iter().find(|update| update.id == id).cloned()
        }
        None => {
            let plan = asked.plan(call)?;
            Some(asked.begin(call, plan)?)
        }
    };
    Ok(json!({ "update": update.map(|update| update.show(call.epoch)) }))
}

impl UpdateAddon {
    fn plan(&self, call: &Call<'_>) -> Result<Plan, ApiError> {
        let cluster = call.clusters().cluster(&self.cluster_name)?;
        let addon = cluster.addon(&self.addon_name)?;
        let Some(published) = catalogue::find(&addon.name) else {
            return invalid(format!("Addon {} specified is not supported", addon.name));
        };
        if !matches!(cluster.state, ClusterState::Active) {
            return Err(cluster.not_active());
        }
        addon.check_updatable()?;
        let version = self.addon_version.clone().unwrap_or_else(|| addon.config.version.clone());
        if self.addon_version.is_some() {
            check_version(cluster, published, &version)?;
        }
        check_role(call, self.service_account_role_arn.as_deref())?;
        check_values(published, self.configuration_values.as_deref())?;
        let bound = self.pod_identity_associations.as_deref();
        check_associations(call, cluster, &addon.namespace, bound, published, Some(&addon.arn))?;
        let values = match &self.configuration_values {
            Some(values) => Some(values.clone()).filter(|values| !values.trim().is_empty()),
            None => addon.config.values.clone(),
        };
        let after = Config { version, role_arn: self.service_account_role_arn.clone(), values };
        Ok(Plan { published, after, issues: conflicts(cluster, &addon.name, self.resolve_conflicts) })
    }

    fn begin(&self, call: &mut Call<'_>, plan: Plan) -> Result<Update, ApiError> {
        let (cluster, name) = (self.cluster_name.as_str(), self.addon_name.as_str());
        let update = Update::begin(call, UpdateType::AddonUpdate, self.params());
        let due = call.until(takes(plan.published), &update.id);
        let mut issues = plan.issues;
        issues.extend(call.mishap(Resource::Update, &[name]).map(Issue::from));
        if let Some(bound) = &self.pod_identity_associations {
            let addon = call.clusters().cluster(cluster)?.addon(name)?.clone();
            own(call, cluster, &addon, bound)?;
        }
        let arn = call.clusters().cluster(cluster)?.addon(name)?.arn.clone();
        token::remember_update(call, self.client_request_token.as_deref(), &arn, &update.id);
        let now = call.now;
        if let Some(addon) = call.eks().cluster_mut(cluster)?.addons.get_mut(name) {
            let ending = Ending { due, issues };
            let updating = Updating { ending, update_id: update.id.clone(), after: plan.after };
            addon.state = State::Updating(Box::new(updating));
            addon.modified_at = now;
            addon.updates.push(update.clone());
        }
        Ok(update)
    }

    fn params(&self) -> Params {
        let texts = [
            ("AddonVersion", &self.addon_version),
            ("ServiceAccountRoleArn", &self.service_account_role_arn),
            ("ConfigurationValues", &self.configuration_values),
        ];
        let given = texts.into_iter().filter_map(|(name, text)| text.as_deref().map(|text| param(name, text)));
        let associations = self.pod_identity_associations.as_ref();
        let associations = associations.map(|bound| param("PodIdentityAssociations", json!(bound)));
        let resolve = json!(self.resolve_conflicts);
        given.chain(associations).chain([param("ResolveConflicts", resolve)]).collect()
    }
}

impl Addon {
    /// Refuses an update of an add-on that is not ready for it.
    fn check_updatable(&self) -> Result<(), ApiError> {
        match self.state {
            State::Active | State::Degraded | State::CreateFailed | State::UpdateFailed => Ok(()),
            _ => refuse(
                IN_USE,
                format!("Addon {} cannot be updated as it is currently in {} state", self.name, self.status()),
            ),
        }
    }
}
