//! Changes of a cluster's configuration.

use serde_json::{Value, json};

use super::{params, update};
use crate::account::CONFIG_UPDATED;
use crate::aws::{self, ACCOUNT, REGION};
use crate::eks::{Account, CLUSTER_MADE, pass, text};

/// Begins an update of `dev` and waits for it; gives it as it is after that.
async fn updated(account: &Account, operation: &str, input: Value, kind: &str) -> Value {
    let begun = account.ok(operation, input)["update"].clone();
    assert_eq!((&begun["status"], &begun["type"]), (&json!("InProgress"), &json!(kind)));
    assert_eq!(account.cluster("dev")["status"], "UPDATING");
    assert_eq!(update(account, &begun["id"], None), begun);
    pass(CONFIG_UPDATED).await;
    assert_eq!(account.cluster("dev")["status"], "ACTIVE");
    let ended = update(account, &begun["id"], None);
    assert_eq!((&ended["status"], &ended["errors"]), (&json!("Successful"), &json!([])));
    ended
}

#[tokio::test(start_paused = true)]
async fn every_kind_of_update() {
    let account = Account::with_cluster(json!({ "roleArn": "{role}auto" })).await;
    let groups = account.net.all("DescribeSecurityGroups", "Filter.1.Name=vpc-id&Filter.1.Value.1={vpc}", "groupId");
    let node_role = account.net.filled_in("{role}node");
    let remote = json!({ "remoteNodeNetworks": [{ "cidrs": ["10.80.0.0/16"] }], "remotePodNetworks": [] });
    let cases = json!([
        ["EndpointAccessUpdate", "/resourcesVpcConfig/endpointPrivateAccess", true],
        ["EndpointAccessUpdate", "/resourcesVpcConfig/publicAccessCidrs", ["198.51.100.0/24"]],
        ["VpcConfigUpdate", "/resourcesVpcConfig/subnetIds", account.ids(&["a2", "b"])],
        ["VpcConfigUpdate", "/resourcesVpcConfig/securityGroupIds", [groups[0]]],
        ["VpcConfigUpdate", "/resourcesVpcConfig/securityGroupIds", []],
        ["ControlPlaneEgressUpdate", "/resourcesVpcConfig/controlPlaneEgressMode", "CUSTOMER_ROUTED"],
        ["AccessConfigUpdate", "/accessConfig/authenticationMode", "API_AND_CONFIG_MAP"],
        ["AccessConfigUpdate", "/accessConfig/authenticationMode", "API"],
        ["UpgradePolicyUpdate", "/upgradePolicy/supportType", "STANDARD"],
        ["ZonalShiftConfigUpdate", "/zonalShiftConfig/enabled", true],
        ["RemoteNetworkConfigUpdate", "/remoteNetworkConfig", remote],
        ["DeletionProtectionUpdate", "/deletionProtection", true],
        ["ControlPlaneScalingConfigUpdate", "/controlPlaneScalingConfig/tier", "tier-2xl"],
        ["ControlPlaneComponentConfigUpdate", "/kubeApiServerConfig/eventTtl", "20m"],
        [
            "ControlPlaneComponentConfigUpdate",
            "/kubeSchedulerConfig/nodeResourcesFit/scoringStrategy/type",
            "MostAllocated"
        ],
        [
            "ControlPlaneComponentConfigUpdate",
            "/kubeControllerManagerConfig/podGcControllerConfig/terminatedPodGcThreshold",
            100
        ],
    ]);
    for case in cases.as_array().expect("cases") {
        let (kind, path) = (text(&case[0]), text(&case[1]));
        let steps = path.split('/').skip(1).collect::<Vec<_>>();
        let input = steps.into_iter().rev().fold(case[2].clone(), |inner, step| json!({ step: inner }));
        let ended = updated(&account, "UpdateClusterConfig", input, &kind).await;
        assert_eq!(account.cluster("dev").pointer(&path), Some(&case[2]), "{path}");
        assert_ne!(ended["params"], json!([]), "{path}");
    }
    let auto = json!({
        "computeConfig": { "enabled": true, "nodePools": ["system"], "nodeRoleArn": node_role },
        "kubernetesNetworkConfig": { "elasticLoadBalancing": { "enabled": true } },
        "storageConfig": { "blockStorage": { "enabled": true } },
    });
    updated(&account, "UpdateClusterConfig", auto.clone(), "AutoModeUpdate").await;
    let cluster = account.cluster("dev");
    assert_eq!(
        (&cluster["computeConfig"], &cluster["storageConfig"]),
        (&auto["computeConfig"], &auto["storageConfig"])
    );
    let off = json!({
        "computeConfig": { "enabled": false },
        "kubernetesNetworkConfig": { "elasticLoadBalancing": { "enabled": false } },
        "storageConfig": { "blockStorage": { "enabled": false } },
    });
    updated(&account, "UpdateClusterConfig", off, "AutoModeUpdate").await;
    assert_eq!(account.cluster("dev")["computeConfig"]["enabled"], false);
    let ids = account.ok("ListUpdates", json!({}))["updateIds"].as_array().expect("ids").len();
    assert_eq!(ids, cases.as_array().expect("cases").len() + 2);
}

