"""The control plane."""

from expected import iam
from expected.world import CLUSTER_GROUP
from yaml_stack import said

LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"]


def parts(world):
    yield from cluster(world)
    yield from role(world)
    yield f"{CLUSTER_GROUP}{world.name}", {
        "VpcId": world.vpc,
        "Tags": {"aws:eks:cluster-name": world.name, f"kubernetes.io/cluster/{world.name}": "owned"},
    }


def role(world):
    has_vpc_policy = said(world.tree, "iam.vpcResourceControllerPolicy", True)
    policies = ["AmazonEKSClusterPolicy"] + ["AmazonEKSVPCResourceController"] * has_vpc_policy
    attached = iam.of_aws(*policies)
    yield iam.role(world, "cluster", iam.by_service("eks"), f"The control plane of {world.id}", attached)


def cluster(world):
    tree, secrets_key = world.tree, world.key_for("secrets")
    types = said(tree, "cloudWatch.clusterLogging.enableTypes", [])
    is_on = {one: one in types or "*" in types or "all" in types for one in LOG_TYPES}
    logging = [{"enabled": on, "types": [one for one in LOG_TYPES if is_on[one] == on]} for on in (True, False)]
    groups = [f"ec2.SecurityGroup/{one}" for one in said(tree, "vpc.controlPlaneSecurityGroups", [])]
    is_public = said(tree, "vpc.clusterEndpoints.publicAccess", False)
    yield f"eks.Cluster/{world.name}", {
        "name": world.name, "arn": world.arn("eks", f"cluster/{world.name}"), "status": "ACTIVE",
        "version": said(tree, "metadata.version"),
        "roleArn": world.role_arn("cluster"),
        "resourcesVpcConfig": {
            "vpcId": world.vpc, "subnetIds": world.subnets("private"), "securityGroupIds": groups,
            "clusterSecurityGroupId": CLUSTER_GROUP + world.name,
            "endpointPrivateAccess": said(tree, "vpc.clusterEndpoints.privateAccess", True),
            "endpointPublicAccess": is_public,
            "publicAccessCidrs": said(tree, "vpc.publicAccessCIDRs", ["0.0.0.0/0"]) if is_public else [],
        },
        "identity.oidc.issuer": f"https://{world.issuer}",
        "kubernetesNetworkConfig.ipFamily": said(tree, "kubernetesNetworkConfig.ipFamily", "IPv4").lower(),
        "logging.clusterLogging": [some for some in logging if some["types"]],
        "encryptionConfig": [{"resources": ["secrets"], "provider.keyArn": secrets_key}] if secrets_key else None,
        "accessConfig.authenticationMode": said(tree, "accessConfig.authenticationMode", "API"),
        "upgradePolicy.supportType": said(tree, "upgradePolicy.supportType", "STANDARD"),
        "zonalShiftConfig.enabled": said(tree, "zonalShiftConfig.enabled", False),
        "computeConfig.enabled": said(tree, "autoModeConfig.enabled", False),
        "deletionProtection": said(tree, "deletionProtection", False),
        "controlPlaneScalingConfig.tier": said(tree, "controlPlaneScalingConfig.tier", "standard"),
        "tags": world.tags(f"eks.Cluster/{world.name}"),
    }
