//! Namespaces, with what holds for everything in them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Manifest, Part, metadata, object, put, service_accounts, texts};
use crate::schema::{LimitRange, Namespace, PodSecurity, StackSpec};

pub(super) fn render(spec: &StackSpec, manifests: &mut Vec<Manifest>) {
    let named: BTreeSet<&str> = spec.kubernetes.namespaces.iter().map(|namespace| namespace.name.as_str()).collect();
    for namespace in &spec.kubernetes.namespaces {
        manifests.push(Manifest { part: Part::Namespaces, object: of(namespace) });
        let policies = [quota(namespace), limits(namespace), deny(namespace)];
        let policies = policies.into_iter().flatten();
        manifests.extend(policies.map(|object| Manifest { part: Part::NamespacePolicies, object }));
    }
    for name in implied(spec).into_iter().filter(|name| !named.contains(name)) {
        let object = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": metadata(name, None) });
        manifests.push(Manifest { part: Part::Namespaces, object });
    }
}

/// The namespaces that follow from the rest of the stack. Every cluster has some by itself.
fn implied(spec: &StackSpec) -> BTreeSet<&str> {
    let policies = spec.kubernetes.security_group_policies.iter().map(|policy| policy.namespace.as_str());
    let accounts = service_accounts::namespaces(spec);
    let selectors = spec.fargate_profiles.iter().flat_map(|profile| &profile.selectors);
    let selected = selectors.map(|selector| selector.namespace.as_str()).filter(|name| !name.contains(['*', '?']));
    let karpenter = spec.karpenter.iter().map(|karpenter| karpenter.namespace.as_str());
    let is_made = |name: &&str| *name != "default" && !name.starts_with("kube-");
    policies.chain(accounts).chain(selected).chain(karpenter).filter(is_made).collect()
}

/// Source: Kubernetes, "Enforce Pod Security Standards with Namespace Labels".
fn of(namespace: &Namespace) -> Value {
    let mut metadata = metadata(&namespace.name, None);
    let standard = namespace.pod_security.map(word);
    let modes = ["audit", "enforce", "warn"]
        .into_iter()
        .filter_map(|mode| Some((format!("pod-security.kubernetes.io/{mode}"), Value::from(standard?))));
    let mut labels: BTreeMap<String, Value> = modes.collect();
    labels.extend(texts(&namespace.labels));
    put(&mut metadata, "labels", labels);
    put(&mut metadata, "annotations", texts(&namespace.annotations));
    json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": metadata })
}

fn word(standard: PodSecurity) -> &'static str {
    match standard {
        PodSecurity::Restricted => "restricted",
        PodSecurity::Baseline => "baseline",
        PodSecurity::Privileged => "privileged",
    }
}

fn quota(namespace: &Namespace) -> Option<Value> {
    let hard = namespace.resource_quota.as_ref()?;
    Some(object("v1", "ResourceQuota", metadata("quota", Some(&namespace.name)), json!({ "hard": quantities(hard) })))
}

fn limits(namespace: &Namespace) -> Option<Value> {
    let LimitRange { default, default_request, max, min } = namespace.limit_range.as_ref()?;
    let mut limit = Map::from_iter([("type".to_owned(), Value::from("Container"))]);
    for (key, values) in [("default", default), ("defaultRequest", default_request), ("max", max), ("min", min)] {
        if !values.is_empty() {
            limit.insert(key.to_owned(), quantities(values));
        }
    }
    Some(object("v1", "LimitRange", metadata("limits", Some(&namespace.name)), json!({ "limits": [limit] })))
}

/// As texts: what Kubernetes stores, whether they were written as numbers or not.
fn quantities(values: &BTreeMap<String, Value>) -> Value {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    values.iter().map(|(resource, value)| (resource.clone(), Value::from(text(value)))).collect()
}

/// Source: Kubernetes, "Network Policies", default policies.
fn deny(namespace: &Namespace) -> Option<Value> {
    if namespace.default_deny.is_empty() {
        return None;
    }
    let spec = json!({ "podSelector": {}, "policyTypes": namespace.default_deny });
    Some(object("networking.k8s.io/v1", "NetworkPolicy", metadata("default-deny", Some(&namespace.name)), spec))
}
