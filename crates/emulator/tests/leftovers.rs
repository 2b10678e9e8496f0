//! What the controllers of a cluster leave behind.

mod aws;
#[expect(dead_code, reason = "only what makes clusters")]
#[path = "eks/mod.rs"]
mod eks;
mod network;

use aws::{ACCOUNT, Aws, REGION};
use eks::{Account, pass};
use eksctl_rs_emulator::PlantError;
use network::Network;
use serde_json::json;

/// More than it takes to shut an instance down, and to delete a cluster.
const SHUT_DOWN: u64 = 111;
const CLUSTER_DELETED: u64 = 371;
/// More than the interface of a load balancer stays after it.
const INTERFACES_GONE: u64 = 301;

/// An account with the cluster `dev`, and what was planted: `{frontend}`, `{backend}`, `{classic}`, `{pods}`, `{more-pods}`
/// and `{node}`.
async fn planted() -> Account {
    let mut account = Account::with_cluster(json!({})).await;
    let planted = account.net.aws.emulator.plant(ACCOUNT, REGION, "dev").expect("planted");
    let names = ["frontend", "backend", "classic", "pods", "more-pods", "node"];
    assert_eq!(planted.len(), names.len(), "{planted:?}");
    for (name, line) in names.iter().zip(&planted) {
        account.net.name(name, line.split(' ').next().expect("an id"));
    }
    let group = account.cluster("dev")["resourcesVpcConfig"]["clusterSecurityGroupId"].clone();
    account.net.name("cluster-group", &eks::text(&group));
    account
}

fn filtered(net: &Network, action: &str, filters: &[(&str, &str)], element: &str) -> Vec<String> {
    let filter = |(index, (name, value)): (usize, &(&str, &str))| {
        format!("Filter.{0}.Name={name}&Filter.{0}.Value.1={value}", index + 1)
    };
    let filters: Vec<String> = filters.iter().enumerate().map(filter).collect();
    net.all(action, &filters.join("&"), element)
}

#[tokio::test(start_paused = true)]
async fn each_is_found_by_the_tags_and_texts_of_its_controller() {
    let account = planted().await;
    let net = &account.net;
    let groups = |name: &str, value: &str| {
        let mut found = filtered(net, "DescribeSecurityGroups", &[("vpc-id", "{vpc}"), (name, value)], "groupName");
        found.retain(|name| name.starts_with("k8s-"));
        found
    };
    assert_eq!(groups("tag:elbv2.k8s.aws/cluster", "dev").len(), 2);
    assert!(groups("tag:elbv2.k8s.aws/resource", "backend-sg")[0].starts_with("k8s-traffic-dev-"));
    assert!(groups("tag:kubernetes.io/cluster/dev", "owned")[0].starts_with("k8s-elb-a"));
    assert!(groups("group-name", "k8s-default-web-*").len() == 1);
    let pods = [
        ("vpc-id", "{vpc}"),
        ("status", "available"),
        ("description", "aws-K8S-i-*"),
        ("tag:cluster.k8s.amazonaws.com/name", "dev"),
        ("tag-key", "node.k8s.amazonaws.com/instance_id"),
    ];
    let found = filtered(net, "DescribeNetworkInterfaces", &pods, "networkInterfaceId");
    assert_eq!(found.len(), 2);
    let interface = net.ok("DescribeNetworkInterfaces", "NetworkInterfaceId.1={pods}");
    assert!(!interface.contains("<attachment>") && interface.contains("<status>available</status>"), "{interface}");
    let node =
        [("tag:karpenter.sh/nodepool", "*"), ("tag:eks:eks-cluster-name", "dev"), ("instance-state-name", "running")];
    assert_eq!(filtered(net, "DescribeInstances", &node, "instanceId")[0], net.id("node"));
    let tagged = json!({ "TagFilters": [{ "Key": "elbv2.k8s.aws/cluster", "Values": ["dev"] }] });
    let tagged = aws::granted("GetResources", net.aws.tagging("GetResources", tagged));
    assert_eq!(tagged["ResourceTagMappingList"].as_array().map(Vec::len), Some(2));
}