#[tokio::test(start_paused = true)]
async fn updates_tell_what_was_asked() {
    let account = Account::with_cluster(json!({})).await;
    let cidrs = json!({ "resourcesVpcConfig": { "publicAccessCidrs": ["198.51.100.7/24"] } });
    let ended = updated(&account, "UpdateClusterConfig", cidrs, "EndpointAccessUpdate").await;
    let expected = json!({
        "EndpointPublicAccess": "true",
        "EndpointPrivateAccess": "false",
        "PublicAccessCidrs": r#"["198.51.100.0/24"]"#,
    });
    assert_eq!(params(&ended), expected);
    let tier = json!({ "controlPlaneScalingConfig": { "tier": "tier-xl" } });
    let ended = updated(&account, "UpdateClusterConfig", tier, "ControlPlaneScalingConfigUpdate").await;
    assert_eq!(params(&ended), json!({ "PreviousTier": "standard", "UpdatedTier": "tier-xl" }));
}

#[tokio::test(start_paused = true)]
async fn a_change_is_there_when_the_update_ends_and_not_before() {
    let account = Account::with_cluster(json!({})).await;
    account.ok("UpdateClusterConfig", json!({ "deletionProtection": true }));
    pass(19).await;
    assert_eq!(account.cluster("dev")["deletionProtection"], false);
    pass(CONFIG_UPDATED).await;
    assert_eq!(account.cluster("dev")["deletionProtection"], true);
}

