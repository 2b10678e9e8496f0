//! Node groups.

use std::collections::BTreeSet;

use super::Report;
use crate::expand::images::{Architecture, architecture, image};
use crate::places::Path;
use crate::schema::{ManagedNodeGroup, StackSpec};

pub(super) fn check(spec: &StackSpec, report: &mut Report<'_, '_>) {
    for (index, group) in spec.managed_node_groups.iter().enumerate() {
        let path = Path::from("managedNodeGroups").item(index);
        sizes(group, &path, report);
        instances(group, &path, report);
        labels(group, &path, report);
        taints(group, &path, report);
        updates(group, &path, report);
        repair(group, &path, report);
        warm_pool(group, &path, report);
        ssh(group, &path, report);
        role(group, &path, report);
        zones(spec, group, &path, report);
        versions(spec, group, &path, report);
    }
}

fn sizes(group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
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

fn instances(group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    let types: Vec<&String> = match (&group.instance_type, &group.instance_types) {
        (Some(_), Some(_)) => {
            let hint = "move it into instanceTypes";
            report.error(&path.key("instanceType"), "instanceType and instanceTypes exclude each other", hint);
            return;
        }
        (None, None) => {
            report.error(path, "no instance type", "set instanceType, such as m6i.large, or instanceTypes");
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
    let unique: BTreeSet<_> = types.iter().collect();
    if unique.len() != types.len() {
        report.error(&path.key(key), "an instance type stands here twice", "remove one");
    }
    if group.spot && unique.len() == 1 {
        let message = "spot instances of one type only are easily taken away all at once";
        report.warn(&path.key("spot"), message, "list several similar types in instanceTypes");
    }
}

/// Source: Kubernetes, "Labels and Selectors"; eksctl refuses the reserved prefixes, too.
fn labels(group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    for (key, value) in &group.labels {
        let at = path.key("labels").key(key);
        let (prefix, name) = key.split_once('/').map_or((None, key.as_str()), |(prefix, name)| (Some(prefix), name));
        if let Some(prefix) = prefix
            && is_reserved(prefix)
        {
            let message = format!("labels below {prefix} are Kubernetes' own");
            report.error_in_key(
                &at,
                message,
                "choose another prefix; node-role.kubernetes.io/ can be set by no kubelet",
            );
        } else if !is_label_name(name) || prefix.is_some_and(|prefix| prefix.is_empty() || prefix.len() > 253) {
            let hint = "up to 63 letters, digits, - _ and ., beginning and ending with a letter or digit; perhaps after a prefix and /";
            report.error_in_key(&at, format!("{key} is no label"), hint);
        }
        if !value.is_empty() && !is_label_name(value) {
            let hint = "up to 63 letters, digits, - _ and ., beginning and ending with a letter or digit";
            report.error(&at, format!("{value:?} is no value of a label"), hint);
        }
    }
}

fn is_reserved(prefix: &str) -> bool {
    let below = |domain: &str| prefix == domain || prefix.ends_with(&format!(".{domain}"));
    // Kubernetes lets kubelets set labels below these two.
    let allowed = ["node.kubernetes.io", "kubelet.kubernetes.io"].contains(&prefix);
    !allowed && (below("kubernetes.io") || below("k8s.io"))
}

fn is_label_name(text: &str) -> bool {
    let edges = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    text.len() <= 63
        && edges(text.chars().next())
        && edges(text.chars().last())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.'))
}

fn taints(group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    let mut seen = BTreeSet::new();
    for (index, taint) in group.taints.iter().enumerate() {
        let at = path.key("taints").item(index);
        let name = taint.key.rsplit('/').next().unwrap_or_default();
        if !is_label_name(name) {
            let hint = "up to 63 letters, digits, - _ and ., perhaps after a prefix and /";
            report.error(&at.key("key"), format!("{:?} is no key of a taint", taint.key), hint);
        }
        if !seen.insert((&taint.key, format!("{:?}", taint.effect))) {
            report.error(&at, "a taint with this key and effect stands here already", "remove one");
        }
    }
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
        report.error(&at.key("maxUnavailable"), message, "there are never so many nodes");
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
        report.error(&at.key("maxGroupPreparedCapacity"), message, "raise it");
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
        report.error(&at, "no key", "set publicKeyName to the name of an EC2 key pair");
    }
    if ssh.source_security_group_ids.is_empty() {
        let message = "no security group lets anybody reach port 22";
        report.error(&at, message, "set sourceSecurityGroupIds, or use enableSsm instead of SSH");
    }
}

fn role(group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    let Some(iam) = &group.iam else { return };
    let at = path.key("iam");
    let own = iam.instance_role_name.is_some()
        || iam.attach_policy_arns.is_some()
        || iam.attach_policy.is_some()
        || iam.instance_role_permissions_boundary.is_some();
    if iam.instance_role_arn.is_some() && own {
        let message = "an existing role is not changed";
        report.error(&at.key("instanceRoleARN"), message, "remove it, or everything beside it");
    }
    if let Some(policies) = &iam.attach_policy_arns {
        let needed = ["AmazonEKSWorkerNodePolicy", "AmazonEKSWorkerNodeMinimalPolicy"];
        let has = policies.iter().any(|arn| needed.iter().any(|name| arn.ends_with(&format!("/{name}"))));
        if !has {
            let message = "nodes cannot join without AmazonEKSWorkerNodePolicy";
            report.error(&at.key("attachPolicyARNs"), message, "the list replaces the usual policies: add it");
        }
    }
}

fn zones(spec: &StackSpec, group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    let (Some(own), Some(all)) = (&group.availability_zones, &spec.availability_zones) else { return };
    for (index, zone) in own.iter().enumerate() {
        if !all.contains(zone) {
            let at = path.key("availabilityZones").item(index);
            let message = format!("{zone} is not among the zones of the stack");
            report.error(&at, message, format!("choose from {}", all.join(", ")));
        }
    }
}

/// Source: EKS `CreateNodegroup.version`; Kubernetes version skew policy.
fn versions(spec: &StackSpec, group: &ManagedNodeGroup, path: &Path, report: &mut Report<'_, '_>) {
    let minor = |version: &str| version.split_once('.').and_then(|(_, minor)| minor.parse::<u32>().ok());
    let (Some(own), Some(cluster)) = (&group.version, &spec.metadata.version) else { return };
    if minor(own) > minor(cluster) {
        let message = format!("nodes of {own} are newer than the control plane of {cluster}");
        report.error(&path.key("version"), message, "remove it: the group then follows metadata.version");
    }
}
