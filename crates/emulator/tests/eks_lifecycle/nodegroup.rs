//! Node groups come and go.

use serde_json::{Value, json};

use crate::account::NODES_GONE;
use crate::aws::{ACCOUNT, REGION, all};
use crate::eks::{Account, NODES_JOINED, pass, text};

#[tokio::test(start_paused = true)]
async fn a_group_is_there_at_once_and_ready_later() {
    let account = Account::with_cluster(json!({})).await;
    let made = account.ok("CreateNodegroup", json!({}))["nodegroup"].clone();
    assert_eq!((&made["status"], &made["resources"]), (&json!("CREATING"), &Value::Null));
    let arn = text(&made["nodegroupArn"]);
    assert!(arn.starts_with(&format!("arn:aws:eks:{REGION}:{ACCOUNT}:nodegroup/dev/nodes/")), "{arn}");
    pass(79).await;
    assert_eq!(account.health("nodes"), "CREATING []");
    pass(NODES_JOINED).await;
    let group = account.nodegroup("nodes");
    assert_eq!(group["status"], "ACTIVE");
    assert_eq!(group["nodegroupArn"], made["nodegroupArn"]);
    let uid = arn.rsplit('/').next().expect("an id");
    assert_eq!(group["resources"]["autoScalingGroups"], json!([{ "name": format!("eks-nodes-{uid}") }]));
}

#[tokio::test(start_paused = true)]
async fn what_nobody_asked_for_is_the_default() {
    let account = Account::with_cluster(json!({})).await;
    account.ok("CreateNodegroup", json!({}));
    let group = account.nodegroup("nodes");
    assert_eq!((&group["version"], &group["releaseVersion"]), (&json!("1.35"), &json!("1.35.2-20261101")));
    assert_eq!((&group["amiType"], &group["capacityType"]), (&json!("AL2023_x86_64_STANDARD"), &json!("ON_DEMAND")));
    assert_eq!((&group["instanceTypes"], &group["diskSize"]), (&json!(["t3.medium"]), &json!(20)));
    assert_eq!(group["scalingConfig"], json!({ "minSize": 1, "maxSize": 2, "desiredSize": 2 }));
    assert_eq!(group["updateConfig"], json!({ "maxUnavailable": 1, "updateStrategy": "DEFAULT" }));
    assert_eq!((&group["labels"], &group["taints"]), (&json!({}), &Value::Null));
    assert_eq!(group["nodeRepairConfig"], json!({ "enabled": false }));
    assert_eq!((&group["remoteAccess"], &group["warmPoolConfig"]), (&Value::Null, &Value::Null));
}

