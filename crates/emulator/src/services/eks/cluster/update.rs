//! How updates of a cluster begin.

use serde_json::{Value, json};

use super::{Cluster, Config, State, Updating};
use crate::call::Call;
use crate::durations::{self, Takes};
use crate::error::ApiError;
use crate::services::eks::health::{Ending, Issue};
use crate::services::eks::token;
use crate::services::eks::update::{Params, Update, UpdateType};
use crate::weather::Resource;

/// An update that nothing stands against.
pub(in crate::services::eks) struct Plan {
    pub(super) kind: UpdateType,
    pub(super) params: Params,
    pub(super) after: Config,
    pub(super) takes: Takes,
    /// Why it will fail.
    pub(super) issues: Vec<Issue>,
    /// The nodes of Auto Mode go first.
    pub(super) rolls_nodes: bool,
}

impl Plan {
    /// An update after which the configuration is as before.
    pub(in crate::services::eks) fn of_nothing_else(
        cluster: &Cluster,
        kind: UpdateType,
        params: Params,
        takes: Takes,
    ) -> Self {
        Self { kind, params, after: cluster.config.clone(), takes, issues: Vec::new(), rolls_nodes: false }
    }
}

/// Begins the update that `plan` finds, or answers with the one that the same request began before.
pub(in crate::services::eks) fn or_repeated(
    call: &mut Call<'_>,
    name: &str,
    client_token: Option<&str>,
    plan: impl FnOnce(&Call<'_>) -> Result<Plan, ApiError>,
) -> Result<Value, ApiError> {
    call.clusters().cluster(name)?;
    let update = match token::begun_before(call, client_token)? {
        Some(id) => call.clusters().cluster(name)?.updates.iter().find(|update| update.id == id).cloned(),
        None => {
            let plan = plan(call)?;
            Some(begin(call, name, client_token, plan)?)
        }
    };
    Ok(json!({ "update": update.map(|update| update.show(call.epoch)) }))
}

fn begin(call: &mut Call<'_>, name: &str, client_token: Option<&str>, plan: Plan) -> Result<Update, ApiError> {
    let update = Update::begin(call, plan.kind, plan.params);
    let nodes = plan.rolls_nodes.then(|| call.seconds(durations::UPDATE_NODEGROUP_NODE, &update.id));
    let due = call.until(plan.takes, &update.id) + nodes.unwrap_or_default();
    call.completes_at(due);
    let mut issues = plan.issues;
    if issues.is_empty() {
        issues.extend(call.mishap(Resource::Update, &[name]).map(Issue::from));
    }
    let updating = Updating {
        ending: Ending { due, issues },
        update_id: update.id.clone(),
        after: plan.after,
        nodes_until: nodes.map(|seconds| call.now + seconds),
    };
    let Cluster { arn, state, updates, .. } = call.eks().cluster_mut(name)?;
    *state = State::Updating(Box::new(updating));
    updates.push(update.clone());
    let arn = arn.clone();
    token::remember_update(call, client_token, &arn, &update.id);
    Ok(update)
}
