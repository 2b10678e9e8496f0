//! The launch templates: one for each node group, for a group that is made without can never get one.

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_aws::ec2::launch_template::{MetadataOptions, Spec, Volume};
use eksctl_rs_core::{Reference, Tags};

use super::{Expansion, names};
use crate::schema::{AmiFamily, ManagedNodeGroup, Ssh};

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    for group in &expansion.spec.managed_node_groups {
        let spec = launch_template(expansion, group);
        expansion.add(names::launch_template(&group.name), &spec);
    }
}

fn launch_template(expansion: &Expansion<'_>, group: &ManagedNodeGroup) -> Spec {
    let ssh = group.ssh.as_ref().filter(|ssh| ssh.allow);
    let mut tags: Tags = expansion.spec.metadata.tags.clone();
    tags.extend(group.tags.clone());
    let mut node_tags = tags.clone();
    let node = format!("{}-{}-node", expansion.spec.metadata.name, group.name);
    node_tags.entry("Name".to_owned()).or_insert(node);
    Spec {
        name: names::launch_template_name(&expansion.spec.metadata.name, &group.name),
        image_id: None,
        key_name: ssh.and_then(|ssh| ssh.public_key_name.clone()),
        security_groups: ssh.map(|ssh| security_groups(expansion, ssh)).unwrap_or_default(),
        block_devices: BTreeMap::from([(device(group.ami_family).to_owned(), volume(group.volume_size))]),
        metadata_options: metadata_options(),
        detailed_monitoring: false,
        ebs_optimized: None,
        enclave: false,
        cpu_options: None,
        placement: None,
        capacity_reservation: None,
        market_type: None,
        network_interfaces: Vec::new(),
        user_data: None,
        instance_tags: node_tags.clone(),
        volume_tags: node_tags,
        network_interface_tags: Tags::new(),
        tags,
    }
}

/// Where a template names any, EKS no longer gives nodes the cluster's own.
fn security_groups(expansion: &Expansion<'_>, ssh: &Ssh) -> BTreeSet<Reference> {
    let own = Reference::to(&names::cluster(&expansion.spec.metadata.name), "security_group");
    ssh.source_security_group_ids.iter().map(|id| Reference::from(id.as_str())).chain([own]).collect()
}

/// The device of the volume that images and pods take up. Bottlerocket has a small one besides for itself.
fn device(family: AmiFamily) -> &'static str {
    match family {
        AmiFamily::AmazonLinux2023 => "/dev/xvda",
        AmiFamily::Bottlerocket | AmiFamily::BottlerocketFips => "/dev/xvdb",
        AmiFamily::WindowsServer2019CoreContainer
        | AmiFamily::WindowsServer2019FullContainer
        | AmiFamily::WindowsServer2022CoreContainer
        | AmiFamily::WindowsServer2022FullContainer
        | AmiFamily::WindowsServer2025CoreContainer
        | AmiFamily::WindowsServer2025FullContainer => "/dev/sda1",
    }
}

fn volume(size: i32) -> Volume {
    Volume {
        volume_type: "gp3".to_owned(),
        volume_size: size,
        iops: None,
        throughput: None,
        encrypted: true,
        kms_key: None,
        delete_on_termination: true,
        snapshot_id: None,
        volume_initialization_rate: None,
    }
}

/// IMDSv2 alone, and within reach of pods.
fn metadata_options() -> MetadataOptions {
    MetadataOptions {
        http_tokens: "required".to_owned(),
        http_put_response_hop_limit: 2,
        http_endpoint: "enabled".to_owned(),
        http_protocol_ipv6: "disabled".to_owned(),
        instance_metadata_tags: "disabled".to_owned(),
    }
}
