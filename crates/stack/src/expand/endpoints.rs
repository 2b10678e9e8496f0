//! VPC endpoints: those that the stack names, and those that a private cluster needs.

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_aws::PolicyDocument;
use eksctl_rs_aws::ec2::security_group::Rule;
use eksctl_rs_aws::ec2::vpc_endpoint::Spec;
use eksctl_rs_core::{Facts, Question, Reference, Refusal};

use super::{Expansion, names, security_groups};
use crate::schema::{EndpointType, StackSpec, VpcEndpoint};

/// What nodes without a way to the internet call. Source: EKS user guide, "Deploy private clusters with limited internet
/// access"; eksctl, "EKS Fully-Private Cluster".
pub(crate) const OF_PRIVATE_CLUSTERS: [&str; 6] = ["ec2", "ecr.api", "ecr.dkr", "eks", "s3", "sts"];

/// The services that can be reached by routes, for nothing. Source: VPC user guide, "Gateway endpoints".
const BY_ROUTES: [&str; 2] = ["dynamodb", "s3"];

/// The services whose names in China begin as everywhere else. Source: "AWS services that integrate with AWS PrivateLink".
const NOT_CHINESE: [&str; 5] = ["dynamodb", "logs", "s3", "secretsmanager", "elasticfilesystem"];

/// The name of the security group of all endpoints.
const GROUP: &str = "vpc-endpoints";

/// What must be asked: not every service is in every zone.
pub(super) fn needs(spec: &StackSpec) -> Option<Question> {
    let services = by_interfaces(spec);
    (!services.is_empty()).then_some(Question::EndpointServices(services))
}

pub(super) fn expand(expansion: &mut Expansion<'_>, facts: &Facts, problems: &mut Vec<Refusal>) {
    let services = by_interfaces(expansion.spec);
    let zones = facts.endpoint_zones(&services);
    if !services.is_empty() {
        security_group(expansion);
    }
    for endpoint in wanted(expansion.spec) {
        let spec = match kind(&endpoint) {
            EndpointType::Gateway => Some(gateway(expansion, &endpoint)),
            EndpointType::Interface => interface(expansion, &endpoint, zones.as_ref(), problems),
        };
        if let Some(spec) = spec.flatten() {
            expansion.add(names::vpc_endpoint(short_name(&endpoint.service)), &spec);
        }
    }
}

/// The endpoints of the stack: its own settings count more than what a private cluster has.
fn wanted(spec: &StackSpec) -> Vec<VpcEndpoint> {
    let private = &spec.private_cluster;
    let mut services: BTreeSet<&str> = BTreeSet::new();
    if private.enabled && !private.skip_endpoint_creation {
        services.extend(OF_PRIVATE_CLUSTERS);
        if !spec.cloud_watch.cluster_logging.enable_types.is_empty() {
            services.insert("logs");
        }
        services.extend(private.additional_endpoint_services.iter().map(String::as_str));
    }
    let is_named = |service: &str| spec.vpc.endpoints.iter().any(|one| short_name(&one.service) == service);
    let usual = services.into_iter().filter(|service| !is_named(service)).map(|service| VpcEndpoint {
        service: service.to_owned(),
        r#type: None,
        policy: None,
        private_dns: true,
        route_table_ids: Vec::new(),
    });
    spec.vpc.endpoints.iter().cloned().chain(usual).collect()
}

/// The whole names of the services that are reached by network interfaces, in order.
fn by_interfaces(spec: &StackSpec) -> Vec<String> {
    let all = wanted(spec);
    let named = all.iter().filter(|endpoint| kind(endpoint) == EndpointType::Interface);
    let names: BTreeSet<String> = named.map(|endpoint| full_name(&spec.metadata.region, &endpoint.service)).collect();
    names.into_iter().collect()
}

/// How an endpoint is reached.
pub(crate) fn kind(endpoint: &VpcEndpoint) -> EndpointType {
    let by_routes = BY_ROUTES.contains(&short_name(&endpoint.service));
    endpoint.r#type.unwrap_or(if by_routes { EndpointType::Gateway } else { EndpointType::Interface })
}

/// The last part of a service's name: `ecr.api` of `com.amazonaws.eu-west-1.ecr.api`.
pub(crate) fn short_name(service: &str) -> &str {
    match service.split_once("com.amazonaws.") {
        Some((_, rest)) => rest.split_once('.').map_or(service, |(_, name)| name),
        None => service,
    }
}

