"""What the AWS Load Balancer Controller may do.

It is the policy of its documentation, but for what that leaves open: where that asks for the tag of any cluster, it is
this one's, and security groups are those of the account in the Region.
"""

from expected.world import allow

TAG = "elbv2.k8s.aws/cluster"
EC2_LOOKS = (
    "DescribeAccountAttributes DescribeAddresses DescribeAvailabilityZones DescribeCoipPools DescribeInstances "
    "DescribeInternetGateways DescribeIpamPools DescribeNetworkInterfaces DescribeRouteTables DescribeSecurityGroups "
    "DescribeSubnets DescribeTags DescribeVpcPeeringConnections DescribeVpcs GetCoipPoolUsage GetSecurityGroupsForVpc"
)
LOOKS = (
    "CapacityReservation ListenerAttributes ListenerCertificates Listeners LoadBalancerAttributes LoadBalancers Rules "
    "SSLPolicies Tags TargetGroupAttributes TargetGroups TargetHealth TrustStores"
)
WEB_ACLS = "AssociateWebACL DisassociateWebACL GetWebACL GetWebACLForResource"
OF_LISTENERS = (
    "AddListenerCertificates CreateListener CreateRule DeleteListener DeleteRule ModifyListener ModifyRule "
    "RemoveListenerCertificates SetRulePriorities SetWebAcl"
)
OF_ITS_OWN = (
    "DeleteLoadBalancer DeleteTargetGroup ModifyCapacityReservation ModifyIpPools ModifyListenerAttributes "
    "ModifyLoadBalancerAttributes ModifyTargetGroup ModifyTargetGroupAttributes SetIpAddressType SetSecurityGroups "
    "SetSubnets"
)


def controller(world):
    def balancing(*kinds):
        return [world.arn("elasticloadbalancing", kind) for kind in kinds]

    def asked_for(**more):
        return {"StringEquals": {f"aws:RequestTag/{TAG}": world.name} | more}

    own = {"StringEquals": {f"aws:ResourceTag/{TAG}": world.name}}
    only_other_tags = own | {"Null": {f"aws:RequestTag/{TAG}": "true"}}
    groups = world.arn("ec2", "security-group/*")
    tagged = balancing("loadbalancer/app/*/*", "loadbalancer/net/*/*", "targetgroup/*/*")
    linked = {"StringEquals": {"iam:AWSServiceName": "elasticloadbalancing.amazonaws.com"}}
    yield allow("iam: CreateServiceLinkedRole", "*", linked)
    looks = [f"ec2:{call}" for call in EC2_LOOKS.split()]
    yield allow(looks + [f"elasticloadbalancing:Describe{what}" for what in LOOKS.split()], "*")
    yield allow([
        "cognito-idp:DescribeUserPoolClient", "acm:DescribeCertificate", "acm:ListCertificates",
        "iam:GetServerCertificate", "iam:ListServerCertificates",
        *(f"{service}:{call}" for service in ("waf-regional", "wafv2") for call in WEB_ACLS.split()),
        "shield:CreateProtection", "shield:DeleteProtection", "shield:DescribeProtection",
        "shield:GetSubscriptionState",
    ], "*")
    yield allow("ec2: AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress", groups)
    yield allow("ec2: CreateSecurityGroup", "*")
    yield allow("ec2: CreateTags", groups, asked_for(**{"ec2:CreateAction": "CreateSecurityGroup"}))
    yield allow("ec2: CreateTags DeleteTags", groups, only_other_tags)
    yield allow("ec2: DeleteSecurityGroup", groups, own)
    yield allow("elasticloadbalancing: CreateLoadBalancer CreateTargetGroup", "*", asked_for())
    yield allow(f"elasticloadbalancing: {OF_LISTENERS}", "*")
    yield allow("elasticloadbalancing: AddTags RemoveTags", tagged, only_other_tags)
    listeners = [f"{what}/{kind}/*/*/*" for what in ("listener", "listener-rule") for kind in ("app", "net")]
    yield allow("elasticloadbalancing: AddTags RemoveTags", balancing(*listeners))
    creating = {"elasticloadbalancing:CreateAction": ["CreateLoadBalancer", "CreateTargetGroup"]}
    yield allow("elasticloadbalancing: AddTags", tagged, asked_for(**creating))
    yield allow(f"elasticloadbalancing: {OF_ITS_OWN}", "*", own)
    yield allow("elasticloadbalancing: DeregisterTargets RegisterTargets", balancing("targetgroup/*/*"))
