//! Networks that are there already, and clusters without a way to the internet.

use crate::expand::endpoints::{kind, short_name};
use crate::expand::network::is_existing;
use crate::places::Path;
use crate::schema::{EndpointType, NatGateway, StackSpec};

use super::Report;
use super::iam::is_policy;

pub(super) fn check(spec: &StackSpec, report: &mut Report<'_, '_>) {
    one_way_to_find(spec, report);
    subnets_by_id(spec, report);
    only_for_own(spec, report);
    private_cluster(spec, report);
    flow_logs(spec, report);
}

/// Source: EC2 `CreateFlowLogs.destinationOptions`.
fn flow_logs(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let Some(logs) = &spec.vpc.flow_logs else { return };
    let to_bucket = logs.destination_arn.as_ref().is_some_and(|arn| arn.contains(":s3:::"));
    if logs.destination_options.is_some() && !to_bucket {
        let path = Path::from("vpc.flowLogs.destinationOptions");
        report.error(&path, "only flow logs in S3 have files", "set destinationARN to that of a bucket, or remove it");
    }
}

fn one_way_to_find(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let Some(existing) = &spec.vpc.existing else { return };
    let path = Path::from("vpc.existing");
    if spec.vpc.id.is_some() {
        report.error(&path, "the VPC is named by vpc.id already", "remove vpc.id or vpc.existing");
    }
    match (&existing.tags, &existing.stack) {
        (None, None) => report.error(&path, "nothing says which VPC", "set tags or stack"),
        (Some(_), Some(_)) => report.error(&path, "tags and stack exclude each other", "remove one"),
        (Some(_), None) if existing.private_subnet_tags.is_none() => {
            report.error(
                &path,
                "nothing says which subnets",
                "set privateSubnetTags, and publicSubnetTags for load balancers",
            );
        }
        _ => {}
    }
    if existing.stack.as_deref() == Some(spec.metadata.name.as_str()) {
        report.error(&path.key("stack"), "this is the stack itself", "name the stack that makes the network");
    }
    if spec.vpc.subnets.is_some() {
        let hint = "remove vpc.subnets, or name the VPC by vpc.id";
        report.error(&Path::from("vpc.subnets"), "the subnets are found by vpc.existing", hint);
    }
}

fn subnets_by_id(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let by_id = spec.vpc.id.is_some();
    let Some(subnets) = &spec.vpc.subnets else {
        if by_id {
            let hint = "name them in vpc.subnets.private, each with its id; or find them by tags with vpc.existing";
            report.error(&Path::from("vpc.id"), "nothing says which subnets", hint);
        }
        return;
    };
    // Source: EKS `VpcConfigRequest.subnetIds`.
    if by_id && subnets.private.len() < 2 {
        let message = match subnets.private.len() {
            0 => "there is no private subnet",
            _ => "one private subnet is too few: EKS wants two zones",
        };
        let hint = "name one in each of two zones at least, each with its id";
        report.error(&Path::from("vpc.subnets.private"), message, hint);
    }
    for (side, list) in [("private", &subnets.private), ("public", &subnets.public)] {
        for (name, subnet) in list {
            let path = Path::from("vpc.subnets").key(side).key(name);
            match (by_id, &subnet.id) {
                (true, None) => report.error(&path, "a subnet of an existing VPC needs its id", "set id"),
                (false, Some(_)) if spec.vpc.existing.is_none() => {
                    report.error(
                        &path.key("id"),
                        "the VPC would be the stack's own",
                        "set vpc.id, or replace id by cidr",
                    );
                }
                (false, None) if subnet.cidr.is_none() && spec.vpc.existing.is_none() => {
                    report.error(&path, "cidr is missing", "set the IPv4 range of the subnet, within vpc.cidr");
                }
                _ => {}
            }
            if subnet.id.is_some() && (subnet.cidr.is_some() || subnet.ipv6_part.is_some()) {
                report.error(&path, "an existing subnet has its ranges already", "remove cidr and ipv6Part");
            }
        }
    }
}

