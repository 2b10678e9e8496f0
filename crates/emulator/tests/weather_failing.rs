//! What goes wrong while it is made or changed.

mod aws;
#[expect(dead_code, reason = "only what makes clusters")]
#[path = "eks/mod.rs"]
mod eks;
mod network;

use aws::Aws;
use eks::{Account, CLUSTER_MADE, NODES_JOINED, VERSION_UPDATED, pass};
use eksctl_rs_emulator::{Emulator, Options, Store};
use network::Network;
use serde_json::{Value, json};

/// More than it takes until EKS gives up nodes, to delete a group or a cluster, or until a group degrades.
const NODES_GIVEN_UP: u64 = 2000;
const DELETED: u64 = 501;
const DECLINED: u64 = 301;

fn nodegroup(account: &Account) -> Value {
    account.ok("DescribeNodegroup", json!({}))["nodegroup"].clone()
}

#[tokio::test(start_paused = true)]
async fn a_cluster_fails_once_and_then_not_again() {
    let account = Account::known().await;
    account.net.aws.weather(json!({ "failing": [
        { "resource": "cluster", "name": "d*", "code": "ResourceLimitExceeded", "message": "Too many" },
    ] }));
    assert_eq!(account.ok("CreateCluster", json!({}))["cluster"]["status"], "CREATING");
    pass(CLUSTER_MADE).await;
    let cluster = account.cluster("dev");
    assert_eq!(cluster["status"], "FAILED");
    let issue = json!({ "code": "ResourceLimitExceeded", "message": "Too many", "resourceIds": [] });
    assert_eq!(cluster["health"]["issues"], json!([issue]));
    account.ok("DeleteCluster", json!({}));
    pass(DELETED).await;
    account.ok("CreateCluster", json!({}));
    pass(CLUSTER_MADE).await;
    assert_eq!(account.cluster("dev")["status"], "ACTIVE");
}

