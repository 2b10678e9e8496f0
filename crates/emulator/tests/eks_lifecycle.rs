//! The life of clusters and node groups: what time does to them, and what they have in the network meanwhile.

mod aws;
mod eks;
mod network;

#[path = "eks_lifecycle/access_entry.rs"]
mod access_entry;
#[path = "eks_lifecycle/account.rs"]
mod account;
#[path = "eks_lifecycle/addon.rs"]
mod addon;
#[path = "eks_lifecycle/addon_versions.rs"]
mod addon_versions;
#[path = "eks_lifecycle/capability.rs"]
mod capability;
#[path = "eks_lifecycle/cluster.rs"]
mod cluster;
#[path = "eks_lifecycle/cluster_update.rs"]
mod cluster_update;
#[path = "eks_lifecycle/fargate.rs"]
mod fargate;
#[path = "eks_lifecycle/identity_provider.rs"]
mod identity_provider;
#[path = "eks_lifecycle/ipv6.rs"]
mod ipv6;
#[path = "eks_lifecycle/join.rs"]
mod join;
#[path = "eks_lifecycle/launch_template.rs"]
mod launch_template;
#[path = "eks_lifecycle/logs.rs"]
mod logs;
#[path = "eks_lifecycle/nodegroup.rs"]
mod nodegroup;
#[path = "eks_lifecycle/nodegroup_update.rs"]
mod nodegroup_update;
#[path = "eks_lifecycle/pod_identity.rs"]
mod pod_identity;
#[path = "eks_lifecycle/read.rs"]
mod read;
#[path = "eks_lifecycle/version.rs"]
mod version;

use eks::Account;
use serde_json::{Value, json};

/// An update of the cluster `dev`, or of one of its node groups.
fn update(account: &Account, id: &Value, group: Option<&str>) -> Value {
    let mut input = json!({ "updateId": id });
    if let Some(group) = group {
        input["nodegroupName"] = group.into();
    }
    account.ok("DescribeUpdate", input)["update"].clone()
}

/// The parameters of an update, by their types.
fn params(update: &Value) -> Value {
    let params = update["params"].as_array().expect("params").iter();
    params.map(|param| (eks::text(&param["type"]), param["value"].clone())).collect()
}
