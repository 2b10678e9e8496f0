//! Network interfaces that the VPC CNI made for the pods of a node, and did not delete in time.

use super::{Place, tags};
use crate::call::Call;
use crate::services::ec2::ManagedInterface;

/// How many there are.
pub(super) const COUNT: u32 = 2;

/// Source: the tags and the description in `awsutils.go` of the VPC CNI.
pub(super) fn plant(call: &mut Call<'_>, place: &Place) -> Vec<String> {
    let node = call.id("i");
    let created = jiff::Timestamp::from_second(call.time() as i64).unwrap_or_default().to_string();
    let add = |_| {
        let id = call.id("eni");
        call.ec2().add_interface(ManagedInterface {
            id: id.clone(),
            holder: String::new(),
            subnet_id: place.subnet(),
            description: format!("aws-K8S-{node}"),
            requester_id: String::new(),
            groups: vec![place.cluster_group.clone()],
            interface_type: "interface".to_owned(),
            tags: tags([
                ("cluster.k8s.amazonaws.com/name", place.cluster.as_str()),
                ("node.k8s.amazonaws.com/createdAt", created.as_str()),
                ("node.k8s.amazonaws.com/instance_id", node.as_str()),
            ]),
            public_ip: false,
        });
        format!("{id} a network interface of the VPC CNI for the node {node}, which is gone")
    };
    (0..COUNT).map(add).collect()
}