#[tokio::test(start_paused = true)]
async fn everything_is_read_back_as_it_was_written() {
    let account = Account::with_cluster(json!({})).await;
    let written = json!({
        "amiType": "BOTTLEROCKET_ARM_64",
        "capacityType": "ON_DEMAND",
        "diskSize": 100,
        "instanceTypes": ["m7g.large", "c7g.large"],
        "labels": { "example.com/role": "worker", "tier": "one" },
        "nodeRepairConfig": { "enabled": true, "maxParallelNodesRepairedCount": 2 },
        "releaseVersion": "1.50.0-4b7a0e2d",
        "remoteAccess": { "ec2SshKey": "key" },
        "scalingConfig": { "minSize": 0, "maxSize": 9, "desiredSize": 3 },
        "subnets": account.ids(&["a", "b", "c"]),
        "tags": { "stack": "dev" },
        "taints": [{ "key": "a", "value": "b", "effect": "NO_EXECUTE" }, { "key": "a", "effect": "NO_SCHEDULE" }],
        "updateConfig": { "maxUnavailablePercentage": 33, "updateStrategy": "MINIMAL" },
        "version": "1.35",
        "warmPoolConfig": { "enabled": true, "minSize": 1, "maxGroupPreparedCapacity": 4, "poolState": "RUNNING",
            "reuseOnScaleIn": false },
    });
    account.ok("CreateNodegroup", written.clone());
    let read = account.nodegroup("nodes");
    for (name, value) in written.as_object().expect("fields") {
        assert_eq!(read[name], *value, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_machine_makes_the_ami() {
    let account = Account::with_cluster(json!({})).await;
    for (name, machine, ami) in [
        ("x86", "m5.large", "AL2023_x86_64_STANDARD"),
        ("arm", "m7g.large", "AL2023_ARM_64_STANDARD"),
        ("gpu", "g5.xlarge", "AL2023_x86_64_NVIDIA"),
        ("neuron", "inf2.xlarge", "AL2023_x86_64_NEURON"),
    ] {
        let input = json!({ "nodegroupName": name, "instanceTypes": [machine] });
        assert_eq!(account.ok("CreateNodegroup", input)["nodegroup"]["amiType"], ami);
    }
    for (name, ami, machine, disk) in
        [("windows", "WINDOWS_CORE_2022_x86_64", "t3.medium", 50), ("bottle", "BOTTLEROCKET_ARM_64", "t4g.medium", 20)]
    {
        let group =
            account.ok("CreateNodegroup", json!({ "nodegroupName": name, "amiType": ami }))["nodegroup"].clone();
        assert_eq!((&group["instanceTypes"], &group["diskSize"]), (&json!([machine]), &json!(disk)));
    }
}

#[tokio::test(start_paused = true)]
async fn nodes_are_spread_over_the_subnets() {
    let account = Account::with_cluster(json!({})).await;
    let size = json!({ "minSize": 1, "maxSize": 9, "desiredSize": 5 });
    account.ok("CreateNodegroup", json!({ "subnets": ["{a}", "{b}", "{c}"], "scalingConfig": size }));
    pass(NODES_JOINED).await;
    let nodes = account.nodes("nodes");
    let in_subnet = |name: &str| nodes.iter().filter(|id| *id == account.net.id(name)).count();
    assert_eq!(nodes.len(), 5);
    for name in ["a", "b", "c"] {
        assert!((1..=2).contains(&in_subnet(name)), "{name}");
    }
    let interfaces =
        account.net.ok("DescribeNetworkInterfaces", "Filter.1.Name=tag:eks:nodegroup-name&Filter.1.Value.1=nodes");
    let group = text(&account.cluster("dev")["resourcesVpcConfig"]["clusterSecurityGroupId"]);
    assert_eq!(interfaces.matches(&format!("<groupId>{group}</groupId>")).count(), 5);
    assert!(interfaces.contains("<publicIp>"), "the subnets assign public addresses");
}

#[tokio::test(start_paused = true)]
async fn zones_are_kept_even_before_subnets_are() {
    let account = Account::with_cluster(json!({})).await;
    let size = json!({ "minSize": 1, "maxSize": 9, "desiredSize": 4 });
    account.ok("CreateNodegroup", json!({ "subnets": ["{a}", "{a2}", "{b}"], "scalingConfig": size }));
    assert_eq!(account.nodes("nodes"), account.ids(&["a", "a2", "b", "b"]));
}

#[tokio::test(start_paused = true)]
async fn what_a_group_uses_cannot_be_deleted() {
    let account = Account::with_cluster(json!({})).await;
    account.ok("CreateNodegroup", json!({ "subnets": ["{c}"], "remoteAccess": { "ec2SshKey": "key" } }));
    pass(NODES_JOINED).await;
    let group = text(&account.nodegroup("nodes")["resources"]["remoteAccessSecurityGroup"]);
    assert_eq!(account.net.refused("DeleteSubnet", "SubnetId={c}"), "DependencyViolation");
    account.net.ok("DeleteRoute", "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0");
    let detach = "VpcId={vpc}&InternetGatewayId={igw}";
    assert_eq!(account.net.refused("DetachInternetGateway", detach), "DependencyViolation", "nodes have addresses");
    for policy in crate::eks::NODE_POLICIES {
        let arn = format!("arn:aws:iam::aws:policy/{policy}");
        account.iam("DetachRolePolicy", &[("RoleName", "node"), ("PolicyArn", &arn)]);
    }
    let delete = || account.net.aws.iam("DeleteRole", &[("RoleName", "node")]);
    let refused = delete().expect_err("it is in an instance profile");
    assert_eq!(refused.code, "DeleteConflict");
    assert_eq!(
        all(&account.iam("ListInstanceProfilesForRole", &[("RoleName", "node")]), "InstanceProfileName").len(),
        1
    );
    let rules = account.net.ok("DescribeSecurityGroups", &format!("GroupId.1={group}"));
    assert!(rules.contains("<fromPort>22</fromPort>") && rules.contains("0.0.0.0/0"), "{rules}");
    account.ok("DeleteNodegroup", json!({}));
    assert_eq!(account.health("nodes"), "DELETING []");
    assert_eq!(account.net.refused("DeleteSubnet", "SubnetId={c}"), "DependencyViolation");
    pass(NODES_GONE).await;
    assert_eq!(account.ok("ListNodegroups", json!({}))["nodegroups"], json!([]));
    assert_eq!(account.nodes("nodes"), [""; 0]);
    assert_eq!(account.net.refused("DescribeSecurityGroups", &format!("GroupId.1={group}")), "InvalidGroup.NotFound");
    account.net.ok("DeleteSubnet", "SubnetId={c}");
    account.net.ok("DetachInternetGateway", detach);
    delete().expect("granted");
}

#[tokio::test(start_paused = true)]
async fn the_same_request_makes_one_group() {
    let account = Account::with_cluster(json!({})).await;
    let input = json!({ "clientRequestToken": "once" });
    let first = account.ok("CreateNodegroup", input.clone());
    assert_eq!(account.ok("CreateNodegroup", input.clone()), first);
    assert_eq!(account.nodes("nodes").len(), 2);
    pass(NODES_JOINED).await;
    account.ok("DeleteNodegroup", json!({}));
    pass(NODES_GONE).await;
    let again = account.ok("CreateNodegroup", input);
    assert_ne!(again["nodegroup"]["nodegroupArn"], first["nodegroup"]["nodegroupArn"], "the first one is gone");
}

#[tokio::test(start_paused = true)]
async fn the_first_group_brings_roles_of_services() {
    let account = Account::with_cluster(json!({})).await;
    account.ok("CreateNodegroup", json!({}));
    let roles = account.iam("ListRoles", &[("PathPrefix", "/aws-service-role/")]);
    for name in ["AWSServiceRoleForAmazonEKSNodegroup", "AWSServiceRoleForAutoScaling"] {
        assert!(roles.contains(&format!("<RoleName>{name}</RoleName>")), "{roles}");
    }
}

#[tokio::test(start_paused = true)]
async fn access_is_by_the_port_of_the_system_and_from_where_it_is_allowed() {
    let account = Account::with_cluster(json!({})).await;
    let cluster_group = text(&account.cluster("dev")["resourcesVpcConfig"]["clusterSecurityGroupId"]);
    for (name, ami, from, port) in [
        ("linux", "AL2023_x86_64_STANDARD", None, 22),
        ("windows", "WINDOWS_CORE_2022_x86_64", None, 3389),
        ("inside", "BOTTLEROCKET_x86_64", Some(&cluster_group), 22),
    ] {
        let access = json!({ "ec2SshKey": "key", "sourceSecurityGroups": from.into_iter().collect::<Vec<_>>() });
        account.ok("CreateNodegroup", json!({ "nodegroupName": name, "amiType": ami, "remoteAccess": access }));
        pass(NODES_JOINED).await;
        let group = text(&account.nodegroup(name)["resources"]["remoteAccessSecurityGroup"]);
        let found = account.net.ok("DescribeSecurityGroups", &format!("GroupId.1={group}"));
        let ingress = crate::aws::xml(&found, "ipPermissions").expect("rules");
        assert!(ingress.contains(&format!("<fromPort>{port}</fromPort>")), "{name}: {ingress}");
        assert_eq!(ingress.contains("0.0.0.0/0"), from.is_none(), "{name}: {ingress}");
        assert_eq!(ingress.contains(&cluster_group), from.is_some(), "{name}: {ingress}");
    }
}
