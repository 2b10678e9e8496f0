//! Security groups of load balancers.

use super::{Place, tags};
use crate::call::Call;
use crate::services::ec2::{Peer, Rule, SecurityGroup, Traffic};

/// The groups of the AWS Load Balancer Controller, which speak of each other, and the one of the cloud provider. Source:
/// the controller's `networking` package, and `aws.go` of the Kubernetes cloud provider for AWS.
pub(super) fn plant(call: &mut Call<'_>, place: &Place) -> Vec<String> {
    let cluster = place.cluster.as_str();
    let letters: String = cluster.chars().filter(char::is_ascii_alphanumeric).collect();
    let (frontend, backend, classic) = (call.id("sg"), call.id("sg"), call.id("sg"));
    let anywhere = Rule::new(false, Traffic::tcp(80), Peer::Ipv4(ipnet::Ipv4Net::default()), None);
    let of_frontend = SecurityGroup::new(
        frontend.clone(),
        place.vpc_id.clone(),
        format!("k8s-default-web-{}", call.hex(10)),
        "[k8s] Managed SecurityGroup for LoadBalancer".to_owned(),
        tags([
            ("elbv2.k8s.aws/cluster", cluster),
            ("ingress.k8s.aws/resource", "ManagedLBSecurityGroup"),
            ("ingress.k8s.aws/stack", "default/web"),
        ]),
    );
    let of_backend = SecurityGroup::new(
        backend.clone(),
        place.vpc_id.clone(),
        format!("k8s-traffic-{letters}-{}", call.hex(10)),
        "[k8s] Shared Backend SecurityGroup for LoadBalancer".to_owned(),
        tags([("elbv2.k8s.aws/cluster", cluster), ("elbv2.k8s.aws/resource", "backend-sg")]),
    );
    let load_balancer = format!("a{}", call.hex(31));
    let of_classic = SecurityGroup::new(
        classic.clone(),
        place.vpc_id.clone(),
        format!("k8s-elb-{load_balancer}"),
        format!("Security group for Kubernetes ELB {load_balancer} (default/shop)"),
        tags([(format!("kubernetes.io/cluster/{cluster}").as_str(), "owned")]),
    );
    let groups = [
        of_frontend.allowing([anywhere.clone(), from(&backend, 80, None), Rule::all_to_ipv4()]),
        of_backend.allowing([from(&frontend, 80, None), Rule::all_to_ipv4()]),
        of_classic.allowing([anywhere, Rule::all_to_ipv4()]),
    ];
    let described = groups.iter().map(|group| format!("{} the security group {}", group.id, group.name)).collect();
    groups.into_iter().for_each(|group| call.ec2().add_security_group(group));
    open_cluster_group(call, place, &backend, &classic);
    described
}

/// The nodes' group lets the load balancers in.
fn open_cluster_group(call: &mut Call<'_>, place: &Place, backend: &str, classic: &str) {
    let Some(group) = call.ec2().security_groups.get(&place.cluster_group).cloned() else { return };
    let shared = from(backend, 8080, Some("elbv2.k8s.aws/targetGroupBinding=shared"));
    call.ec2().add_security_group(group.allowing([shared, Rule::all_from(classic)]));
}

fn from(group_id: &str, port: i64, description: Option<&str>) -> Rule {
    Rule::new(false, Traffic::tcp(port), Peer::Group(group_id.to_owned()), description.map(str::to_owned))
}
