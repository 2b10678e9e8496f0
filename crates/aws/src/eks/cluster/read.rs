//! From AWS's answers to our spec.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::Subnet;
use aws_sdk_eks::types::{Cluster, ClusterStatus, LogSetup};
use eksctl_rs_core::{CallError, Goal, Issue, Outputs, Progress, Reference, Run, Status};

use super::{AutoMode, Call, PortRange, Room, ScoringStrategy, Spec, UNKNOWN_ZONE};
use crate::branches::{try_join, try_join_all};
use crate::eks::{check_ours, cluster, cluster_name, failed, follow_update, issue, tags_of};
use crate::kind::{Found, outputs_of, own_tags};
use crate::reads::Reads;
use crate::tagging::arns_of_the_stack;
use crate::{Aws, ec2};

/// The cluster of the stack is asked for by name; its tag tells of any other.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let name = cluster_name(reads);
    let own = async {
        let wanted = reads.wanted::<Room>();
        let address = wanted.into_iter().find(|(_, spec)| spec.name == name).map(|(address, _)| address);
        let Some(live) = cluster(reads).await? else { return Ok(None) };
        Ok(Some(from_live(live, &zones(reads, live).await?).asked_as(address)))
    };
    let others = async {
        let names = arns_of_the_stack(reads).await?.iter().filter_map(|arn| Some(arn.split_once(":cluster/")?.1));
        try_join_all(names.filter(|found| *found != name).map(|name| one(reads, name))).await
    };
    let (own, others) = try_join(own, others).await?;
    Ok(own.into_iter().chain(others.into_iter().flatten()).collect())
}

async fn one(reads: &Reads<'_>, name: &str) -> Result<Option<Found<Spec>>, CallError> {
    let answer = reads.ask_for("eks:DescribeCluster", || reads.aws.eks.describe_cluster().name(name).send()).await?;
    let Some(live) = answer.and_then(|answer| answer.cluster) else { return Ok(None) };
    Ok(Some(from_live(&live, &zones(reads, &live).await?)))
}

/// The zones of the cluster's subnets, by their ids. Most are the stack's own, which are read anyway.
async fn zones(reads: &Reads<'_>, live: &Cluster) -> Result<BTreeMap<String, String>, CallError> {
    let named: Vec<String> = live.resources_vpc_config().map(|vpc| vpc.subnet_ids().to_vec()).unwrap_or_default();
    let own = ec2::subnet::of_the_stack(reads).await?;
    let others: Vec<String> =
        named.into_iter().filter(|id| own.iter().all(|subnet| subnet.subnet_id() != Some(id))).collect();
    let others = ec2::subnet::by_ids(reads, others).await?;
    let zone = |subnet: &Subnet| Some((subnet.subnet_id()?.to_owned(), subnet.availability_zone()?.to_owned()));
    Ok(own.iter().chain(&others).filter_map(zone).collect())
}

/// `zones` are those of the cluster's subnets, by their ids.
pub(super) fn from_live(live: &Cluster, zones: &BTreeMap<String, String>) -> Found<Spec> {
    let tags = tags_of(live.tags());
    let mut found =
        Found::new(live.name().unwrap_or_default(), spec(live, zones), tags.clone()).standing(standing(live));
    found.spec.tags = own_tags(&tags);
    found.outputs = outputs(live);
    if found.spec.deletion_protection {
        found.protection = Some("deletionProtection".to_owned());
    }
    found
}

fn by_zone(ids: &[String], zones: &BTreeMap<String, String>) -> BTreeMap<String, BTreeSet<Reference>> {
    let mut subnets: BTreeMap<String, BTreeSet<Reference>> = BTreeMap::new();
    for id in ids {
        let zone = zones.get(id).map_or(UNKNOWN_ZONE, String::as_str);
        subnets.entry(zone.to_owned()).or_default().insert(Reference::from(id.as_str()));
    }
    subnets
}