#[tokio::test(start_paused = true)]
async fn logs_that_are_not_named_stay_as_they_are() {
    let account = Account::with_cluster(json!({})).await;
    for (types, enabled, after) in [
        (json!(["api", "audit"]), true, json!(["api", "audit"])),
        (json!(["scheduler"]), true, json!(["api", "audit", "scheduler"])),
        (json!(["api"]), false, json!(["audit", "scheduler"])),
    ] {
        let input = json!({ "logging": { "clusterLogging": [{ "types": types, "enabled": enabled }] } });
        updated(&account, "UpdateClusterConfig", input, "LoggingUpdate").await;
        let setups = account.cluster("dev")["logging"]["clusterLogging"].clone();
        assert_eq!(setups[0], json!({ "types": after, "enabled": true }));
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_can_be_added_once() {
    let account = Account::with_cluster(json!({})).await;
    let config = json!([{ "resources": ["secrets"], "provider": { "keyArn": account.net.id("key") } }]);
    let input = json!({ "encryptionConfig": config });
    let ended = updated(&account, "AssociateEncryptionConfig", input.clone(), "AssociateEncryptionConfig").await;
    assert_eq!(params(&ended), json!({ "EncryptionConfig": config.to_string() }));
    assert_eq!(account.cluster("dev")["encryptionConfig"], config);
    assert!(account.refused("AssociateEncryptionConfig", input).starts_with("InvalidRequestException"));
}

#[tokio::test(start_paused = true)]
async fn a_key_has_other_names() {
    let account = Account::with_cluster(json!({})).await;
    let alias = json!({ "AliasName": "alias/dev", "TargetKeyId": account.net.id("key") });
    aws::granted("CreateAlias", account.net.aws.kms("CreateAlias", alias));
    for name in [
        "alias/dev".to_owned(),
        format!("arn:aws:kms:{REGION}:{ACCOUNT}:alias/dev"),
        format!("arn:aws:kms:{REGION}:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
        format!("arn:aws:kms:{REGION}:444455556666:alias/dev"),
    ] {
        let fork = account.forked();
        let config = json!([{ "resources": ["secrets"], "provider": { "keyArn": name } }]);
        let input = json!({ "encryptionConfig": config });
        updated(&fork, "AssociateEncryptionConfig", input, "AssociateEncryptionConfig").await;
        assert_eq!(fork.cluster("dev")["encryptionConfig"], config);
    }
}

#[tokio::test(start_paused = true)]
async fn the_interfaces_follow_the_subnets_and_the_groups() {
    let account = Account::with_cluster(json!({})).await;
    let before = account.net.all("DescribeNetworkInterfaces", "", "networkInterfaceId");
    let moved = json!({ "resourcesVpcConfig": { "subnetIds": ["{a2}", "{b}"] } });
    updated(&account, "UpdateClusterConfig", moved, "VpcConfigUpdate").await;
    let mut subnets = account.interfaces("Amazon EKS dev");
    subnets.sort();
    assert_eq!(subnets, account.ids(&["a2", "b"]));
    let after = account.net.all("DescribeNetworkInterfaces", "", "networkInterfaceId");
    assert!(after.iter().all(|id| !before.contains(id)), "new ones");
    account.net.ok("DeleteSubnet", "SubnetId={a}");
    let groups =
        account.net.all("DescribeSecurityGroups", "Filter.1.Name=group-name&Filter.1.Value.1=default", "groupId");
    let group = groups.iter().find(|id| {
        account.net.ok("DescribeSecurityGroups", &format!("GroupId.1={id}")).contains(account.net.id("vpc"))
    });
    let group = group.expect("the group of the VPC");
    let input = json!({ "resourcesVpcConfig": { "securityGroupIds": [group] } });
    updated(&account, "UpdateClusterConfig", input, "VpcConfigUpdate").await;
    assert_eq!(account.net.ok("DescribeNetworkInterfaces", "").matches(group).count(), 2);
}

#[tokio::test(start_paused = true)]
async fn settings_of_components_that_are_not_named_stay_as_they_are() {
    let account = Account::with_cluster(json!({ "kubeApiServerConfig": { "eventTtl": "20m" } })).await;
    let ports = json!({ "minPort": 30100, "maxPort": 30200 });
    let input = json!({ "kubeApiServerConfig": { "serviceNodePortRange": ports } });
    updated(&account, "UpdateClusterConfig", input, "ControlPlaneComponentConfigUpdate").await;
    let expected = json!({ "eventTtl": "20m", "serviceNodePortRange": ports });
    assert_eq!(account.cluster("dev")["kubeApiServerConfig"], expected);
}

#[tokio::test(start_paused = true)]
async fn the_same_request_begins_one_update() {
    let account = Account::with_cluster(json!({})).await;
    let input = json!({ "deletionProtection": true, "clientRequestToken": "once" });
    let first = account.ok("UpdateClusterConfig", input.clone());
    assert_eq!(account.ok("UpdateClusterConfig", input.clone()), first);
    pass(CONFIG_UPDATED).await;
    let again = account.ok("UpdateClusterConfig", input);
    assert_eq!((&again["update"]["id"], &again["update"]["status"]), (&first["update"]["id"], &json!("Successful")));
    assert_eq!(account.cluster("dev")["status"], "ACTIVE");
    let other = json!({ "deletionProtection": false, "clientRequestToken": "once" });
    let refused = account.refused("UpdateClusterConfig", other);
    assert!(refused.starts_with("InvalidParameterException The client token once"), "{refused}");
    assert_eq!(account.ok("ListUpdates", json!({}))["updateIds"].as_array().expect("ids").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_same_request_makes_one_cluster() {
    let account = Account::known().await;
    let input = json!({ "clientRequestToken": "once" });
    let first = account.ok("CreateCluster", input.clone());
    assert_eq!(account.ok("CreateCluster", input.clone()), first);
    pass(CLUSTER_MADE).await;
    assert_eq!(account.ok("CreateCluster", input)["cluster"]["status"], "ACTIVE");
    assert!(account.refused("CreateCluster", json!({})).starts_with("ResourceInUseException"), "without a token");
}
