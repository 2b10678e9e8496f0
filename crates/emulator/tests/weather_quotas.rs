//! Quotas other than AWS's defaults.

mod aws;
#[expect(dead_code, reason = "only what makes clusters")]
#[path = "eks/mod.rs"]
mod eks;
mod network;

use eks::{Account, pass};
use network::Network;
use serde_json::json;

#[test]
fn smaller_quotas_are_reached_sooner() {
    let mut net = Network::new();
    net.make("eip", "AllocateAddress", "", "allocationId");
    net.aws.weather(json!({ "quotas": {
        "ec2.vpcs": 1, "ec2.nat-gateways-per-zone": 0, "ec2.addresses": 1, "ec2.internet-gateways": 1,
        "ec2.subnets-per-vpc": 1, "iam.roles": 0, "kms.keys": 0, "logs.log-groups": 0,
    } }));
    assert_eq!(net.refused("CreateVpc", "CidrBlock=10.1.0.0/16"), "VpcLimitExceeded");
    assert_eq!(net.refused("CreateNatGateway", "SubnetId={subnet}&AllocationId={eip}"), "NatGatewayLimitExceeded");
    assert_eq!(net.refused("AllocateAddress", ""), "AddressLimitExceeded");
    assert_eq!(net.refused("CreateInternetGateway", ""), "InternetGatewayLimitExceeded");
    assert_eq!(net.refused("CreateSubnet", "VpcId={vpc}&CidrBlock=10.0.1.0/24"), "SubnetLimitExceeded");
    let role = [
        ("RoleName", "a"),
        (
            "AssumeRolePolicyDocument",
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}}"#,
        ),
    ];
    assert_eq!(net.aws.iam("CreateRole", &role).expect_err("a refusal").code, "LimitExceeded");
    assert_eq!(net.aws.kms("CreateKey", json!({})).expect_err("a refusal").code, "LimitExceededException");
    let group = net.aws.logs("CreateLogGroup", json!({ "logGroupName": "a" }));
    assert_eq!(group.expect_err("a refusal").code, "LimitExceededException");
    let attributes = net.all("DescribeAccountAttributes", "", "attributeValue");
    assert_eq!(attributes[3..5], ["1", "1"], "AWS tells the quota that the account has");
}

#[test]
fn larger_quotas_are_reached_later() {
    let net = Network::new();
    net.aws.weather(json!({ "quotas": { "ec2.vpcs": 7 } }));
    (1..7).for_each(|number| drop(net.ok("CreateVpc", &format!("CidrBlock=10.{number}.0.0/16"))));
    assert_eq!(net.refused("CreateVpc", "CidrBlock=10.8.0.0/16"), "VpcLimitExceeded");
}

#[tokio::test(start_paused = true)]
async fn clusters_and_node_groups_have_quotas() {
    let account = Account::known().await;
    account.net.aws.weather(json!({ "quotas": {
        "eks.clusters": 1, "eks.nodegroups": 1, "eks.nodes-per-nodegroup": 3,
    } }));
    account.ok("CreateCluster", json!({}));
    let refused = account.call("CreateCluster", json!({ "name": "other" })).expect_err("a refusal");
    assert_eq!(refused.code, "ResourceLimitExceededException");
    pass(eks::CLUSTER_MADE).await;
    let large = json!({ "scalingConfig": { "minSize": 1, "desiredSize": 1, "maxSize": 4 } });
    assert_eq!(account.call("CreateNodegroup", large).expect_err("a refusal").code, "InvalidParameterException");
    account.ok("CreateNodegroup", json!({}));
    let refused = account.call("CreateNodegroup", json!({ "nodegroupName": "more" })).expect_err("a refusal");
    assert_eq!(
        (refused.code.as_str(), refused.message.as_str()),
        ("ResourceLimitExceededException", "Nodegroup limit of 1 in the cluster is exceeded")
    );
}
