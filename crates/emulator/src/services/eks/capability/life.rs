//! What time does to capabilities.

use super::{Capability, State};
use crate::services::eks::cluster::Cluster;
use crate::services::iam::Iam;

/// What is due by `now` happens to the capabilities of a cluster. The ARNs of those that are gone.
pub(in crate::services::eks) fn advance(cluster: &mut Cluster, iam: &Iam, now: f64) -> Vec<String> {
    let mut capabilities = std::mem::take(&mut cluster.capabilities);
    let (mut gone, mut roles) = (Vec::new(), Vec::new());
    capabilities.retain(|_, capability| {
        roles.extend(capability.turn(now));
        let is_gone = matches!(capability.state, State::Deleting(due) if due <= now);
        gone.extend(is_gone.then(|| capability.arn.clone()));
        !is_gone
    });
    cluster.capabilities = capabilities;
    for (role, kind) in roles {
        cluster.let_capability_in(&role, kind.access_policies(), iam, now);
    }
    if !gone.is_empty() {
        cluster.close_unused_entries();
    }
    gone
}

impl Capability {
    /// The role that it has from now on, if that is another one.
    fn turn(&mut self, now: f64) -> Option<(String, super::Kind)> {
        match &self.state {
            State::Creating(ending) if ending.due <= now => {
                self.issues.clone_from(&ending.issues);
                self.modified_at = ending.due;
                self.state = if self.issues.is_empty() { State::Active } else { State::CreateFailed };
                None
            }
            State::Updating(updating) if updating.ending.due <= now => {
                let updating = updating.clone();
                self.state = State::Active;
                self.modified_at = updating.ending.due;
                let moved = updating.after.role_arn != self.config.role_arn && updating.ending.issues.is_empty();
                if updating.ending.issues.is_empty() {
                    self.config = updating.after;
                }
                if let Some(update) = self.updates.iter_mut().find(|update| update.id == updating.update_id) {
                    update.end(updating.ending.issues);
                }
                moved.then(|| (self.config.role_arn.clone(), self.kind))
            }
            _ => None,
        }
    }
}
