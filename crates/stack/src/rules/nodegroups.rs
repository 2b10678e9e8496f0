//! Node groups.

use std::collections::BTreeSet;

use super::labels::{labels, taints};
use super::{Report, iam, instances};
use crate::expand::images::{Architecture, architecture, image};
use crate::places::Path;
use crate::schema::{ManagedNodeGroup, StackSpec};

pub(super) fn check(spec: &StackSpec, report: &mut Report<'_, '_>) {
    for (index, group) in spec.managed_node_groups.iter().enumerate() {
        let path = Path::from("managedNodeGroups").item(index);
        sizes(group, &path, report);
        instance_types(group, &path, report);
        reserved_labels(group, &path.key("labels"), report);
        labels(&group.labels, &path.key("labels"), report);
        taints(&group.taints, &path.key("taints"), report);
        updates(group, &path, report);
        repair(group, &path, report);
        warm_pool(group, &path, report);
        ssh(group, &path, report);
        role(group, &path, report);
        zones(spec, group.availability_zones.as_deref(), &path, report);
        versions(spec, group, &path, report);
        instances::check(group, &path, report);
    }
}

fn sizes(group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    if ["minSize", "maxSize"].iter().any(|key| !report.is_news(&path.key(key))) {
        return;
    }
    if group.min_size > group.max_size {
        let message = format!("minSize {} is above maxSize {}", group.min_size, group.max_size);
        report.error(&path.key("minSize"), message, "lower minSize or raise maxSize");
        return;
    }
    if let Some(desired) = group.desired_capacity
        && !(group.min_size..=group.max_size).contains(&desired)
    {
        let message = format!("desiredCapacity {desired} is not between {} and {}", group.min_size, group.max_size);
        report.error(&path.key("desiredCapacity"), message, "choose a number between minSize and maxSize");
    }
}

fn instance_types(group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    let types: Vec<&String> = match (&group.instance_type, &group.instance_types) {
        (Some(_), Some(_)) => {
            let hint = "move it into instanceTypes";
            report.error(&path.key("instanceType"), "instanceType and instanceTypes exclude each other", hint);
            return;
        }
        (None, None) => {
            report.error(
                path,
                "nothing says which instance type",
                "set instanceType, such as m6i.large, or instanceTypes",
            );
            return;
        }
        (Some(one), None) => vec![one],
        (None, Some(several)) => several.iter().collect(),
    };
    let key = if group.instance_type.is_some() { "instanceType" } else { "instanceTypes" };
    let kinds: BTreeSet<Architecture> = types.iter().map(|name| architecture(name)).collect();
    if kinds.len() > 1 {
        let message = "these instance types need different images";
        report.error(&path.key(key), message, "one group has one image: split them by architecture and accelerator");
    } else if image(group.ami_family, types.iter().map(|name| name.as_str())).is_none() {
        let message = format!("{:?} has no image for {}", group.ami_family, types[0]);
        report.error(&path.key("amiFamily"), message, "choose another amiFamily or another instance type");
    }
    let mut unique = BTreeSet::new();
    for (index, name) in types.iter().enumerate() {
        if !unique.insert(name) {
            report.error(&path.key(key).item(index), format!("{name} stands here twice"), "remove one");
        }
    }
    if group.spot && unique.len() == 1 {
        let message = "spot instances of one type only are easily taken away all at once";
        report.warn(&path.key("spot"), message, "list several similar types in instanceTypes");
    }
}

/// Source: Kubernetes, "Well-Known Labels, Annotations and Taints"; eksctl refuses the reserved prefixes, too.
fn reserved_labels(group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    for key in group.labels.keys() {
        if let Some((prefix, _)) = key.split_once('/').filter(|(prefix, _)| is_reserved(prefix)) {
            let message = format!("labels below {prefix} are Kubernetes' own");
            let hint = "choose another prefix; node-role.kubernetes.io/ can be set by no kubelet";
            report.error_in_key(&path.key(key), message, hint);
        }
    }
}

fn is_reserved(prefix: &str) -> bool {
    let below = |domain: &str| prefix == domain || prefix.ends_with(&format!(".{domain}"));
    // Kubernetes lets kubelets set labels below these two.
    let allowed = ["node.kubernetes.io", "kubelet.kubernetes.io"].contains(&prefix);
    !allowed && (below("kubernetes.io") || below("k8s.io"))
}

/// Source: EKS `NodegroupUpdateConfig`.
fn updates(group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    let (config, at) = (&group.update_config, path.key("updateConfig"));
    if config.max_unavailable.is_some() && config.max_unavailable_percentage.is_some() {
        let message = "maxUnavailable and maxUnavailablePercentage exclude each other";
        report.error(&at, message, "remove one");
    }
    if config.max_unavailable.is_some_and(|count| count > group.max_size) {
        let message = format!("maxUnavailable is above maxSize {}", group.max_size);
        report.error(&at.key("maxUnavailable"), message, "lower it, or raise maxSize");
    }
}

