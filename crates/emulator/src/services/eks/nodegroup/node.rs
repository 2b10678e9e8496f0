//! The nodes: instances, and what they have in the network.

use serde_json::json;

use super::{LaunchTemplate, Nodegroup};
use crate::services::ec2::{Ec2, Launch};
use crate::services::eks::cluster::Cluster;
use crate::services::eks::derived_id;
use crate::tags::Tags;

impl Nodegroup {
    /// Starts or ends nodes until there are as many as are desired, spread over the subnets; full subnets get none.
    pub(super) fn scale(&mut self, cluster: &Cluster, ec2: &mut Ec2, now: f64) {
        let wanted = usize::try_from(self.config.scaling.desired).unwrap_or_default();
        let there = ec2.interfaces_of(&self.arn).count();
        for _ in wanted..there {
            self.end(ec2);
        }
        for _ in there..wanted {
            self.start(cluster, ec2, now);
        }
    }

    /// All nodes give way to new ones.
    pub(super) fn renew(&mut self, cluster: &Cluster, ec2: &mut Ec2, now: f64) {
        ec2.remove_interfaces(&self.arn);
        self.scale(cluster, ec2, now);
    }

    /// The ids of the instances.
    pub(super) fn instances(&self, ec2: &Ec2) -> Vec<String> {
        ec2.interfaces_of(&self.arn).map(|interface| interface.id.replacen("eni", "i", 1)).collect()
    }

    fn start(&mut self, cluster: &Cluster, ec2: &mut Ec2, now: f64) {
        let Some(subnet_id) = self.emptiest_subnet(ec2) else { return };
        let public_ip = ec2.subnet(&subnet_id).is_some_and(|subnet| subnet.map_public_ip_on_launch);
        let access = self.remote_access.as_ref().map(|_| self.remote_access_group());
        self.launched += 1;
        ec2.launch(Launch {
            id: derived_id("i", &json!([self.uid, "node", self.launched])),
            holder: Some(self.arn.clone()),
            subnet_id,
            groups: self.node_groups(cluster, access),
            instance_type: self.node_type(),
            image_id: self.node_image(),
            instance_profile: Some(self.instance_profile_arn()),
            launched_at: now,
            tags: self.node_tags(),
            interface_tags: self.interface_tags(),
            public_ip,
        });
    }

    /// The first of the group's instance types: there is always enough of it.
    fn node_type(&self) -> String {
        let of_template = self.config.launch_template.as_ref().and_then(LaunchTemplate::instance_type);
        self.instance_types.first().map(String::as_str).or(of_template).unwrap_or_default().to_owned()
    }

    fn node_image(&self) -> String {
        let release = &self.config.release_version;
        if release.starts_with("ami-") { release.clone() } else { derived_id("ami", &json!([self.ami_type, release])) }
    }

    fn instance_profile_arn(&self) -> String {
        let (partition, account) = self.owner();
        format!("arn:{partition}:iam::{account}:instance-profile/{}", self.instance_profile())
    }

    /// The partition and the account, as the group's ARN has them.
    fn owner(&self) -> (&str, &str) {
        let parts: Vec<&str> = self.arn.splitn(6, ':').collect();
        (parts.get(1).copied().unwrap_or_default(), parts.get(4).copied().unwrap_or_default())
    }

    fn interface_tags(&self) -> Tags {
        Tags::from([
            ("eks:cluster-name".to_owned(), self.cluster_name.clone()),
            ("eks:nodegroup-name".to_owned(), self.name.clone()),
        ])
    }

    fn node_tags(&self) -> Tags {
        let cluster = &self.cluster_name;
        let own = [
            ("aws:autoscaling:groupName".to_owned(), self.scaling_group()),
            ("k8s.io/cluster-autoscaler/enabled".to_owned(), "true".to_owned()),
            (format!("k8s.io/cluster-autoscaler/{cluster}"), "owned".to_owned()),
            (format!("kubernetes.io/cluster/{cluster}"), "owned".to_owned()),
        ];
        own.into_iter().chain(self.interface_tags()).collect()
    }

    /// The security groups of a node: those of the launch template, if it has some.
    pub(super) fn node_groups(&self, cluster: &Cluster, access: Option<String>) -> Vec<String> {
        let own = self.config.launch_template.as_ref().map(LaunchTemplate::security_groups).unwrap_or_default();
        match own.is_empty() {
            true => cluster.security_group.clone().into_iter().chain(access).collect(),
            false => own,
        }
    }

    fn end(&self, ec2: &mut Ec2) {
        let fullest = self.subnets.iter().max_by_key(|id| self.crowd(id, ec2));
        let node = ec2.interfaces_of(&self.arn).find(|interface| Some(&interface.subnet_id) == fullest);
        if let Some(id) = node.map(|interface| interface.id.clone()) {
            ec2.remove_interface(&id);
        }
    }

    fn emptiest_subnet(&self, ec2: &Ec2) -> Option<String> {
        let open = self.subnets.iter().filter(|id| ec2.free_addresses(id) > 0);
        open.min_by_key(|id| self.crowd(id, ec2)).cloned()
    }

    /// The nodes in the zone of a subnet, and in the subnet: Auto Scaling keeps the zones even.
    fn crowd(&self, subnet_id: &str, ec2: &Ec2) -> (usize, usize) {
        let zone = |id: &str| ec2.subnet(id).map(|subnet| subnet.availability_zone.as_str());
        let nodes = || ec2.interfaces_of(&self.arn).map(|interface| interface.subnet_id.as_str());
        let in_zone = nodes().filter(|id| zone(id) == zone(subnet_id)).count();
        (in_zone, nodes().filter(|id| *id == subnet_id).count())
    }
}
