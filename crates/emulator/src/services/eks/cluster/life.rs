//! What time does to clusters, and what they have in the network meanwhile.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Cluster, Config, State};
use crate::random;
use crate::services::ec2::{Ec2, ManagedInterface, Rule, SecurityGroup};
use crate::services::eks::access_entry::EntryType;
use crate::services::eks::derived_id;
use crate::services::eks::health::{Ending, Issue};
use crate::services::iam::Iam;
use crate::services::logs::Logs;
use crate::tags::Tags;

/// Interfaces of a control plane, in subnets of different zones.
const INTERFACES: usize = 2;

/// What is due by `now` happens. Whether the cluster is still there.
pub(in crate::services::eks) fn advance(
    cluster: &mut Cluster,
    ec2: &mut Ec2,
    iam: &Iam,
    logs: &mut Logs,
    now: f64,
) -> bool {
    let stays = match cluster.due().filter(|due| *due <= now) {
        None => true,
        Some(due) => {
            cluster.write_logs_again(logs, due);
            turn(cluster, ec2, iam, logs, due)
        }
    };
    if stays {
        cluster.write_logs_again(logs, now);
    }
    stays
}

/// What is in progress ends at `due`. Whether the cluster is still there.
fn turn(cluster: &mut Cluster, ec2: &mut Ec2, iam: &Iam, logs: &mut Logs, due: f64) -> bool {
    match std::mem::replace(&mut cluster.state, State::Active) {
        State::Creating(ending) => {
            cluster.be_born(ec2, ending);
            if cluster.is_born() {
                cluster.open_entries(iam, due);
            }
            cluster.write_logs(logs, due);
        }
        State::Updating(updating) => {
            let issues = updating.ending.issues;
            cluster.end_provider_update(issues.is_empty());
            if issues.is_empty() {
                let logged = !cluster.config.logging.is_empty();
                let before = cluster.config.clone();
                cluster.change_to(updating.after, &updating.update_id, ec2);
                cluster.follow_with_entries(&before, iam, due);
                if !logged {
                    cluster.write_logs(logs, due);
                }
            }
            if let Some(update) = cluster.updates.iter_mut().find(|update| update.id == updating.update_id) {
                update.end(issues);
            }
        }
        State::Deleting(ending) if ending.issues.is_empty() => {
            cluster.leave_network(ec2);
            return false;
        }
        State::Deleting(ending) => cluster.fail(ending.issues),
        State::Active | State::Failed => {}
    }
    true
}

impl Cluster {
    /// When what is in progress ends.
    fn due(&self) -> Option<f64> {
        match &self.state {
            State::Creating(ending) | State::Deleting(ending) => Some(ending.due),
            State::Updating(updating) => Some(updating.ending.due),
            State::Active | State::Failed => None,
        }
    }

    /// Whether its control plane runs, and what it logs is exported.
    fn writes_logs(&self) -> bool {
        self.is_born() && self.state != State::Failed && !self.config.logging.is_empty()
    }

    /// Its log group comes with the first events, unless somebody made it before. Source: "Send control plane logs to
    /// CloudWatch Logs".
    fn write_logs(&self, logs: &mut Logs, at: f64) {
        if self.writes_logs() {
            logs.write(&self.log_group(), at);
        }
    }

    /// A log group that was deleted comes back as long as there are events: until the cluster is gone.
    fn write_logs_again(&self, logs: &mut Logs, until: f64) {
        if let Some(at) = logs.written_again(&self.log_group()).filter(|at| *at <= until) {
            self.write_logs(logs, at);
        }
    }

    fn log_group(&self) -> String {
        format!("/aws/eks/{}/cluster", self.name)
    }

    fn be_born(&mut self, ec2: &mut Ec2, ending: Ending) {
        let issues = if ending.issues.is_empty() { missing_subnets(&self.config, ec2) } else { ending.issues };
        if issues.is_empty() {
            let group = self.new_security_group();
            self.security_group = Some(group.id.clone());
            ec2.add_security_group(group);
            self.enter_subnets(ec2, "creation");
        } else {
            self.fail(issues);
        }
    }

