//! What a stack may say: eksctl's vocabulary, and ours beside it in the same style.
//!
//! Every field's type, documentation, default (`default`), limits and what it becomes (`x-becomes`, which leads to
//! whether AWS changes it in place) stand here, once. Defaults are the secure ones; [`load()`](crate::load()) fills them in.

mod access;
mod addons;
mod capabilities;
mod cluster;
mod ecr;
pub mod editor;
mod endpoints;
mod existing;
mod fargate;
mod flow_logs;
mod iam;
mod iam_access;
mod identity_providers;
mod instances;
pub mod json;
mod karpenter;
mod kms;
mod kubernetes;
mod nodegroups;
mod permissions;
mod pod_identity;
mod pull_through_cache;
mod security_groups;
mod service_accounts;
mod vpc;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use access::{AccessEntry, AccessEntryType, AccessPolicy, AccessScope, AccessScopeType};
pub use addons::{Addon, AddonNamespace, AddonPodIdentity, AddonUpdate, AddonsConfig, ResolveConflicts};
pub use capabilities::{
    Ack, ArgoCd, ArgoCdIdentityCenter, ArgoCdNetworkAccess, ArgoCdRole, ArgoCdRoleMapping, Capability,
    CapabilityConfiguration, CapabilityType, DeletePropagationPolicy, SsoIdentity, SsoIdentityType,
};
pub use cluster::{
    AccessConfig, AuthenticationMode, AutoModeConfig, CloudWatch, ClusterLogging, ControlPlaneScaling,
    HorizontalPodAutoscalerController, IpFamily, KubeApiServerConfig, KubeControllerManagerConfig, KubeSchedulerConfig,
    KubernetesNetwork, LogGroupClass, LogType, NodePool, NodePortRange, NodeResourcesFit, PodGcController,
    RemoteNetwork, RemoteNetworkConfig, ResourceWeight, ScalingTier, ScoringStrategy, ScoringStrategyType,
    SecretsEncryption, SupportType, UpgradePolicy, ZonalShift,
};
pub use ecr::{
    Ecr, ImageEncryption, ImageEncryptionType, ImageTagMutability, LifecycleRule, RegistryScanning,
    ReplicationDestination, ReplicationRule, Repository, RepositoryAccess, ScanFrequency, ScanType, ScanningRule,
};
pub use endpoints::{EndpointType, PrivateCluster, VpcEndpoint};
pub use existing::{ExistingVpc, SubnetTags};
pub use fargate::{FargateProfile, FargateSelector};
pub use flow_logs::{FlowLogFiles, FlowLogFormat, FlowLogs, TrafficType};
pub use iam::Iam;
pub use iam_access::{EksAccess, IamGroup, IamPolicy, IamRole, OidcProvider, OidcTrust, RoleTrust};
pub use identity_providers::{IdentityProvider, IdentityProviderType};
pub use instances::{
    AdditionalVolume, Bottlerocket, CapacityReservation, CpuOptions, LaunchTemplate, NodeGroupSecurityGroups,
    Placement, ReservationPreference, ReservationTarget, Tenancy, VolumeType,
};
pub use karpenter::{
    Karpenter, KarpenterArchitecture, KarpenterCapacityType, KarpenterConsolidation, KarpenterIdentity,
    KarpenterNodeClass, KarpenterNodePool, KarpenterNodeRole, KarpenterOperator, KarpenterRequirement,
};
pub use kms::{KeyUse, Kms};
pub use kubernetes::{
    Direction, EniConfig, FileSystem, Kubernetes, LabelExpression, LabelOperator, LabelSelector, LimitRange, Namespace,
    PodSecurity, ReclaimPolicy, SecurityGroupPolicy, StorageClass,
};
pub use nodegroups::{
    AmiFamily, ManagedNodeGroup, NodeGroupIam, NodeRepair, NodeRepairOverride, RepairAction, Ssh, Taint, TaintEffect,
    UpdateConfig, UpdateStrategy, WarmPool, WarmPoolState,
};
pub use permissions::WellKnownPolicies;
pub use pod_identity::PodIdentityAssociation;
pub use pull_through_cache::{
    CreationTemplate, PullThroughCache, RepositoryTemplate, SecretSource, TemplateUse, TextSource, Upstream,
    UpstreamCredentials, ValueFrom,
};
pub use security_groups::{Ports, SecurityGroup, SecurityGroupRule};
pub use service_accounts::{IamServiceAccount, OtherCluster, ServiceAccountMeta};
pub use vpc::{ClusterEndpoints, EgressMode, HostnameType, Nat, NatGateway, SubnetSpec, Subnets, Vpc};

