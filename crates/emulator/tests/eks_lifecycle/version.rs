//! New Kubernetes versions of control planes, and the way back.

use serde_json::{Value, json};

use super::{params, update};
use crate::account::CONFIG_UPDATED;
use crate::eks::{Account, NODES_JOINED, VERSION_UPDATED, pass};

/// Begins an update to a version.
fn to(account: &Account, version: &str, more: Value) -> Value {
    let mut input = json!({ "version": version });
    input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    account.ok("UpdateClusterVersion", input)["update"].clone()
}

#[tokio::test(start_paused = true)]
async fn one_version_after_the_other() {
    let account = Account::with_cluster(json!({ "version": "1.33" })).await;
    for (version, platform) in [("1.34", "eks.26"), ("1.35", "eks.13"), ("1.36", "eks.4")] {
        let begun = to(&account, version, json!({}));
        assert_eq!((&begun["status"], &begun["type"]), (&json!("InProgress"), &json!("VersionUpdate")));
        assert_eq!(params(&begun), json!({ "Version": version, "PlatformVersion": platform }));
        assert_ne!(account.cluster("dev")["version"], version);
        pass(VERSION_UPDATED).await;
        let cluster = account.cluster("dev");
        assert_eq!((&cluster["version"], &cluster["platformVersion"]), (&json!(version), &json!(platform)));
        assert_eq!(update(&account, &begun["id"], None)["status"], "Successful");
    }
    assert_eq!(account.ok("ListUpdates", json!({}))["updateIds"].as_array().expect("ids").len(), 3);
}

#[tokio::test(start_paused = true)]
async fn an_update_fails_whose_subnets_are_gone() {
    let mut account = Account::known().await;
    account.subnet("f", "10.0.5.0/24", 'b');
    // The control plane has interfaces in two zones only: the third subnet can be deleted.
    account.ok("CreateCluster", json!({ "resourcesVpcConfig": { "subnetIds": ["{a}", "{b}", "{f}", "{c}"] } }));
    pass(661).await;
    let used = account.interfaces("Amazon EKS dev");
    let free = ["a", "b", "c", "f"].into_iter().find(|name| !used.contains(&account.net.id(name).to_owned()));
    let free = free.expect("a subnet without interface");
    account.net.ok("DeleteSubnet", &format!("SubnetId={{{free}}}"));
    let begun = to(&account, "1.36", json!({}));
    pass(VERSION_UPDATED).await;
    let ended = update(&account, &begun["id"], None);
    assert_eq!(ended["status"], "Failed");
    assert_eq!(ended["errors"][0]["errorCode"], "SubnetNotFound");
    assert_eq!(ended["errors"][0]["resourceIds"], json!([account.net.id(free)]));
    let cluster = account.cluster("dev");
    assert_eq!((&cluster["status"], &cluster["version"]), (&json!("ACTIVE"), &json!("1.35")));
}

#[tokio::test(start_paused = true)]
async fn a_cluster_goes_back_after_its_nodes() {
    let account = Account::with_cluster(json!({})).await;
    account.ok("CreateNodegroup", json!({}));
    pass(NODES_JOINED).await;
    to(&account, "1.36", json!({}));
    pass(VERSION_UPDATED).await;
    account.ok("UpdateNodegroupVersion", json!({}));
    pass(VERSION_UPDATED).await;
    assert_eq!(account.nodegroup("nodes")["version"], "1.36");
    let refused = account.refused("UpdateClusterVersion", json!({ "version": "1.35" }));
    assert!(refused.starts_with("InvalidStateException"), "{refused}");
    let filter = json!({ "filter": { "statuses": ["ERROR"] } });
    let insights = account.ok("ListInsights", filter.clone())["insights"].clone();
    assert_eq!(
        (&insights[0]["category"], &insights[0]["kubernetesVersion"]),
        (&json!("ROLLBACK_READINESS"), &json!("1.35"))
    );
    account.ok("UpdateNodegroupVersion", json!({ "version": "1.35" }));
    pass(VERSION_UPDATED).await;
    assert_eq!(account.nodegroup("nodes")["version"], "1.35");
    assert_eq!(account.ok("ListInsights", filter)["insights"], json!([]));
    let back = to(&account, "1.35", json!({ "rollbackConfig": { "timeoutMinutes": 120 } }));
    assert_eq!(back["type"], "VersionRollback");
    pass(VERSION_UPDATED).await;
    assert_eq!(account.cluster("dev")["version"], "1.35");
    let refused = account.refused("UpdateClusterVersion", json!({ "version": "1.34" }));
    assert!(refused.contains("unsupported Kubernetes minor version update from 1.35 to 1.34"), "{refused}");
    to(&account, "1.36", json!({}));
}

#[tokio::test(start_paused = true)]
async fn by_force_it_goes_back_before_its_nodes() {
    let account = Account::with_cluster(json!({})).await;
    to(&account, "1.36", json!({}));
    pass(VERSION_UPDATED).await;
    account.ok("CreateNodegroup", json!({}));
    pass(NODES_JOINED).await;
    let back = to(&account, "1.35", json!({ "force": true }));
    pass(VERSION_UPDATED).await;
    assert_eq!(update(&account, &back["id"], None)["status"], "Successful");
    assert_eq!(account.nodegroup("nodes")["version"], "1.36");
}

#[tokio::test(start_paused = true)]
async fn the_way_back_of_auto_mode_can_be_cancelled_while_its_nodes_roll() {
    let auto = json!({
        "roleArn": "{role}auto",
        "accessConfig": { "authenticationMode": "API" },
        "bootstrapSelfManagedAddons": false,
        "computeConfig": { "enabled": true },
        "kubernetesNetworkConfig": { "elasticLoadBalancing": { "enabled": true } },
        "storageConfig": { "blockStorage": { "enabled": true } },
    });
    let account = Account::with_cluster(auto).await;
    to(&account, "1.36", json!({}));
    pass(VERSION_UPDATED).await;
    let back = to(&account, "1.35", json!({}));
    pass(100).await;
    let cancelled = account.ok("CancelUpdate", json!({ "updateId": back["id"] }))["update"].clone();
    assert_eq!(
        (&cancelled["status"], &cancelled["cancellation"]["status"]),
        (&json!("Cancelled"), &json!("Successful"))
    );
    let cluster = account.cluster("dev");
    assert_eq!((&cluster["status"], &cluster["version"]), (&json!("ACTIVE"), &json!("1.36")));
    let back = to(&account, "1.35", json!({}));
    pass(901).await;
    let late = account.ok("CancelUpdate", json!({ "updateId": back["id"] }))["update"].clone();
    assert_eq!((&late["status"], &late["cancellation"]["status"]), (&json!("InProgress"), &json!("Failed")));
    pass(VERSION_UPDATED).await;
    assert_eq!(account.cluster("dev")["version"], "1.35");
}

#[tokio::test(start_paused = true)]
async fn extended_support_must_be_there_in_time() {
    let account = Account::with_cluster(json!({ "upgradePolicy": { "supportType": "STANDARD" } })).await;
    account.ok("UpdateClusterConfig", json!({ "upgradePolicy": { "supportType": "EXTENDED" } }));
    pass(CONFIG_UPDATED).await;
    account.ok("UpdateClusterConfig", json!({ "upgradePolicy": { "supportType": "STANDARD" } }));
}
