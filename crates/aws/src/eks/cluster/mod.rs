//! EKS clusters.

mod read;
mod request;
#[cfg(test)]
mod tests;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_core::{CallError, Lowered, Lowering, Outputs, Progress, Reference, Run, Tags, Traits, World, spec};
use serde::{Deserialize, Serialize};

use super::minor;
use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use write::Call;
pub(crate) use write::update_lane;

/// EKS Auto Mode: compute, block storage and load balancing together, as EKS demands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AutoMode {
    /// The built-in node pools: `general-purpose`, `system`.
    pub node_pools: BTreeSet<String>,
    /// The ARN of the role of their nodes. It cannot be changed once set.
    pub node_role: Option<Reference>,
    /// Whether EKS manages the definitions of the Gateway API.
    pub gateway_api_crds: Option<bool>,
}

/// Ports for services of type `NodePort`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortRange {
    /// The first.
    pub min: i32,
    /// The last.
    pub max: i32,
}

/// How the scheduler weighs nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoringStrategy {
    /// `LeastAllocated` or `MostAllocated`.
    pub kind: String,
    /// Resources with their weights, 1 to 100.
    pub resources: std::collections::BTreeMap<String, i32>,
}

spec! {
    /// A control plane. Source: EKS `CreateCluster`, `UpdateClusterConfig`, `UpdateClusterVersion`,
    /// `AssociateEncryptionConfig`.
    pub struct Spec {
        /// The name, unique in the account and Region: that of the stack.
        name: String => Identity, limit = "1 to 100 of A-Z a-z 0-9 - _";
        /// The Kubernetes version. Absent, it is EKS's default at creation and stays.
        version: Option<String> => InPlace, floating = true, limit = "one minor up at a time";
        /// The ARN of the role that EKS works with.
        role: Reference => Replace, to = "iam.Role";
        /// The subnets for the network interfaces of the control plane, by Availability Zone.
        subnets: BTreeMap<String, BTreeSet<Reference>> => InPlace, to = "ec2.Subnet", firm = true, limit = "in the same Availability Zones as at creation, two at least";
        /// Security groups for those interfaces, besides the one that EKS makes.
        security_groups: BTreeSet<Reference> => InPlace, to = "ec2.SecurityGroup", early = true, firm = true, limit = "5";
        /// Whether the API server can be reached from the internet.
        endpoint_public_access: bool => InPlace, default = "false";
        /// Whether the API server can be reached from within the VPC.
        endpoint_private_access: bool => InPlace, default = "true";
        /// From where the API server can be reached, if from the internet. None is the default.
        public_access_cidrs: BTreeSet<String> => InPlace, default = "0.0.0.0/0, and ::/0 with IPv6", limit = "40";
        /// Who carries what the control plane sends: `AWS_MANAGED`, `CUSTOMER_ROUTED`, `CUSTOMER_ISOLATED`.
        control_plane_egress_mode: String => OneWay, default = "AWS_MANAGED";
        /// Which addresses pods and services have: `ipv4` or `ipv6`. The latter needs subnets with an IPv6 range.
        ip_family: String => Replace, default = "ipv4";
        /// The range of service addresses. Absent, EKS chooses 10.100.0.0/16 or 172.20.0.0/16; with IPv6 there is none,
        /// and the output `service_ipv6_cidr` tells what EKS chose.
        service_ipv4_cidr: Option<String> => Replace, floating = true, limit = "/24 to /12 of a private range, apart from the VPC's";
        /// The logs of the control plane that go to CloudWatch: `api`, `audit`, `authenticator`, `controllerManager`,
        /// `scheduler`.
        logging: BTreeSet<String> => InPlace, default = "none";
        /// The log group that those logs go to: it comes before the cluster, and goes after it.
        log_group: Option<Reference> => WriteOnly, to = "logs.LogGroup";
        /// The ARN of the KMS key that secrets are encrypted with, besides the encryption that EKS does anyway.
        encryption_key: Option<Reference> => OneWay, to = "kms.Key";
        /// How callers are known: `API`, `API_AND_CONFIG_MAP`, `CONFIG_MAP`; only towards `API`.
        authentication_mode: String => OneWay, default = "API";
        /// Whether whoever creates the cluster is its administrator.
        bootstrap_cluster_creator_admin_permissions: bool => WriteOnly, default = "true";
        /// Whether EKS puts unmanaged copies of vpc-cni, kube-proxy and coredns into a new cluster.
        bootstrap_self_managed_addons: bool => WriteOnly, default = "true";
        /// What happens at the end of standard support: `STANDARD` upgrades, `EXTENDED` stays and costs more.
        support_type: String => InPlace, default = "STANDARD";
        /// Whether ARC may shift traffic away from a zone.
        zonal_shift: bool => InPlace, default = "false";
        /// EKS Auto Mode; absent, it is off.
        auto_mode: Option<AutoMode> => InPlace, to = "iam.Role";
        /// Whether the cluster is protected against deletion.
        deletion_protection: bool => InPlace, default = "false";
        /// The size of the control plane: `standard`, `tier-xl`, `tier-2xl`, `tier-4xl`, `tier-8xl`.
        scaling_tier: String => InPlace, default = "standard";
        /// The networks of hybrid nodes.
        remote_node_networks: BTreeSet<String> => InPlace, limit = "15";
        /// The networks of the pods of hybrid nodes.
        remote_pod_networks: BTreeSet<String> => InPlace, limit = "15";
        /// How long the API server keeps events; absent is an hour.
        event_ttl: Option<String> => InPlace, default = "1h", limit = "10m to 60m";
        /// The ports for services of type `NodePort`; absent is 30000 to 32767.
        service_node_port_range: Option<PortRange> => InPlace, default = "30000-32767", limit = "within 10260-32767";
        /// How the scheduler weighs nodes; absent is `LeastAllocated`.
        scoring_strategy: Option<ScoringStrategy> => InPlace, default = "LeastAllocated";
        /// How many terminated pods are kept. Absent, it is what EKS has.
        terminated_pod_gc_threshold: Option<i32> => InPlace, floating = true;
        /// How often the horizontal pod autoscaler looks; absent is 15 seconds.
        horizontal_pod_autoscaler_sync_period: Option<String> => InPlace, default = "15s", limit = "10s to 15s";
        /// Tags. They do not spread to what EKS makes.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The key of subnets that are gone: nobody tells their zone any longer.
const UNKNOWN_ZONE: &str = "unknown";

impl Spec {
    /// All subnets of the control plane.
    pub(super) fn all_subnets(&self) -> BTreeSet<Reference> {
        self.subnets.values().flatten().cloned().collect()
    }

    /// Whether pods and services have IPv6 addresses.
    pub(super) fn has_ipv6(&self) -> bool {
        self.ip_family == "ipv6"
    }

    /// Every address that there is. Source: EKS `VpcConfigRequest.publicAccessCidrs`, its default.
    fn anywhere(&self) -> BTreeSet<String> {
        let all = [Some("0.0.0.0/0"), self.has_ipv6().then_some("::/0")];
        all.into_iter().flatten().map(str::to_owned).collect()
    }
}

/// The room of clusters.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "eks.Cluster";
    const TRAITS: Traits = Traits {
        create_first: false,
        precious: Some("the cluster and everything that runs in it"),
        dies_with: &[],
        order: &[],
    };
    const OUTPUTS: &'static [(&'static str, &'static str)] = &[
        ("arn", "The ARN."),
        ("platform_version", "EKS's own version of the control plane."),
        ("endpoint", "The URL of the Kubernetes API server."),
        ("certificate_authority", "The certificate by which the API server is known, in Base64."),
        ("issuer", "The URL of the issuer of tokens for service accounts."),
        ("security_group", "The id of the security group that EKS makes, for the control plane and for nodes."),
        ("vpc", "The id of the VPC."),
        ("service_ipv6_cidr", "The range of service addresses, with IPv6."),
    ];
    type Spec = Spec;
    type Call = Call;

    fn computed(spec: &Spec, world: &World) -> Outputs {
        Outputs::from([
            ("name".to_owned(), spec.name.clone()),
            ("arn".to_owned(), world.arn("eks", &format!("cluster/{}", spec.name))),
        ])
    }

    fn settle(mut desired: Spec, live: &Spec) -> Spec {
        // The control plane stays in the zones of its creation: a network that grows does not move it.
        if live.subnets.keys().all(|zone| desired.subnets.contains_key(zone)) {
            desired.subnets.retain(|zone, _| live.subnets.contains_key(zone));
        }
        if desired.public_access_cidrs.is_empty() {
            desired.public_access_cidrs = desired.anywhere();
        }
        if desired.has_ipv6() {
            desired.service_ipv4_cidr = None;
        }
        // CIDRs count only while there is a public endpoint.
        if !desired.endpoint_public_access && !live.endpoint_public_access {
            desired.public_access_cidrs.clone_from(&live.public_access_cidrs);
        }
        desired
    }

    fn refuse(desired: &Spec, live: &Spec) -> Vec<(String, String)> {
        let refusals = [
            version_jump(desired, live),
            zones(desired, live),
            encryption(desired, live),
            authentication(desired, live),
            egress(desired, live),
        ];
        refusals.into_iter().flatten().collect()
    }

    fn moved(fields: &[&str]) -> Vec<&'static str> {
        if fields.contains(&"version") { vec!["version", "platform_version"] } else { Vec::new() }
    }

    fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
        write::lower(lowering)
    }

    async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
        read::find(reads).await
    }

    async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
        write::start(aws, call, run).await
    }

    async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
        read::status(aws, call, run).await
    }
}

