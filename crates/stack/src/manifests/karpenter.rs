//! What Karpenter is told: of what nodes are made, and which.
//!
//! Source: Karpenter v1, "NodeClasses" and "NodePools".

use std::collections::BTreeMap;

use eksctl_rs_core::{Text, World};
use serde_json::{Map, Value, json};

use super::storage::own_key;
use super::{Manifest, Part, metadata, object, put, texts};
use crate::expand::{KARPENTER_DISCOVERY, KARPENTER_NODES, names};
use crate::schema::{
    KarpenterConsolidation, KarpenterNodeClass, KarpenterNodePool, KarpenterOperator, StackSpec, Taint,
};

pub(super) fn render(spec: &StackSpec, world: &World, manifests: &mut Vec<Manifest>) {
    let Some(karpenter) = &spec.karpenter else { return };
    let classes = karpenter.node_classes.iter().map(|class| class_of(spec, world, class));
    manifests.extend(classes.map(|object| Manifest { part: Part::NodeClasses, object }));
    let class = |pool: &KarpenterNodePool| karpenter.node_classes.iter().find(|class| class.name == pool.node_class);
    let pools = karpenter.node_pools.iter().map(|pool| pool_of(pool, class(pool)));
    manifests.extend(pools.map(|object| Manifest { part: Part::NodePools, object }));
}

fn class_of(spec: &StackSpec, world: &World, class: &KarpenterNodeClass) -> Value {
    let discovery = json!([{ "tags": { KARPENTER_DISCOVERY: spec.metadata.name } }]);
    let mut rendered = Map::new();
    let mut set = |key: &str, value: Value| drop(rendered.insert(key.to_owned(), value));
    set("amiSelectorTerms", json!([{ "alias": class.ami_alias }]));
    set("role", Text::of(&names::role(KARPENTER_NODES), "name").to_value());
    set("subnetSelectorTerms", discovery.clone());
    set("securityGroupSelectorTerms", discovery);
    set("blockDeviceMappings", volumes(spec, world, class).into());
    set("metadataOptions", metadata_options(spec, class));
    if let Some(kubelet) = &class.kubelet {
        set("kubelet", kubelet.clone());
    }
    if let Some(user_data) = &class.user_data {
        set("userData", user_data.as_str().into());
    }
    let mut tags: BTreeMap<String, String> = spec.metadata.tags.clone();
    tags.extend(class.tags.clone());
    put(&mut rendered, "tags", texts(&tags));
    object("karpenter.k8s.aws/v1", "EC2NodeClass", metadata(&class.name, None), rendered.into())
}

/// The volume for images and pods. On Bottlerocket it stands beside that of the system, which is always small.
fn volumes(spec: &StackSpec, world: &World, class: &KarpenterNodeClass) -> Vec<Value> {
    let own = volume(spec, world, class);
    if own["deviceName"] != "/dev/xvdb" {
        return vec![own];
    }
    let mut system = json!({ "deviceName": "/dev/xvda", "ebs": own["ebs"] });
    let fields = system["ebs"].as_object_mut().into_iter();
    fields.for_each(|disk| disk.retain(|key, _| !["iops", "throughput"].contains(&key.as_str())));
    system["ebs"]["volumeSize"] = "4Gi".into();
    system["ebs"]["volumeType"] = "gp3".into();
    vec![system, own]
}

fn volume(spec: &StackSpec, world: &World, class: &KarpenterNodeClass) -> Value {
    let device = match class.ami_alias.split('@').next().unwrap_or_default() {
        "bottlerocket" => "/dev/xvdb",
        family if family.starts_with("windows") => "/dev/sda1",
        _ => "/dev/xvda",
    };
    let key = class.volume_kms_key_id.clone().or_else(|| own_key(spec, world)).filter(|_| class.volume_encrypted);
    let mut disk = json!({
        "volumeSize": format!("{}Gi", class.volume_size),
        "volumeType": class.volume_type,
        "encrypted": class.volume_encrypted,
        "deleteOnTermination": true,
    });
    if let Some(iops) = class.volume_iops {
        disk["iops"] = iops.into();
    }
    if let Some(throughput) = class.volume_throughput {
        disk["throughput"] = throughput.into();
    }
    if let Some(key) = key {
        disk["kmsKeyID"] = key.into();
    }
    json!({ "deviceName": device, "ebs": disk })
}

