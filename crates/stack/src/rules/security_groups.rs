//! Security groups.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::Report;
use crate::places::Path;
use crate::schema::{SecurityGroupRule, StackSpec};

/// Names that mean something else in rules, or that the stack gives itself.
const RESERVED: &[&str] = &["self", "cluster", "vpc-endpoints"];

pub(super) fn check(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let mut known = BTreeSet::new();
    for (index, group) in spec.vpc.security_groups.iter().enumerate() {
        let path = Path::from("vpc.securityGroups").item(index);
        if RESERVED.contains(&group.name.as_str()) || group.name.starts_with("sg-") {
            report.error(&path.key("name"), format!("{} means something else", group.name), "choose another name");
        }
        if !known.insert(group.name.as_str()) {
            let message = format!("there are two security groups called {}", group.name);
            report.error(&path.key("name"), message, "give each a name of its own");
        }
    }
    for (index, group) in spec.vpc.security_groups.iter().enumerate() {
        let path = Path::from("vpc.securityGroups").item(index);
        let egress = group.egress.as_deref().unwrap_or_default();
        for (key, rules) in [("ingress", group.ingress.as_slice()), ("egress", egress)] {
            for (number, one) in rules.iter().enumerate() {
                rule(one, &known, &path.key(key).item(number), report);
            }
        }
    }
    attached(spec, &known, report);
}

/// Groups that others name must be there.
fn attached(spec: &StackSpec, known: &BTreeSet<&str>, report: &mut Report<'_, '_>) {
    let of_nodes = spec.managed_node_groups.iter().enumerate().map(|(index, group)| {
        let path = Path::from("managedNodeGroups").item(index).key("securityGroups").key("attach");
        (path, &group.security_groups.attach)
    });
    let of_cluster = (Path::from("vpc.controlPlaneSecurityGroups"), &spec.vpc.control_plane_security_groups);
    for (path, names) in of_nodes.chain([of_cluster]) {
        for (index, name) in names.iter().enumerate().filter(|(_, name)| !known.contains(name.as_str())) {
            unknown(name, known, &path.item(index), report);
        }
    }
    let count = spec.vpc.control_plane_security_groups.len() + spec.vpc.control_plane_security_group_ids.len();
    // Source: EKS `VpcConfigRequest.securityGroupIds`.
    if count > 5 {
        let message = format!("{count} security groups are too many for the control plane");
        report.error(&Path::from("vpc.controlPlaneSecurityGroups"), message, "EKS takes 5: remove some");
    } else if count == 5 {
        // Source: EKS user guide, "View and manage Amazon EKS and Fargate service quotas", which says 4.
        let message = "EKS may take 4 security groups for the control plane, and not 5";
        report.warn(&Path::from("vpc.controlPlaneSecurityGroups"), message, "put the rules of two into one");
    }
}

fn unknown(name: &str, known: &BTreeSet<&str>, path: &Path, report: &mut Report<'_, '_>) {
    let hint = match known.is_empty() {
        true => "define it in vpc.securityGroups".to_owned(),
        false => format!(
            "define it in vpc.securityGroups, or choose from {}",
            Vec::from_iter(known.iter().copied()).join(", ")
        ),
    };
    report.error(path, format!("there is no security group {name}"), hint);
}

/// Source: EC2 `IpPermission`.
fn rule(rule: &SecurityGroupRule, known: &BTreeSet<&str>, path: &Path, report: &mut Report<'_, '_>) {
    if rule.cidrs.is_empty() && rule.security_groups.is_empty() && rule.prefix_list_ids.is_empty() {
        report.error(path, "the rule is about nobody", "set cidrs, securityGroups or prefixListIDs");
    }
    for (index, text) in rule.cidrs.iter().enumerate().filter(|(_, text)| *text != "vpc") {
        let at = path.key("cidrs").item(index);
        match text.parse::<IpNet>() {
            Err(_) => report.error(
                &at,
                format!("{text} is no range"),
                "write one such as 10.0.0.0/8 or 2001:db8::/32, or vpc for those of the VPC",
            ),
            Ok(range) if range.trunc() != range => {
                let message = format!("{range} has bits set beyond /{}", range.prefix_len());
                report.error(&at, message, format!("write {}", range.trunc()));
            }
            Ok(_) => {}
        }
    }
    for (index, name) in rule.security_groups.iter().enumerate() {
        let is_known = known.contains(name.as_str()) || ["self", "cluster"].contains(&name.as_str());
        if !is_known && !is_id(name) {
            unknown(name, known, &path.key("securityGroups").item(index), report);
        }
    }
    if rule.protocol.parse::<u32>().is_ok_and(|number| number > 255) {
        report.error(
            &path.key("protocol"),
            "the numbers of protocols end at 255",
            "write one such as \"50\", or all for every protocol",
        );
    }
    ports(rule, path, report);
}

fn is_id(name: &str) -> bool {
    let digits = name.strip_prefix("sg-").unwrap_or_default();
    (8..=17).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn ports(rule: &SecurityGroupRule, path: &Path, report: &mut Report<'_, '_>) {
    let Some(ports) = rule.ports else { return };
    let at = path.key("ports");
    let has_ports = ["tcp", "udp", "6", "17", "icmp", "icmpv6", "1", "58"].contains(&rule.protocol.as_str());
    let most = if rule.protocol.starts_with("icmp") { 255 } else { 65_535 };
    if !has_ports {
        report.error(&at, format!("the protocol {} has no ports", rule.protocol), "remove ports");
    } else if ports.from > ports.to {
        report.error(&at, "the first port is above the last", "swap them");
    } else if ports.to > most {
        report.error(&at, format!("{} is above {most}", ports.to), "choose a smaller number");
    }
}