fn spec(live: &Cluster, zones: &BTreeMap<String, String>) -> Spec {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let vpc = live.resources_vpc_config();
    let network = live.kubernetes_network_config();
    let references = |ids: &[String]| ids.iter().map(|id| Reference::from(id.as_str())).collect();
    let remote = live.remote_network_config();
    let key = live.encryption_config().iter().find_map(|config| config.provider()?.key_arn());
    Spec {
        name: text(live.name()),
        version: live.version().map(str::to_owned),
        role: Reference::from(live.role_arn().unwrap_or_default()),
        subnets: by_zone(vpc.map(|vpc| vpc.subnet_ids()).unwrap_or_default(), zones),
        security_groups: vpc.map(|vpc| references(vpc.security_group_ids())).unwrap_or_default(),
        endpoint_public_access: vpc.is_some_and(|vpc| vpc.endpoint_public_access()),
        endpoint_private_access: vpc.is_some_and(|vpc| vpc.endpoint_private_access()),
        public_access_cidrs: vpc.map(|vpc| vpc.public_access_cidrs().iter().cloned().collect()).unwrap_or_default(),
        control_plane_egress_mode: vpc
            .and_then(|vpc| vpc.control_plane_egress_mode())
            .map_or("AWS_MANAGED", |mode| mode.as_str())
            .to_owned(),
        ip_family: network.and_then(|network| network.ip_family()).map_or("ipv4", |family| family.as_str()).to_owned(),
        service_ipv4_cidr: network.and_then(|network| network.service_ipv4_cidr()).map(str::to_owned),
        logging: logging(live),
        log_group: live.name().map(|name| Reference::Id(format!("/aws/eks/{name}/cluster"))),
        encryption_key: key.map(Reference::from),
        authentication_mode: live
            .access_config()
            .and_then(|access| access.authentication_mode())
            .map_or("CONFIG_MAP", |mode| mode.as_str())
            .to_owned(),
        bootstrap_cluster_creator_admin_permissions: true,
        bootstrap_self_managed_addons: true,
        support_type: live
            .upgrade_policy()
            .and_then(|policy| policy.support_type())
            .map_or("EXTENDED", |support| support.as_str())
            .to_owned(),
        zonal_shift: live.zonal_shift_config().and_then(|shift| shift.enabled()).unwrap_or_default(),
        auto_mode: auto_mode(live),
        deletion_protection: live.deletion_protection().unwrap_or_default(),
        scaling_tier: live
            .control_plane_scaling_config()
            .and_then(|scaling| scaling.tier())
            .map_or("standard", |tier| tier.as_str())
            .to_owned(),
        remote_node_networks: remote
            .map(|remote| remote.remote_node_networks().iter().flat_map(|network| network.cidrs()).cloned().collect())
            .unwrap_or_default(),
        remote_pod_networks: remote
            .map(|remote| remote.remote_pod_networks().iter().flat_map(|network| network.cidrs()).cloned().collect())
            .unwrap_or_default(),
        event_ttl: event_ttl(live),
        service_node_port_range: service_node_port_range(live),
        scoring_strategy: scoring_strategy(live),
        terminated_pod_gc_threshold: live
            .kube_controller_manager_config()
            .and_then(|config| config.pod_gc_controller_config())
            .and_then(|config| config.terminated_pod_gc_threshold()),
        horizontal_pod_autoscaler_sync_period: live
            .kube_controller_manager_config()
            .and_then(|config| config.horizontal_pod_autoscaler_controller_config())
            .and_then(|config| config.horizontal_pod_autoscaler_sync_period())
            .filter(|period| *period != "15s")
            .map(str::to_owned),
        tags: eksctl_rs_core::Tags::new(),
    }
}

fn logging(live: &Cluster) -> BTreeSet<String> {
    let setups = live.logging().map(|logging| logging.cluster_logging()).unwrap_or_default();
    let enabled = setups.iter().filter(|setup| setup.enabled().unwrap_or_default());
    enabled.flat_map(LogSetup::types).map(|kind| kind.as_str().to_owned()).collect()
}

/// Auto Mode is on when its compute is: EKS keeps the three parts together.
fn auto_mode(live: &Cluster) -> Option<AutoMode> {
    let compute = live.compute_config().filter(|compute| compute.enabled().unwrap_or_default())?;
    let balancing = live.kubernetes_network_config().and_then(|network| network.elastic_load_balancing());
    Some(AutoMode {
        node_pools: compute.node_pools().iter().cloned().collect(),
        node_role: compute.node_role_arn().map(Reference::from),
        gateway_api_crds: balancing
            .and_then(|balancing| balancing.gateway_api())
            .and_then(|gateway| gateway.crds())
            .and_then(|crds| crds.managed()),
    })
}