/// A control plane never leaves the zones of its creation. Source: EKS `UpdateClusterConfig`, EKS user guide, "View Amazon
/// EKS networking requirements for VPC and subnets".
fn zones(desired: &Spec, live: &Spec) -> Option<(String, String)> {
    let missing: Vec<&str> =
        live.subnets.keys().filter(|zone| !desired.subnets.contains_key(*zone)).map(String::as_str).collect();
    if missing.is_empty() || missing.contains(&UNKNOWN_ZONE) {
        return None;
    }
    let message = format!(
        "the control plane was made in {} and cannot leave: EKS keeps it in the Availability Zones of its creation",
        missing.join(", ")
    );
    let hint = "keep the zone in availabilityZones; to leave it, make a stack of another name in the other zones, move the \
                workloads, and destroy this one";
    Some((message, hint.to_owned()))
}

/// EKS upgrades one minor at a time. Source: EKS user guide, "Update existing cluster to new Kubernetes version".
fn version_jump(desired: &Spec, live: &Spec) -> Option<(String, String)> {
    let (wanted, found) = (desired.version.as_deref()?, live.version.as_deref()?);
    let (to, from) = (minor(wanted)?, minor(found)?);
    if to > from + 1 {
        let path: Vec<String> = (from + 1..=to).map(|minor| format!("1.{minor}")).collect();
        let message =
            format!("the version cannot go from {found} to {wanted} at once: EKS upgrades one minor at a time");
        let hint = format!("set version to \"{}\", apply, and go on so: {}", path[0], path.join(", "));
        return Some((message, hint));
    }
    if to < from {
        let message = format!("the version cannot go back from {found} to {wanted}");
        return Some((message, format!("set version to \"{found}\", or remove it to keep what is there")));
    }
    None
}

