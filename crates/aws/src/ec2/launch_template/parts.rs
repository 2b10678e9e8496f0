//! What a launch template is made of.

use std::collections::BTreeSet;

use eksctl_rs_core::Reference;
use serde::{Deserialize, Serialize};

/// A volume that an instance is launched with. Source: EC2 `LaunchTemplateEbsBlockDeviceRequest`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    /// The type, such as `gp3`.
    pub volume_type: String,
    /// The size, in GiB.
    pub volume_size: i32,
    /// I/O operations a second; for `gp3`, `io1` and `io2`.
    pub iops: Option<i32>,
    /// The throughput, in MiB/s; for `gp3`.
    pub throughput: Option<i32>,
    /// Whether it is encrypted. A volume from a snapshot is as that is: there it is false.
    pub encrypted: bool,
    /// The ARN of the key that encrypts it; absent, AWS's own key for volumes does.
    pub kms_key: Option<Reference>,
    /// Whether it goes with its instance.
    pub delete_on_termination: bool,
    /// The snapshot that it is made from.
    pub snapshot_id: Option<String>,
    /// How fast the snapshot is copied into it, in MiB/s; absent, at no particular speed.
    pub volume_initialization_rate: Option<i32>,
}

/// How instances, and pods on them, reach the instance metadata service (IMDS).
/// Source: EC2 `LaunchTemplateInstanceMetadataOptionsRequest`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetadataOptions {
    /// `required` is IMDSv2 alone, `optional` is IMDSv1, too.
    pub http_tokens: String,
    /// How many hops an answer may travel, 1 to 64: with 1 it reaches no pod that is not in the network of its node.
    pub http_put_response_hop_limit: i32,
    /// `enabled`, or `disabled` for no metadata at all.
    pub http_endpoint: String,
    /// `enabled` where it can be reached by IPv6, else `disabled`.
    pub http_protocol_ipv6: String,
    /// `enabled` where it tells the tags of the instance, else `disabled`.
    pub instance_metadata_tags: String,
}

/// What an instance makes of its processors; what is absent is the instance type's own.
/// Source: EC2 `LaunchTemplateCpuOptionsRequest`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CpuOptions {
    /// So many cores.
    pub core_count: Option<i32>,
    /// So many threads on each: 1 is without multithreading.
    pub threads_per_core: Option<i32>,
    /// AMD SEV-SNP: `enabled` or `disabled`.
    pub amd_sev_snp: Option<String>,
    /// Virtual machines on the instance: `enabled` or `disabled`.
    pub nested_virtualization: Option<String>,
}

/// Where instances run; the zones are the node group's. Source: EC2 `LaunchTemplatePlacementRequest`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placement {
    /// The name of a placement group.
    pub group_name: Option<String>,
    /// The id of a placement group: for one that another account shares.
    pub group_id: Option<String>,
    /// The partition of the placement group.
    pub partition_number: Option<i32>,
    /// `default`, `dedicated` or `host`.
    pub tenancy: Option<String>,
    /// A Dedicated Host.
    pub host_id: Option<String>,
    /// The ARN of a host resource group.
    pub host_resource_group_arn: Option<String>,
    /// `default` or `host`: whether an instance stays on its Dedicated Host.
    pub affinity: Option<String>,
}

/// Which reserved capacity instances use. Source: EC2 `LaunchTemplateCapacityReservationSpecificationRequest`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapacityReservation {
    /// `open`, `none` or `capacity-reservations-only`.
    pub preference: Option<String>,
    /// The id of a reservation, or of a capacity block.
    pub id: Option<String>,
    /// The ARN of a resource group of reservations.
    pub resource_group_arn: Option<String>,
}

/// A network interface that is said to be another than usual, such as an Elastic Fabric Adapter. Its subnet is the node
/// group's. Source: EC2 `LaunchTemplateInstanceNetworkInterfaceSpecificationRequest`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkInterface {
    /// Its number among the interfaces of its card: 0 is the first.
    pub device_index: i32,
    /// The card; the first interface is on card 0.
    pub network_card_index: i32,
    /// `interface`, `efa` or `efa-only`.
    pub interface_type: String,
    /// Whether it gets a public IPv4 address. Absent, its subnet says so.
    pub associate_public_ip_address: Option<bool>,
    /// Whether it goes with its instance.
    pub delete_on_termination: bool,
    /// Its security groups: with an interface they stand here and nowhere else.
    pub security_groups: BTreeSet<Reference>,
}
