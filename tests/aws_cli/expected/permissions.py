"""What roles may do: the words of the YAML for policies, and what the documentation of well-known programs asks for."""

from expected import iam, load_balancers
from expected.world import OF_AWS, allow, policy
from yaml_stack import said

# Where AWS keeps a policy for a program.
MANAGED = {
    "imageBuilder": "AmazonEC2ContainerRegistryPowerUser",
    "ebsCSIController": "service-role/AmazonEBSCSIDriverPolicy",
    "efsCSIController": "service-role/AmazonEFSCSIDriverPolicy",
    "cloudWatchObservability": "CloudWatchAgentServerPolicy",
    "vpcCNI": "AmazonEKS_CNI_Policy",
}


def of(world, one: dict) -> tuple[list, dict]:
    """The ARNs of the policies that are attached, and the documents that are written into the role, by name.

    Pod identities say `permissionPolicy` where others say `attachPolicy`.
    """
    arns = said(one, "attachPolicyARNs", []) + said(one, "permissionPolicyARNs", [])
    names = said(one, "attachPolicies", []) + said(one, "permissionPolicies", [])
    document = said(one, "attachPolicy", said(one, "permissionPolicy"))
    known = [program for program, wanted in said(one, "wellKnownPolicies", {}).items() if wanted]
    attached = arns + [iam.policy_arn(world, name) for name in names]
    attached += [f"{OF_AWS}{MANAGED[program]}" for program in known if program in MANAGED]
    written = {program: policy(*WRITTEN[program](world)) for program in known if program not in MANAGED}
    return attached, written | ({"attached": document} if document else {})


def auto_scaler(world):
    yield allow([
        "autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations", "autoscaling:DescribeScalingActivities", "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes", "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements", "eks:DescribeNodegroup",
    ], "*")
    tag = "aws:ResourceTag/k8s.io/cluster-autoscaler"
    own = {"StringEquals": {f"{tag}/enabled": "true", f"{tag}/{world.name}": "owned"}}
    yield allow("autoscaling: SetDesiredCapacity TerminateInstanceInAutoScalingGroup", "*", own)


def external_dns(world):
    calls = "ChangeResourceRecordSets ListResourceRecordSets ListTagsForResources"
    yield allow(f"route53: {calls}", "arn:aws:route53:::hostedzone/*")
    yield allow("route53: ListHostedZones", "*")


def cert_manager(world):
    only_texts = {"ForAllValues:StringEquals": {"route53:ChangeResourceRecordSetsRecordTypes": ["TXT"]}}
    yield allow("route53: GetChange", "arn:aws:route53:::change/*")
    yield allow("route53: ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/*", only_texts)
    yield allow("route53: ListResourceRecordSets", "arn:aws:route53:::hostedzone/*")
    yield allow("route53: ListHostedZonesByName", "*")


def external_secrets(world):
    calls = "DescribeSecret GetResourcePolicy GetSecretValue ListSecretVersionIds"
    yield allow(f"secretsmanager: {calls}", world.arn("secretsmanager", "secret:*"))
    yield allow("ssm: GetParameter GetParameters GetParametersByPath", world.arn("ssm", "parameter/*"))
    listing = ["secretsmanager:BatchGetSecretValue", "secretsmanager:ListSecrets", "ssm:DescribeParameters"]
    yield allow(listing, "*")
    yield decrypting(world)


def secrets_store(world):
    yield allow("secretsmanager: DescribeSecret GetSecretValue", world.arn("secretsmanager", "secret:*"))
    yield allow("ssm: GetParameter GetParameters", world.arn("ssm", "parameter/*"))
    yield decrypting(world)


def decrypting(world):
    services = [f"{service}.{world.region}.amazonaws.com" for service in ("secretsmanager", "ssm")]
    return allow("kms: Decrypt", world.arn("kms", "key/*"), {"StringEquals": {"kms:ViaService": services}})


def prometheus(world):
    yield allow("aps: RemoteWrite", world.arn("aps", "workspace/*"))


# Those that the stack writes down. The FSx driver is in no compared stack yet.
WRITTEN = {
    "autoScaler": auto_scaler, "awsLoadBalancerController": load_balancers.controller, "externalDNS": external_dns,
    "certManager": cert_manager, "externalSecrets": external_secrets, "secretsStoreCSI": secrets_store,
    "prometheusWrite": prometheus,
}