/// Only sessions get credentials of the node.
fn metadata_options(spec: &StackSpec, class: &KarpenterNodeClass) -> Value {
    let is_ipv6 = spec.kubernetes_network_config.ip_family == crate::schema::IpFamily::IPv6;
    json!({
        "httpEndpoint": "enabled",
        "httpProtocolIPv6": if is_ipv6 { "enabled" } else { "disabled" },
        "httpPutResponseHopLimit": class.imds_hop_limit,
        "httpTokens": "required",
    })
}

fn pool_of(pool: &KarpenterNodePool, class: Option<&KarpenterNodeClass>) -> Value {
    let mut nodes = Map::new();
    let mut set = |key: &str, value: Value| drop(nodes.insert(key.to_owned(), value));
    set("nodeClassRef", json!({ "group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": pool.node_class }));
    set("requirements", requirements(pool, class).into());
    for (key, taints) in [("taints", &pool.taints), ("startupTaints", &pool.startup_taints)] {
        if !taints.is_empty() {
            set(key, taints.iter().map(taint).collect());
        }
    }
    set("expireAfter", pool.expire_after.as_str().into());
    if let Some(period) = &pool.termination_grace_period {
        set("terminationGracePeriod", period.as_str().into());
    }
    let mut template = Map::new();
    if !pool.labels.is_empty() {
        template.insert("metadata".to_owned(), json!({ "labels": pool.labels }));
    }
    template.insert("spec".to_owned(), nodes.into());
    let policy = match pool.consolidation_policy {
        KarpenterConsolidation::WhenEmpty => "WhenEmpty",
        KarpenterConsolidation::WhenEmptyOrUnderutilized => "WhenEmptyOrUnderutilized",
    };
    let mut rendered = json!({
        "template": template,
        "disruption": { "consolidationPolicy": policy, "consolidateAfter": pool.consolidate_after },
    });
    if !pool.limits.is_empty() {
        rendered["limits"] = json!(pool.limits);
    }
    if let Some(weight) = pool.weight {
        rendered["weight"] = weight.into();
    }
    object("karpenter.sh/v1", "NodePool", metadata(&pool.name, None), rendered)
}

fn taint(taint: &Taint) -> Value {
    match taint.value.is_empty() {
        true => json!({ "key": taint.key, "effect": taint.effect }),
        false => json!({ "key": taint.key, "value": taint.value, "effect": taint.effect }),
    }
}

/// What the labels of the nodes must be.
fn requirements(pool: &KarpenterNodePool, class: Option<&KarpenterNodeClass>) -> Vec<Value> {
    let is_windows = class.is_some_and(|class| class.ami_alias.starts_with("windows"));
    let within = |key: &str, values: Value| json!({ "key": key, "operator": "In", "values": values });
    let mut all = vec![
        within("kubernetes.io/os", json!([if is_windows { "windows" } else { "linux" }])),
        within("kubernetes.io/arch", json!(pool.architectures)),
        within("karpenter.sh/capacity-type", json!(pool.capacity_types)),
    ];
    let lists = [
        ("karpenter.k8s.aws/instance-category", Some(&pool.instance_categories)),
        ("karpenter.k8s.aws/instance-family", Some(&pool.instance_families)),
        ("node.kubernetes.io/instance-type", Some(&pool.instance_types)),
        ("topology.kubernetes.io/zone", pool.availability_zones.as_ref()),
    ];
    let lists = lists.into_iter().filter_map(|(key, values)| Some((key, values.filter(|values| !values.is_empty())?)));
    all.extend(lists.map(|(key, values)| within(key, json!(values))));
    if let Some(first) = pool.min_generation {
        let above = json!([first.saturating_sub(1).to_string()]);
        all.push(json!({ "key": "karpenter.k8s.aws/instance-generation", "operator": "Gt", "values": above }));
    }
    all.extend(pool.requirements.iter().map(|one| {
        let mut rendered = json!({ "key": one.key, "operator": one.operator });
        if !matches!(one.operator, KarpenterOperator::Exists | KarpenterOperator::DoesNotExist) {
            rendered["values"] = json!(one.values);
        }
        if let Some(least) = one.min_values {
            rendered["minValues"] = least.into();
        }
        rendered
    }));
    all
}
