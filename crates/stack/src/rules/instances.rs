//! What the instances of node groups are made of.

use std::collections::BTreeSet;

use super::Report;
use crate::places::Path;
use crate::schema::{AmiFamily, KarpenterNodeClass, ManagedNodeGroup, StackSpec, VolumeType};

pub(super) fn check(group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    volumes(group, path, report);
    image(group, path, report);
    user_data(group, path, report);
    reservation(group, path, report);
    foreign_template(group, path, report);
}

/// What an EBS volume may be. Source: EC2 `EbsBlockDevice`; EBS user guide, "Amazon EBS volume types".
struct Volume<'g> {
    kind: VolumeType,
    size: i32,
    iops: Option<i32>,
    throughput: Option<i32>,
    encrypted: bool,
    key: Option<&'g String>,
}

fn volumes(group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    let root = Volume {
        kind: group.volume_type,
        size: group.volume_size,
        iops: group.volume_iops,
        throughput: group.volume_throughput,
        encrypted: group.volume_encrypted,
        key: group.volume_kms_key_id.as_ref(),
    };
    volume(&root, path, report);
    no_hard_disk(&root, path, report);
    let mut devices = BTreeSet::new();
    for (index, more) in group.additional_volumes.iter().enumerate() {
        let at = path.key("additionalVolumes").item(index);
        if !devices.insert(&more.volume_name) || group.volume_name.as_ref() == Some(&more.volume_name) {
            let message = format!("{} is another volume already", more.volume_name);
            report.error(&at.key("volumeName"), message, "choose another device, such as /dev/xvdf");
        }
        let one = Volume {
            kind: more.volume_type,
            size: more.volume_size,
            iops: more.volume_iops,
            throughput: more.volume_throughput,
            encrypted: more.volume_encrypted,
            key: more.volume_kms_key_id.as_ref(),
        };
        volume(&one, &at, report);
    }
}

/// The root volume of Karpenter's nodes.
pub(super) fn root_volume(class: &KarpenterNodeClass, path: &Path, report: &mut Report<'_, '_>) {
    let root = Volume {
        kind: class.volume_type,
        size: class.volume_size,
        iops: class.volume_iops,
        throughput: class.volume_throughput,
        encrypted: class.volume_encrypted,
        key: class.volume_kms_key_id.as_ref(),
    };
    no_hard_disk(&root, path, report);
    volume(&root, path, report);
}

fn no_hard_disk(root: &Volume<'_>, path: &Path, report: &mut Report<'_, '_>) {
    if matches!(root.kind, VolumeType::St1 | VolumeType::Sc1) {
        report.error(&path.key("volumeType"), "no instance starts from a hard disk", "choose gp3, io1 or io2");
    }
}

fn volume(volume: &Volume<'_>, path: &Path, report: &mut Report<'_, '_>) {
    let name = format!("{:?}", volume.kind).to_lowercase();
    let iops = match volume.kind {
        VolumeType::Gp3 => Some(3_000..=80_000),
        VolumeType::Io1 => Some(100..=64_000),
        VolumeType::Io2 => Some(100..=256_000),
        VolumeType::Gp2 | VolumeType::St1 | VolumeType::Sc1 => None,
    };
    match (volume.iops, iops) {
        (Some(_), None) => {
            report.error(
                &path.key("volumeIOPS"),
                format!("{name} takes no number of operations"),
                "remove it, or choose gp3, io1 or io2",
            );
        }
        (Some(wanted), Some(range)) if !range.contains(&wanted) => {
            let message =
                format!("{name} takes {} to {} operations a second, and not {wanted}", range.start(), range.end());
            report.error(&path.key("volumeIOPS"), message, "choose a number in that range");
        }
        (None, Some(_)) if matches!(volume.kind, VolumeType::Io1 | VolumeType::Io2) => {
            report.error(&path.key("volumeType"), format!("{name} needs volumeIOPS"), "set it, or choose gp3");
        }
        _ => {}
    }
    let for_each = match volume.kind {
        VolumeType::Gp3 => 500,
        VolumeType::Io1 => 50,
        _ => 1000,
    };
    if let Some(wanted) = volume.iops.filter(|wanted| *wanted > volume.size.saturating_mul(for_each)) {
        let most = volume.size.saturating_mul(for_each);
        let message = format!("{wanted} operations are too many for {} GiB, which allow {most}", volume.size);
        report.error(&path.key("volumeIOPS"), message, "lower it, or raise volumeSize");
    }
    // A MiB a second takes four operations, of which gp3 has 3000 without being asked.
    let least = volume.throughput.unwrap_or_default().saturating_mul(4);
    if volume.kind == VolumeType::Gp3 && least > volume.iops.unwrap_or(3_000) {
        let message = format!("this throughput needs {least} operations a second");
        report.error(&path.key("volumeThroughput"), message, format!("lower it, or set volumeIOPS to {least}"));
    }
    if volume.throughput.is_some() && volume.kind != VolumeType::Gp3 {
        report.error(&path.key("volumeThroughput"), "only gp3 takes a throughput", "remove it, or choose gp3");
    }
    if matches!(volume.kind, VolumeType::St1 | VolumeType::Sc1) && volume.size < 125 {
        report.error(&path.key("volumeSize"), "a hard disk has at least 125 GiB", "raise it, or choose gp3");
    }
    if volume.key.is_some() && !volume.encrypted {
        report.error(
            &path.key("volumeKmsKeyID"),
            "the volume is not encrypted",
            "set volumeEncrypted to true, or remove the key",
        );
    }
}

