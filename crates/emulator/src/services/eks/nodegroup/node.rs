//! The nodes: what they have in the network.

use serde_json::json;

use super::Nodegroup;
use crate::services::ec2::{Ec2, ManagedInterface};
use crate::services::eks::cluster::Cluster;
use crate::services::eks::derived_id;
use crate::tags::Tags;

impl Nodegroup {
    /// Starts or ends nodes until there are as many as are desired, spread over the subnets; full subnets get none.
    pub(super) fn scale(&mut self, cluster: &Cluster, ec2: &mut Ec2) {
        let wanted = usize::try_from(self.config.scaling.desired).unwrap_or_default();
        let there: Vec<String> = ec2.interfaces_of(&self.arn).map(|interface| interface.id.clone()).collect();
        for id in there.iter().skip(wanted) {
            ec2.remove_interface(id);
        }
        for _ in there.len()..wanted {
            self.start(cluster, ec2);
        }
    }

    /// All nodes give way to new ones.
    pub(super) fn renew(&mut self, cluster: &Cluster, ec2: &mut Ec2) {
        ec2.remove_interfaces(&self.arn);
        self.scale(cluster, ec2);
    }

    /// The ids of the instances.
    pub(super) fn instances(&self, ec2: &Ec2) -> Vec<String> {
        ec2.interfaces_of(&self.arn).map(|interface| interface.id.replacen("eni", "i", 1)).collect()
    }

    fn start(&mut self, cluster: &Cluster, ec2: &mut Ec2) {
        let Some(subnet_id) = self.emptiest_subnet(ec2) else { return };
        let public_ip = ec2.subnet(&subnet_id).is_some_and(|subnet| subnet.map_public_ip_on_launch);
        let access = self.remote_access.as_ref().map(|_| self.remote_access_group());
        self.launched += 1;
        ec2.add_interface(ManagedInterface {
            id: derived_id("eni", &json!([self.uid, "node", self.launched])),
            holder: self.arn.clone(),
            subnet_id,
            description: String::new(),
            requester_id: String::new(),
            groups: cluster.security_group.clone().into_iter().chain(access).collect(),
            interface_type: "interface".to_owned(),
            tags: Tags::from([
                ("eks:cluster-name".to_owned(), self.cluster_name.clone()),
                ("eks:nodegroup-name".to_owned(), self.name.clone()),
            ]),
            public_ip,
        });
    }

    /// Auto Scaling keeps the zones even.
    fn emptiest_subnet(&self, ec2: &Ec2) -> Option<String> {
        let nodes = |id: &str| ec2.interfaces_of(&self.arn).filter(|interface| interface.subnet_id == id).count();
        let open = self.subnets.iter().filter(|id| ec2.free_addresses(id) > 0);
        open.min_by_key(|id| nodes(id)).cloned()
    }
}
