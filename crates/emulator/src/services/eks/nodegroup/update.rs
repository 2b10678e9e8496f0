//! How updates of a node group begin.

use serde_json::{Value, json};

use super::{Config, Nodegroup, State, Updating};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::eks::health::{Ending, Issue};
use crate::services::eks::update::{Params, Update, UpdateType};
use crate::services::eks::{IN_USE, INVALID_REQUEST, token};
use crate::weather::Resource;

/// An update that nothing stands against.
pub(super) struct Plan {
    pub(super) kind: UpdateType,
    pub(super) params: Params,
    pub(super) after: Config,
    pub(super) seconds: f64,
}

/// Begins the update that `plan` finds, or answers with the one that the same request began before.
pub(super) fn or_repeated(
    call: &mut Call<'_>,
    (cluster, name): (&str, &str),
    client_token: Option<&str>,
    plan: impl FnOnce(&Call<'_>) -> Result<Plan, ApiError>,
) -> Result<Value, ApiError> {
    call.clusters().nodegroup(cluster, name)?;
    let update = match token::begun_before(call, client_token)? {
        Some(id) => call.clusters().nodegroup(cluster, name)?.updates.iter().find(|update| update.id == id).cloned(),
        None => {
            let plan = plan(call)?;
            Some(begin(call, (cluster, name), client_token, plan)?)
        }
    };
    Ok(json!({ "update": update.map(|update| update.show(call.epoch)) }))
}

fn begin(
    call: &mut Call<'_>,
    (cluster, name): (&str, &str),
    client_token: Option<&str>,
    plan: Plan,
) -> Result<Update, ApiError> {
    let update = Update::begin(call, plan.kind, plan.params);
    call.completes_at(call.now + plan.seconds);
    let planted = call.mishap(Resource::Update, &[name]);
    let ending = Ending { due: call.now + plan.seconds, issues: planted.map(Issue::from).into_iter().collect() };
    let updating = Updating { ending, update_id: update.id.clone(), after: plan.after };
    let now = call.now;
    let group = call.eks().nodegroup_mut(cluster, name)?;
    group.state = State::Updating(Box::new(updating));
    group.modified_at = now;
    group.updates.push(update.clone());
    let arn = group.arn.clone();
    token::remember_update(call, client_token, &arn, &update.id);
    Ok(update)
}

impl Nodegroup {
    /// Refuses an update of a group that is not ready for it.
    pub(super) fn check_updatable(&self) -> Result<(), ApiError> {
        let name = &self.name;
        match &self.state {
            State::Active | State::Degraded => Ok(()),
            State::Updating(updating) => {
                let id = &updating.update_id;
                refuse(IN_USE, format!("Nodegroup {name} currently has update {id} in progress"))
            }
            _ => refuse(INVALID_REQUEST, format!("Nodegroup '{name}' is not in ACTIVE status")),
        }
    }
}
