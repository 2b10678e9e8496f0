//! The entries that EKS makes: for who created the cluster, for itself, and for the nodes that it manages.

use super::{AccessEntry, EntryType, Principal};
use crate::services::eks::cluster::Cluster;
use crate::services::iam::Iam;

impl Cluster {
    /// Entries begin to count: with a new cluster, or with another authentication mode. Source: "Change authentication
    /// mode to use access entries", and CreateAccessConfigRequest for the creator.
    pub(in crate::services::eks) fn open_entries(&mut self, iam: &Iam, now: f64) {
        if !self.config.authentication_mode.has_access_entries() {
            return;
        }
        if let Some(creator) = self.creator.clone() {
            let entry = AccessEntry::new(self, creator, EntryType::Standard, "creator", now);
            self.add_entry(entry.allowed("AmazonEKSClusterAdminPolicy"));
        }
        if let Some(role) = iam.role("AWSServiceRoleForAmazonEKS") {
            let entry = AccessEntry::new(self, Principal::role(role), EntryType::Standard, "service", now);
            self.add_entry(entry.allowed("AmazonEKSClusterInsightsPolicy").allowed("AmazonEKSEventPolicy"));
        }
        for (role, kind) in self.node_roles() {
            self.let_nodes_in(&role, kind, iam, now);
        }
    }

    /// Nodes with the role get in, unless they already do. Source: CreateAccessEntry, what it says of nodes.
    pub(in crate::services::eks) fn let_nodes_in(&mut self, role_arn: &str, kind: EntryType, iam: &Iam, now: f64) {
        if !self.config.authentication_mode.has_access_entries() {
            return;
        }
        let Some(role) = iam.role_by_arn(role_arn) else { return };
        let occasion = format!("nodes at {now}");
        let entry = AccessEntry::new(self, Principal::role(role), kind, &occasion, now);
        self.add_entry(if kind == EntryType::Ec2 { entry.allowed("AmazonEKSAutoNodePolicy") } else { entry });
    }

    /// A capability with the role gets in, with these access policies. Source: "Amazon EKS capability IAM role".
    pub(in crate::services::eks) fn let_capability_in(
        &mut self,
        role_arn: &str,
        policies: &[&str],
        iam: &Iam,
        now: f64,
    ) {
        let Some(role) = iam.role_by_arn(role_arn) else { return };
        let occasion = format!("capability at {now}");
        let entry = AccessEntry::new(self, Principal::role(role), EntryType::Standard, &occasion, now);
        self.add_entry(AccessEntry { of_capability: true, ..entry });
        if let Some(entry) = self.access_entries.get_mut(role_arn) {
            policies.iter().for_each(|policy| entry.allow(policy, now));
        }
    }

    /// The entry that EKS made for a role goes with the last of what has the role.
    pub(in crate::services::eks) fn close_unused_entries(&mut self) {
        let nodes = self.node_roles();
        let capabilities = &self.capabilities;
        self.access_entries.retain(|principal, entry| {
            let is_kept = |used: bool| !entry.by_eks || used;
            match entry.kind {
                EntryType::Standard if entry.of_capability => {
                    is_kept(capabilities.values().any(|capability| capability.config.role_arn == *principal))
                }
                EntryType::Standard => true,
                _ => is_kept(nodes.iter().any(|(role, _)| role == principal)),
            }
        });
    }

    /// Whether nodes with the role are known to the API server. Before there were access entries only, the ConfigMap
    /// `aws-auth` knew them by their ARN, whatever became of the role meanwhile.
    pub(in crate::services::eks) fn knows_nodes(&self, role_arn: &str, iam: &Iam) -> bool {
        if self.config.authentication_mode.has_config_map() {
            return true;
        }
        let entry = self.access_entries.get(role_arn);
        entry.is_some_and(|entry| entry.kind != EntryType::Standard && entry.principal.is_alive(iam))
    }

    fn add_entry(&mut self, entry: AccessEntry) {
        let entry = AccessEntry { by_eks: true, ..entry };
        self.access_entries.entry(entry.principal.arn.clone()).or_insert(entry);
    }

    /// The roles of everything that EKS manages nodes for.
    fn node_roles(&self) -> Vec<(String, EntryType)> {
        let auto_mode = self.config.auto_mode.as_ref().and_then(|auto_mode| auto_mode.node_role());
        let auto_mode = auto_mode.map(|role| (role.to_owned(), EntryType::Ec2));
        let groups = self.nodegroups.values().map(|group| (group.node_role_arn.clone(), group.entry_type()));
        let profiles = self.fargate_profiles.values();
        let profiles = profiles.map(|profile| (profile.role_arn.clone(), EntryType::FargateLinux));
        auto_mode.into_iter().chain(groups).chain(profiles).collect()
    }
}
