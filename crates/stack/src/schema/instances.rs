//! What the instances of a node group are made of, beyond their types: what goes into its launch template.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A kind of EBS volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VolumeType {
    /// For almost everything.
    Gp3,
    /// Its predecessor.
    Gp2,
    /// Provisioned operations.
    Io1,
    /// Provisioned operations, more durable.
    Io2,
    /// Throughput on hard disks: not for root volumes.
    St1,
    /// Rarely read: not for root volumes.
    Sc1,
}

/// A volume besides the root volume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdditionalVolume {
    /// The name of its device.
    #[schemars(regex(pattern = r"^/dev/(sd|xvd)[a-z]{1,2}[0-9]{0,2}$"), extend("x-rule" = "a device such as /dev/xvdf"))]
    pub volume_name: String,
    /// Its size, in GiB.
    #[schemars(range(min = 1, max = 65536), extend("default" = 80))]
    pub volume_size: i32,
    /// Its kind.
    #[schemars(extend("default" = "gp3"))]
    pub volume_type: VolumeType,
    /// Operations a second.
    #[serde(rename = "volumeIOPS")]
    #[schemars(range(min = 100, max = 256_000))]
    pub volume_iops: Option<i32>,
    /// MiB a second.
    #[schemars(range(min = 125, max = 2000))]
    pub volume_throughput: Option<i32>,
    /// Whether it is encrypted.
    #[schemars(extend("default" = true))]
    pub volume_encrypted: bool,
    /// The key that it is encrypted with.
    #[serde(rename = "volumeKmsKeyID")]
    #[schemars(length(min = 1))]
    pub volume_kms_key_id: Option<String>,
    /// The snapshot that it begins as.
    #[serde(rename = "snapshotID")]
    #[schemars(regex(pattern = r"^snap-[0-9a-f]{8,17}$"), extend("x-rule" = "an id such as snap-0123456789abcdef0"))]
    pub snapshot_id: Option<String>,
}

/// Where instances stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Placement {
    /// The name of an existing placement group.
    #[schemars(length(min = 1, max = 255))]
    pub group_name: Option<String>,
    /// Whether the hardware is shared.
    pub tenancy: Option<Tenancy>,
}

/// Whose the hardware is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Tenancy {
    /// Shared.
    Default,
    /// Of this account alone.
    Dedicated,
}

/// Capacity that was reserved before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CapacityReservation {
    /// What instances do about reservations that fit.
    pub capacity_reservation_preference: Option<ReservationPreference>,
    /// Which one they run in. Instead of the preference.
    pub capacity_reservation_target: Option<ReservationTarget>,
}

/// What instances do about reservations that fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReservationPreference {
    /// They run in any that fits.
    Open,
    /// They run in none.
    None,
    /// They run in nothing else.
    CapacityReservationsOnly,
}

/// A reservation, or a group of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReservationTarget {
    /// Its id.
    #[serde(rename = "capacityReservationID")]
    #[schemars(regex(pattern = r"^cr-[0-9a-f]{8,17}$"), extend("x-rule" = "an id such as cr-0123456789abcdef0"))]
    pub capacity_reservation_id: Option<String>,
    /// The ARN of the resource group.
    #[serde(rename = "capacityReservationResourceGroupARN")]
    #[schemars(regex(pattern = r"^arn:[a-z-]+:resource-groups:.+$"), extend("x-rule" = "the ARN of a resource group"))]
    pub capacity_reservation_resource_group_arn: Option<String>,
}

/// Cores and threads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CpuOptions {
    /// Cores of an instance.
    #[schemars(range(min = 1))]
    pub core_count: Option<i32>,
    /// Threads of a core: 1 switches hyper-threading off.
    #[schemars(range(min = 1, max = 2))]
    pub threads_per_core: Option<i32>,
}

/// Security groups of the nodes, besides the one that EKS makes for the cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodeGroupSecurityGroups {
    /// Names of security groups in `vpc.securityGroups`.
    #[schemars(extend("default" = [], "x-becomes" = ["ec2.LaunchTemplate.security_groups"]))]
    pub attach: Vec<String>,
    /// Ids of others.
    #[serde(rename = "attachIDs")]
    #[schemars(
        inner(regex(pattern = r"^sg-[0-9a-f]{8,17}$")),
        extend("default" = [], "x-becomes" = ["ec2.LaunchTemplate.security_groups"], "x-rule" = "ids such as sg-0123456789abcdef0")
    )]
    pub attach_ids: Vec<String>,
}

/// Settings of Bottlerocket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bottlerocket {
    /// Whether the admin container runs.
    pub enable_admin_container: Option<bool>,
    /// What stands below `settings` in the user data. Source: Bottlerocket, "Settings reference".
    #[schemars(extend("default" = {}))]
    pub settings: BTreeMap<String, serde_json::Value>,
}

/// A launch template that is somebody else's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LaunchTemplate {
    /// Its id.
    #[schemars(
        regex(pattern = r"^lt-[0-9a-f]{8,17}$"),
        extend("x-becomes" = ["eks.Nodegroup.launch_template"], "x-rule" = "an id such as lt-0123456789abcdef0")
    )]
    pub id: String,
    /// Its version.
    #[schemars(
        regex(pattern = r"^[0-9]{1,5}$"),
        extend("x-becomes" = ["eks.Nodegroup.launch_template_version"], "x-rule" = "the number of a version, in quotes")
    )]
    pub version: String,
}