#[tokio::test(start_paused = true)]
async fn rules_of_groups_speak_of_each_other() {
    let account = planted().await;
    let net = &account.net;
    let names = |group: &str, about: &str| {
        let rules = filtered(net, "DescribeSecurityGroupRules", &[("group-id", group)], "groupId");
        rules.contains(&net.id(about).to_owned())
    };
    assert!(names("{frontend}", "backend") && names("{backend}", "frontend"));
    assert!(names("{cluster-group}", "backend") && names("{cluster-group}", "classic"));
    for group in ["{frontend}", "{backend}", "{classic}"] {
        assert_eq!(net.refused("DeleteSecurityGroup", &format!("GroupId={group}")), "DependencyViolation");
    }
}

/// Takes away every rule of a group that speaks of another one.
fn let_go(net: &mut Network, group: &str, of: &str) {
    let answer = net.ok("DescribeSecurityGroupRules", &format!("Filter.1.Name=group-id&Filter.1.Value.1={group}"));
    let about = net.filled_in(of);
    for rule in aws::all(&answer, "item").iter().filter(|rule| rule.contains("referencedGroupInfo")) {
        if rule.contains(&about) {
            let id = aws::xml(rule, "securityGroupRuleId").expect("an id");
            net.ok("RevokeSecurityGroupIngress", &format!("GroupId={group}&SecurityGroupRuleId.1={id}"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn everything_can_be_taken_away_in_aws_s_order() {
    let mut account = planted().await;
    let net = &mut account.net;
    net.ok("DeleteNetworkInterface", "NetworkInterfaceId={pods}");
    net.ok("DeleteNetworkInterface", "NetworkInterfaceId={more-pods}");
    assert_eq!(
        net.refused("DeleteNetworkInterface", "NetworkInterfaceId={pods}"),
        "InvalidNetworkInterfaceID.NotFound"
    );
    net.ok("TerminateInstances", "InstanceId.1={node}");
    let_go(net, "{frontend}", "{backend}");
    let_go(net, "{cluster-group}", "{backend}");
    let_go(net, "{cluster-group}", "{classic}");
    for group in ["{backend}", "{frontend}", "{classic}"] {
        net.ok("DeleteSecurityGroup", &format!("GroupId={group}"));
    }
    pass(SHUT_DOWN).await;
    account.ok("DeleteCluster", json!({}));
    pass(CLUSTER_DELETED).await;
    let net = &account.net;
    assert!(net.all("DescribeNetworkInterfaces", "", "networkInterfaceId").is_empty());
    assert_eq!(net.refused("DescribeSecurityGroups", "GroupId.1={cluster-group}"), "InvalidGroup.NotFound");
    for subnet in ["{subnet}", "{a}", "{b}", "{c}", "{a2}"] {
        net.ok("DeleteSubnet", &format!("SubnetId={subnet}"));
    }
    net.ok("DetachInternetGateway", "InternetGatewayId={igw}&VpcId={vpc}");
    net.ok("DeleteVpc", "VpcId={vpc}");
}

#[tokio::test(start_paused = true)]
async fn what_is_left_holds_the_network_and_the_group_of_the_cluster() {
    let account = planted().await;
    let net = &account.net;
    account.ok("DeleteCluster", json!({}));
    pass(CLUSTER_DELETED).await;
    net.ok("DescribeSecurityGroups", "GroupId.1={cluster-group}");
    let held: Vec<String> = ["{a}", "{b}"]
        .iter()
        .filter(|subnet| net.call("DeleteSubnet", &format!("SubnetId={subnet}")).is_err())
        .map(|subnet| net.refused("DeleteSubnet", &format!("SubnetId={subnet}")))
        .collect();
    assert_eq!(held, ["DependencyViolation"], "the subnet that they are in");
    assert_eq!(net.refused("DeleteVpc", "VpcId={vpc}"), "DependencyViolation");
    assert_eq!(net.refused("DeleteSecurityGroup", "GroupId={cluster-group}"), "DependencyViolation");
}

/// The same, with the load balancer `{alb}`, its target group `{targets}` and its interface `{elb}`.
async fn with_load_balancer() -> Account {
    let mut account = planted().await;
    let lines = account.net.aws.emulator.plant_load_balancer(ACCOUNT, REGION, "dev").expect("planted");
    for (name, line) in ["alb", "targets", "elb"].iter().zip(&lines) {
        account.net.name(name, line.split(' ').next().expect("an id"));
    }
    account.net.ok("DescribeVpcs", "");
    account
}

/// A call of Elastic Load Balancing, with one parameter.
fn elb(net: &Network, action: &str, parameter: &str, value: &str) -> Result<String, aws::Refused> {
    net.aws.query("elasticloadbalancing", action, &[(parameter, &net.filled_in(value))])
}

#[tokio::test(start_paused = true)]
async fn the_interface_of_a_load_balancer_stays_until_that_goes() {
    let account = with_load_balancer().await;
    let net = &account.net;
    let found = filtered(
        net,
        "DescribeNetworkInterfaces",
        &[
            ("requester-id", "amazon-elb"),
            ("description", "ELB app/k8s-*"),
            ("status", "in-use"),
            ("group-id", "{backend}"),
        ],
        "networkInterfaceId",
    );
    assert_eq!(found, [net.id("elb")]);
    let interface = net.ok("DescribeNetworkInterfaces", "NetworkInterfaceId.1={elb}");
    assert!(interface.contains("<instanceOwnerId>amazon-elb</instanceOwnerId>"), "{interface}");
    assert!(interface.contains("<requesterManaged>true</requesterManaged>"), "{interface}");
    assert_eq!(net.refused("DeleteNetworkInterface", "NetworkInterfaceId={elb}"), "InvalidParameterValue");
    assert_eq!(net.refused("DetachInternetGateway", "InternetGatewayId={igw}&VpcId={vpc}"), "DependencyViolation");
    aws::granted("DeleteLoadBalancer", elb(net, "DeleteLoadBalancer", "LoadBalancerArn", "{alb}"));
    net.ok("DescribeNetworkInterfaces", "NetworkInterfaceId.1={elb}");
    pass(INTERFACES_GONE).await;
    let refused = net.refused("DescribeNetworkInterfaces", "NetworkInterfaceId.1={elb}");
    assert_eq!(refused, "InvalidNetworkInterfaceID.NotFound");
    net.ok("DetachInternetGateway", "InternetGatewayId={igw}&VpcId={vpc}");
}

#[tokio::test(start_paused = true)]
async fn load_balancers_and_target_groups_are_shown_tagged_and_deleted() {
    let account = with_load_balancer().await;
    let net = &account.net;
    let shown = |action: &str, parameter: &str, value: &str, element: &str| {
        aws::all(&aws::granted(action, elb(net, action, parameter, value)), element)
    };
    assert_eq!(shown("DescribeLoadBalancers", "PageSize", "10", "LoadBalancerArn"), [net.id("alb")]);
    assert_eq!(shown("DescribeLoadBalancers", "LoadBalancerArns.member.1", "{alb}", "Code"), ["active"]);
    assert_eq!(shown("DescribeLoadBalancers", "LoadBalancerArns.member.1", "{alb}", "Scheme"), ["internet-facing"]);
    assert_eq!(shown("DescribeTargetGroups", "LoadBalancerArn", "{alb}", "TargetGroupArn"), [net.id("targets")]);
    for arn in ["{alb}", "{targets}"] {
        let keys = shown("DescribeTags", "ResourceArns.member.1", arn, "Key");
        assert_eq!(keys, ["elbv2.k8s.aws/cluster", "ingress.k8s.aws/resource", "ingress.k8s.aws/stack"]);
    }
    let tagged = json!({
        "TagFilters": [{ "Key": "elbv2.k8s.aws/cluster", "Values": ["dev"] }],
        "ResourceTypeFilters": ["elasticloadbalancing"],
    });
    let tagged = aws::granted("GetResources", net.aws.tagging("GetResources", tagged));
    assert_eq!(tagged["ResourceTagMappingList"].as_array().map(Vec::len), Some(2));

    let refused =
        |action: &str, parameter: &str, value: &str| elb(net, action, parameter, value).expect_err("a refusal").code;
    assert_eq!(refused("DeleteTargetGroup", "TargetGroupArn", "{targets}"), "ResourceInUse");
    for _ in 0..2 {
        // What is deleted already counts as deleted.
        aws::granted("DeleteLoadBalancer", elb(net, "DeleteLoadBalancer", "LoadBalancerArn", "{alb}"));
    }
    assert_eq!(refused("DescribeLoadBalancers", "LoadBalancerArns.member.1", "{alb}"), "LoadBalancerNotFound");
    assert_eq!(refused("DescribeTargetGroups", "LoadBalancerArn", "{alb}"), "LoadBalancerNotFound");
    assert_eq!(refused("DescribeTags", "ResourceArns.member.1", "{alb}"), "LoadBalancerNotFound");
    aws::granted("DeleteTargetGroup", elb(net, "DeleteTargetGroup", "TargetGroupArn", "{targets}"));
    assert_eq!(refused("DescribeTargetGroups", "TargetGroupArns.member.1", "{targets}"), "TargetGroupNotFound");
    assert_eq!(refused("DescribeTargetGroups", "Names.member.1", "none"), "TargetGroupNotFound");
    assert_eq!(refused("DescribeLoadBalancers", "Names.member.1", "none"), "LoadBalancerNotFound");
    for (action, parameter) in [
        ("DeleteLoadBalancer", "LoadBalancerArn"),
        ("DeleteTargetGroup", "TargetGroupArn"),
        ("DescribeTags", "ResourceArns.member.1"),
        ("DescribeLoadBalancers", "LoadBalancerArns.member.1"),
    ] {
        assert_eq!(refused(action, parameter, "dev"), "ValidationError", "{action}");
    }
}

#[tokio::test(start_paused = true)]
async fn where_there_is_no_cluster_nothing_can_be_planted() {
    let account = Account::known().await;
    let emulator = &account.net.aws.emulator;
    let refused = emulator.plant(ACCOUNT, REGION, "dev").expect_err("a refusal");
    assert_eq!(refused.to_string(), "the account 111122223333 has no cluster dev in eu-west-1");
    account.ok("CreateCluster", json!({}));
    let refused = emulator.plant_load_balancer(ACCOUNT, REGION, "dev").expect_err("a refusal");
    assert!(matches!(refused, PlantError::NotReady { .. }), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn the_same_can_be_planted_twice() {
    let account = planted().await;
    account.net.aws.emulator.plant(ACCOUNT, REGION, "dev").expect("planted");
    let found = filtered(&account.net, "DescribeSecurityGroups", &[("group-name", "k8s-*")], "groupName");
    assert_eq!(found.len(), 6);
}

#[test]
fn a_network_of_somebody_else_s_is_whole() {
    let aws = Aws::new();
    let planted = aws.emulator.plant_network(ACCOUNT, REGION, "hub", "10.200.0.0/16").expect("planted");
    assert_eq!(planted.iter().filter(|line| line.ends_with("a private subnet")).count(), 3, "{planted:#?}");
    let vpcs = aws.ec2("DescribeVpcs", &[("Filter.1.Name", "tag:Name"), ("Filter.1.Value.1", "hub")]).expect("found");
    assert!(vpcs.contains("<cidrBlock>10.200.0.0/16</cidrBlock>"), "{vpcs}");
    let private = [("Filter.1.Name", "tag:tier"), ("Filter.1.Value.1", "private")];
    let tables = aws.ec2("DescribeRouteTables", &private).expect("found");
    assert!(tables.contains("<natGatewayId>") && tables.matches("<subnetId>").count() == 3, "{tables}");
    for wrong in ["10.200.0.0/20", "10.200.0.0", "fd00::/16"] {
        let refused = aws.emulator.plant_network(ACCOUNT, REGION, "hub", wrong).expect_err("no range");
        assert!(refused.to_string().contains(wrong), "{refused}");
    }
}
