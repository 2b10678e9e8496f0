//! What the network plugin is configured to, and the nodes that it needs for it.

use serde_json::Value;

use super::Report;
use crate::expand::addons::configuration_of;
use crate::places::Path;
use crate::rules::instances::{has_no_branches, has_no_prefixes, refuse_types};
use crate::schema::{Addon, IpFamily, StackSpec};

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
        refuse_types(spec, has_no_prefixes, why, report);
    }
    if env("ENABLE_PREFIX_DELEGATION").is_some_and(|value| value == "false")
        && spec.kubernetes_network_config.ip_family == IpFamily::IPv6
    {
        let message = "pods of an IPv6 cluster have their addresses from delegated prefixes";
        report.error(&at, message, "remove ENABLE_PREFIX_DELEGATION, or set it to \"true\"");
    }
    if is_on("ENABLE_POD_ENI") {
        let why = "it has no branch interfaces, which security groups for pods need";
        refuse_types(spec, has_no_branches, why, report);
        if !spec.iam.vpc_resource_controller_policy && spec.iam.service_role_arn.is_none() {
            let message = "security groups for pods need AmazonEKSVPCResourceController for the control plane";
            report.error(&at, message, "set iam.vpcResourceControllerPolicy to true");
        }
    }
}
