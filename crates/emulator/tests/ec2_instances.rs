//! Instances: those of node groups, shown, filtered, tagged and terminated.

mod aws;
#[expect(dead_code, reason = "only what makes node groups")]
#[path = "eks/mod.rs"]
mod eks;
mod network;

use aws::{ACCOUNT, all};
use eks::{Account, NODES_JOINED, pass};
use network::Network;
use serde_json::json;

/// Enough virtual seconds for anything of the kind.
const SHUT_DOWN: u64 = 111;
const FORGOTTEN: u64 = 3601;
const GROUP_DELETED: u64 = 501;

/// An account with the cluster `dev` and a group of two nodes, of which the first is `{node}`, with the interface `{eni}`.
async fn nodes() -> Account {
    let mut account = Account::with_cluster(json!({})).await;
    account.net.ok("ModifyVpcAttribute", "VpcId={vpc}&EnableDnsHostnames.Value=true");
    account.ok("CreateNodegroup", json!({}));
    pass(NODES_JOINED).await;
    let net = &mut account.net;
    net.make("node", "DescribeInstances", "", "instanceId");
    net.make("eni", "DescribeInstances", "InstanceId.1={node}", "networkInterfaceId");
    net.make("ip", "DescribeInstances", "InstanceId.1={node}", "privateIpAddress");
    net.make("home", "DescribeInstances", "InstanceId.1={node}", "subnetId");
    account
}

fn instances(net: &Network) -> Vec<String> {
    net.all("DescribeInstances", "", "instanceId")
}

/// The states of instances, by their names.
fn states(net: &Network, parameters: &str) -> Vec<String> {
    let answer = net.ok("DescribeInstances", parameters);
    all(&answer, "instanceState").iter().flat_map(|state| all(state, "name")).collect()
}

#[tokio::test(start_paused = true)]
async fn a_node_group_has_instances() {
    let account = nodes().await;
    let net = &account.net;
    assert_eq!(states(net, ""), ["running", "running"]);
    let node = net.ok("DescribeInstances", "InstanceId.1={node}");
    for (element, expected) in [("instanceType", "t3.medium"), ("architecture", "x86_64"), ("ownerId", ACCOUNT)] {
        assert_eq!(aws::xml(&node, element).as_deref(), Some(expected), "{element}");
    }
    let interface = net.ok("DescribeNetworkInterfaces", "NetworkInterfaceId.1={eni}");
    assert_eq!(aws::xml(&interface, "instanceId").as_deref(), Some(net.id("node")));
    assert_eq!(aws::xml(&interface, "instanceOwnerId").as_deref(), Some(ACCOUNT));
    let by_tag = "Filter.1.Name=tag:kubernetes.io/cluster/dev&Filter.1.Value.1=owned";
    assert_eq!(net.all("DescribeInstances", by_tag, "instanceId").len(), 2);
    let tagged = net.aws.tagging("GetResources", json!({ "ResourceTypeFilters": ["ec2:instance"] }));
    assert_eq!(aws::granted("GetResources", tagged)["ResourceTagMappingList"].as_array().map(Vec::len), Some(2));
}

#[tokio::test(start_paused = true)]
async fn every_documented_filter_is_there() {
    let account = nodes().await;
    let net = &account.net;
    net.ok("CreateTags", "ResourceId.1={node}&Tag.1.Key=one&Tag.1.Value=of-two");
    for (filter, value) in [
        ("availability-zone", "eu-west-1?"),
        ("availability-zone-id", "euw1-az?"),
        ("dns-name", "ec2-*"),
        ("image-id", "ami-*"),
        ("iam-instance-profile.arn", "arn:aws:iam::111122223333:instance-profile/eks-*"),
        ("iam-instance-profile.id", "AIPA*"),
        ("instance-id", "{node}"),
        ("instance-state-code", "16"),
        ("instance-state-name", "running"),
        ("instance-type", "t3.*"),
        ("instance.group-name", "eks-cluster-sg-dev-*"),
        ("launch-time", "2026-*"),
        ("network-interface.network-interface-id", "{eni}"),
        ("network-interface.attachment.instance-id", "{node}"),
        ("network-interface.addresses.private-ip-address", "{ip}"),
        ("network-interface.tag-key", "eks:nodegroup-name"),
        ("network-interface.status", "in-use"),
        ("private-ip-address", "{ip}"),
        ("reservation-id", "r-*"),
        ("subnet-id", "{home}"),
        ("tag:one", "of-*"),
        ("tag-key", "eks:cluster-name"),
        ("vpc-id", "{vpc}"),
    ] {
        let found = |value: &str| {
            let only = "Filter.2.Name=instance-id&Filter.2.Value.1={node}";
            let asked = format!("Filter.1.Name={filter}&Filter.1.Value.1={value}&{only}");
            net.all("DescribeInstances", &asked, "instanceId").len()
        };
        // Its interface names the instance once more.
        assert!(found(value) > 0, "{filter}={value}");
        assert_eq!(found("nothing-like-it"), 0, "{filter}");
    }
    assert_eq!(net.refused("DescribeInstances", "Filter.1.Name=tag-value&Filter.1.Value.1=a"), "InvalidParameterValue");
    assert_eq!(net.refused("DescribeInstances", "MaxResults=5&InstanceId.1={node}"), "InvalidParameterCombination");
    assert_eq!(net.refused("DescribeInstances", "MaxResults=4"), "InvalidParameterValue");
}

