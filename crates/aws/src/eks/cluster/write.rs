//! Requests. EKS takes one kind of update in a call and one update of a cluster at a time.

use aws_sdk_eks::operation::update_cluster_config::builders::UpdateClusterConfigFluentBuilder;
use aws_sdk_eks::types as sdk;
use eksctl_rs_core::{CallError, Lane, Lowered, Lowering, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::{AutoMode, PortRange, ScoringStrategy, Spec, request};
use crate::Aws;
use crate::ec2::literal;
use crate::eks::{TagCall, begun, is_done_already};

/// Seconds until a new cluster is ACTIVE; 14 public logs, 445 to 660.
const CREATE_TAKES: u64 = 558;
/// Seconds until a deleted one is gone; 6 public logs, 65 to 370.
const DELETE_TAKES: u64 = 145;
/// Seconds of a version update; few logs, 480 to 2820.
const VERSION_TAKES: u64 = 600;
/// Seconds of another update; inferred from reports of 30 to 80.
const CONFIG_TAKES: u64 = 60;
/// Seconds of associating a key; not measured anywhere, eksctl allows 80 minutes.
const ENCRYPTION_TAKES: u64 = 600;

/// The calls of a cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// Everything that it is to be.
        spec: Box<Spec>,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Goes to another Kubernetes version.
    UpdateVersion {
        /// The cluster.
        name: String,
        /// The version.
        version: String,
    },
    /// Changes one part of the configuration.
    UpdateConfig {
        /// The cluster.
        name: String,
        /// Which part, and to what.
        part: Box<Part>,
    },
    /// Encrypts secrets with a key.
    AssociateEncryption {
        /// The cluster.
        name: String,
        /// The ARN of the key.
        key: Reference,
    },
    /// Changes tags.
    Tags(TagCall),
    /// Deletes it.
    Delete {
        /// The cluster.
        name: String,
    },
}

/// What one update of the configuration changes. EKS refuses two of them in one call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Part {
    /// How callers are known.
    AuthenticationMode(String),
    /// Compute, storage and load balancing together; nothing switches them off.
    AutoMode(Option<AutoMode>),
    /// The logs that are on; all others are off.
    Logging(Vec<String>),
    /// What happens at the end of standard support.
    SupportType(String),
    /// Who can reach the API server.
    EndpointAccess {
        /// From the internet.
        public: bool,
        /// From within the VPC.
        private: bool,
        /// From where, if from the internet.
        cidrs: Vec<String>,
    },
    /// The subnets of the control plane.
    Subnets(Vec<Reference>),
    /// The security groups of the control plane.
    SecurityGroups(Vec<Reference>),
    /// Who carries what the control plane sends.
    EgressMode(String),
    /// Whether ARC may shift traffic.
    ZonalShift(bool),
    /// Protection against deletion.
    DeletionProtection(bool),
    /// The size of the control plane.
    ScalingTier(String),
    /// The networks of hybrid nodes and their pods.
    RemoteNetworks {
        /// Of nodes.
        nodes: Vec<String>,
        /// Of pods.
        pods: Vec<String>,
    },
    /// The settings of the Kubernetes components. Nothing is the documented default.
    Components {
        /// How long events are kept.
        event_ttl: Option<String>,
        /// Ports for services.
        service_node_port_range: Option<PortRange>,
        /// How nodes are weighed.
        scoring_strategy: Option<ScoringStrategy>,
        /// How many terminated pods are kept.
        terminated_pod_gc_threshold: Option<i32>,
        /// How often the autoscaler looks.
        horizontal_pod_autoscaler_sync_period: Option<String>,
    },
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = desired.tags.clone();
            tags.extend(lowering.ownership.clone());
            let create = Call::Create { spec: Box::new(desired.clone()), tags };
            vec![Lowered::creating("eks:CreateCluster", create).taking(CREATE_TAKES)]
        }
        Work::Update { desired, live, changed, .. } => {
            let mut calls = update(desired, changed);
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            calls.extend(tags.into_iter().map(|lowered| lowered.map(Call::Tags)));
            calls
        }
        Work::Delete { live, .. } => {
            let mut calls = Vec::new();
            if live.deletion_protection {
                calls.push(config(&live.name, Part::DeletionProtection(false)).unlocking());
            }
            let delete = Call::Delete { name: live.name.clone() };
            calls.push(Lowered::new("eks:DeleteCluster", delete).taking(DELETE_TAKES));
            calls
        }
    }
}

