//! What keeps nodes from joining their cluster, and what lets them.

use serde_json::json;

use crate::account::{CONFIG_UPDATED, NODES_GIVEN_UP, NODES_GONE};
use crate::eks::{Account, NODES_JOINED, pass};

/// Whether nodes of the group join, in the end.
async fn ends(account: &Account, name: &str) -> String {
    pass(NODES_JOINED).await;
    let early = account.health(name);
    pass(NODES_GIVEN_UP).await;
    format!("{early}, {}", account.health(name))
}

/// An account with the cluster `dev`, and subnets `{p}` and `{q}` that have no way out yet but a route table `{private}`.
async fn private() -> Account {
    let mut account = Account::with_cluster(json!({})).await;
    account.net.make("private", "CreateRouteTable", "VpcId={vpc}", "routeTableId");
    for (name, number, zone) in [("p", 5, 'a'), ("q", 6, 'b')] {
        account.subnet(name, &format!("10.0.{number}.0/24"), zone);
        account.net.ok("AssociateRouteTable", &format!("RouteTableId={{private}}&SubnetId={{{name}}}"));
    }
    account.ok("CreateNodegroup", json!({ "subnets": ["{p}", "{q}"] }));
    account
}

fn nat_gateway(account: &mut Account) {
    account.net.make("eip", "AllocateAddress", "", "allocationId");
    account.net.make("nat", "CreateNatGateway", "SubnetId={a}&AllocationId={eip}", "natGatewayId");
    account.net.ok("CreateRoute", "RouteTableId={private}&DestinationCidrBlock=0.0.0.0/0&NatGatewayId={nat}");
}

#[tokio::test(start_paused = true)]
async fn without_a_way_out_they_do_not_join() {
    let account = private().await;
    assert_eq!(ends(&account, "nodes").await, "CREATING [], CREATE_FAILED [NodeCreationFailure]");
    let issue = account.nodegroup("nodes")["health"]["issues"][0].clone();
    assert_eq!(issue["message"], "Instances failed to join the kubernetes cluster");
    assert_eq!(issue["resourceIds"].as_array().expect("instances").len(), 2);
    account.ok("DeleteNodegroup", json!({}));
    pass(NODES_GONE).await;
    assert!(account.refused("DescribeNodegroup", json!({})).starts_with("ResourceNotFoundException"));
}

#[tokio::test(start_paused = true)]
async fn a_way_out_that_appears_in_time_lets_them_join() {
    let mut account = private().await;
    pass(NODES_JOINED).await;
    assert_eq!(account.health("nodes"), "CREATING []");
    nat_gateway(&mut account);
    pass(79).await;
    assert_eq!(account.health("nodes"), "CREATING []", "the gateway is still pending");
    pass(50).await;
    assert_eq!(account.health("nodes"), "ACTIVE []");
}

#[tokio::test(start_paused = true)]
async fn a_way_out_that_appears_too_late_does_not() {
    let mut account = private().await;
    pass(NODES_GIVEN_UP).await;
    assert_eq!(account.health("nodes"), "CREATE_FAILED [NodeCreationFailure]");
    nat_gateway(&mut account);
    pass(NODES_GIVEN_UP).await;
    assert_eq!(account.health("nodes"), "CREATE_FAILED [NodeCreationFailure]");
}

#[tokio::test(start_paused = true)]
async fn in_one_of_two_subnets_is_not_enough() {
    let mut account = private().await;
    nat_gateway(&mut account);
    account.net.make("lonely", "CreateRouteTable", "VpcId={vpc}", "routeTableId");
    account.subnet("r", "10.0.7.0/24", 'c');
    account.net.ok("AssociateRouteTable", "RouteTableId={lonely}&SubnetId={r}");
    account.ok("CreateNodegroup", json!({ "nodegroupName": "half", "subnets": ["{p}", "{r}"] }));
    assert_eq!(ends(&account, "half").await, "CREATING [], CREATE_FAILED [NodeCreationFailure]");
    assert_eq!(account.health("nodes"), "ACTIVE []");
}

#[tokio::test(start_paused = true)]
async fn the_address_of_the_way_out_must_be_let_in() {
    let mut account = private().await;
    nat_gateway(&mut account);
    pass(NODES_JOINED).await;
    let address = account.net.first("DescribeAddresses", "", "publicIp").expect("an address");
    let close = |cidr: &str| json!({ "resourcesVpcConfig": { "publicAccessCidrs": [cidr] } });
    account.ok("UpdateClusterConfig", close("198.18.0.1/32"));
    pass(181).await;
    account.ok("CreateNodegroup", json!({ "nodegroupName": "outside", "subnets": ["{p}"] }));
    assert_eq!(ends(&account, "outside").await, "CREATING [], CREATE_FAILED [NodeCreationFailure]");
    account.ok("UpdateClusterConfig", close(&format!("{address}/32")));
    pass(181).await;
    account.ok("CreateNodegroup", json!({ "nodegroupName": "inside", "subnets": ["{p}"] }));
    pass(NODES_JOINED).await;
    assert_eq!(account.health("inside"), "ACTIVE []");
}

