//! The launch templates of the node groups: every group has one, for EKS cannot give one to a group that was made without.

use std::collections::BTreeMap;

use eksctl_rs_aws::ec2::launch_template::{CapacityReservation, CpuOptions, MetadataOptions, Placement, Spec, Volume};
use eksctl_rs_core::{Reference, Tags};

use super::cluster::word;
use super::{Expansion, kms, names, security_groups, user_data};
use crate::schema::{self, AdditionalVolume, AmiFamily, KeyUse, ManagedNodeGroup};

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    for group in expansion.spec.managed_node_groups.iter().filter(|group| group.launch_template.is_none()) {
        let spec = launch_template(expansion, group);
        expansion.add(names::launch_template(&group.name), &spec);
    }
}

/// The launch template of a group and its version, the stack's own or somebody else's.
pub(super) fn of(group: &ManagedNodeGroup) -> (Reference, Reference) {
    match &group.launch_template {
        Some(theirs) => (Reference::from(theirs.id.as_str()), Reference::from(theirs.version.as_str())),
        None => {
            let own = names::launch_template(&group.name);
            (Reference::to(&own, "id"), Reference::to(&own, "version"))
        }
    }
}

fn launch_template(expansion: &Expansion<'_>, group: &ManagedNodeGroup) -> Spec {
    let switch = |on: bool| if on { "enabled" } else { "disabled" }.to_owned();
    let cluster = names::cluster(&expansion.spec.metadata.name);
    let instance_tags = tags(expansion, group, &format!("{}-{}-node", expansion.spec.metadata.name, group.name));
    Spec {
        name: names::launch_template_name(&expansion.spec.metadata.name, &group.name),
        image_id: group.ami.clone(),
        key_name: group.ssh.as_ref().filter(|ssh| ssh.allow).and_then(|ssh| ssh.public_key_name.clone()),
        security_groups: security_groups::of_nodes(expansion, group),
        block_devices: block_devices(expansion, group),
        metadata_options: MetadataOptions {
            http_tokens: if group.disable_imds_v1 { "required" } else { "optional" }.to_owned(),
            http_put_response_hop_limit: group.imds_hop_limit,
            http_endpoint: switch(true),
            http_protocol_ipv6: switch(expansion.is_ipv6_cluster()),
            instance_metadata_tags: switch(group.instance_metadata_tags),
        },
        detailed_monitoring: group.enable_detailed_monitoring,
        ebs_optimized: group.ebs_optimized,
        enclave: group.enclave_enabled,
        cpu_options: group.cpu_options.as_ref().map(|cpu| CpuOptions {
            core_count: cpu.core_count,
            threads_per_core: cpu.threads_per_core,
            ..CpuOptions::default()
        }),
        placement: group.placement.as_ref().map(|place| Placement {
            group_name: place.group_name.clone(),
            tenancy: place.tenancy.map(word),
            ..Placement::default()
        }),
        capacity_reservation: group.capacity_reservation.as_ref().map(reservation),
        market_type: group.capacity_block.then(|| "capacity-block".to_owned()),
        network_interfaces: Vec::new(),
        user_data: user_data::of(group, &cluster),
        volume_tags: instance_tags.clone(),
        network_interface_tags: instance_tags.clone(),
        instance_tags,
        tags: tags(expansion, group, &format!("{}/{}", expansion.spec.metadata.name, group.name)),
    }
}

fn tags(expansion: &Expansion<'_>, group: &ManagedNodeGroup, name: &str) -> Tags {
    let mut tags = expansion.spec.metadata.tags.clone();
    tags.extend(group.tags.clone());
    tags.entry("Name".to_owned()).or_insert_with(|| name.to_owned());
    tags
}

fn reservation(reservation: &schema::CapacityReservation) -> CapacityReservation {
    let target = reservation.capacity_reservation_target.as_ref();
    CapacityReservation {
        preference: reservation.capacity_reservation_preference.map(word),
        id: target.and_then(|target| target.capacity_reservation_id.clone()),
        resource_group_arn: target.and_then(|target| target.capacity_reservation_resource_group_arn.clone()),
    }
}

fn block_devices(expansion: &Expansion<'_>, group: &ManagedNodeGroup) -> BTreeMap<String, Volume> {
    let device = group.volume_name.clone().unwrap_or_else(|| main_device(group.ami_family).to_owned());
    let main = Volume {
        volume_type: word(group.volume_type),
        volume_size: group.volume_size,
        iops: group.volume_iops,
        throughput: group.volume_throughput,
        encrypted: group.volume_encrypted,
        kms_key: key(expansion, group.volume_encrypted, group.volume_kms_key_id.as_deref()),
        delete_on_termination: true,
        snapshot_id: None,
        volume_initialization_rate: None,
    };
    let more = |volume: &AdditionalVolume| {
        let spec = Volume {
            volume_type: word(volume.volume_type),
            volume_size: volume.volume_size,
            iops: volume.volume_iops,
            throughput: volume.volume_throughput,
            // A volume is encrypted as its snapshot is.
            encrypted: volume.volume_encrypted && volume.snapshot_id.is_none(),
            kms_key: key(
                expansion,
                volume.volume_encrypted && volume.snapshot_id.is_none(),
                volume.volume_kms_key_id.as_deref(),
            ),
            delete_on_termination: true,
            snapshot_id: volume.snapshot_id.clone(),
            volume_initialization_rate: None,
        };
        (volume.volume_name.clone(), spec)
    };
    let system = system_volume(group.ami_family, &main).map(|volume| ("/dev/xvda".to_owned(), volume));
    system.into_iter().chain([(device, main)]).chain(group.additional_volumes.iter().map(more)).collect()
}

/// Bottlerocket has its system on a small volume of its own, which is encrypted as the other one is.
fn system_volume(family: AmiFamily, main: &Volume) -> Option<Volume> {
    let is_apart = matches!(family, AmiFamily::Bottlerocket | AmiFamily::BottlerocketFips);
    let small = Volume { volume_type: "gp3".to_owned(), volume_size: 4, iops: None, throughput: None, ..main.clone() };
    is_apart.then_some(small)
}

/// The key of an encrypted volume; nothing is the account's own for EBS.
fn key(expansion: &Expansion<'_>, encrypted: bool, own: Option<&str>) -> Option<Reference> {
    let stack_s = || kms::used_for(expansion, KeyUse::Volumes);
    encrypted.then(|| own.map(Reference::from).or_else(stack_s)).flatten()
}

/// The device of the volume that images and data are on. Source: EC2 user guide, "Device names for volumes"; Bottlerocket,
/// "Volumes": its first volume holds the system and nothing else.
fn main_device(family: AmiFamily) -> &'static str {
    match family {
        AmiFamily::AmazonLinux2023 => "/dev/xvda",
        AmiFamily::Bottlerocket | AmiFamily::BottlerocketFips => "/dev/xvdb",
        _ => "/dev/sda1",
    }
}
