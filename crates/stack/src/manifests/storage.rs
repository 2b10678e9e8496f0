//! Storage classes for volumes of EBS.

use std::collections::BTreeMap;

use eksctl_rs_core::World;
use serde_json::{Map, Value, json};

use super::{Manifest, Part, metadata, put, texts};
use crate::expand::kms_alias;
use crate::schema::{FileSystem, KeyUse, StackSpec, StorageClass};

pub(super) fn render(spec: &StackSpec, world: &World, manifests: &mut Vec<Manifest>) {
    let rendered = spec.kubernetes.storage_classes.iter().map(|class| class_of(spec, world, class));
    manifests.extend(rendered.map(|object| Manifest { part: Part::StorageClasses, object }));
}

/// Source: EBS CSI driver, `docs/parameters.md`; EKS user guide, "Create a storage class" of Auto Mode.
fn class_of(spec: &StackSpec, world: &World, class: &StorageClass) -> Value {
    let mut metadata = metadata(&class.name, None);
    let default =
        class.default.then(|| ("storageclass.kubernetes.io/is-default-class".to_owned(), Value::from("true")));
    let annotations: BTreeMap<String, Value> = default.into_iter().chain(texts(&class.annotations)).collect();
    put(&mut metadata, "labels", texts(&class.labels));
    put(&mut metadata, "annotations", annotations);
    let is_auto = spec.auto_mode_config.as_ref().is_some_and(|auto| auto.enabled);
    let mut object = Map::new();
    object.insert("apiVersion".to_owned(), "storage.k8s.io/v1".into());
    object.insert("kind".to_owned(), "StorageClass".into());
    object.insert("metadata".to_owned(), metadata.into());
    object
        .insert("provisioner".to_owned(), if is_auto { "ebs.csi.eks.amazonaws.com" } else { "ebs.csi.aws.com" }.into());
    object.insert("parameters".to_owned(), parameters(spec, world, class));
    object.insert("reclaimPolicy".to_owned(), json!(class.reclaim_policy));
    object.insert("allowVolumeExpansion".to_owned(), class.allow_volume_expansion.into());
    if !class.mount_options.is_empty() {
        object.insert("mountOptions".to_owned(), json!(class.mount_options));
    }
    // A volume belongs into the zone of its pod.
    object.insert("volumeBindingMode".to_owned(), "WaitForFirstConsumer".into());
    object.into()
}

fn parameters(spec: &StackSpec, world: &World, class: &StorageClass) -> Value {
    let file_system = match class.fs_type {
        FileSystem::Ext4 => "ext4",
        FileSystem::Xfs => "xfs",
    };
    let key = class.kms_key_arn.clone().or_else(|| own_key(spec, world)).filter(|_| class.encrypted);
    let parameters = [
        ("type", json!(class.volume_type).as_str().map(str::to_owned)),
        ("csi.storage.k8s.io/fstype", Some(file_system.to_owned())),
        ("encrypted", Some(class.encrypted.to_string())),
        ("iops", class.iops.map(|number| number.to_string())),
        ("throughput", class.throughput.map(|number| number.to_string())),
        ("kmsKeyId", key),
    ];
    parameters.into_iter().filter_map(|(key, value)| Some((key.to_owned(), Value::from(value?)))).collect()
}

/// The stack's own key, by its alias: that follows from the stack.
pub(super) fn own_key(spec: &StackSpec, world: &World) -> Option<String> {
    let kms = spec.kms.as_ref().filter(|kms| kms.used_for.contains(&KeyUse::Volumes))?;
    Some(world.arn("kms", &kms_alias(spec, kms)))
}
