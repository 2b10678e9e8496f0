//! What time does to node groups, and what they have in other services meanwhile.

use super::{Config, Nodegroup, State, obstacle};
use crate::services::ec2::Ec2;
use crate::services::eks::cluster::Cluster;
use crate::services::eks::health::{Ending, Issue};
use crate::services::iam::Iam;

/// What is due by `now` happens. Whether the group is still there.
pub(in crate::services::eks) fn advance(
    group: &mut Nodegroup,
    cluster: &Cluster,
    ec2: &mut Ec2,
    iam: &mut Iam,
    now: f64,
) -> bool {
    match &group.state {
        State::Active => {
            // Auto Scaling launches what somebody has terminated anew.
            group.scale(cluster, ec2, now);
            group.decline(now);
            group.miss_launch_template(ec2);
        }
        State::CreateFailed | State::DeleteFailed | State::Degraded => {}
        State::Creating { ending, gives_up } => {
            let (due, gives_up, planted) = (ending.due, *gives_up, ending.issues.clone());
            if due <= now {
                group.be_born(planted, obstacle::find(group, cluster, ec2, iam), gives_up <= now);
            }
        }
        State::Updating(updating) if updating.ending.due <= now => {
            let (updating, due) = (updating.clone(), updating.ending.due);
            let issues = group.change_to(updating.after, updating.ending, cluster, ec2, iam);
            if let Some(update) = group.updates.iter_mut().find(|update| update.id == updating.update_id) {
                update.end(issues);
            }
            group.modified_at = due;
        }
        State::Updating(_) => {}
        State::Deleting { ending, nodes_until } => {
            if *nodes_until <= now {
                ec2.remove_interfaces(&group.arn);
            }
            if ending.due <= now {
                if ending.issues.is_empty() {
                    group.leave(ec2, iam);
                    return false;
                }
                group.issues.clone_from(&ending.issues);
                group.state = State::DeleteFailed;
            }
        }
    }
    true
}

impl Nodegroup {
    /// `planted` is what goes wrong in any case, `obstacles` what EKS waits for until it gives up.
    fn be_born(&mut self, planted: Vec<Issue>, obstacles: Vec<Issue>, is_given_up: bool) {
        let issues = if planted.is_empty() { obstacles } else { planted };
        // AWS does not wait for what instances cannot bring about themselves.
        let waits = issues.iter().all(|issue| issue.code == "NodeCreationFailure");
        if issues.is_empty() {
            self.state = State::Active;
        } else if is_given_up || !waits {
            self.state = State::CreateFailed;
            self.issues = issues;
        }
    }

    /// The configuration `after`, or what came in between.
    fn change_to(&mut self, after: Config, ending: Ending, cluster: &Cluster, ec2: &mut Ec2, iam: &Iam) -> Vec<Issue> {
        self.state = State::Active;
        let renews = after.renews(&self.config);
        let obstacles = if renews { self.obstacles_to(&after, cluster, ec2, iam) } else { Vec::new() };
        let issues = if ending.issues.is_empty() { obstacles } else { ending.issues };
        if !issues.is_empty() {
            // New nodes that do not join are taken away again, and the old ones stay.
            return issues;
        }
        self.config = after;
        match renews {
            true => self.renew(cluster, ec2, ending.due),
            false => self.scale(cluster, ec2, ending.due),
        }
        self.issues = obstacle::missing_nodes(self, ec2);
        if !self.issues.is_empty() {
            self.state = State::Degraded;
        }
        issues
    }

    /// What would keep nodes of another configuration from joining.
    fn obstacles_to(&self, after: &Config, cluster: &Cluster, ec2: &Ec2, iam: &Iam) -> Vec<Issue> {
        let future = Self { config: after.clone(), ..self.clone() };
        obstacle::find(&future, cluster, ec2, iam)
    }

    /// What was to go wrong after a while does.
    fn decline(&mut self, now: f64) {
        if let Some(ending) = self.decline.take_if(|ending| ending.due <= now) {
            self.issues = ending.issues;
            self.state = State::Degraded;
        }
    }

    /// A group whose launch template is gone is not what it was.
    fn miss_launch_template(&mut self, ec2: &Ec2) {
        let template = self.config.launch_template.as_ref();
        if let Some(issue) = template.and_then(|template| template.missing(ec2)) {
            self.issues = vec![issue];
            self.state = State::Degraded;
        }
    }

    /// Nothing of it is left in other services.
    fn leave(&self, ec2: &mut Ec2, iam: &mut Iam) {
        ec2.remove_interfaces(&self.arn);
        if self.remote_access.is_some() {
            ec2.remove_security_group(&self.remote_access_group());
        }
        iam.instance_profiles.remove(&self.instance_profile());
    }
}
