//! What AWS Load Balancer Controller needs.

use eksctl_rs_core::World;
use serde_json::{Value, json};

use super::well_known::{allow, allow_if, document};

/// The policy of the controller, in which "bears the controller's tag" reads "bears the controller's tag with the name of
/// this cluster", and resources are those of the account in the Region. Source: AWS Load Balancer Controller,
/// `docs/install/iam_policy.json`, v2.14.
pub(super) fn controller(world: &World, cluster: &str) -> Value {
    let groups = json!(world.arn("ec2", "security-group/*"));
    let elb = |resource: &str| world.arn("elasticloadbalancing", resource);
    let balancers = json!([elb("targetgroup/*/*"), elb("loadbalancer/net/*/*"), elb("loadbalancer/app/*/*")]);
    let listeners = json!([
        elb("listener/net/*/*/*"),
        elb("listener/app/*/*/*"),
        elb("listener-rule/net/*/*/*"),
        elb("listener-rule/app/*/*/*"),
    ]);
    let on_resource = json!({ "aws:ResourceTag/elbv2.k8s.aws/cluster": cluster });
    let in_request = json!({ "aws:RequestTag/elbv2.k8s.aws/cluster": cluster });
    let not_in_request = json!({ "aws:RequestTag/elbv2.k8s.aws/cluster": "true" });
    let its_own = json!({ "StringEquals": on_resource });
    let becomes_its_own = json!({ "StringEquals": in_request });
    let stays_its_own = json!({ "StringEquals": on_resource, "Null": not_in_request });
    let made = |actions: Value, key: &str| {
        let mut equal = in_request.clone();
        equal[key] = actions;
        json!({ "StringEquals": equal })
    };
    let for_elb = json!({ "StringEquals": { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" } });
    let any = || json!("*");
    document([
        allow_if(json!("iam:CreateServiceLinkedRole"), any(), for_elb),
        allow(looking(), any()),
        allow(neighbours(), any()),
        allow(json!(["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"]), groups.clone()),
        allow(json!("ec2:CreateSecurityGroup"), any()),
        allow_if(json!("ec2:CreateTags"), groups.clone(), made(json!("CreateSecurityGroup"), "ec2:CreateAction")),
        allow_if(json!(["ec2:CreateTags", "ec2:DeleteTags"]), groups.clone(), stays_its_own.clone()),
        allow_if(json!("ec2:DeleteSecurityGroup"), groups, its_own.clone()),
        allow_if(
            json!(["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"]),
            any(),
            becomes_its_own,
        ),
        allow(
            json!([
                "elasticloadbalancing:AddListenerCertificates",
                "elasticloadbalancing:CreateListener",
                "elasticloadbalancing:CreateRule",
                "elasticloadbalancing:DeleteListener",
                "elasticloadbalancing:DeleteRule",
                "elasticloadbalancing:ModifyListener",
                "elasticloadbalancing:ModifyRule",
                "elasticloadbalancing:RemoveListenerCertificates",
                "elasticloadbalancing:SetRulePriorities",
                "elasticloadbalancing:SetWebAcl",
            ]),
            any(),
        ),
        allow_if(tagging(), balancers.clone(), stays_its_own),
        allow(tagging(), listeners),
        allow_if(
            json!("elasticloadbalancing:AddTags"),
            balancers,
            made(json!(["CreateTargetGroup", "CreateLoadBalancer"]), "elasticloadbalancing:CreateAction"),
        ),
        allow_if(changing(), any(), its_own),
        allow(
            json!(["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"]),
            json!(elb("targetgroup/*/*")),
        ),
    ])
}

fn tagging() -> Value {
    json!(["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"])
}

fn looking() -> Value {
    json!([
        "ec2:DescribeAccountAttributes",
        "ec2:DescribeAddresses",
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeCoipPools",
        "ec2:DescribeInstances",
        "ec2:DescribeInternetGateways",
        "ec2:DescribeIpamPools",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeTags",
        "ec2:DescribeVpcPeeringConnections",
        "ec2:DescribeVpcs",
        "ec2:GetCoipPoolUsage",
        "ec2:GetSecurityGroupsForVpc",
        "elasticloadbalancing:DescribeCapacityReservation",
        "elasticloadbalancing:DescribeListenerAttributes",
        "elasticloadbalancing:DescribeListenerCertificates",
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeLoadBalancerAttributes",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeSSLPolicies",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:DescribeTargetGroupAttributes",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
        "elasticloadbalancing:DescribeTrustStores",
    ])
}

/// What stands beside load balancers: certificates, firewalls, logins.
fn neighbours() -> Value {
    json!([
        "acm:DescribeCertificate",
        "acm:ListCertificates",
        "cognito-idp:DescribeUserPoolClient",
        "iam:GetServerCertificate",
        "iam:ListServerCertificates",
        "shield:CreateProtection",
        "shield:DeleteProtection",
        "shield:DescribeProtection",
        "shield:GetSubscriptionState",
        "waf-regional:AssociateWebACL",
        "waf-regional:DisassociateWebACL",
        "waf-regional:GetWebACL",
        "waf-regional:GetWebACLForResource",
        "wafv2:AssociateWebACL",
        "wafv2:DisassociateWebACL",
        "wafv2:GetWebACL",
        "wafv2:GetWebACLForResource",
    ])
}

fn changing() -> Value {
    json!([
        "elasticloadbalancing:DeleteLoadBalancer",
        "elasticloadbalancing:DeleteTargetGroup",
        "elasticloadbalancing:ModifyCapacityReservation",
        "elasticloadbalancing:ModifyIpPools",
        "elasticloadbalancing:ModifyListenerAttributes",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        "elasticloadbalancing:ModifyTargetGroup",
        "elasticloadbalancing:ModifyTargetGroupAttributes",
        "elasticloadbalancing:SetIpAddressType",
        "elasticloadbalancing:SetSecurityGroups",
        "elasticloadbalancing:SetSubnets",
    ])
}
