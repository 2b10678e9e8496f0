//! A load balancer of an ingress, as far as EC2 sees it.

use super::Place;
use crate::call::Call;
use crate::services::ec2::{LOAD_BALANCING, ManagedInterface};
use crate::tags::Tags;

/// Its interface, in the security groups of the AWS Load Balancer Controller, if these are there.
pub(super) fn plant(call: &mut Call<'_>, place: &Place) -> Vec<String> {
    let (name, digits) = (format!("app/k8s-default-web-{}", call.hex(10)), call.hex(16));
    let arn = call.arn("elasticloadbalancing", &format!("loadbalancer/{name}/{digits}"));
    let id = call.id("eni");
    let subnet_id = place.subnets.last().cloned().unwrap_or_default();
    let groups = controller_groups(call, place);
    call.ec2().add_interface(ManagedInterface {
        id: id.clone(),
        holder: arn,
        subnet_id,
        description: format!("ELB {name}/{digits}"),
        requester_id: LOAD_BALANCING.to_owned(),
        groups,
        interface_type: "interface".to_owned(),
        tags: Tags::new(),
        public_ip: false,
    });
    vec![format!("{id} the network interface of the load balancer {name}/{digits}")]
}

fn controller_groups(call: &Call<'_>, place: &Place) -> Vec<String> {
    let groups = call.network().security_groups.values();
    let of_cluster = groups.filter(|group| group.tags.get("elbv2.k8s.aws/cluster") == Some(&place.cluster));
    of_cluster.map(|group| group.id.clone()).collect()
}
