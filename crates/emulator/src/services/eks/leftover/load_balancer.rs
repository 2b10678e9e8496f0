//! A load balancer of an ingress: what it is for Elastic Load Balancing, and its interface.

use super::{Place, tags};
use crate::call::Call;
use crate::services::ec2::{LOAD_BALANCING, ManagedInterface, WayOut};
use crate::services::elb::{LoadBalancer, TargetGroup};
use crate::tags::Tags;

/// In the security groups of the AWS Load Balancer Controller, if these are there, with its tags.
pub(super) fn plant(call: &mut Call<'_>, place: &Place) -> Vec<String> {
    let (subnet_id, internet_facing) = subnet(call, place);
    let (name, digits) = (format!("k8s-default-web-{}", call.hex(10)), call.hex(16));
    let path = format!("app/{name}/{digits}");
    let balancer = LoadBalancer {
        arn: call.arn("elasticloadbalancing", &format!("loadbalancer/{path}")),
        name,
        internet_facing,
        vpc_id: place.vpc_id.clone(),
        subnet_id: subnet_id.clone(),
        security_groups: controller_groups(call, place),
        created_at: call.now,
        tags: controller_tags(place, "LoadBalancer"),
    };
    let group = target_group(call, place, &balancer.arn);
    let interface_id = call.id("eni");
    let planted = vec![
        format!("{} the load balancer of the ingress default/web", balancer.arn),
        format!("{} its target group", group.arn),
        format!("{interface_id} its network interface"),
    ];
    let region = call.region();
    region.ec2.add_interface(ManagedInterface {
        id: interface_id,
        holder: balancer.arn.clone(),
        subnet_id,
        description: format!("ELB {path}"),
        requester_id: LOAD_BALANCING.to_owned(),
        groups: balancer.security_groups.clone(),
        interface_type: "interface".to_owned(),
        tags: Tags::new(),
        public_ip: balancer.internet_facing,
    });
    region.elb.target_groups.insert(group.arn.clone(), group);
    region.elb.load_balancers.insert(balancer.arn.clone(), balancer);
    planted
}

fn target_group(call: &mut Call<'_>, place: &Place, balancer: &str) -> TargetGroup {
    let (name, digits) = (format!("k8s-default-web-{}", call.hex(10)), call.hex(16));
    TargetGroup {
        arn: call.arn("elasticloadbalancing", &format!("targetgroup/{name}/{digits}")),
        name,
        port: 8080,
        vpc_id: place.vpc_id.clone(),
        load_balancers: vec![balancer.to_owned()],
        tags: controller_tags(place, "default/web-web:80"),
    }
}

fn controller_tags(place: &Place, resource: &str) -> Tags {
    tags([
        ("elbv2.k8s.aws/cluster", place.cluster.as_str()),
        ("ingress.k8s.aws/resource", resource),
        ("ingress.k8s.aws/stack", "default/web"),
    ])
}

/// A subnet that the internet reaches; else one of the cluster's, and the load balancer is an internal one.
fn subnet(call: &Call<'_>, place: &Place) -> (String, bool) {
    let ec2 = call.network();
    let mut in_vpc = ec2.subnets.values().filter(|subnet| subnet.vpc_id == place.vpc_id);
    let is_public = |id: &str| ec2.way_out(id) == Some(WayOut::InternetGateway) && ec2.free_addresses(id) > 0;
    match in_vpc.find(|subnet| is_public(&subnet.id)) {
        Some(subnet) => (subnet.id.clone(), true),
        None => (place.subnet(), false),
    }
}

fn controller_groups(call: &Call<'_>, place: &Place) -> Vec<String> {
    let groups = call.network().security_groups.values();
    let of_cluster = groups.filter(|group| group.tags.get("elbv2.k8s.aws/cluster") == Some(&place.cluster));
    of_cluster.map(|group| group.id.clone()).collect()
}
