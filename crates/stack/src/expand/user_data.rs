//! What instances are told when they start.
//!
//! Where EKS chooses the image, it adds to this what a node needs to join; with an image of one's own it adds nothing, and
//! all of it stands here. Source: EKS user guide, "Customize managed nodes with launch templates".

use eksctl_rs_core::{Address, Text};
use serde_json::{Map, Value, json};

use crate::schema::{AmiFamily, ManagedNodeGroup};

/// What the cluster tells once it is there, where it stands in a document until then.
const TOLD: [(&str, &str); 4] = [
    ("(cluster name)", "name"),
    ("(cluster endpoint)", "endpoint"),
    ("(cluster certificate authority)", "certificate_authority"),
    ("(cluster service range)", "service_cidr"),
];

/// The user data of a group; nothing where nothing has to be said.
pub(super) fn of(group: &ManagedNodeGroup, cluster: &Address) -> Option<Text> {
    if let Some(own) = &group.override_bootstrap_command {
        return Some(Text::from(own.as_str()));
    }
    let text = match group.ami_family {
        AmiFamily::AmazonLinux2023 => amazon_linux(group),
        AmiFamily::Bottlerocket | AmiFamily::BottlerocketFips => bottlerocket(group),
        _ => None,
    };
    text.map(|text| with_references(&text, cluster))
}

/// A document with the outputs of the cluster in it.
fn with_references(text: &str, cluster: &Address) -> Text {
    let next = TOLD.iter().filter_map(|(mark, output)| Some((text.find(mark)?, *mark, *output))).min();
    match next {
        None => Text::from(text),
        Some((at, mark, output)) => {
            let before = Text::from(&text[..at]).then_of(cluster, output);
            before.joined(with_references(&text[at + mark.len()..], cluster))
        }
    }
}

/// Source: AL2023 user guide of EKS, "nodeadm": several parts, scripts and configurations.
fn amazon_linux(group: &ManagedNodeGroup) -> Option<String> {
    let mut parts = Vec::new();
    if !group.pre_bootstrap_commands.is_empty() {
        let script = format!("#!/bin/bash\nset -o errexit -o pipefail\n{}\n", group.pre_bootstrap_commands.join("\n"));
        parts.push(("text/x-shellscript; charset=\"us-ascii\"", script));
    }
    if let Some(config) = node_config(group) {
        parts.push(("application/node.eks.aws", config));
    }
    if parts.is_empty() {
        return None;
    }
    let mut text = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"//\"\n\n".to_owned();
    for (kind, part) in parts {
        text.push_str(&format!("--//\nContent-Type: {kind}\n\n{part}\n"));
    }
    text.push_str("--//--\n");
    Some(text)
}

/// Source: nodeadm, `NodeConfig` of `node.eks.aws/v1alpha1`.
fn node_config(group: &ManagedNodeGroup) -> Option<String> {
    let mut kubelet: Map<String, Value> = group.kubelet_extra_config.clone().into_iter().collect();
    if let Some(pods) = group.max_pods_per_node {
        kubelet.insert("maxPods".to_owned(), pods.into());
    }
    let mut spec = Map::new();
    if group.ami.is_some() {
        let [name, endpoint, authority, range] = TOLD.map(|(mark, _)| mark);
        let cluster =
            json!({ "name": name, "apiServerEndpoint": endpoint, "certificateAuthority": authority, "cidr": range });
        spec.insert("cluster".to_owned(), cluster);
    }
    if !kubelet.is_empty() {
        spec.insert("kubelet".to_owned(), json!({ "config": kubelet }));
    }
    if spec.is_empty() {
        return None;
    }
    let document = json!({ "apiVersion": "node.eks.aws/v1alpha1", "kind": "NodeConfig", "spec": spec });
    // JSON is YAML, and needs no care for what is in it.
    serde_json::to_string_pretty(&document).ok()
}

/// Source: Bottlerocket, "Settings reference".
fn bottlerocket(group: &ManagedNodeGroup) -> Option<String> {
    let own = group.bottlerocket.as_ref();
    let mut settings: Map<String, Value> =
        own.map(|own| own.settings.clone().into_iter().collect()).unwrap_or_default();
    let mut set = |path: [&str; 2], key: &str, value: Value| {
        let [outer, inner] = path;
        let mut place = settings.entry(outer).or_insert_with(|| json!({}));
        if !inner.is_empty() {
            place = &mut place[inner];
        }
        if place.is_null() {
            *place = json!({});
        }
        if let Some(fields) = place.as_object_mut() {
            fields.insert(key.to_owned(), value);
        }
    };
    if let Some(enabled) = own.and_then(|own| own.enable_admin_container) {
        set(["host-containers", "admin"], "enabled", enabled.into());
    }
    if let Some(pods) = group.max_pods_per_node {
        set(["kubernetes", ""], "max-pods", pods.into());
    }
    if group.ami.is_some() {
        let [name, endpoint, authority, _] = TOLD.map(|(mark, _)| mark);
        set(["kubernetes", ""], "cluster-name", name.into());
        set(["kubernetes", ""], "api-server", endpoint.into());
        set(["kubernetes", ""], "cluster-certificate", authority.into());
    }
    if settings.is_empty() {
        return None;
    }
    toml::to_string(&json!({ "settings": settings })).ok()
}
