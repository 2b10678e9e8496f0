//! What time does to add-ons.

use super::{Addon, Keeper, State};
use crate::services::eks::cluster::Cluster;

/// What is due by `now` happens to the add-ons of a cluster. The ARNs of those that are gone.
pub(in crate::services::eks) fn advance(cluster: &mut Cluster, now: f64) -> Vec<String> {
    let mut addons = std::mem::take(&mut cluster.addons);
    let mut gone = Vec::new();
    addons.retain(|_, addon| {
        addon.turn(now);
        match addon.state {
            State::Deleting { due, preserve } if due <= now => {
                cluster.lose(addon, preserve);
                gone.push(addon.arn.clone());
                return false;
            }
            // From now on EKS looks after it.
            State::Active | State::Degraded => {
                cluster.software.remove(&addon.name);
                addon.feel(cluster);
            }
            _ => {}
        }
        true
    });
    cluster.addons = addons;
    gone
}

impl Cluster {
    fn lose(&mut self, addon: &Addon, preserve: bool) {
        if preserve {
            self.software.insert(addon.name.clone(), Keeper::Eks);
        }
        let mut associations = std::mem::take(&mut self.associations);
        associations.retain(|_, association| association.owner_arn.as_ref() != Some(&addon.arn) || preserve);
        for association in associations.values_mut() {
            association.owner_arn.take_if(|owner| *owner == addon.arn);
        }
        self.associations = associations;
    }
}

impl Addon {
    fn turn(&mut self, now: f64) {
        match &self.state {
            State::Creating(ending) if ending.due <= now => {
                self.issues.clone_from(&ending.issues);
                self.modified_at = ending.due;
                self.state = if self.issues.is_empty() { State::Active } else { State::CreateFailed };
            }
            State::Updating(updating) if updating.ending.due <= now => {
                let updating = updating.clone();
                self.modified_at = updating.ending.due;
                self.issues.clone_from(&updating.ending.issues);
                if self.issues.is_empty() {
                    self.config = updating.after;
                    self.state = State::Active;
                } else {
                    self.state = State::UpdateFailed;
                }
                if let Some(update) = self.updates.iter_mut().find(|update| update.id == updating.update_id) {
                    update.end(updating.ending.issues);
                }
            }
            _ => {}
        }
    }

    /// Whether its pods run shows in its status.
    fn feel(&mut self, cluster: &Cluster) {
        let missing = self.missing_replicas(cluster);
        self.state = if missing.is_none() { State::Active } else { State::Degraded };
        self.issues = missing.into_iter().collect();
    }
}
