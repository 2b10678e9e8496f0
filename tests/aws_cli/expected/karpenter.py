"""What Karpenter needs in AWS.

The policy of its controller is that of Karpenter's own CloudFormation template, without a queue for interruptions.
"""

from expected import existing, iam, nodes
from expected.world import CLUSTER_GROUP, allow, policy
from yaml_stack import said

MADE = "fleet instance launch-template network-interface spot-instances-request volume"
USED = "capacity-reservation image placement-group security-group snapshot subnet"
LOOK = (
    "CapacityReservations Images InstanceStatus InstanceTypeOfferings InstanceTypes Instances LaunchTemplates "
    "PlacementGroups SecurityGroups SpotPriceHistory Subnets"
)


def parts(world):
    karpenter = said(world.tree, "karpenter")
    if karpenter is None:
        return
    node_role = said(karpenter, "nodeRole", {})
    attached = iam.of_aws(*nodes.POLICIES) + said(node_role, "attachPolicyARNs", [])
    attached += [iam.policy_arn(world, name) for name in said(node_role, "attachPolicies", [])]
    if said(node_role, "enableSsm", False):
        attached += iam.of_aws("AmazonSSMManagedInstanceCore")
    yield nodes.role(world, "karpenter-node", attached, node_role)
    yield from controller(world, karpenter)
    discovery = {"karpenter.sh/discovery": world.name}
    yield from existing.tagged(world, f"{CLUSTER_GROUP}{world.name}", "cluster-security-group", discovery)


def controller(world, karpenter):
    namespace, account = said(karpenter, "namespace", "karpenter"), said(karpenter, "serviceAccount", "karpenter")
    by_irsa = said(karpenter, "identity", "podIdentity") == "irsa"
    trust = iam.by_service_account(world, namespace, account) if by_irsa else iam.by_pods()
    inline = {"attached": policy(*statements(world))}
    description = f"Karpenter in {world.id}"
    yield iam.role(world, "karpenter", trust, description, [], inline, of_yaml={
        key: value for key, value in karpenter.items() if key == "roleName"
    })
    if not by_irsa:
        address = f"eks.PodIdentityAssociation/{namespace}-{account}"
        yield address, {
            "clusterName": world.name, "namespace": namespace, "serviceAccount": account,
            "roleArn": world.role_arn("karpenter"), "disableSessionTags": False, "tags": world.tags(address),
        }


def statements(world):
    def ec2(kinds):
        return [f"arn:aws:ec2:{world.region}:*:{kind}/*" for kind in kinds.split()]

    def tags(side, of, *with_values, **more):
        """That something has, or is to get, the tags of the cluster, and one of Karpenter's with any value."""
        values = {owned: "owned", named: world.name, region: world.region}
        equal = {f"aws:{side}Tag/{key}": values[key] for key in (owned, *with_values)}
        return {"StringEquals": equal | more, "StringLike": {f"aws:{side}Tag/{of}": "*"}}

    pool, node_class = "karpenter.sh/nodepool", "karpenter.k8s.aws/ec2nodeclass"
    owned = f"kubernetes.io/cluster/{world.name}"
    named, region = "eks:eks-cluster-name", "topology.kubernetes.io/region"
    yield allow("ec2: CreateFleet RunInstances", ec2(USED), sid="Use")
    yield allow("ec2: CreateFleet RunInstances", ec2("launch-template"), tags("Resource", pool), "UseTemplates")
    make = "ec2: CreateFleet CreateLaunchTemplate RunInstances"
    yield allow(make, ec2(MADE), tags("Request", pool, named), "Make")
    creating = {"ec2:CreateAction": ["CreateFleet", "CreateLaunchTemplate", "RunInstances"]}
    yield allow("ec2: CreateTags", ec2(MADE), tags("Request", pool, named, **creating), "TagWhatIsMade")
    only_these = {
        "StringEqualsIfExists": {"aws:RequestTag/eks:eks-cluster-name": world.name},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["Name", "eks:eks-cluster-name", "karpenter.sh/nodeclaim"]},
    }
    yield allow("ec2: CreateTags", ec2("instance"), tags("Resource", pool) | only_these, "TagInstances")
    gone = "ec2: DeleteLaunchTemplate TerminateInstances"
    yield allow(gone, ec2("instance launch-template"), tags("Resource", pool), "Delete")
    in_region = {"StringEquals": {"aws:RequestedRegion": world.region}}
    yield allow([f"ec2:Describe{what}" for what in LOOK.split()], "*", in_region, "Look")
    yield allow("ssm: GetParameter", f"arn:aws:ssm:{world.region}::parameter/aws/service/*", sid="Images")
    yield allow("pricing: GetProducts", "*", sid="Prices")
    yield allow("eks: DescribeCluster", world.arn("eks", f"cluster/{world.name}"), sid="Cluster")
    to_ec2 = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    yield allow("iam: PassRole", world.role_arn("karpenter-node"), to_ec2, "PassNodeRole")
    profiles = world.iam_arn("instance-profile/*")
    requested, own = tags("Request", node_class, named, region), tags("Resource", node_class, region)
    both = {how: requested[how] | own[how] for how in own}
    yield allow("iam: CreateInstanceProfile", profiles, requested, "MakeProfiles")
    yield allow("iam: TagInstanceProfile", profiles, both, "TagProfiles")
    changes = "iam: AddRoleToInstanceProfile DeleteInstanceProfile RemoveRoleFromInstanceProfile"
    yield allow(changes, profiles, own, "ChangeProfiles")
    yield allow("iam: GetInstanceProfile", profiles, sid="ReadProfiles")
    yield allow("iam: ListInstanceProfiles", "*", sid="ListProfiles")