/// Source: EKS user guide, "Customize managed nodes with launch templates": with an image of one's own, EKS chooses
/// neither image nor release.
fn image(group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    if group.ami.is_none() {
        return;
    }
    for (key, is_set) in [("version", group.version.is_some()), ("releaseVersion", group.release_version.is_some())] {
        if is_set {
            let message = "the image is your own, and tells its version by itself";
            report.error(&path.key(key), message, format!("remove {key}, or ami"));
        }
    }
    let joins =
        matches!(group.ami_family, AmiFamily::AmazonLinux2023 | AmiFamily::Bottlerocket | AmiFamily::BottlerocketFips);
    if !joins && group.override_bootstrap_command.is_none() {
        let message = "nothing would let these nodes join";
        report.error(&path.key("ami"), message, "set overrideBootstrapCommand to user data that does");
    }
}

fn user_data(group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    let is_bottlerocket = matches!(group.ami_family, AmiFamily::Bottlerocket | AmiFamily::BottlerocketFips);
    let is_linux = group.ami_family == AmiFamily::AmazonLinux2023;
    let settings = [
        ("preBootstrapCommands", !group.pre_bootstrap_commands.is_empty(), is_linux),
        ("kubeletExtraConfig", !group.kubelet_extra_config.is_empty(), is_linux),
        ("bottlerocket", group.bottlerocket.is_some(), is_bottlerocket),
        ("maxPodsPerNode", group.max_pods_per_node.is_some(), is_linux || is_bottlerocket),
    ];
    for (key, is_set, fits) in settings {
        if is_set && !fits {
            let message = format!("{:?} has no {key}", group.ami_family);
            report.error(&path.key(key), message, "remove it, or choose another amiFamily");
        } else if is_set && group.override_bootstrap_command.is_some() {
            let message = "overrideBootstrapCommand is the whole user data, and leaves no room for this";
            report.error(&path.key(key), message, "put it into overrideBootstrapCommand, or remove that");
        }
    }
    let null = group.bottlerocket.as_ref().is_some_and(|own| own.settings.values().any(holds_null));
    if null {
        report.error(&path.key("bottlerocket").key("settings"), "TOML has no null", "remove the key instead");
    }
}

fn holds_null(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Null => true,
        serde_json::Value::Array(items) => items.iter().any(holds_null),
        serde_json::Value::Object(fields) => fields.values().any(holds_null),
        _ => false,
    }
}