    /// What EKS lets in changes with the configuration.
    fn follow_with_entries(&mut self, before: &Config, iam: &Iam, now: f64) {
        if before.authentication_mode != self.config.authentication_mode
            && !before.authentication_mode.has_access_entries()
        {
            self.open_entries(iam, now);
        }
        if before.auto_mode != self.config.auto_mode {
            let role = self.config.auto_mode.as_ref().and_then(|auto_mode| auto_mode.node_role());
            if let Some(role) = role.map(str::to_owned) {
                self.let_nodes_in(&role, EntryType::Ec2, iam, now);
            }
            self.close_unused_entries();
        }
    }

    fn fail(&mut self, issues: Vec<Issue>) {
        self.state = State::Failed;
        self.issues = issues;
    }

    /// `occasion` is what the ids of new interfaces follow from.
    fn change_to(&mut self, after: Config, occasion: &str, ec2: &mut Ec2) {
        let moves = after.subnets != self.config.subnets || after.security_groups != self.config.security_groups;
        self.config = after;
        if moves {
            ec2.remove_interfaces(&self.arn);
            self.enter_subnets(ec2, occasion);
        }
    }

    fn leave_network(&self, ec2: &mut Ec2) {
        ec2.remove_interfaces(&self.arn);
        if let Some(id) = &self.security_group {
            ec2.remove_security_group(id);
        }
    }

    fn enter_subnets(&self, ec2: &mut Ec2, occasion: &str) {
        for subnet_id in apart(&self.config.subnets, ec2) {
            ec2.add_interface(ManagedInterface {
                id: derived_id("eni", &json!([self.uid, occasion, subnet_id])),
                holder: self.arn.clone(),
                subnet_id,
                description: format!("Amazon EKS {}", self.name),
                requester_id: "amazon-eks".to_owned(),
                groups: self.security_group.iter().chain(&self.config.security_groups).cloned().collect(),
                interface_type: "interface".to_owned(),
                tags: Tags::new(),
                public_ip: false,
            });
        }
    }

    /// Source: "View Amazon EKS security group requirements for clusters".
    fn new_security_group(&self) -> SecurityGroup {
        let id = derived_id("sg", &json!([self.uid, "security group"]));
        let digits = random::hash(&json!([self.uid, "security group"])) % 9_000_000_000 + 1_000_000_000;
        let name = format!("eks-cluster-sg-{}-{digits}", self.name);
        let tags = [
            ("Name".to_owned(), name.clone()),
            ("aws:eks:cluster-name".to_owned(), self.name.clone()),
            (format!("kubernetes.io/cluster/{}", self.name), "owned".to_owned()),
        ];
        let description = "EKS created security group applied to ENI that is attached to EKS Control Plane master \
                           nodes, as well as any managed workloads.";
        let rules = [Rule::all_from(&id), Rule::all_to_ipv4()];
        SecurityGroup::new(id, self.vpc_id.clone(), name, description.to_owned(), tags.into()).allowing(rules)
    }
}

/// Subnets of different zones, as many as a control plane has interfaces.
fn apart(subnets: &BTreeSet<String>, ec2: &Ec2) -> Vec<String> {
    let mut zones = BTreeSet::new();
    let there = subnets.iter().filter_map(|id| ec2.subnet(id));
    let apart = there.filter(|subnet| zones.insert(subnet.availability_zone.clone()));
    apart.map(|subnet| subnet.id.clone()).take(INTERFACES).collect()
}

/// What is wrong with a cluster that has subnets which are gone.
pub(super) fn missing_subnets(config: &Config, ec2: &Ec2) -> Vec<Issue> {
    let gone: Vec<String> = config.subnets.iter().filter(|id| ec2.subnet(id).is_none()).cloned().collect();
    if gone.is_empty() {
        return Vec::new();
    }
    let message = "We couldn't find one or more of the subnets associated with the cluster";
    vec![Issue::new("Ec2SubnetNotFound", message, gone)]
}