/// A stack: one EKS cluster with everything around it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StackSpec {
    /// The version of this vocabulary.
    #[schemars(extend("x-edit" = "says how the file is read"))]
    pub api_version: ApiVersion,
    /// What the document is.
    #[schemars(extend("x-edit" = "says how the file is read"))]
    pub kind: StackKind,
    /// What the stack is called, where it lives, and which Kubernetes it runs.
    #[schemars(extend("x-example" = include_str!("examples/metadata.yaml")))]
    pub metadata: Metadata,
    /// The Availability Zones to use, two at least. Absent, the first three that EKS supports.
    #[schemars(length(min = 2, max = 6), extend("x-edit" = "makes and deletes subnets; the control plane cannot leave the zones of its creation", "uniqueItems" = true, "x-rule" = "two to six different zones"))]
    pub availability_zones: Option<Vec<String>>,
    /// The network.
    #[schemars(extend("x-example" = include_str!("examples/vpc.yaml"), "default" = {}))]
    pub vpc: Vpc,
    /// A cluster without any way to the internet.
    #[schemars(extend("x-example" = include_str!("examples/privateCluster.yaml"), "default" = {}))]
    pub private_cluster: PrivateCluster,
    /// The roles.
    #[schemars(extend("x-example" = include_str!("examples/iam.yaml"), "default" = {}))]
    pub iam: Iam,
    /// The addresses of pods and services.
    #[schemars(extend("x-example" = include_str!("examples/kubernetesNetworkConfig.yaml"), "default" = {}))]
    pub kubernetes_network_config: KubernetesNetwork,
    /// Who may use the cluster.
    #[schemars(extend("x-example" = include_str!("examples/accessConfig.yaml"), "default" = {}))]
    pub access_config: AccessConfig,
    /// The logs of the control plane.
    #[schemars(extend("x-example" = include_str!("examples/cloudWatch.yaml"), "default" = {}))]
    pub cloud_watch: CloudWatch,
    /// A KMS key of the stack's own. Absent, there is none.
    #[schemars(extend("x-example" = include_str!("examples/kms.yaml")))]
    pub kms: Option<Kms>,
    /// The encryption of Kubernetes secrets with a KMS key of somebody else's. One-way: it can be neither changed nor removed.
    #[schemars(extend("x-example" = include_str!("examples/secretsEncryption.yaml"), "x-becomes" = ["eks.Cluster.encryption_key"]))]
    pub secrets_encryption: Option<SecretsEncryption>,
    /// What happens when the Kubernetes version leaves standard support.
    #[schemars(extend("x-example" = include_str!("examples/upgradePolicy.yaml"), "default" = {}))]
    pub upgrade_policy: UpgradePolicy,
    /// Shifting traffic away from a zone in trouble.
    #[schemars(extend("x-example" = include_str!("examples/zonalShiftConfig.yaml"), "default" = {}))]
    pub zonal_shift_config: ZonalShift,
    /// The size of the control plane.
    #[schemars(extend("x-example" = include_str!("examples/controlPlaneScalingConfig.yaml"), "default" = {}))]
    pub control_plane_scaling_config: ControlPlaneScaling,
    /// Settings of the API server.
    #[serde(rename = "kubeAPIServerConfig")]
    #[schemars(extend("x-example" = include_str!("examples/kubeAPIServerConfig.yaml"), "default" = {}))]
    pub kube_api_server_config: KubeApiServerConfig,
    /// Settings of the scheduler.
    #[schemars(extend("x-example" = include_str!("examples/kubeSchedulerConfig.yaml"), "default" = {}))]
    pub kube_scheduler_config: KubeSchedulerConfig,
    /// Settings of the controller manager.
    #[schemars(extend("x-example" = include_str!("examples/kubeControllerManagerConfig.yaml"), "default" = {}))]
    pub kube_controller_manager_config: KubeControllerManagerConfig,
    /// EKS Auto Mode: EKS runs the nodes, the storage and the load balancers.
    #[schemars(extend("x-example" = include_str!("examples/autoModeConfig.yaml"), "x-becomes" = ["eks.Cluster.auto_mode"]))]
    pub auto_mode_config: Option<AutoModeConfig>,
    /// The networks of hybrid nodes.
    #[schemars(extend("x-example" = include_str!("examples/remoteNetworkConfig.yaml")))]
    pub remote_network_config: Option<RemoteNetworkConfig>,
    /// Whether AWS refuses to delete the cluster. `destroy` lifts it only with `--allow protected`.
    #[schemars(extend("default" = false, "x-becomes" = ["eks.Cluster.deletion_protection"]))]
    pub deletion_protection: bool,
    /// The node groups that EKS manages.
    #[schemars(length(max = 30), extend("x-example" = include_str!("examples/managedNodeGroups.yaml"), "default" = [], "x-merge-key" = ["name"], "x-rule" = "at most 30"))]
    pub managed_node_groups: Vec<ManagedNodeGroup>,
    /// Karpenter, which makes nodes as pods need them: its roles, tags and, for `manifests`, node pools.
    #[schemars(extend("x-example" = include_str!("examples/karpenter.yaml")))]
    pub karpenter: Option<Karpenter>,
    /// Which pods run on Fargate, without nodes of one's own.
    #[schemars(length(max = 10), extend("x-example" = include_str!("examples/fargateProfiles.yaml"), "default" = [], "x-merge-key" = ["name"], "x-rule" = "at most 10"))]
    pub fargate_profiles: Vec<FargateProfile>,
    /// Images: repositories, and what is set for the whole registry.
    #[schemars(extend("x-example" = include_str!("examples/ecr.yaml"), "default" = {}))]
    pub ecr: Ecr,
    /// Caches of the images of other registries.
    #[schemars(length(max = 50), extend("x-example" = include_str!("examples/pullThroughCache.yaml"), "default" = [], "x-merge-key" = ["prefix"], "x-rule" = "at most 50"))]
    pub pull_through_cache: Vec<PullThroughCache>,
    /// What the cluster needs inside, for `manifests`.
    #[schemars(extend("x-example" = include_str!("examples/kubernetes.yaml"), "default" = {}))]
    pub kubernetes: Kubernetes,
    /// Values under names of your own for whoever builds on the stack, besides the [standard ones](#outputs-of-every-stack):
    /// `outputs` tells them. Each is an output or a field of a resource, by its address as plans show it, such as
    /// `eks.Cluster/dev.endpoint`; or the name of a standard one. `*` in an address stands for any text and makes a list.
    #[schemars(extend("x-example" = include_str!("examples/outputs.yaml"), "default" = {}, "x-edit" = "nothing in AWS: changes what `outputs` tells"))]
    pub outputs: BTreeMap<String, OutputSource>,
    /// The add-ons: software that EKS installs in the cluster.
    #[schemars(extend(
        "default" = [],
        "x-merge-key" = ["name"],
        "x-example" = include_str!("examples/addons.yaml")
    ))]
    pub addons: Vec<Addon>,
    /// Settings for all add-ons.
    #[schemars(extend("default" = {}, "x-example" = include_str!("examples/addonsConfig.yaml")))]
    pub addons_config: AddonsConfig,
    /// An OpenID Connect provider whose users the cluster knows.
    #[schemars(length(max = 1), extend("x-example" = include_str!("examples/identityProviders.yaml"), "default" = [], "x-merge-key" = ["name"], "x-rule" = "at most one"))]
    pub identity_providers: Vec<IdentityProvider>,
    /// Controllers that EKS runs for the cluster: Argo CD, ACK, kro.
    #[schemars(length(max = 3), extend("x-example" = include_str!("examples/capabilities.yaml"), "default" = [], "x-merge-key" = ["name"], "x-rule" = "one of each type at most"))]
    pub capabilities: Vec<Capability>,
    /// Differences to leave alone, because somebody else owns what differs.
    #[schemars(extend("x-example" = include_str!("examples/ignore.yaml"), "default" = []))]
    pub ignore: Vec<IgnoreRule>,
    /// After how many minutes `apply` and `destroy` give up to wait for what AWS makes, changes or deletes: by kind, such as
    /// `eks.Nodegroup`. Absent, six times as long as that usually takes, and twenty minutes. AWS goes on meanwhile, and the
    /// next run waits for it.
    #[schemars(extend("x-example" = include_str!("examples/timeouts.yaml"), "default" = {}, "x-edit" = "nothing in AWS: changes how long a run waits", "x-rule" = "1 to 1440 minutes by kind"))]
    pub timeouts: BTreeMap<String, TimeOut>,
}

/// Minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct TimeOut(#[schemars(range(min = 1, max = 1440))] pub u32);

impl StackSpec {
    /// After how many seconds a wait for something of a kind is given up, where the stack says so.
    pub fn time_outs(&self) -> BTreeMap<String, f64> {
        self.timeouts.iter().map(|(kind, TimeOut(minutes))| (kind.clone(), f64::from(*minutes) * 60.0)).collect()
    }
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(extend("x-rule" = "an output, or a list of outputs"))]
pub enum OutputSource {
    /// One value, or all that a `*` fits.
    One(String),
    /// A list of values.
    Several(Vec<String>),
}

/// The version of this vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ApiVersion {
    /// The first.
    #[serde(rename = "eksctl-rs.io/v1alpha1")]
    V1Alpha1,
}

/// What the document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum StackKind {
    /// A stack.
    Stack,
}

/// What the stack is called, where it lives, and which Kubernetes it runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Metadata {
    /// The name of the stack and of its cluster. With the Region it is the stack's identity: another name is another
    /// stack.
    #[schemars(
        regex(pattern = r"^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$"),
        extend("x-becomes" = ["eks.Cluster.name"], "x-edit" = "**identity**: another name is another stack, and nothing of the old one is deleted", "x-rule" = "1 to 100 letters, digits, - and _, beginning with a letter or digit")
    )]
    pub name: String,
    /// The AWS Region.
    #[schemars(regex(pattern = r"^[a-z]{2,4}(-[a-z]+)+-\d+$"), extend("x-edit" = "**identity**: another Region is another stack, and nothing of the old one is deleted", "x-rule" = "an AWS Region, such as eu-west-1"))]
    pub region: String,
    /// The AWS account. A caller in another one is refused before anything is read.
    #[schemars(regex(pattern = r"^\d{12}$"), extend("x-edit" = "**identity**: another account is another stack, and nothing of the old one is deleted", "x-rule" = "the 12 digits of an account, in quotes"))]
    pub account: String,
    /// The Kubernetes version. Absent, it is EKS's default when the cluster is made, and stays; EKS upgrades one minor
    /// at a time.
    #[schemars(
        regex(pattern = r"^1\.\d{2}$"),
        extend("x-becomes" = ["eks.Cluster.version"], "x-rule" = "a Kubernetes minor in quotes, such as \"1.35\"")
    )]
    pub version: Option<String>,
    /// Tags for everything that the stack makes.
    #[schemars(extend("x-edit" = "**in place**, on everything that has tags", "default" = {}))]
    pub tags: BTreeMap<String, String>,
    /// Notes for whoever reads the file. They go nowhere.
    #[schemars(extend("x-edit" = "nothing", "default" = {}))]
    pub annotations: BTreeMap<String, String>,
}

