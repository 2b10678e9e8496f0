"""Managed node groups."""

from expected import iam, pull_through
from expected.world import CLUSTER_GROUP
from yaml_stack import said

POLICIES = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"]


# Of processors by Intel and AMD; others are in no stack yet.
AMI_TYPES = {"AmazonLinux2023": "AL2023_x86_64_STANDARD", "Bottlerocket": "BOTTLEROCKET_x86_64"}


def parts(world):
    yield from nodes(world)
    for group in said(world.tree, "managedNodeGroups", []):
        own, usual = said(group, "iam", {}), iam.of_aws(*POLICIES)
        document = {"attached": own["attachPolicy"]} if "attachPolicy" in own else {}
        words = {"roleName": "instanceRoleName", "permissionsBoundary": "instanceRolePermissionsBoundary"}
        of_yaml = {of_roles: own[of_groups] for of_roles, of_groups in words.items() if of_groups in own}
        if "instanceRoleARN" not in own:
            yield role(world, role_of(group), said(own, "attachPolicyARNs", usual), of_yaml, document)


def role_of(group) -> str:
    """A group that says something of its role has one for itself."""
    return f"node-{group['name']}" if said(group, "iam") else "node"


def role_arn(world, group) -> str:
    own = said(group, "iam.instanceRoleName", world.iam_name(role_of(group)))
    return said(group, "iam.instanceRoleARN", world.iam_arn(f"role/eksctl-rs/{world.id}/{own}"))


def role(world, address, attached, of_yaml=None, inline=None):
    """A role for nodes: theirs, or those of Karpenter."""
    inline = pull_through.import_policy(world) | (inline or {})
    return iam.role(world, address, iam.by_service("ec2"), f"Nodes of {world.id}", attached, inline, of_yaml=of_yaml)


def nodes(world):
    for group in said(world.tree, "managedNodeGroups", []):
        template, least = f"ec2.LaunchTemplate/{group['name']}", said(group, "minSize", 1)
        percentage = said(group, "updateConfig.maxUnavailablePercentage")
        yield template, launch_template(world, group, template)
        yield f"eks.Nodegroup/{group['name']}", {
            "nodegroupName": group["name"], "clusterName": world.name, "status": "ACTIVE",
            "nodegroupArn": world.arn("eks", f"nodegroup/{world.name}/{group['name']}/eks.Nodegroup/{group['name']}"),
            "version": said(world.tree, "metadata.version"),
            "nodeRole": role_arn(world, group),
            "subnets": world.subnets("private" if said(group, "privateNetworking", True) else "public"),
            "instanceTypes": said(group, "instanceTypes") or [said(group, "instanceType")],
            "amiType": AMI_TYPES[said(group, "amiFamily", "AmazonLinux2023")],
            "capacityType": "SPOT" if said(group, "spot", False) else "ON_DEMAND",
            "scalingConfig.minSize": least,
            "scalingConfig.maxSize": said(group, "maxSize", 3),
            "scalingConfig.desiredSize": said(group, "desiredCapacity", least),
            "labels": said(group, "labels", {}),
            "taints": [taint(**one) for one in said(group, "taints", [])] or None,
            "updateConfig.maxUnavailable": None if percentage else said(group, "updateConfig.maxUnavailable", 1),
            "updateConfig.maxUnavailablePercentage": percentage,
            "updateConfig.updateStrategy": said(group, "updateConfig.updateStrategy", "DEFAULT"),
            "nodeRepairConfig.enabled": said(group, "nodeRepairConfig.enabled", False),
            "launchTemplate": {"id": template, "name": f"{world.name}/{group['name']}", "version": "1"},
            "tags": world.tags(f"eks.Nodegroup/{group['name']}", **said(group, "tags", {})),
        }


def taint(key, effect, value="") -> dict:
    effects = {"NoSchedule": "NO_SCHEDULE", "PreferNoSchedule": "PREFER_NO_SCHEDULE", "NoExecute": "NO_EXECUTE"}
    return {"key": key, "value": value, "effect": effects[effect]}


def launch_template(world, group, address) -> dict:
    name, more = f"{world.name}/{group['name']}", said(group, "tags", {})
    encrypted = said(group, "volumeEncrypted", True)
    tags = {"Name": f"{world.name}-{group['name']}-node"} | said(world.tree, "metadata.tags", {}) | more
    attached = [f"ec2.SecurityGroup/{one}" for one in said(group, "securityGroups.attach", [])]
    volume = {
        "VolumeSize": said(group, "volumeSize", 80),
        "VolumeType": said(group, "volumeType", "gp3"),
        "Encrypted": encrypted, "KmsKeyId": world.key_for("volumes") if encrypted else None,
        "DeleteOnTermination": True,
    }
    devices = [{"DeviceName": "/dev/xvda", "Ebs": volume}]
    settings = {}
    if said(group, "amiFamily") == "Bottlerocket":
        # The system is on a small volume of its own.
        system = volume | {"VolumeSize": 4, "VolumeType": "gp3"}
        devices = [{"DeviceName": "/dev/xvda", "Ebs": system}, {"DeviceName": "/dev/xvdb", "Ebs": volume}]
        settings = {"max-pods": group["maxPodsPerNode"]} if "maxPodsPerNode" in group else {}
    data = {
        "BlockDeviceMappings": devices, "UserData": {"settings": {"kubernetes": settings}} if settings else None,
        # EKS attaches the cluster's group to nodes that name none.
        "SecurityGroupIds": [*attached, CLUSTER_GROUP + world.name] if attached else None,
        "MetadataOptions.HttpTokens": "required" if said(group, "disableIMDSv1", True) else "optional",
        "MetadataOptions.HttpPutResponseHopLimit": said(group, "imdsHopLimit", 1),
        "MetadataOptions.HttpEndpoint": "enabled", "MetadataOptions.HttpProtocolIpv6": "disabled",
        "MetadataOptions.InstanceMetadataTags": "enabled" if said(group, "instanceMetadataTags", False) else "disabled",
        "Monitoring.Enabled": said(group, "enableDetailedMonitoring", False),
        "TagSpecifications": [
            {"ResourceType": kind, "Tags": tags} for kind in ("instance", "volume", "network-interface")
        ],
    }
    version = {"VersionNumber": 1, "LaunchTemplateId": address, "LaunchTemplateName": name, "DefaultVersion": True}
    return {
        "LaunchTemplateName": name, "DefaultVersionNumber": 1, "LatestVersionNumber": 1,
        "Versions": [version | {"LaunchTemplateData": data}],
        "Tags": world.tags(address, group["name"], **more),
    }
