//! Changes of node groups.

use serde_json::{Value, json};

use super::{params, update};
use crate::eks::{Account, NODES_JOINED, VERSION_UPDATED, pass};

async fn with_nodes(input: Value) -> Account {
    let account = Account::with_cluster(json!({ "version": "1.34" })).await;
    account.ok("CreateNodegroup", input);
    pass(NODES_JOINED).await;
    assert_eq!(account.health("nodes"), "ACTIVE []");
    account
}

/// Changes `nodes` and waits for it; gives the update as it is after that.
async fn configured(account: &Account, input: Value) -> Value {
    let begun = account.ok("UpdateNodegroupConfig", input)["update"].clone();
    assert_eq!((&begun["status"], &begun["type"]), (&json!("InProgress"), &json!("ConfigUpdate")));
    assert_eq!(account.health("nodes"), "UPDATING []");
    assert_eq!(account.cluster("dev")["status"], "ACTIVE");
    pass(61).await;
    assert_eq!(account.health("nodes"), "ACTIVE []");
    let ended = update(account, &begun["id"], Some("nodes"));
    assert_eq!((&ended["status"], &ended["errors"]), (&json!("Successful"), &json!([])));
    ended
}

#[tokio::test(start_paused = true)]
async fn there_are_as_many_nodes_as_are_wanted() {
    let account = with_nodes(json!({})).await;
    for (min, max, desired) in [(1, 6, 5), (0, 6, 1), (0, 1, 0), (2, 3, 3)] {
        let size = json!({ "minSize": min, "maxSize": max, "desiredSize": desired });
        let ended = configured(&account, json!({ "scalingConfig": size })).await;
        let expected = json!({
            "MinSize": min.to_string(),
            "MaxSize": max.to_string(),
            "DesiredSize": desired.to_string(),
        });
        assert_eq!(params(&ended), expected);
        assert_eq!(account.nodegroup("nodes")["scalingConfig"], size);
        assert_eq!(account.nodes("nodes").len(), desired);
    }
    configured(&account, json!({ "scalingConfig": { "maxSize": 9 } })).await;
    let expected = json!({ "minSize": 2, "maxSize": 9, "desiredSize": 3 });
    assert_eq!(account.nodegroup("nodes")["scalingConfig"], expected, "the rest stays");
}

#[tokio::test(start_paused = true)]
async fn fewer_nodes_are_spread_as_well() {
    let account = with_nodes(json!({ "scalingConfig": { "minSize": 1, "maxSize": 8, "desiredSize": 8 } })).await;
    configured(&account, json!({ "scalingConfig": { "desiredSize": 2 } })).await;
    assert_eq!(account.nodes("nodes"), account.ids(&["a", "b"]));
}

