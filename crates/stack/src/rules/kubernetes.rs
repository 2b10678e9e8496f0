//! What is rendered for the cluster.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Report;
use super::labels::{annotations, labels};
use crate::places::Path;
use crate::schema::{LabelOperator, LabelSelector, StackSpec, VolumeType};

pub(super) fn check(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let path = Path::from("kubernetes");
    namespaces(spec, &path.key("namespaces"), report);
    storage_classes(spec, &path.key("storageClasses"), report);
    security_group_policies(spec, &path.key("securityGroupPolicies"), report);
    eni_configs(spec, &path.key("eniConfigs"), report);
}

fn namespaces(spec: &StackSpec, path: &Path, report: &mut Report<'_, '_>) {
    let mut seen = BTreeSet::new();
    for (index, namespace) in spec.kubernetes.namespaces.iter().enumerate() {
        let path = path.item(index);
        unique(&mut seen, &namespace.name, "namespaces", &path, report);
        labels(&namespace.labels, &path.key("labels"), report);
        annotations(&namespace.annotations, &path.key("annotations"), report);
        if let Some(resources) = &namespace.resource_quota {
            quantities(resources, &path.key("resourceQuota"), report);
        }
        if let Some(range) = &namespace.limit_range {
            let path = path.key("limitRange");
            quantities(&range.default, &path.key("default"), report);
            quantities(&range.default_request, &path.key("defaultRequest"), report);
            quantities(&range.max, &path.key("max"), report);
            quantities(&range.min, &path.key("min"), report);
        }
    }
}

/// Source: EBS user guide, "Amazon EBS volume types".
fn storage_classes(spec: &StackSpec, path: &Path, report: &mut Report<'_, '_>) {
    let (mut seen, mut default) = (BTreeSet::new(), None);
    for (index, class) in spec.kubernetes.storage_classes.iter().enumerate() {
        let path = path.item(index);
        unique(&mut seen, &class.name, "storage classes", &path, report);
        labels(&class.labels, &path.key("labels"), report);
        annotations(&class.annotations, &path.key("annotations"), report);
        match default {
            Some(other) if class.default => {
                let message = format!("{other} is the default storage class already");
                report.error(&path.key("default"), message, "let one class be the default");
            }
            None if class.default => default = Some(class.name.as_str()),
            _ => {}
        }
        let has_iops = matches!(class.volume_type, VolumeType::Gp3 | VolumeType::Io1 | VolumeType::Io2);
        if class.iops.is_some() && !has_iops {
            report.error(
                &path.key("iops"),
                "volumes of this type have no iops of their own",
                "remove it, or use gp3, io1 or io2",
            );
        }
        if class.iops.is_none() && matches!(class.volume_type, VolumeType::Io1 | VolumeType::Io2) {
            report.error(&path.key("volumeType"), "volumes of this type need iops", "set iops, or use gp3");
        }
        if class.throughput.is_some() && class.volume_type != VolumeType::Gp3 {
            let message = "only gp3 has a throughput of its own";
            report.error(&path.key("throughput"), message, "remove it, or use gp3");
        }
        if class.kms_key_arn.is_some() && !class.encrypted {
            report.error(
                &path.key("kmsKeyARN"),
                "a key for volumes that are not encrypted",
                "set encrypted to true, or remove the key",
            );
        }
    }
}

fn security_group_policies(spec: &StackSpec, path: &Path, report: &mut Report<'_, '_>) {
    let mut seen = BTreeSet::new();
    for (index, policy) in spec.kubernetes.security_group_policies.iter().enumerate() {
        let path = path.item(index);
        let name = format!("{}/{}", policy.namespace, policy.name);
        unique(&mut seen, &name, "security group policies", &path, report);
        match (&policy.pod_selector, &policy.service_account_selector) {
            (None, None) => {
                let hint =
                    "set podSelector, serviceAccountSelector or both; podSelector: {} is every pod of the namespace";
                report.error(&path, "no pods are selected", hint);
            }
            (pods, accounts) => {
                for (key, one) in [("podSelector", pods), ("serviceAccountSelector", accounts)] {
                    one.iter().for_each(|one| selector(one, &path.key(key), report));
                }
            }
        }
        groups(spec, &policy.security_groups, &path.key("securityGroups"), report);
    }
}