/// The control plane that costs nothing extra.
const STANDARD_TIER: &str = "standard";

/// What one update changes in the Kubernetes components.
const COMPONENTS: [&str; 5] = [
    "event_ttl",
    "service_node_port_range",
    "scoring_strategy",
    "terminated_pod_gc_threshold",
    "horizontal_pod_autoscaler_sync_period",
];

/// One call for each kind of update, in the order in which Terraform's provider sends them: the version first.
fn update(desired: &Spec, changed: &[&str]) -> Vec<Lowered<Call>> {
    let name = desired.name.clone();
    let any = |fields: &[&str]| fields.iter().any(|field| changed.contains(field));
    let list = |set: &std::collections::BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>();
    let mut calls = Vec::new();
    if let (true, Some(version)) = (any(&["version"]), &desired.version) {
        let call = Call::UpdateVersion { name: name.clone(), version: version.clone() };
        calls.push(Lowered::new("eks:UpdateClusterVersion", call).taking(VERSION_TAKES).holding(update_lane(&name)));
    }
    let mut part = |fields: &[&str], part: Part| {
        if any(fields) {
            calls.push(config(&name, part));
        }
    };
    part(&["authentication_mode"], Part::AuthenticationMode(desired.authentication_mode.clone()));
    part(&["auto_mode"], Part::AutoMode(desired.auto_mode.clone()));
    if let (true, Some(key)) = (any(&["encryption_key"]), &desired.encryption_key) {
        let call = Call::AssociateEncryption { name: name.clone(), key: key.clone() };
        let lowered = Lowered::new("eks:AssociateEncryptionConfig", call).taking(ENCRYPTION_TAKES);
        calls.push(lowered.holding(update_lane(&name)));
    }
    let mut part = |fields: &[&str], part: Part| {
        if any(fields) {
            calls.push(config(&name, part));
        }
    };
    part(&["logging"], Part::Logging(list(&desired.logging)));
    part(&["support_type"], Part::SupportType(desired.support_type.clone()));
    part(
        &["endpoint_public_access", "endpoint_private_access", "public_access_cidrs"],
        Part::EndpointAccess {
            public: desired.endpoint_public_access,
            private: desired.endpoint_private_access,
            cidrs: list(&desired.public_access_cidrs),
        },
    );
    part(&["subnets"], Part::Subnets(desired.all_subnets().into_iter().collect()));
    part(&["security_groups"], Part::SecurityGroups(desired.security_groups.iter().cloned().collect()));
    part(&["control_plane_egress_mode"], Part::EgressMode(desired.control_plane_egress_mode.clone()));
    part(&["zonal_shift"], Part::ZonalShift(desired.zonal_shift));
    part(
        &["remote_node_networks", "remote_pod_networks"],
        Part::RemoteNetworks { nodes: list(&desired.remote_node_networks), pods: list(&desired.remote_pod_networks) },
    );
    let components = Part::Components {
        event_ttl: desired.event_ttl.clone(),
        service_node_port_range: desired.service_node_port_range,
        scoring_strategy: desired.scoring_strategy.clone(),
        terminated_pod_gc_threshold: desired.terminated_pod_gc_threshold,
        horizontal_pod_autoscaler_sync_period: desired.horizontal_pod_autoscaler_sync_period.clone(),
    };
    let sizing =
        [(&["scaling_tier"][..], Part::ScalingTier(desired.scaling_tier.clone())), (&COMPONENTS[..], components)];
    // Some settings need a larger control plane: they come after it, and go before it goes.
    match desired.scaling_tier == STANDARD_TIER {
        true => sizing.into_iter().rev().for_each(|(fields, change)| part(fields, change)),
        false => sizing.into_iter().for_each(|(fields, change)| part(fields, change)),
    }
    part(&["deletion_protection"], Part::DeletionProtection(desired.deletion_protection));
    calls
}