/// What is AWS's default counts as absent, whether AWS tells it or not.
fn event_ttl(live: &Cluster) -> Option<String> {
    let ttl = live.kube_api_server_config().and_then(|config| config.event_ttl())?;
    (!matches!(ttl, "1h" | "60m" | "1h0m0s")).then(|| ttl.to_owned())
}

fn service_node_port_range(live: &Cluster) -> Option<PortRange> {
    let range = live.kube_api_server_config().and_then(|config| config.service_node_port_range())?;
    let range = PortRange { min: range.min_port(), max: range.max_port() };
    (range != PortRange { min: 30_000, max: 32_767 }).then_some(range)
}

fn scoring_strategy(live: &Cluster) -> Option<ScoringStrategy> {
    let fit = live.kube_scheduler_config().and_then(|config| config.node_resources_fit())?;
    let strategy = fit.scoring_strategy()?;
    let resources = strategy
        .resources()
        .iter()
        .map(|resource| (resource.name().unwrap_or_default().to_owned(), resource.weight().unwrap_or(1)))
        .collect();
    let kind = strategy.r#type().map_or("LeastAllocated", |kind| kind.as_str()).to_owned();
    let found = ScoringStrategy { kind, resources };
    let plain = found.resources.is_empty()
        || found.resources.iter().all(|(name, weight)| *weight == 1 && (name == "cpu" || name == "memory"));
    (found.kind != "LeastAllocated" || !plain).then_some(found)
}

fn standing(live: &Cluster) -> Status {
    let status = live.status().map_or("", |status| status.as_str()).to_owned();
    let issues = health(live);
    match live.status() {
        Some(ClusterStatus::Creating | ClusterStatus::Pending) => Status::Creating { status },
        Some(ClusterStatus::Updating) => Status::Updating { status, follow: None },
        Some(ClusterStatus::Deleting) => Status::Deleting { status },
        Some(ClusterStatus::Failed) => Status::Failed { status, issues },
        _ if issues.is_empty() => Status::Ready,
        _ => Status::Degraded { issues },
    }
}

fn health(live: &Cluster) -> Vec<Issue> {
    let issues = live.health().map(|health| health.issues()).unwrap_or_default();
    issues.iter().map(|one| issue(one.code().map(|code| code.as_str()), one.message())).collect()
}

fn outputs(live: &Cluster) -> Outputs {
    let vpc = live.resources_vpc_config();
    outputs_of([
        ("name", live.name()),
        ("arn", live.arn()),
        ("version", live.version()),
        ("platform_version", live.platform_version()),
        ("endpoint", live.endpoint()),
        ("certificate_authority", live.certificate_authority().and_then(|authority| authority.data())),
        ("issuer", live.identity().and_then(|identity| identity.oidc()).and_then(|oidc| oidc.issuer())),
        ("security_group", vpc.and_then(|vpc| vpc.cluster_security_group_id())),
        ("vpc", vpc.and_then(|vpc| vpc.vpc_id())),
        ("service_ipv6_cidr", live.kubernetes_network_config().and_then(|network| network.service_ipv6_cidr())),
    ])
}

pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let name = match &call {
        Some(Call::Create { spec, .. }) => spec.name.clone(),
        _ => run.outputs.get("name").cloned().unwrap_or_default(),
    };
    if let Some(id) = &run.follow {
        return follow_update(aws, run, &name, None, id).await;
    }
    let answer = aws.call("eks:DescribeCluster", aws.eks.describe_cluster().name(&name).send()).await?;
    let bug = || CallError::bug("eks:DescribeCluster", "the answer holds no cluster");
    progress(aws, answer.cluster().ok_or_else(bug)?, run)
}

fn progress(aws: &Aws, live: &Cluster, run: &Run<'_>) -> Result<Progress, CallError> {
    check_ours(aws, run, &tags_of(live.tags()), &format!("the cluster {}", live.name().unwrap_or_default()))?;
    let status = live.status().map_or("", |status| status.as_str()).to_owned();
    match (live.status(), run.goal()) {
        (Some(ClusterStatus::Failed), _) => Err(failed(&run.step.operation, &status, &health(live))),
        (Some(ClusterStatus::Active), Goal::Ready) => Ok(Progress::Done { outputs: outputs(live) }),
        _ => Ok(Progress::Pending { status, follow: None, outputs: outputs(live), issues: health(live) }),
    }
}