fn eni_configs(spec: &StackSpec, path: &Path, report: &mut Report<'_, '_>) {
    let mut seen = BTreeSet::new();
    for (index, config) in spec.kubernetes.eni_configs.iter().enumerate() {
        let path = path.item(index);
        unique(&mut seen, &config.name, "ENI configurations", &path, report);
        groups(spec, &config.security_groups, &path.key("securityGroups"), report);
        let subnets = spec.vpc.subnets.as_ref().filter(|subnets| !subnets.private.is_empty());
        let known: Option<Vec<&String>> = match (subnets, &spec.availability_zones) {
            (Some(subnets), _) => Some(subnets.private.keys().collect()),
            (None, zones) => zones.as_ref().map(|zones| zones.iter().collect()),
        };
        let is_id = config.subnet.starts_with("subnet-");
        if let Some(known) = known.filter(|known| !is_id && !known.contains(&&config.subnet)) {
            let known: Vec<&str> = known.into_iter().map(String::as_str).collect();
            let message = format!("the stack has no private subnet {}", config.subnet);
            report.error(&path.key("subnet"), message, format!("there are {}; or write an id", known.join(", ")));
        }
    }
}

fn unique(seen: &mut BTreeSet<String>, name: &str, what: &str, path: &Path, report: &mut Report<'_, '_>) {
    if !seen.insert(name.to_owned()) {
        report.error(&path.key("name"), format!("there are two {what} called {name}"), "give each a name of its own");
    }
}

fn groups(spec: &StackSpec, named: &[String], path: &Path, report: &mut Report<'_, '_>) {
    let known: Vec<&str> = spec.vpc.security_groups.iter().map(|group| group.name.as_str()).collect();
    for (index, name) in named.iter().enumerate() {
        if name != "cluster" && !name.starts_with("sg-") && !known.contains(&name.as_str()) {
            let message = format!("there is no security group {name} in vpc.securityGroups");
            let hint = match known.is_empty() {
                true => "write it there, or its id, or cluster".to_owned(),
                false => format!("it has {}; or write an id, or cluster", known.join(", ")),
            };
            report.error(&path.item(index), message, hint);
        }
    }
}

/// Source: Kubernetes, "Labels and Selectors".
fn selector(selector: &LabelSelector, path: &Path, report: &mut Report<'_, '_>) {
    labels(&selector.match_labels, &path.key("matchLabels"), report);
    for (index, one) in selector.match_expressions.iter().enumerate() {
        let needs_values = matches!(one.operator, LabelOperator::In | LabelOperator::NotIn);
        if needs_values == one.values.is_empty() {
            let path = path.key("matchExpressions").item(index).key("values");
            let message = format!("{:?} does not go with these values", one.operator);
            report.error(&path, message, "In and NotIn need values, Exists and DoesNotExist have none");
        }
    }
}

/// Source: Kubernetes, "Quantity".
pub(super) fn quantities(resources: &BTreeMap<String, Value>, path: &Path, report: &mut Report<'_, '_>) {
    for (resource, amount) in resources {
        if !is_quantity(amount) {
            let message = format!("{amount} is no quantity of {resource}");
            report.error(&path.key(resource), message, "write a number, or one with a unit: \"500m\", \"64Gi\"");
        }
    }
}

fn is_quantity(amount: &Value) -> bool {
    match amount {
        Value::Number(number) => number.as_f64().is_some_and(|number| number >= 0.0),
        Value::String(text) => {
            let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
            let units = ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
            let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            is_number && digits.parse::<f64>().is_ok() && units.contains(&&text[digits.len()..])
        }
        _ => false,
    }
}