fn full_name(region: &str, service: &str) -> String {
    if service.contains("com.amazonaws.") {
        return service.to_owned();
    }
    let china = if region.starts_with("cn-") && !NOT_CHINESE.contains(&service) { "cn." } else { "" };
    format!("{china}com.amazonaws.{region}.{service}")
}

fn gateway(expansion: &Expansion<'_>, endpoint: &VpcEndpoint) -> Option<Spec> {
    let own = expansion.private_route_tables().into_iter().map(|address| Reference::to(&address, "id"));
    let named = endpoint.route_table_ids.iter().map(|id| Reference::from(id.as_str()));
    Some(Spec {
        subnets: BTreeSet::new(),
        security_groups: BTreeSet::new(),
        route_tables: own.chain(named).collect(),
        private_dns_enabled: false,
        ..common(expansion, endpoint, "Gateway")?
    })
}

fn interface(
    expansion: &Expansion<'_>,
    endpoint: &VpcEndpoint,
    zones: Option<&BTreeMap<String, Vec<String>>>,
    problems: &mut Vec<Refusal>,
) -> Option<Option<Spec>> {
    let spec = common(expansion, endpoint, "Interface")?;
    let mut places: BTreeMap<&String, &Reference> = BTreeMap::new();
    for subnet in &expansion.network.private {
        // An endpoint takes one subnet of each zone.
        places.entry(&subnet.zone).or_insert(&subnet.reference);
    }
    if let Some(zones) = zones {
        let offered = zones.get(&spec.service_name).cloned().unwrap_or_default();
        places.retain(|zone, _| offered.contains(zone));
        if places.is_empty() {
            let address = names::vpc_endpoint(short_name(&endpoint.service));
            let message = match offered.is_empty() {
                true => format!("there is no endpoint service {}", spec.service_name),
                false => format!("{} is offered in {} only", spec.service_name, offered.join(", ")),
            };
            let hint = "correct the name in vpc.endpoints or privateCluster, or leave the service out";
            problems.push(Refusal { address, message, hint: hint.to_owned() });
            return None;
        }
    }
    Some(Some(Spec {
        subnets: places.into_values().cloned().collect(),
        security_groups: BTreeSet::from([Reference::to(&names::security_group(GROUP), "id")]),
        route_tables: BTreeSet::new(),
        private_dns_enabled: endpoint.private_dns,
        ..spec
    }))
}

fn common(expansion: &Expansion<'_>, endpoint: &VpcEndpoint, kind: &str) -> Option<Spec> {
    let name = short_name(&endpoint.service);
    Some(Spec {
        vpc: expansion.network.vpc.clone()?,
        service_name: full_name(&expansion.spec.metadata.region, &endpoint.service),
        endpoint_type: kind.to_owned(),
        subnets: BTreeSet::new(),
        security_groups: BTreeSet::new(),
        route_tables: BTreeSet::new(),
        policy: endpoint.policy.clone().map(PolicyDocument::new),
        private_dns_enabled: false,
        ip_address_type: "ipv4".to_owned(),
        tags: expansion.tags(name),
    })
}

/// Whatever is in the VPC may call AWS through the endpoints; they call nobody.
fn security_group(expansion: &mut Expansion<'_>) {
    let https = |range: &String| Rule {
        protocol: "tcp".to_owned(),
        from_port: Some(443),
        to_port: Some(443),
        peer: security_groups::of_range(range),
        description: "The VPC".to_owned(),
    };
    let ingress = expansion.network.ranges.iter().map(https).collect();
    let address = names::security_group(GROUP);
    security_groups::add(expansion, &address, "Endpoints of AWS services", ingress, BTreeSet::new());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_have_a_short_and_a_whole_name() {
        assert_eq!(full_name("eu-west-1", "ecr.api"), "com.amazonaws.eu-west-1.ecr.api");
        assert_eq!(full_name("cn-north-1", "ecr.api"), "cn.com.amazonaws.cn-north-1.ecr.api");
        assert_eq!(full_name("cn-north-1", "s3"), "com.amazonaws.cn-north-1.s3");
        assert_eq!(full_name("eu-west-1", "com.amazonaws.eu-west-1.s3"), "com.amazonaws.eu-west-1.s3");
        assert_eq!(short_name("cn.com.amazonaws.cn-north-1.ecr.dkr"), "ecr.dkr");
        assert_eq!(short_name("ecr.dkr"), "ecr.dkr");
    }
}