#[tokio::test(start_paused = true)]
async fn the_private_endpoint_needs_host_names_of_the_vpc() {
    let closed = json!({ "endpointPublicAccess": false, "endpointPrivateAccess": true });
    let account = Account::with_cluster(json!({ "resourcesVpcConfig": closed })).await;
    account.ok("CreateNodegroup", json!({}));
    assert_eq!(ends(&account, "nodes").await, "CREATING [], CREATE_FAILED [NodeCreationFailure]");
    account.net.ok("ModifyVpcAttribute", "VpcId={vpc}&EnableDnsHostnames.Value=true");
    account.ok("CreateNodegroup", json!({ "nodegroupName": "more" }));
    pass(NODES_JOINED).await;
    assert_eq!(account.health("more"), "ACTIVE []");
}

#[tokio::test(start_paused = true)]
async fn without_dns_they_do_not_join() {
    let account = Account::with_cluster(json!({})).await;
    account.net.ok("ModifyVpcAttribute", "VpcId={vpc}&EnableDnsSupport.Value=false");
    account.ok("CreateNodegroup", json!({}));
    assert_eq!(ends(&account, "nodes").await, "CREATING [], CREATE_FAILED [NodeCreationFailure]");
}

#[tokio::test(start_paused = true)]
async fn policies_of_their_role() {
    let account = Account::with_cluster(json!({})).await;
    let (worker, cni, pull) =
        ("AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryReadOnly");
    let minimal = "AmazonEKSWorkerNodeMinimalPolicy";
    let roles: &[(&str, &[&str], &str)] = &[
        ("all", &[worker, cni, pull], "ACTIVE []"),
        ("least", &[minimal, cni, "AmazonEC2ContainerRegistryPullOnly"], "ACTIVE []"),
        ("no-worker", &[cni, pull], "CREATE_FAILED [NodeCreationFailure]"),
        ("no-cni", &[worker, pull], "CREATE_FAILED [NodeCreationFailure]"),
        ("no-pull", &[worker, cni], "CREATE_FAILED [NodeCreationFailure]"),
    ];
    for (name, policies, _) in roles {
        account.role(name, "ec2", r#""sts:AssumeRole""#, policies);
    }
    pass(31).await;
    for (name, ..) in roles {
        account.ok("CreateNodegroup", json!({ "nodegroupName": name, "nodeRole": format!("{{role}}{name}") }));
    }
    pass(NODES_GIVEN_UP).await;
    for (name, _, expected) in roles {
        assert_eq!(account.health(name), *expected, "{name}");
    }
    let message = |name: &str| account.nodegroup(name)["health"]["issues"][0]["message"].clone();
    assert_eq!(message("no-worker"), "Instances failed to join the kubernetes cluster");
    assert_eq!(message("no-cni"), "Unhealthy nodes in the kubernetes cluster");
}

#[tokio::test(start_paused = true)]
async fn public_subnets_must_assign_addresses() {
    let mut account = Account::with_cluster(json!({})).await;
    account.subnet("bare", "10.0.5.0/24", 'a');
    account.ok("CreateNodegroup", json!({ "subnets": ["{bare}", "{b}"] }));
    pass(NODES_JOINED).await;
    assert_eq!(account.health("nodes"), "CREATE_FAILED [Ec2SubnetInvalidConfiguration]");
    let issue = account.nodegroup("nodes")["health"]["issues"][0].clone();
    assert_eq!(issue["resourceIds"], json!([account.net.id("bare")]));
}

#[tokio::test(start_paused = true)]
async fn full_subnets_take_no_more() {
    let mut account = Account::with_cluster(json!({})).await;
    account.subnet("small", "10.0.5.0/28", 'a');
    account.net.ok("ModifySubnetAttribute", "SubnetId={small}&MapPublicIpOnLaunch.Value=true");
    let size = json!({ "minSize": 0, "maxSize": 20, "desiredSize": 12 });
    account.ok("CreateNodegroup", json!({ "subnets": ["{small}"], "scalingConfig": size }));
    pass(NODES_JOINED).await;
    assert_eq!(account.health("nodes"), "CREATE_FAILED [InsufficientFreeAddresses]");
    assert_eq!(account.nodes("nodes").len(), 11);
}

#[tokio::test(start_paused = true)]
async fn a_group_without_nodes_waits_for_nothing() {
    let account = private().await;
    let size = json!({ "minSize": 0, "maxSize": 1, "desiredSize": 0 });
    account.ok("CreateNodegroup", json!({ "nodegroupName": "none", "subnets": ["{p}"], "scalingConfig": size }));
    pass(71).await;
    assert_eq!(account.health("none"), "ACTIVE []");
}

#[tokio::test(start_paused = true)]
async fn a_group_that_finds_no_room_is_degraded_until_it_does() {
    let mut account = Account::with_cluster(json!({})).await;
    account.subnet("small", "10.0.5.0/28", 'a');
    account.net.ok("ModifySubnetAttribute", "SubnetId={small}&MapPublicIpOnLaunch.Value=true");
    let size = json!({ "minSize": 1, "maxSize": 20, "desiredSize": 2 });
    account.ok("CreateNodegroup", json!({ "subnets": ["{small}"], "scalingConfig": size }));
    pass(NODES_JOINED).await;
    assert_eq!(account.health("nodes"), "ACTIVE []");
    for (desired, health, nodes) in [(12, "DEGRADED [InsufficientFreeAddresses]", 11), (11, "ACTIVE []", 11)] {
        account.ok("UpdateNodegroupConfig", json!({ "scalingConfig": { "desiredSize": desired } }));
        pass(61).await;
        assert_eq!(account.health("nodes"), health);
        assert_eq!(account.nodes("nodes").len(), nodes);
    }
}

/// Endpoints in `{p}` and `{q}` for all that nodes call but `missing`, and the private endpoint of the cluster.
async fn endpoints(account: &mut Account, missing: &str, port: u16) {
    account.net.ok("ModifyVpcAttribute", "VpcId={vpc}&EnableDnsHostnames.Value=true");
    account.net.make("group", "CreateSecurityGroup", "GroupName=e&GroupDescription=e&VpcId={vpc}", "groupId");
    let rule = format!("GroupId={{group}}&IpProtocol=tcp&FromPort={port}&ToPort={port}&CidrIp=10.0.0.0/16");
    account.net.ok("AuthorizeSecurityGroupIngress", &rule);
    for service in ["ec2", "ecr.api", "ecr.dkr", "eks", "sts"].iter().filter(|service| **service != missing) {
        let asked = format!(
            "VpcId={{vpc}}&ServiceName=com.amazonaws.eu-west-1.{service}&VpcEndpointType=Interface&SubnetId.1={{p}}\
             &SubnetId.2={{q}}&SecurityGroupId.1={{group}}"
        );
        account.net.ok("CreateVpcEndpoint", &asked);
    }
    if missing != "s3" {
        let asked = "VpcId={vpc}&ServiceName=com.amazonaws.eu-west-1.s3&RouteTableId.1={private}";
        account.net.ok("CreateVpcEndpoint", asked);
    }
    let access = json!({ "endpointPrivateAccess": missing != "cluster" });
    if missing != "cluster" {
        account.ok("UpdateClusterConfig", json!({ "resourcesVpcConfig": access }));
    }
    pass(CONFIG_UPDATED).await;
    account.settle();
}

#[tokio::test(start_paused = true)]
async fn endpoints_are_way_out_enough() {
    let mut account = private().await;
    endpoints(&mut account, "", 443).await;
    pass(NODES_JOINED).await;
    assert_eq!(account.health("nodes"), "ACTIVE []");
}

#[tokio::test(start_paused = true)]
async fn every_endpoint_is_needed() {
    for missing in ["ec2", "ecr.api", "ecr.dkr", "eks", "s3", "sts", "cluster"] {
        let mut account = private().await;
        endpoints(&mut account, missing, 443).await;
        pass(NODES_JOINED).await;
        assert_eq!(account.health("nodes"), "CREATING []", "without {missing}");
    }
}

#[tokio::test(start_paused = true)]
async fn endpoints_must_let_nodes_in() {
    let mut account = private().await;
    endpoints(&mut account, "", 80).await;
    pass(NODES_JOINED).await;
    assert_eq!(account.health("nodes"), "CREATING []");
    account.net.ok("AuthorizeSecurityGroupIngress", "GroupId={group}&IpProtocol=-1&CidrIp=10.0.0.0/8");
    assert_eq!(account.health("nodes"), "ACTIVE []");
}