/// Source: EC2 `LaunchTemplateCapacityReservationSpecificationRequest`; EKS user guide, "Use Capacity Blocks for ML with
/// managed node groups".
fn reservation(group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    let target = group.capacity_reservation.as_ref().and_then(|one| one.capacity_reservation_target.as_ref());
    let at = path.key("capacityReservation");
    if let Some(reservation) = &group.capacity_reservation {
        let preference = reservation.capacity_reservation_preference.is_some();
        if preference && target.is_some() {
            report.error(&at, "a preference and a target exclude each other", "remove one");
        }
        if !preference && target.is_none() {
            report.error(
                &at,
                "nothing is said about the reservation",
                "set capacityReservationPreference or capacityReservationTarget",
            );
        }
    }
    if let Some(target) = target {
        let both = target.capacity_reservation_id.is_some() == target.capacity_reservation_resource_group_arn.is_some();
        if both {
            report.error(&at.key("capacityReservationTarget"), "one reservation or one group", "set one of the two");
        }
    }
    if group.capacity_block && target.is_none_or(|target| target.capacity_reservation_id.is_none()) {
        let message = "nothing says which capacity block";
        report.error(
            &path.key("capacityBlock"),
            message,
            "set capacityReservation.capacityReservationTarget.capacityReservationID",
        );
    }
    if group.capacity_block && group.spot {
        report.error(&path.key("spot"), "a capacity block holds no spot instances", "remove spot or capacityBlock");
    }
}

/// What is in somebody else's template is theirs.
fn foreign_template(group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    if group.launch_template.is_none() {
        return;
    }
    let settings = [
        ("ami", group.ami.is_some()),
        ("volumeName", group.volume_name.is_some()),
        ("volumeIOPS", group.volume_iops.is_some()),
        ("volumeThroughput", group.volume_throughput.is_some()),
        ("volumeKmsKeyID", group.volume_kms_key_id.is_some()),
        ("additionalVolumes", !group.additional_volumes.is_empty()),
        ("ebsOptimized", group.ebs_optimized.is_some()),
        ("cpuOptions", group.cpu_options.is_some()),
        ("placement", group.placement.is_some()),
        ("capacityReservation", group.capacity_reservation.is_some()),
        ("capacityBlock", group.capacity_block),
        ("preBootstrapCommands", !group.pre_bootstrap_commands.is_empty()),
        ("overrideBootstrapCommand", group.override_bootstrap_command.is_some()),
        ("maxPodsPerNode", group.max_pods_per_node.is_some()),
        ("kubeletExtraConfig", !group.kubelet_extra_config.is_empty()),
        ("bottlerocket", group.bottlerocket.is_some()),
        ("ssh", group.ssh.as_ref().is_some_and(|ssh| ssh.allow)),
        ("securityGroups", !group.security_groups.attach.is_empty() || !group.security_groups.attach_ids.is_empty()),
    ];
    for (key, is_set) in settings {
        if is_set {
            let message = "the launch template is somebody else's: this would have to stand there";
            report.error(&path.key(key), message, "remove it, or launchTemplate");
        }
    }
}

/// Families that are not built on Nitro: their interfaces take addresses only, and no prefixes. Source: EC2 user guide,
/// "Instances built on the AWS Nitro System".
const WITHOUT_NITRO: &[&str] = &[
    "t1", "t2", "m1", "m2", "m3", "m4", "c1", "c3", "c4", "cc2", "cr1", "r3", "r4", "x1", "x1e", "i2", "d2", "h1",
    "hs1", "i3", "g2", "g3", "g3s", "p2", "p3", "f1",
];

/// Bare metal of any family is Nitro.
pub(super) fn has_no_prefixes(kind: &str) -> bool {
    let (family, size) = kind.split_once('.').unwrap_or((kind, ""));
    WITHOUT_NITRO.contains(&family) && !size.starts_with("metal")
}

/// Whether instances have no branch interfaces. Source: EKS user guide, "Assign security groups to individual Pods".
pub(super) fn has_no_branches(kind: &str) -> bool {
    has_no_prefixes(kind) || kind.starts_with('t')
}

/// Reports every instance type that cannot do it.
pub(super) fn refuse_types(spec: &StackSpec, cannot: impl Fn(&str) -> bool, why: &str, report: &mut Report<'_, '_>) {
    for (index, group) in spec.managed_node_groups.iter().enumerate() {
        let path = Path::from("managedNodeGroups").item(index);
        for (at, kind) in types(group, &path) {
            if cannot(kind) {
                report.error(&at, format!("{kind}: {why}"), "choose a newer family, such as m6i or m7g");
            }
        }
    }
}

fn types<'g>(group: &'g ManagedNodeGroup, path: &Path) -> Vec<(Path, &'g String)> {
    let several = group.instance_types.iter().flatten().enumerate();
    let several = several.map(|(index, kind)| (path.key("instanceTypes").item(index), kind));
    group.instance_type.iter().map(|kind| (path.key("instanceType"), kind)).chain(several).collect()
}
