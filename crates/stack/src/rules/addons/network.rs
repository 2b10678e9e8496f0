//! What the network plugin is configured to, and the nodes that it needs for it.

use serde_json::Value;

use super::Report;
use crate::expand::addons::configuration_of;
use crate::places::Path;
use crate::schema::{Addon, IpFamily, ManagedNodeGroup, StackSpec};

/// Families that are not built on Nitro: their interfaces take addresses only, and no prefixes. Source: EC2 user guide,
/// "Instances built on the AWS Nitro System".
const WITHOUT_NITRO: &[&str] = &[
    "t1", "t2", "m1", "m2", "m3", "m4", "c1", "c3", "c4", "cc2", "cr1", "r3", "r4", "x1", "x1e", "i2", "d2", "h1",
    "hs1", "i3", "g2", "g3", "g3s", "p2", "p3", "f1",
];

/// Bare metal of any family is Nitro.
fn has_no_prefixes(kind: &str) -> bool {
    let (family, size) = kind.split_once('.').unwrap_or((kind, ""));
    WITHOUT_NITRO.contains(&family) && !size.starts_with("metal")
}

/// Whether instances have no branch interfaces. Source: EKS user guide, "Assign security groups to individual Pods".
fn has_no_branches(kind: &str) -> bool {
    has_no_prefixes(kind) || kind.starts_with('t')
}

pub(super) fn check(spec: &StackSpec, addon: &Addon, path: &Path, report: &mut Report<'_, '_>) {
    if addon.name != "vpc-cni" {
        return;
    }
    let configuration = configuration_of(addon).unwrap_or_default();
    let at = match &addon.configuration_values {
        Some(Value::Object(_)) => path.key("configurationValues").key("env"),
        _ => path.key("configurationValues"),
    };
    let env = |name: &str| match &configuration["env"][name] {
        Value::String(text) => Some(text.to_lowercase()),
        Value::Bool(on) => Some(on.to_string()),
        _ => None,
    };
    let is_on = |name: &str| env(name).is_some_and(|value| value == "true");
    if is_on("ENABLE_PREFIX_DELEGATION") {
        let why = "no prefixes can be delegated to it: it is not built on Nitro";
        refuse(spec, has_no_prefixes, why, report);
    }
    if env("ENABLE_PREFIX_DELEGATION").is_some_and(|value| value == "false")
        && spec.kubernetes_network_config.ip_family == IpFamily::IPv6
    {
        let message = "pods of an IPv6 cluster have their addresses from delegated prefixes";
        report.error(&at, message, "remove ENABLE_PREFIX_DELEGATION, or set it to \"true\"");
    }
    if is_on("ENABLE_POD_ENI") {
        let why = "it has no branch interfaces, which security groups for pods need";
        refuse(spec, has_no_branches, why, report);
        if !spec.iam.vpc_resource_controller_policy && spec.iam.service_role_arn.is_none() {
            let message = "security groups for pods need AmazonEKSVPCResourceController for the control plane";
            report.error(&at, message, "set iam.vpcResourceControllerPolicy to true");
        }
    }
}

/// Reports every instance type that cannot do it.
fn refuse(spec: &StackSpec, cannot: impl Fn(&str) -> bool, why: &str, report: &mut Report<'_, '_>) {
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