/// Source: EKS `NodeRepairConfig`.
fn repair(group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    let Some(config) = &group.node_repair_config else { return };
    let at = path.key("nodeRepairConfig");
    let both = |count: Option<i32>, percentage: Option<i32>| count.is_some() && percentage.is_some();
    if both(config.max_unhealthy_node_threshold_count, config.max_unhealthy_node_threshold_percentage)
        || both(config.max_parallel_nodes_repaired_count, config.max_parallel_nodes_repaired_percentage)
    {
        report.error(&at, "a count and a percentage exclude each other", "remove one");
    }
    if !config.enabled && !config.node_repair_config_overrides.is_empty() {
        report.error(&at.key("enabled"), "node repair is off, and its overrides mean nothing", "set enabled to true");
    }
}

/// Source: EKS user guide, "Warm pools": Bottlerocket neither hibernates nor goes back.
fn warm_pool(group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    use crate::schema::{AmiFamily, WarmPoolState};
    let Some(pool) = &group.warm_pool else { return };
    let at = path.key("warmPool");
    let is_bottlerocket = matches!(group.ami_family, AmiFamily::Bottlerocket | AmiFamily::BottlerocketFips);
    if is_bottlerocket && (pool.pool_state == WarmPoolState::Hibernated || pool.reuse_on_scale_in) {
        let message = "Bottlerocket can neither hibernate nor go back into the pool";
        report.error(&at, message, "set poolState to STOPPED and reuseOnScaleIn to false");
    }
    if pool.max_group_prepared_capacity.is_some_and(|most| most < pool.min_size) {
        let message = "maxGroupPreparedCapacity is below minSize";
        report.error(&at.key("maxGroupPreparedCapacity"), message, "raise it, or lower minSize");
    }
    if group.spot {
        report.error(&at, "spot instances have no warm pool", "remove warmPool or spot");
    }
}

fn ssh(group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    let Some(ssh) = &group.ssh else { return };
    let at = path.key("ssh");
    if !ssh.allow {
        if ssh.public_key_name.is_some() || !ssh.source_security_group_ids.is_empty() {
            report.error(&at, "SSH is not allowed, and its settings mean nothing", "set allow to true, or remove them");
        }
        return;
    }
    if ssh.public_key_name.is_none() {
        report.error(&at, "SSH without a key", "set publicKeyName to the name of an EC2 key pair");
    }
    if ssh.source_security_group_ids.is_empty() {
        let message = "SSH would be allowed from nowhere";
        report.error(&at, message, "set sourceSecurityGroupIds, or use enableSsm instead of SSH");
    }
}

fn role(group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    let Some(role) = &group.iam else { return };
    let at = path.key("iam");
    let own = role.instance_role_name.is_some()
        || role.attach_policy_arns.is_some()
        || role.attach_policy.is_some()
        || role.instance_role_permissions_boundary.is_some();
    if role.instance_role_arn.is_some() && own {
        let message = "an existing role is not changed";
        report.error(&at.key("instanceRoleARN"), message, "remove it, or everything beside it");
    }
    if let Some(policies) = &role.attach_policy_arns {
        let needed = ["AmazonEKSWorkerNodePolicy", "AmazonEKSWorkerNodeMinimalPolicy"];
        let has = policies.iter().any(|arn| needed.iter().any(|name| arn.ends_with(&format!("/{name}"))));
        if !has {
            let message = "nodes cannot join without AmazonEKSWorkerNodePolicy";
            report.error(&at.key("attachPolicyARNs"), message, "the list replaces the usual policies: add it");
        }
        let ssm = group.ssh.as_ref().is_some_and(|ssh| ssh.enable_ssm);
        iam::count_attached(policies.len() + usize::from(ssm), &at.key("attachPolicyARNs"), report);
    }
    iam::inline_policy(role.attach_policy.as_ref(), &at.key("attachPolicy"), report);
}

/// The zones of what is at `path` are among those of the stack.
pub(super) fn zones(spec: &StackSpec, own: Option<&[String]>, path: &Path, report: &mut Report<'_, '_>) {
    let (Some(own), Some(all)) = (own, &spec.availability_zones) else { return };
    for (index, zone) in own.iter().enumerate() {
        if !all.contains(zone) {
            let at = path.key("availabilityZones").item(index);
            let message = format!("{zone} is not among the zones of the stack");
            report.error(&at, message, format!("choose from {}", all.join(", ")));
        }
    }
}

/// Source: EKS `CreateNodegroup.version`; Kubernetes, "Version Skew Policy".
fn versions(spec: &StackSpec, group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    const SKEW: u32 = 3;
    let (Some(own), Some(cluster)) = (&group.version, &spec.metadata.version) else { return };
    let (Some(nodes), Some(control_plane)) = (minor(own), minor(cluster)) else { return };
    let hint = "remove it: the group then follows metadata.version";
    if nodes > control_plane {
        let message = format!("nodes of {own} are newer than the control plane of {cluster}");
        report.error(&path.key("version"), message, hint);
    } else if control_plane - nodes > SKEW {
        let message = format!("nodes of {own} are more than {SKEW} minors behind the control plane of {cluster}");
        report.error(&path.key("version"), message, hint);
    }
}

/// The minor of a Kubernetes version.
pub(super) fn minor(version: &str) -> Option<u32> {
    version.split_once('.')?.1.parse().ok()
}
