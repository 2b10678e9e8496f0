//! A node that Karpenter launched.

use serde_json::json;

use super::{Place, tags};
use crate::call::Call;
use crate::random;
use crate::services::ec2::Launch;

/// Source: "NodePools" and "NodeClasses" in Karpenter's documentation, the tags of what it launches.
pub(super) fn plant(call: &mut Call<'_>, place: &Place) -> String {
    let id = call.id("i");
    let claim = format!("default-{}", random::hex(&json!([id, "claim"]), 5));
    let owned = format!("kubernetes.io/cluster/{}", place.cluster);
    let node_tags = tags([
        ("Name", "default"),
        ("eks:eks-cluster-name", place.cluster.as_str()),
        ("karpenter.k8s.aws/ec2nodeclass", "default"),
        ("karpenter.sh/nodeclaim", claim.as_str()),
        ("karpenter.sh/nodepool", "default"),
        (owned.as_str(), "owned"),
    ]);
    let launched_at = call.now;
    let image_id = call.id("ami");
    call.ec2().launch(Launch {
        id: id.clone(),
        holder: None,
        subnet_id: place.subnet(),
        groups: vec![place.cluster_group.clone()],
        instance_type: "m5.large".to_owned(),
        image_id,
        instance_profile: None,
        launched_at,
        interface_tags: node_tags.clone(),
        tags: node_tags,
        public_ip: false,
    });
    format!("{id} an instance of Karpenter, for the node claim {claim}")
}
