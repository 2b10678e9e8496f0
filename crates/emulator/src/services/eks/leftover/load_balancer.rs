//! A load balancer of an ingress, as far as EC2 sees it.

use super::Place;
use crate::call::Call;
use crate::services::ec2::{LOAD_BALANCING, ManagedInterface, WayOut};
use crate::tags::Tags;

/// Its interface, in the security groups of the AWS Load Balancer Controller, if these are there.
pub(super) fn plant(call: &mut Call<'_>, place: &Place) -> Vec<String> {
    let (name, digits) = (format!("app/k8s-default-web-{}", call.hex(10)), call.hex(16));
    let arn = call.arn("elasticloadbalancing", &format!("loadbalancer/{name}/{digits}"));
    let id = call.id("eni");
    let subnet_id = public_subnet(call, place);
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

/// A subnet that the internet reaches, or one of the cluster's: then the load balancer is an internal one.
fn public_subnet(call: &Call<'_>, place: &Place) -> String {
    let ec2 = call.network();
    let mut in_vpc = ec2.subnets.values().filter(|subnet| subnet.vpc_id == place.vpc_id);
    let is_public = |id: &str| ec2.way_out(id) == Some(WayOut::InternetGateway) && ec2.free_addresses(id) > 0;
    in_vpc.find(|subnet| is_public(&subnet.id)).map_or_else(|| place.subnet(), |subnet| subnet.id.clone())
}

fn controller_groups(call: &Call<'_>, place: &Place) -> Vec<String> {
    let groups = call.network().security_groups.values();
    let of_cluster = groups.filter(|group| group.tags.get("elbv2.k8s.aws/cluster") == Some(&place.cluster));
    of_cluster.map(|group| group.id.clone()).collect()
}