#[tokio::test(start_paused = true)]
async fn labels_come_and_go() {
    let account = with_nodes(json!({ "labels": { "a": "1", "b": "2" } })).await;
    let labels = json!({ "addOrUpdateLabels": { "a": "3", "c": "4" }, "removeLabels": ["b", "unknown"] });
    let ended = configured(&account, json!({ "labels": labels })).await;
    assert_eq!(account.nodegroup("nodes")["labels"], json!({ "a": "3", "c": "4" }));
    let expected = json!({ "LabelsToAdd": r#"{"a":"3","c":"4"}"#, "LabelsToRemove": r#"["b","unknown"]"# });
    assert_eq!(params(&ended), expected);
}

#[tokio::test(start_paused = true)]
async fn taints_come_and_go() {
    let taint = |key: &str, value: &str| json!({ "key": key, "value": value, "effect": "NO_SCHEDULE" });
    let account = with_nodes(json!({ "taints": [taint("a", "1"), taint("b", "2")] })).await;
    let change = json!({
        "addOrUpdateTaints": [taint("a", "3"), { "key": "a", "effect": "NO_EXECUTE" }],
        "removeTaints": [taint("b", "another")],
    });
    configured(&account, json!({ "taints": change })).await;
    let taints = account.nodegroup("nodes")["taints"].clone();
    assert_eq!(taints, json!([taint("a", "3"), { "key": "a", "effect": "NO_EXECUTE" }]));
    let all = json!({ "taints": { "removeTaints": taints } });
    configured(&account, all).await;
    assert_eq!(account.nodegroup("nodes")["taints"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn several_settings_change_in_one_update() {
    let account = with_nodes(json!({})).await;
    let change = json!({
        "labels": { "addOrUpdateLabels": { "a": "b" } },
        "nodeRepairConfig": { "enabled": true },
        "updateConfig": { "maxUnavailablePercentage": 50 },
        "warmPoolConfig": { "enabled": true, "minSize": 2 },
    });
    let ended = configured(&account, change).await;
    let group = account.nodegroup("nodes");
    assert_eq!(group["updateConfig"], json!({ "maxUnavailablePercentage": 50, "updateStrategy": "DEFAULT" }));
    assert_eq!((&group["nodeRepairConfig"]["enabled"], &group["warmPoolConfig"]["minSize"]), (&json!(true), &json!(2)));
    assert_eq!(ended["params"].as_array().expect("params").len(), 5);
    configured(&account, json!({ "updateConfig": { "maxUnavailable": 2 }, "warmPoolConfig": { "enabled": false } }))
        .await;
    let group = account.nodegroup("nodes");
    assert_eq!(group["updateConfig"], json!({ "maxUnavailable": 2, "updateStrategy": "DEFAULT" }));
    assert_eq!(group["warmPoolConfig"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn groups_of_a_cluster_change_side_by_side() {
    let account = with_nodes(json!({})).await;
    account.ok("CreateNodegroup", json!({ "nodegroupName": "more" }));
    pass(NODES_JOINED).await;
    account.ok("UpdateNodegroupConfig", json!({ "scalingConfig": { "maxSize": 3 } }));
    account.ok("UpdateNodegroupConfig", json!({ "nodegroupName": "more", "scalingConfig": { "maxSize": 3 } }));
    let ids = |group: &str| account.ok("ListUpdates", json!({ "nodegroupName": group }))["updateIds"].clone();
    assert_ne!(ids("nodes"), ids("more"));
    assert_eq!(account.ok("ListUpdates", json!({}))["updateIds"], json!([]), "those of the cluster");
}

#[tokio::test(start_paused = true)]
async fn a_group_follows_the_version_of_its_cluster() {
    let account = with_nodes(json!({})).await;
    let nodes = || {
        account.net.all(
            "DescribeNetworkInterfaces",
            "Filter.1.Name=tag:eks:nodegroup-name&Filter.1.Value.1=nodes",
            "networkInterfaceId",
        )
    };
    let before = nodes();
    account.ok("UpdateClusterVersion", json!({ "version": "1.35" }));
    pass(VERSION_UPDATED).await;
    assert_eq!(account.nodegroup("nodes")["version"], "1.34");
    let begun = account.ok("UpdateNodegroupVersion", json!({ "force": true }))["update"].clone();
    assert_eq!(begun["type"], "VersionUpdate");
    assert_eq!(params(&begun), json!({ "Version": "1.35", "ReleaseVersion": "1.35.2-20261101" }));
    assert_eq!((account.health("nodes"), nodes()), ("UPDATING []".to_owned(), before.clone()));
    pass(VERSION_UPDATED).await;
    let group = account.nodegroup("nodes");
    assert_eq!((&group["version"], &group["releaseVersion"]), (&json!("1.35"), &json!("1.35.2-20261101")));
    assert_eq!(update(&account, &begun["id"], Some("nodes"))["status"], "Successful");
    assert_eq!(nodes().len(), 2);
    assert!(nodes().iter().all(|id| !before.contains(id)), "all nodes are new");
}

#[tokio::test(start_paused = true)]
async fn a_newer_release_of_the_same_version() {
    let account = with_nodes(json!({ "releaseVersion": "1.34.7-20260801" })).await;
    account.ok("UpdateNodegroupVersion", json!({ "releaseVersion": "1.34.8-20260901" }));
    pass(VERSION_UPDATED).await;
    assert_eq!(account.nodegroup("nodes")["releaseVersion"], "1.34.8-20260901");
    account.ok("UpdateNodegroupVersion", json!({ "version": "1.34" }));
    pass(VERSION_UPDATED).await;
    assert_eq!(account.nodegroup("nodes")["releaseVersion"], "1.34.8-20261101", "the latest one");
}

#[tokio::test(start_paused = true)]
async fn an_update_fails_whose_nodes_do_not_join() {
    let account = with_nodes(json!({ "releaseVersion": "1.34.7-20260801" })).await;
    let before = account.nodes("nodes");
    account.net.ok("DeleteRoute", "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0");
    let begun = account.ok("UpdateNodegroupVersion", json!({}))["update"].clone();
    pass(VERSION_UPDATED).await;
    let ended = update(&account, &begun["id"], Some("nodes"));
    assert_eq!((&ended["status"], &ended["errors"][0]["errorCode"]), (&json!("Failed"), &json!("NodeCreationFailure")));
    let group = account.nodegroup("nodes");
    assert_eq!((&group["status"], &group["releaseVersion"]), (&json!("ACTIVE"), &json!("1.34.7-20260801")));
    assert_eq!(account.nodes("nodes"), before, "the old nodes stay");
}

#[tokio::test(start_paused = true)]
async fn failures_of_updates_have_codes_of_updates() {
    let account = with_nodes(json!({ "releaseVersion": "1.34.7-20260801" })).await;
    account.net.ok("ModifySubnetAttribute", "SubnetId={a}&MapPublicIpOnLaunch.Value=false");
    let begun = account.ok("UpdateNodegroupVersion", json!({}))["update"].clone();
    pass(VERSION_UPDATED).await;
    let ended = update(&account, &begun["id"], Some("nodes"));
    assert_eq!((&ended["status"], &ended["errors"][0]["errorCode"]), (&json!("Failed"), &json!("NodeCreationFailure")));
}

#[tokio::test(start_paused = true)]
async fn the_same_request_begins_one_update() {
    let account = with_nodes(json!({})).await;
    let input = json!({ "scalingConfig": { "maxSize": 3 }, "clientRequestToken": "once" });
    let first = account.ok("UpdateNodegroupConfig", input.clone());
    assert_eq!(account.ok("UpdateNodegroupConfig", input.clone()), first);
    let other = json!({ "scalingConfig": { "maxSize": 4 }, "clientRequestToken": "once" });
    assert!(account.refused("UpdateNodegroupConfig", other).starts_with("InvalidParameterException The client token"));
    assert_eq!(
        account.ok("ListUpdates", json!({ "nodegroupName": "nodes" }))["updateIds"].as_array().expect("ids").len(),
        1
    );
}
