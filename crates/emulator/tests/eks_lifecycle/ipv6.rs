//! Clusters whose pods and services have IPv6 addresses.

use serde_json::json;

use crate::eks::{Account, CLUSTER_MADE, NODES_JOINED, pass, text};

/// An account with the cluster `dev` of the IPv6 family; of its subnets `{a}`, `{b}` and `{c}` the first two assign
/// IPv6 addresses, and the role `{role}six` lets nodes have them.
async fn account() -> Account {
    let account = Account::known().await;
    account.net.ok("AssociateVpcCidrBlock", "VpcId={vpc}&AmazonProvidedIpv6CidrBlock=true");
    let block = account.net.first("DescribeVpcs", "VpcId.1={vpc}", "ipv6CidrBlock").expect("a block");
    let prefix = block.trim_end_matches("00::/56");
    for (number, name) in ["a", "b", "c"].into_iter().enumerate() {
        let cidr = format!("{prefix}0{number}::/64");
        account.net.ok("AssociateSubnetCidrBlock", &format!("SubnetId={{{name}}}&Ipv6CidrBlock={cidr}"));
    }
    for name in ["a", "b"] {
        let assign = format!("SubnetId={{{name}}}&AssignIpv6AddressOnCreation.Value=true");
        account.net.ok("ModifySubnetAttribute", &assign);
    }
    let policies = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"];
    account.role("six", "ec2", r#""sts:AssumeRole""#, &policies);
    let document = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*",
        "Action":["ec2:AssignIpv6Addresses","ec2:DescribeInstances"]}}"#;
    account.iam("PutRolePolicy", &[("RoleName", "six"), ("PolicyName", "cni"), ("PolicyDocument", document)]);
    let family = json!({ "ipFamily": "ipv6" });
    account.ok("CreateCluster", json!({ "kubernetesNetworkConfig": family }));
    pass(CLUSTER_MADE).await;
    account
}

#[tokio::test(start_paused = true)]
async fn a_cluster_has_its_own_addresses_and_endpoint() {
    let account = account().await;
    let cluster = account.cluster("dev");
    let network = &cluster["kubernetesNetworkConfig"];
    assert_eq!((&cluster["status"], &network["ipFamily"]), (&json!("ACTIVE"), &json!("ipv6")));
    let cidr = text(&network["serviceIpv6Cidr"]);
    assert!(cidr.starts_with("fd") && cidr.ends_with("::/108"), "{cidr}");
    assert_eq!(network.get("serviceIpv4Cidr"), None);
    assert_eq!(cluster["resourcesVpcConfig"]["publicAccessCidrs"], json!(["0.0.0.0/0", "::/0"]));
    let endpoint = text(&cluster["endpoint"]);
    assert!(endpoint.ends_with(".gr7.eks-cluster.eu-west-1.api.aws"), "{endpoint}");
}

#[tokio::test(start_paused = true)]
async fn nodes_need_addresses_and_the_right_to_them() {
    let account = account().await;
    let (good, bad) = (json!(["{a}", "{b}"]), json!(["{a}", "{c}"]));
    for (name, role, subnets) in [("right", "six", &good), ("bare", "six", &bad), ("wrong", "node", &good)] {
        let input = json!({ "nodegroupName": name, "nodeRole": format!("{{role}}{role}"), "subnets": subnets });
        account.ok("CreateNodegroup", input);
    }
    pass(NODES_JOINED).await;
    assert_eq!(account.health("right"), "ACTIVE []");
    assert_eq!(account.health("bare"), "CREATE_FAILED [Ec2SubnetMissingIpv6Assignment]");
    pass(1981).await;
    assert_eq!(account.health("wrong"), "CREATE_FAILED [NodeCreationFailure]");
    let found =
        account.net.ok("DescribeNetworkInterfaces", "Filter.1.Name=tag:eks:nodegroup-name&Filter.1.Value.1=right");
    assert_eq!(found.matches("<ipv6AddressesSet>").count(), 2, "{found}");
}