fn config(name: &str, part: Part) -> Lowered<Call> {
    let call = Call::UpdateConfig { name: name.to_owned(), part: Box::new(part) };
    Lowered::new("eks:UpdateClusterConfig", call).taking(CONFIG_TAKES).holding(update_lane(name))
}

/// One update of a cluster at a time.
pub(crate) fn update_lane(name: &str) -> Lane {
    Lane::alone(format!("update of the cluster {name}"))
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Create { spec, tags } => create(aws, &spec, tags, run).await,
        Call::UpdateVersion { name, version } => {
            let request = aws.eks.update_cluster_version().name(name).version(version).client_request_token(&run.token);
            let answer = aws.call("eks:UpdateClusterVersion", request.send()).await;
            done_or(answer.and_then(|answer| begun(run, answer.update())))
        }
        Call::UpdateConfig { name, part } => {
            let request = aws.eks.update_cluster_config().name(name).client_request_token(&run.token);
            let request = with_part(request, *part, run)?;
            let answer = aws.call("eks:UpdateClusterConfig", request.send()).await;
            done_or(answer.and_then(|answer| begun(run, answer.update())))
        }
        Call::AssociateEncryption { name, key } => {
            let config = request::encryption(&literal(&key, run)?);
            let request = aws.eks.associate_encryption_config().cluster_name(name).encryption_config(config);
            let request = request.client_request_token(&run.token);
            let answer = aws.call("eks:AssociateEncryptionConfig", request.send()).await;
            done_or(answer.and_then(|answer| begun(run, answer.update())))
        }
        Call::Tags(call) => call.start(aws, run).await,
        Call::Delete { name } => {
            aws.call("eks:DeleteCluster", aws.eks.delete_cluster().name(name).send()).await?;
            Ok(Progress::pending("DELETING"))
        }
    }
}

fn done_or(answer: Result<Progress, CallError>) -> Result<Progress, CallError> {
    match answer {
        Err(error) if is_done_already(&error) => Ok(Progress::done()),
        other => other,
    }
}

async fn create(aws: &Aws, spec: &Spec, tags: Tags, run: &Run<'_>) -> Result<Progress, CallError> {
    let key = spec.encryption_key.as_ref().map(|key| literal(key, run)).transpose()?;
    let auto = spec.auto_mode.as_ref();
    let request = aws
        .eks
        .create_cluster()
        .name(&spec.name)
        .client_request_token(&run.token)
        .set_version(spec.version.clone())
        .role_arn(literal(&spec.role, run)?)
        .resources_vpc_config(request::vpc(spec, run)?)
        .kubernetes_network_config(request::network(spec))
        .set_logging((!spec.logging.is_empty()).then(|| request::logging(spec.logging.iter().map(String::as_str))))
        .set_encryption_config(key.map(|key| vec![request::encryption(&key)]))
        .access_config(request::access(spec))
        .bootstrap_self_managed_addons(spec.bootstrap_self_managed_addons && auto.is_none())
        .upgrade_policy(request::upgrade_policy(&spec.support_type))
        .deletion_protection(spec.deletion_protection)
        .zonal_shift_config(sdk::ZonalShiftConfigRequest::builder().enabled(spec.zonal_shift).build())
        .set_compute_config(auto.map(|auto| request::compute(auto, run)).transpose()?)
        .set_storage_config(auto.map(|_| request::storage(true)))
        .set_remote_network_config(request::remote_networks_at_creation(spec))
        .set_control_plane_scaling_config(
            (spec.scaling_tier != "standard").then(|| request::scaling_tier(&spec.scaling_tier)),
        )
        .set_kube_api_server_config(request::kube_api_server(spec.event_ttl.as_deref(), spec.service_node_port_range))
        .set_kube_scheduler_config(spec.scoring_strategy.as_ref().map(request::kube_scheduler))
        .set_kube_controller_manager_config(request::kube_controller_manager(
            spec.terminated_pod_gc_threshold,
            spec.horizontal_pod_autoscaler_sync_period.as_deref(),
        ))
        .set_tags(Some(tags.into_iter().collect()));
    aws.call("eks:CreateCluster", request.send()).await?;
    Ok(Progress::Pending {
        status: "CREATING".to_owned(),
        follow: None,
        outputs: [("name".to_owned(), spec.name.clone())].into(),
        issues: Vec::new(),
    })
}

