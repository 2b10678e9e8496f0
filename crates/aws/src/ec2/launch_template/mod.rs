//! Launch templates: what the instances of a node group are launched with.

mod parts;
mod read;
mod request;
mod response;
#[cfg(test)]
mod tests;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Text, Traits, spec};

use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use parts::{CapacityReservation, CpuOptions, MetadataOptions, NetworkInterface, Placement, Volume};
pub use write::Call;

spec! {
    /// A launch template: its default version, which is the one that the last apply made. Instance types, subnets, the
    /// role and spot are the node group's; EKS refuses templates that say them.
    ///
    /// Source: EC2 `CreateLaunchTemplate`, `CreateLaunchTemplateVersion`; EKS user guide, "Customize managed nodes with
    /// launch templates".
    pub struct Spec {
        /// The name, unique in the account and Region.
        name: String => Replace, limit = "3 to 128 of a-z A-Z 0-9 and ( ) . - / _";
        /// An image of one's own. Absent, the node group says which of EKS's images it is.
        image_id: Option<String> => InPlace;
        /// The name of the key pair for SSH.
        key_name: Option<String> => InPlace;
        /// The security groups of the nodes. None: EKS gives them the cluster's own, and only then.
        security_groups: BTreeSet<Reference> => InPlace, to = "ec2.SecurityGroup, eks.Cluster";
        /// The volumes, by their device name, such as `/dev/xvda`.
        block_devices: BTreeMap<String, Volume> => InPlace, to = "kms.Key";
        /// How the instance metadata service can be reached.
        metadata_options: MetadataOptions => InPlace;
        /// Whether metrics come every minute instead of every five.
        detailed_monitoring: bool => InPlace, default = "false";
        /// Whether there is throughput for EBS alone. Absent, as the instance type has it.
        ebs_optimized: Option<bool> => InPlace;
        /// Whether instances may run Nitro Enclaves.
        enclave: bool => InPlace, default = "false";
        /// What instances make of their processors.
        cpu_options: Option<CpuOptions> => InPlace;
        /// Where instances run.
        placement: Option<Placement> => InPlace;
        /// Which reserved capacity instances use.
        capacity_reservation: Option<CapacityReservation> => InPlace, default = "open";
        /// `capacity-block` for capacity blocks, with their id in `capacity_reservation`.
        market_type: Option<String> => InPlace;
        /// Network interfaces other than usual; with any, security groups stand in them.
        network_interfaces: Vec<NetworkInterface> => InPlace, to = "ec2.SecurityGroup, eks.Cluster";
        /// What instances do when they start, in clear. With EKS's Amazon Linux 2023 it is a MIME multi-part archive, which
        /// EKS adds its own to; with Bottlerocket it is TOML; with an image of one's own it has to join the cluster.
        user_data: Option<Text> => InPlace, to = "eks.Cluster", limit = "16 KiB";
        /// The tags of the instances.
        instance_tags: Tags => InPlace;
        /// The tags of their volumes.
        volume_tags: Tags => InPlace;
        /// The tags of their network interfaces.
        network_interface_tags: Tags => InPlace;
        /// Tags of the template.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The room of launch templates.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "ec2.LaunchTemplate";
    // Only another name makes another template: there is a place for two, and the node group need not go first.
    const TRAITS: Traits = Traits { create_first: true, precious: None, dies_with: &[], order: &[] };
    const OUTPUTS: &'static [(&'static str, &'static str)] = &[("version", "The version that counts.")];
    type Spec = Spec;
    type Call = Call;

    /// Whatever changes but the tags is a new version.
    fn moved(fields: &[&str]) -> Vec<&'static str> {
        if write::needs_version(fields) { vec!["version"] } else { Vec::new() }
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