#[tokio::test(start_paused = true)]
async fn names_choose_what_fails() {
    let account = Account::known().await;
    account.net.aws.weather(json!({ "failing": [{ "resource": "cluster", "name": "prod", "times": 9 }] }));
    account.ok("CreateCluster", json!({}));
    account.ok("CreateCluster", json!({ "name": "prod" }));
    pass(CLUSTER_MADE).await;
    assert_eq!(
        (account.cluster("dev")["status"].clone(), account.cluster("prod")["status"].clone()),
        (json!("ACTIVE"), json!("FAILED"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_node_group_cannot_be_created() {
    let account = Account::with_cluster(json!({})).await;
    account.net.aws.weather(json!({ "failing": [{ "resource": "nodegroup", "code": "AsgInstanceLaunchFailures" }] }));
    account.ok("CreateNodegroup", json!({}));
    assert_eq!(nodegroup(&account)["status"], "CREATING");
    pass(NODES_JOINED).await;
    let group = nodegroup(&account);
    assert_eq!(group["status"], "CREATE_FAILED");
    assert_eq!(group["health"]["issues"][0]["code"], "AsgInstanceLaunchFailures");
    let scaling_group = &group["resources"]["autoScalingGroups"][0]["name"];
    assert_eq!(group["health"]["issues"][0]["resourceIds"], json!([scaling_group]));
    account.ok("DeleteNodegroup", json!({}));
    pass(DELETED).await;
    account.ok("CreateNodegroup", json!({}));
    pass(NODES_JOINED).await;
    assert_eq!(nodegroup(&account)["status"], "ACTIVE");
}

#[tokio::test(start_paused = true)]
async fn nodes_that_do_not_join_are_waited_for() {
    let account = Account::with_cluster(json!({})).await;
    account.net.aws.weather(json!({ "failing": [{ "resource": "nodegroup", "code": "NodeCreationFailure" }] }));
    account.ok("CreateNodegroup", json!({}));
    pass(NODES_JOINED).await;
    assert_eq!(nodegroup(&account)["status"], "CREATING");
    pass(NODES_GIVEN_UP).await;
    assert_eq!(nodegroup(&account)["status"], "CREATE_FAILED");
}

#[tokio::test(start_paused = true)]
async fn a_node_group_degrades_after_it_was_active() {
    let account = Account::with_cluster(json!({})).await;
    account.net.aws.weather(json!({ "failing": [{ "resource": "nodegroup", "becomes": "DEGRADED" }] }));
    account.ok("CreateNodegroup", json!({}));
    pass(330).await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        seen.push(nodegroup(&account)["status"].clone());
        pass(DECLINED).await;
    }
    let group = nodegroup(&account);
    assert_eq!(
        (group["status"].clone(), group["health"]["issues"][0]["code"].clone()),
        (json!("DEGRADED"), json!("InternalFailure"))
    );
    assert!(seen.contains(&json!("ACTIVE")), "{seen:?}");
    account.ok("UpdateNodegroupConfig", json!({ "labels": { "addOrUpdateLabels": { "a": "b" } } }));
    pass(DECLINED).await;
    assert_eq!(nodegroup(&account)["status"], "ACTIVE", "an update makes it well again");
}

#[tokio::test(start_paused = true)]
async fn an_update_of_a_cluster_fails() {
    let account = Account::with_cluster(json!({ "version": "1.31" })).await;
    account.net.aws.weather(json!({ "failing": [
        { "resource": "update", "name": "dev", "becomes": "UPDATE_FAILED", "code": "IpNotAvailable", "message": "No IPs" },
    ] }));
    let begin = || account.ok("UpdateClusterVersion", json!({ "version": "1.32" }))["update"]["id"].clone();
    let update = |id: &Value| account.ok("DescribeUpdate", json!({ "updateId": id }))["update"].clone();
    let id = begin();
    pass(VERSION_UPDATED).await;
    assert_eq!(update(&id)["status"], "Failed");
    let error = json!({ "errorCode": "IpNotAvailable", "errorMessage": "No IPs", "resourceIds": [] });
    assert_eq!(update(&id)["errors"], json!([error]));
    assert_eq!(
        (account.cluster("dev")["status"].clone(), account.cluster("dev")["version"].clone()),
        (json!("ACTIVE"), json!("1.31"))
    );
    let id = begin();
    pass(VERSION_UPDATED).await;
    assert_eq!(
        (update(&id)["status"].clone(), account.cluster("dev")["version"].clone()),
        (json!("Successful"), json!("1.32"))
    );
}

#[tokio::test(start_paused = true)]
async fn an_update_of_a_node_group_fails() {
    let account = Account::with_cluster(json!({})).await;
    account.ok("CreateNodegroup", json!({}));
    pass(NODES_JOINED).await;
    account.net.aws.weather(json!({ "failing": [
        { "resource": "update", "name": "nodes", "code": "PodEvictionFailure" },
    ] }));
    let begin = || {
        let scaling = json!({ "scalingConfig": { "maxSize": 5 } });
        account.ok("UpdateNodegroupConfig", scaling)["update"]["id"].clone()
    };
    let update = |id: &Value| {
        account.ok("DescribeUpdate", json!({ "nodegroupName": "nodes", "name": "dev", "updateId": id }))["update"]
            .clone()
    };
    let id = begin();
    pass(DECLINED).await;
    assert_eq!(update(&id)["errors"][0]["errorCode"], "PodEvictionFailure");
    assert_eq!(nodegroup(&account)["scalingConfig"]["maxSize"], 2, "nothing was changed");
    let id = begin();
    pass(DECLINED).await;
    assert_eq!(
        (update(&id)["status"].clone(), nodegroup(&account)["scalingConfig"]["maxSize"].clone()),
        (json!("Successful"), json!(5))
    );
}

fn named(kind: &str, name: &str) -> String {
    format!(
        "TagSpecification.1.ResourceType={kind}&TagSpecification.1.Tag.1.Key=Name&TagSpecification.1.Tag.1.Value={name}"
    )
}

#[tokio::test(start_paused = true)]
async fn a_nat_gateway_fails() {
    let mut net = Network::new();
    net.make("eip", "AllocateAddress", "", "allocationId");
    net.aws.weather(json!({ "failing": [
        { "resource": "nat-gateway", "name": "dev-*", "becomes": "failed", "code": "InternalError", "message": "Sorry" },
    ] }));
    let create = |name: &str| format!("SubnetId={{subnet}}&AllocationId={{eip}}&{}", named("natgateway", name));
    net.make("nat", "CreateNatGateway", &create("dev-a"), "natGatewayId");
    pass(130).await;
    let shown = |net: &Network, element: &str| net.first("DescribeNatGateways", "NatGatewayId.1={nat}", element);
    assert_eq!(shown(&net, "state").as_deref(), Some("failed"));
    assert_eq!(
        (shown(&net, "failureCode").as_deref(), shown(&net, "failureMessage").as_deref()),
        (Some("InternalError"), Some("Sorry"))
    );
    net.make("nat", "CreateNatGateway", &create("dev-a"), "natGatewayId");
    pass(130).await;
    assert_eq!(shown(&net, "state").as_deref(), Some("available"));
}

#[tokio::test(start_paused = true)]
async fn an_interface_endpoint_fails_and_can_be_made_anew() {
    let mut net = Network::new();
    net.ok("ModifyVpcAttribute", "VpcId={vpc}&EnableDnsHostnames.Value=true");
    net.aws.weather(json!({ "failing": [{ "resource": "vpc-endpoint", "name": "ecr.api", "message": "Sorry" }] }));
    let create = |service: &str| {
        format!(
            "VpcId={{vpc}}&VpcEndpointType=Interface&ServiceName=com.amazonaws.eu-west-1.{service}&SubnetId.1={{subnet}}"
        )
    };
    net.make("sts", "CreateVpcEndpoint", &create("sts"), "vpcEndpointId");
    net.make("vpce", "CreateVpcEndpoint", &create("ecr.api"), "vpcEndpointId");
    pass(151).await;
    let state = |net: &Network, id: &str| net.first("DescribeVpcEndpoints", &format!("VpcEndpointId.1={id}"), "state");
    assert_eq!(
        (state(&net, "{sts}").as_deref(), state(&net, "{vpce}").as_deref()),
        (Some("available"), Some("failed"))
    );
    assert_eq!(net.first("DescribeVpcEndpoints", "VpcEndpointId.1={vpce}", "message").as_deref(), Some("Sorry"));
    assert_eq!(net.all("DescribeNetworkInterfaces", "", "networkInterfaceId").len(), 1, "it leads nowhere");
    net.make("again", "CreateVpcEndpoint", &create("ecr.api"), "vpcEndpointId");
    net.ok("DeleteVpcEndpoints", "VpcEndpointId.1={vpce}");
    pass(301).await;
    assert_eq!(state(&net, "{again}").as_deref(), Some("available"));
    assert_eq!(net.refused("DescribeVpcEndpoints", "VpcEndpointId.1={vpce}"), "InvalidVpcEndpointId.NotFound");
}

#[tokio::test(start_paused = true)]
async fn a_probability_follows_from_the_seed() {
    let run = |seed: u64| async move {
        let mut net = Network::new();
        net.aws.weather(
            json!({ "seed": seed, "failing": [{ "resource": "nat-gateway", "times": 99, "probability": 0.5 }],
            "quotas": { "ec2.nat-gateways-per-zone": 99 } }),
        );
        for _ in 0..20 {
            net.make("nat", "CreateNatGateway", "SubnetId={subnet}&ConnectivityType=private", "natGatewayId");
        }
        pass(130).await;
        net.all("DescribeNatGateways", "", "state")
    };
    let (one, again, other) = (run(1).await, run(1).await, run(2).await);
    assert_eq!(one, again);
    assert_ne!(one, other);
    let failed = one.iter().filter(|state| *state == "failed").count();
    assert!((4..17).contains(&failed), "{failed} of 20");
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_and_a_refused_call_use_nothing_up_and_a_fork_has_as_much_left() {
    let mut net = Network::new();
    net.aws.weather(json!({ "failing": [{ "resource": "nat-gateway" }] }));
    net.refused("CreateNatGateway", "SubnetId={subnet}&ConnectivityType=private&DryRun=true");
    net.refused("CreateNatGateway", "SubnetId={subnet}");
    let mut fork = Network::clone(&net);
    fork.aws.emulator = net.aws.emulator.fork();
    for net in [&mut net, &mut fork] {
        net.make("nat", "CreateNatGateway", "SubnetId={subnet}&ConnectivityType=private", "natGatewayId");
        pass(130).await;
        assert_eq!(net.all("DescribeNatGateways", "", "state"), ["failed"]);
    }
}

#[tokio::test(start_paused = true)]
async fn what_has_failed_is_not_kept_on_disk() {
    let directory = tempfile::tempdir().expect("a directory");
    let open = || {
        let store = Some(Store::open(directory.path(), "test").expect("a store"));
        Aws { emulator: Emulator::new(Options { store, ..Options::default() }).expect("an emulator"), ..Aws::new() }
    };
    let mut net = Network::of(open().emulator);
    for _ in 0..2 {
        net.aws.weather(json!({ "failing": [{ "resource": "nat-gateway" }] }));
        net.make("nat", "CreateNatGateway", "SubnetId={subnet}&ConnectivityType=private", "natGatewayId");
        pass(130).await;
        assert_eq!(net.first("DescribeNatGateways", "NatGatewayId.1={nat}", "state").as_deref(), Some("failed"));
        net.aws = Aws::new();
        net.aws = open();
    }
}