fn with_part(
    request: UpdateClusterConfigFluentBuilder,
    part: Part,
    run: &Run<'_>,
) -> Result<UpdateClusterConfigFluentBuilder, CallError> {
    let vpc = sdk::VpcConfigRequest::builder();
    let literals = |references: &[Reference]| -> Result<Vec<String>, CallError> {
        references.iter().map(|reference| literal(reference, run)).collect()
    };
    Ok(match part {
        Part::AuthenticationMode(mode) => {
            let mode = sdk::AuthenticationMode::from(mode.as_str());
            request.access_config(sdk::UpdateAccessConfigRequest::builder().authentication_mode(mode).build())
        }
        Part::AutoMode(auto) => {
            let is_on = auto.is_some();
            let compute = match &auto {
                Some(auto) => request::compute(auto, run)?,
                // Switching off, EKS takes neither pools nor a role.
                None => sdk::ComputeConfigRequest::builder().enabled(false).build(),
            };
            let crds = auto.as_ref().and_then(|auto| auto.gateway_api_crds);
            let network = sdk::KubernetesNetworkConfigRequest::builder();
            request
                .compute_config(compute)
                .storage_config(request::storage(is_on))
                .kubernetes_network_config(network.elastic_load_balancing(request::balancing(is_on, crds)).build())
        }
        Part::Logging(types) => request.logging(request::logging(types.iter().map(String::as_str))),
        Part::SupportType(support) => request.upgrade_policy(request::upgrade_policy(&support)),
        Part::EndpointAccess { public, private, cidrs } => {
            let vpc = vpc.endpoint_public_access(public).endpoint_private_access(private);
            // Without a public endpoint EKS takes no CIDRs.
            request.resources_vpc_config(vpc.set_public_access_cidrs(public.then_some(cidrs)).build())
        }
        Part::Subnets(subnets) => request.resources_vpc_config(vpc.set_subnet_ids(Some(literals(&subnets)?)).build()),
        Part::SecurityGroups(groups) => {
            request.resources_vpc_config(vpc.set_security_group_ids(Some(literals(&groups)?)).build())
        }
        Part::EgressMode(mode) => {
            let mode = sdk::ControlPlaneEgressModeType::from(mode.as_str());
            request.resources_vpc_config(vpc.control_plane_egress_mode(mode).build())
        }
        Part::ZonalShift(enabled) => {
            request.zonal_shift_config(sdk::ZonalShiftConfigRequest::builder().enabled(enabled).build())
        }
        Part::DeletionProtection(enabled) => request.deletion_protection(enabled),
        Part::ScalingTier(tier) => request.control_plane_scaling_config(request::scaling_tier(&tier)),
        Part::RemoteNetworks { nodes, pods } => request.remote_network_config(request::remote_networks(&nodes, &pods)),
        Part::Components {
            event_ttl,
            service_node_port_range,
            scoring_strategy,
            terminated_pod_gc_threshold,
            horizontal_pod_autoscaler_sync_period,
        } => {
            let ports = service_node_port_range.unwrap_or(PortRange { min: 30_000, max: 32_767 });
            let ttl = event_ttl.unwrap_or_else(|| "1h".to_owned());
            let period = horizontal_pod_autoscaler_sync_period.unwrap_or_else(|| "15s".to_owned());
            let strategy = scoring_strategy.unwrap_or_else(request::default_scoring_strategy);
            request
                .set_kube_api_server_config(request::kube_api_server(Some(&ttl), Some(ports)))
                .kube_scheduler_config(request::kube_scheduler(&strategy))
                .set_kube_controller_manager_config(request::kube_controller_manager(
                    terminated_pod_gc_threshold,
                    Some(&period),
                ))
        }
    })
}