/// What would change a network that is not the stack's.
fn only_for_own(spec: &StackSpec, report: &mut Report<'_, '_>) {
    if !is_existing(spec) {
        return;
    }
    let vpc = &spec.vpc;
    let settings = [
        ("vpc.extraCIDRs", !vpc.extra_cidrs.is_empty()),
        ("vpc.autoAllocateIPv6", vpc.auto_allocate_ipv6),
        ("vpc.networkAddressUsageMetrics", vpc.network_address_usage_metrics),
        ("vpc.nat.gateway", vpc.nat.gateway.is_some_and(|gateway| gateway != NatGateway::Disable)),
    ];
    for (path, is_set) in settings {
        if is_set {
            report.error(&Path::from(path), "the VPC is not the stack's, and stays as it is", "remove it");
        }
    }
}

/// Source: eksctl, "EKS Fully-Private Cluster".
fn private_cluster(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let (private, root) = (&spec.private_cluster, Path::from("privateCluster"));
    if !private.enabled {
        if private.skip_endpoint_creation || !private.additional_endpoint_services.is_empty() {
            let hint = "set enabled to true, or name endpoints in vpc.endpoints";
            report.error(&root, "the cluster is not private, and these settings mean nothing", hint);
        }
        return;
    }
    if spec.vpc.cluster_endpoints.public_access {
        let path = Path::from("vpc.clusterEndpoints.publicAccess");
        report.error(&path, "a private cluster has no public endpoint", "set it to false");
    }
    if spec.vpc.nat.gateway.is_some_and(|gateway| gateway != NatGateway::Disable) {
        report.error(&Path::from("vpc.nat.gateway"), "a private cluster has no way to the internet", "remove it");
    }
    if spec.vpc.subnets.as_ref().is_some_and(|subnets| !subnets.public.is_empty()) {
        report.error(&Path::from("vpc.subnets.public"), "a private cluster has no public subnets", "remove them");
    }
    if private.skip_endpoint_creation && !private.additional_endpoint_services.is_empty() {
        let path = root.key("additionalEndpointServices");
        report.error(
            &path,
            "with skipEndpointCreation the endpoints are somebody else's",
            "remove it, or set skipEndpointCreation to false",
        );
    }
    let names_s3 = spec.vpc.endpoints.iter().any(|endpoint| short_name(&endpoint.service) == "s3");
    if is_existing(spec) && !private.skip_endpoint_creation && !names_s3 {
        let hint = "add {service: s3, routeTableIDs: […]} to vpc.endpoints, or set skipEndpointCreation to true";
        report.error(&root, "nothing says which route tables of the VPC lead to S3", hint);
    }
    for (index, group) in spec.managed_node_groups.iter().enumerate().filter(|(_, group)| !group.private_networking) {
        let path = Path::from("managedNodeGroups").item(index).key("privateNetworking");
        report.error(&path, format!("the nodes of {} would be in public subnets", group.name), "set it to true");
    }
}

/// Source: VPC user guide, "Gateway endpoints".
pub(super) fn endpoints(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let mut seen = std::collections::BTreeSet::new();
    for (index, endpoint) in spec.vpc.endpoints.iter().enumerate() {
        let path = Path::from("vpc.endpoints").item(index);
        let has_gateway = ["s3", "dynamodb"].contains(&short_name(&endpoint.service));
        if !seen.insert(short_name(&endpoint.service)) {
            report.error(&path.key("service"), format!("{} stands here already", endpoint.service), "remove one");
        }
        match kind(endpoint) {
            EndpointType::Gateway if !has_gateway => {
                let message = format!("{} cannot be reached by routes", endpoint.service);
                report.error(&path.key("type"), message, "remove type: only s3 and dynamodb can");
            }
            EndpointType::Gateway if is_existing(spec) && endpoint.route_table_ids.is_empty() => {
                let message = "nothing says which route tables of the VPC lead to it";
                report.error(&path, message, "set routeTableIDs, or type to Interface");
            }
            EndpointType::Interface if !endpoint.route_table_ids.is_empty() => {
                let hint = "remove routeTableIDs, or set type to Gateway";
                report.error(&path.key("routeTableIDs"), "no route leads to network interfaces", hint);
            }
            _ => {}
        }
        if !is_existing(spec) && !endpoint.route_table_ids.is_empty() {
            let message = "the route tables are the stack's own";
            report.error(&path.key("routeTableIDs"), message, "remove it: those of the private subnets lead there");
        }
        if let Some(policy) = &endpoint.policy {
            // Source: VPC quotas, "VPC endpoint policy size".
            is_policy(policy, 20_480, &path.key("policy"), report);
        }
    }
}
