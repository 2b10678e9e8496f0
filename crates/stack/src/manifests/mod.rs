//! What the cluster needs inside, as objects of Kubernetes. They are rendered, and never applied by us.

mod karpenter;
mod namespaces;
mod network;
mod service_accounts;
mod storage;

use std::collections::BTreeSet;

use eksctl_rs_aws::AwsRules;
use eksctl_rs_core::{Address, Graph, Outputs, Rules, World, references, resolve};
use serde_json::{Map, Value, json};

use crate::schema::StackSpec;

/// An object of Kubernetes. Until it is resolved it may hold references to what AWS knows.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// What it is a part of.
    pub part: Part,
    /// The object.
    pub object: Value,
}

/// What objects are put together, in the order in which they must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Namespaces.
    Namespaces,
    /// Quotas, limits and network policies of namespaces.
    NamespacePolicies,
    /// Service accounts.
    ServiceAccounts,
    /// Storage classes.
    StorageClasses,
    /// The subnets of pods.
    EniConfigs,
    /// Security groups for pods.
    SecurityGroupPolicies,
    /// What the nodes of Karpenter are made of.
    NodeClasses,
    /// Which nodes Karpenter makes.
    NodePools,
}

impl Part {
    /// Every part, in order.
    pub const ALL: &'static [Self] = &[
        Self::Namespaces,
        Self::NamespacePolicies,
        Self::ServiceAccounts,
        Self::StorageClasses,
        Self::EniConfigs,
        Self::SecurityGroupPolicies,
        Self::NodeClasses,
        Self::NodePools,
    ];

    /// The name of its file: kubectl reads a directory by the names of its files.
    pub fn file(self) -> &'static str {
        match self {
            Self::Namespaces => "00-namespaces.yaml",
            Self::NamespacePolicies => "10-namespace-policies.yaml",
            Self::ServiceAccounts => "20-service-accounts.yaml",
            Self::StorageClasses => "30-storage-classes.yaml",
            Self::EniConfigs => "40-eni-configs.yaml",
            Self::SecurityGroupPolicies => "50-security-group-policies.yaml",
            Self::NodeClasses => "60-node-classes.yaml",
            Self::NodePools => "70-node-pools.yaml",
        }
    }
}

/// Everything that the cluster of a stack needs inside, as far as it follows from the stack: names and ARNs are known, ids
/// are not. `graph` is what the stack wants.
pub fn of(spec: &StackSpec, graph: &Graph, world: &World) -> Vec<Manifest> {
    let mut manifests = Vec::new();
    namespaces::render(spec, &mut manifests);
    service_accounts::render(spec, &mut manifests);
    storage::render(spec, world, &mut manifests);
    network::render(spec, &mut manifests);
    karpenter::render(spec, world, &mut manifests);
    let computed = |address: &Address| -> Outputs {
        let wanted = graph.get(address).zip(AwsRules.kind(address.kind()));
        wanted.map(|(wanted, kind)| kind.computed(&wanted.spec, world)).unwrap_or_default()
    };
    let mut known = |address: &Address, output: &str| computed(address).remove(output);
    for manifest in &mut manifests {
        manifest.object = resolve(&manifest.object, &mut known);
    }
    manifests.sort_by_key(|manifest| (manifest.part, key(&manifest.object)));
    manifests
}

/// What AWS has still to tell.
pub fn missing(manifests: &[Manifest]) -> BTreeSet<(Address, String)> {
    manifests.iter().flat_map(|manifest| references(&manifest.object)).collect()
}

/// The same with what AWS has told.
pub fn told(manifests: Vec<Manifest>, lookup: &mut dyn FnMut(&Address, &str) -> Option<String>) -> Vec<Manifest> {
    let told = |manifest: Manifest| Manifest { object: resolve(&manifest.object, lookup), ..manifest };
    manifests.into_iter().map(told).collect()
}

/// By what objects are sorted.
fn key(object: &Value) -> (String, String, String) {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    (text("/metadata/namespace"), text("/kind"), text("/metadata/name"))
}

/// The head of an object.
fn metadata(name: &str, namespace: Option<&str>) -> Map<String, Value> {
    let mut metadata = Map::new();
    metadata.insert("name".to_owned(), name.into());
    metadata.extend(namespace.map(|namespace| ("namespace".to_owned(), namespace.into())));
    metadata
}

/// Labels or annotations, if there are any.
fn put(metadata: &mut Map<String, Value>, key: &str, values: impl IntoIterator<Item = (String, Value)>) {
    let mut values: Vec<(String, Value)> = values.into_iter().collect();
    values.sort_by(|a, b| a.0.cmp(&b.0));
    if !values.is_empty() {
        metadata.insert(key.to_owned(), Value::Object(values.into_iter().collect()));
    }
}

fn texts(values: &std::collections::BTreeMap<String, String>) -> impl Iterator<Item = (String, Value)> {
    values.iter().map(|(key, value)| (key.clone(), value.as_str().into()))
}

/// An object with a spec.
fn object(api: &str, kind: &str, metadata: Map<String, Value>, spec: Value) -> Value {
    json!({ "apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec })
}

#[cfg(test)]
mod tests;
