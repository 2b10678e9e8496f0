//! Security groups and subnets of pods.

use eksctl_rs_core::Text;
use serde_json::{Value, json};

use super::{Manifest, Part, metadata, object};
use crate::expand::names;
use crate::schema::{EniConfig, LabelSelector, SecurityGroupPolicy, StackSpec};

pub(super) fn render(spec: &StackSpec, manifests: &mut Vec<Manifest>) {
    let policies = spec.kubernetes.security_group_policies.iter().map(|policy| policy_of(spec, policy));
    manifests.extend(policies.map(|object| Manifest { part: Part::SecurityGroupPolicies, object }));
    let configs = spec.kubernetes.eni_configs.iter().map(|config| config_of(spec, config));
    manifests.extend(configs.map(|object| Manifest { part: Part::EniConfigs, object }));
}

/// Source: EKS user guide, "Assign security groups to individual pods".
fn policy_of(spec: &StackSpec, policy: &SecurityGroupPolicy) -> Value {
    let mut rendered = json!({});
    let selectors =
        [("podSelector", &policy.pod_selector), ("serviceAccountSelector", &policy.service_account_selector)];
    for (key, selector) in selectors {
        if let Some(selector) = selector {
            rendered[key] = selector_of(selector);
        }
    }
    rendered["securityGroups"] = json!({ "groupIds": groups(spec, &policy.security_groups) });
    object(
        "vpcresources.k8s.aws/v1beta1",
        "SecurityGroupPolicy",
        metadata(&policy.name, Some(&policy.namespace)),
        rendered,
    )
}

/// Source: EKS user guide, "Deploy pods in alternate subnets with custom networking".
fn config_of(spec: &StackSpec, config: &EniConfig) -> Value {
    let subnet = match config.subnet.starts_with("subnet-") {
        true => Value::from(config.subnet.as_str()),
        false => Text::of(&names::subnet("private", &config.subnet), "id").to_value(),
    };
    let mut rendered = json!({ "subnet": subnet });
    if !config.security_groups.is_empty() {
        rendered["securityGroups"] = groups(spec, &config.security_groups);
    }
    object("crd.k8s.amazonaws.com/v1alpha1", "ENIConfig", metadata(&config.name, None), rendered)
}

fn selector_of(selector: &LabelSelector) -> Value {
    let mut rendered = json!({});
    if !selector.match_labels.is_empty() {
        rendered["matchLabels"] = json!(selector.match_labels);
    }
    let expressions = selector.match_expressions.iter().map(|one| match one.values.is_empty() {
        true => json!({ "key": one.key, "operator": one.operator }),
        false => json!({ "key": one.key, "operator": one.operator, "values": one.values }),
    });
    if !selector.match_expressions.is_empty() {
        rendered["matchExpressions"] = expressions.collect();
    }
    rendered
}

fn groups(spec: &StackSpec, named: &[String]) -> Value {
    let group = |name: &String| match name.as_str() {
        "cluster" => Text::of(&names::cluster(&spec.metadata.name), "security_group").to_value(),
        id if id.starts_with("sg-") => id.into(),
        name => Text::of(&names::security_group(name), "id").to_value(),
    };
    named.iter().map(group).collect()
}