/// A difference to leave alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IgnoreRule {
    /// The resources: an address as plans show it, in which `*` stands for any text.
    #[schemars(regex(pattern = r"^\S+/\S+$"), extend("x-edit" = "nothing in AWS: changes what plans say", "x-rule" = "an address such as ec2.Subnet/*"))]
    pub address: String,
    /// The field, and the keys below it: `tags.CostCenter`. A key may end with `*`.
    #[schemars(extend("x-edit" = "nothing in AWS: changes what plans say"), length(min = 1))]
    pub path: String,
}

#[cfg(test)]
mod tests {
    use eksctl_rs_aws::AwsRules;
    use eksctl_rs_core::Rules;
    use serde_json::Value;

    #[test]
    fn what_a_field_becomes_exists() {
        fn walk(value: &Value, seen: &mut usize) {
            match value {
                Value::Object(fields) => {
                    for target in fields.get("x-becomes").and_then(Value::as_array).into_iter().flatten() {
                        let text = target.as_str().expect("text");
                        let (kind, field) = text.rsplit_once('.').expect("kind.field");
                        let rules = AwsRules.kind(kind).unwrap_or_else(|| panic!("{text}: no such kind"));
                        assert!(rules.fields().iter().any(|known| known.name == field), "{text}: no such field");
                        *seen += 1;
                    }
                    fields.values().for_each(|field| walk(field, seen));
                }
                Value::Array(items) => items.iter().for_each(|item| walk(item, seen)),
                _ => {}
            }
        }
        let mut seen = 0;
        walk(super::json::json_schema(), &mut seen);
        assert!(seen > 40, "only {seen}");
    }
}