/// Source: EKS `AssociateEncryptionConfig`: once associated it can be neither changed nor removed.
fn encryption(desired: &Spec, live: &Spec) -> Option<(String, String)> {
    let found = live.encryption_key.as_ref()?;
    if desired.encryption_key.as_ref() == Some(found) {
        return None;
    }
    let key = found.literal().unwrap_or("a key");
    let message = "the encryption of secrets can be neither changed nor removed".to_owned();
    Some((message, format!("keep secretsEncryption with the key {key}; another key needs another cluster")))
}

/// Source: EKS user guide, "Change authentication mode to use access entries": only towards API.
fn authentication(desired: &Spec, live: &Spec) -> Option<(String, String)> {
    const ORDER: &[&str] = &["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"];
    let rank = |mode: &str| ORDER.iter().position(|known| *known == mode);
    (rank(&desired.authentication_mode) < rank(&live.authentication_mode)).then(|| {
        let (wanted, found) = (&desired.authentication_mode, &live.authentication_mode);
        let message = format!("the authentication mode cannot go back from {found} to {wanted}");
        (message, format!("set accessConfig.authenticationMode to {found}"))
    })
}

/// Source: EKS `VpcConfigRequest.controlPlaneEgressMode`.
fn egress(desired: &Spec, live: &Spec) -> Option<(String, String)> {
    let (wanted, found) = (&desired.control_plane_egress_mode, &live.control_plane_egress_mode);
    (wanted == "AWS_MANAGED" && found != "AWS_MANAGED").then(|| {
        let message = format!("the egress of the control plane cannot go back from {found} to AWS_MANAGED");
        (message, format!("set vpc.controlPlaneEgressMode to {found}"))
    })
}