#[tokio::test(start_paused = true)]
async fn a_node_that_is_terminated_is_replaced_and_seen_for_an_hour() {
    let account = nodes().await;
    let net = &account.net;
    let answer = net.ok("TerminateInstances", "InstanceId.1={node}");
    assert_eq!(all(&answer, "name"), ["shutting-down", "running"], "current and previous");
    assert_eq!(states(net, "InstanceId.1={node}"), ["shutting-down"]);
    assert_eq!(all(&net.ok("TerminateInstances", "InstanceId.1={node}"), "name"), ["shutting-down", "shutting-down"]);
    net.ok("DescribeNetworkInterfaces", "NetworkInterfaceId.1={eni}");
    assert_eq!(instances(net).len(), 3, "another one has been launched");
    pass(SHUT_DOWN).await;
    let gone = net.ok("DescribeInstances", "InstanceId.1={node}");
    assert_eq!(states(net, "InstanceId.1={node}"), ["terminated"]);
    assert!(!gone.contains("<subnetId>") && gone.contains("Client.UserInitiatedShutdown"), "{gone}");
    assert_eq!(
        net.refused("DescribeNetworkInterfaces", "NetworkInterfaceId.1={eni}"),
        "InvalidNetworkInterfaceID.NotFound"
    );
    assert_eq!(account.ok("DescribeNodegroup", json!({}))["nodegroup"]["status"], "ACTIVE");
    pass(FORGOTTEN).await;
    assert_eq!(net.refused("DescribeInstances", "InstanceId.1={node}"), "InvalidInstanceID.NotFound");
    assert_eq!(instances(net).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn nodes_go_with_their_group() {
    let account = nodes().await;
    account.ok("DeleteNodegroup", json!({}));
    pass(GROUP_DELETED).await;
    // What EKS takes away is seen to be gone at once.
    assert_eq!(states(&account.net, ""), ["terminated", "terminated"]);
    pass(FORGOTTEN).await;
    assert!(instances(&account.net).is_empty());
}

#[tokio::test(start_paused = true)]
async fn all_or_none_are_terminated() {
    let account = nodes().await;
    let net = &account.net;
    let some = "InstanceId.1={node}&InstanceId.2=i-12345678";
    assert_eq!(net.refused("TerminateInstances", some), "InvalidInstanceID.NotFound");
    assert_eq!(net.refused("TerminateInstances", "InstanceId.1={node}&DryRun=true"), "DryRunOperation");
    assert_eq!(states(net, ""), ["running", "running"]);
}

#[tokio::test(start_paused = true)]
async fn what_an_instance_uses_is_held() {
    let account = nodes().await;
    let net = &account.net;
    assert_eq!(net.refused("DeleteNetworkInterface", "NetworkInterfaceId={eni}"), "InvalidNetworkInterface.InUse");
    assert_eq!(net.refused("DeleteSubnet", "SubnetId={a}"), "DependencyViolation");
}

#[tokio::test(start_paused = true)]
async fn addresses_and_routes_can_name_an_instance() {
    let mut account = nodes().await;
    let net = &mut account.net;
    net.make("eip", "AllocateAddress", "", "allocationId");
    net.ok("AssociateAddress", "AllocationId={eip}&InstanceId={node}");
    let by_instance = "Filter.1.Name=instance-id&Filter.1.Value.1={node}";
    assert_eq!(net.all("DescribeAddresses", by_instance, "networkInterfaceId"), [net.id("eni")]);
    net.ok("CreateRoute", "RouteTableId={main}&DestinationCidrBlock=192.0.2.0/24&InstanceId={node}");
    let route = "Filter.1.Name=route.instance-id&Filter.1.Value.1={node}";
    assert_eq!(net.all("DescribeRouteTables", route, "instanceId"), [net.id("node")]);
    assert_eq!(
        net.refused("AssociateAddress", "AllocationId={eip}&InstanceId=i-12345678"),
        "InvalidInstanceID.NotFound"
    );
}
