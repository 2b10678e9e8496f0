"""Add-ons, with the roles of their service accounts."""

import json

import yaml

from expected import iam, permissions
from expected.access import association, of_role
from yaml_stack import said

# The service account of an add-on, and the policies that AWS recommends for it.
SERVICE_ACCOUNTS = {
    "aws-ebs-csi-driver": ("ebs-csi-controller-sa", ["service-role/AmazonEBSCSIDriverPolicy"]),
    "aws-efs-csi-driver": ("efs-csi-controller-sa", ["service-role/AmazonEFSCSIDriverPolicy"]),
    "vpc-cni": ("aws-node", ["AmazonEKS_CNI_Policy"]),
}
NAMESPACES = {"amazon-cloudwatch-observability": "amazon-cloudwatch", "cert-manager": "cert-manager"}

# What runs once on every node, and so lacks nothing where there is none.
DAEMONS = ("vpc-cni", "kube-proxy", "eks-pod-identity-agent", "eks-node-monitoring-agent")
RUNS_ON_FARGATE = ("coredns",)


def parts(world):
    for one in said(world.tree, "addons", []):
        name, address = one["name"], f"eks.Addon/{one['name']}"
        namespace = said(one, "namespaceConfig.namespace", NAMESPACES.get(name, "kube-system"))
        by_pods = list(pod_identities(world, one, namespace))
        by_irsa = list(irsa_role(world, one, namespace))
        yield from by_pods + by_irsa
        yield address, {
            "addonName": name, "clusterName": world.name,
            "addonArn": world.arn("eks", f"addon/{world.name}/{name}/{address}"),
            "addonVersion": exact_version(one), "configurationValues": configuration(one),
            "namespaceConfig.namespace": namespace,
            "serviceAccountRoleArn": said(one, "serviceAccountRoleARN", by_irsa[0][1]["Arn"] if by_irsa else None),
            "podIdentityAssociations": [
                fields["associationArn"] for _, fields in by_pods if "associationArn" in fields
            ] or None,
            "tags": world.tags(address, **of_ours(one), **said(one, "tags", {})),
        } | health(world, name)


def exact_version(one) -> str | None:
    version = said(one, "version", "default")
    return None if version in ("default", "latest") else version


def configuration(one):
    """A map, or a text of JSON or YAML."""
    values = said(one, "configurationValues")
    return json.loads(json.dumps(yaml.safe_load(values) if isinstance(values, str) else values))


def of_ours(one) -> dict:
    return {"eksctl-rs.io/preserve-on-delete": "true"} if said(one, "preserveOnDelete", False) else {}


def health(world, name) -> dict:
    """Where nothing can run an add-on, it says so, and waits."""
    profiles = said(world.tree, "fargateProfiles", [])
    namespaces = [selector["namespace"] for profile in profiles for selector in profile["selectors"]]
    on_fargate = name in RUNS_ON_FARGATE and "kube-system" in namespaces
    if said(world.tree, "managedNodeGroups", []) or name in DAEMONS or on_fargate:
        return {"status": "ACTIVE"}
    return {"status": "DEGRADED", "health.issues": [{"code": "InsufficientNumberOfReplicas", "resourceIds": []}]}


def irsa_role(world, one, namespace):
    """By way of the cluster's identity provider, where the add-on itself names policies."""
    attached, inline = permissions.of(world, one)
    if attached or inline:
        account, _ = SERVICE_ACCOUNTS[one["name"]]
        trust = iam.by_service_account(world, namespace, account)
        description = f"The add-on {one['name']} of {world.id}"
        own = {"permissionsBoundary": one["permissionsBoundary"]} if "permissionsBoundary" in one else {}
        yield iam.role(world, f"addon-{one['name']}", trust, description, attached, inline, of_yaml=own)


def pod_identities(world, one, namespace):
    """By way of EKS Pod Identity: those that the add-on names, or those that AWS recommends."""
    recommended = said(world.tree, "addonsConfig.autoApplyPodIdentityAssociations", False)
    wanted = said(one, "podIdentityAssociations", [])
    by_hand = permissions.of(world, one) != ([], {}) or "serviceAccountRoleARN" in one
    if said(one, "useDefaultPodIdentityAssociations", recommended and not by_hand) and not wanted:
        if one["name"] in SERVICE_ACCOUNTS:
            account, policies = SERVICE_ACCOUNTS[one["name"]]
            wanted = [{"serviceAccountName": account, "permissionPolicyARNs": iam.of_aws(*policies)}]
    for each in wanted:
        account = each["serviceAccountName"]
        own, thing = f"addon-{one['name']}-{account}", f"untagged eks.PodIdentityAssociation/{namespace}/{account}"
        if "roleARN" not in each:
            description = f"{account} of the add-on {one['name']} of {world.id}"
            attached, inline = permissions.of(world, each)
            yield iam.role(world, own, iam.by_pods(), description, attached, inline, of_yaml=of_role(each))
        yield thing, association(world, thing, namespace, account, {
            "roleArn": said(each, "roleARN", world.role_arn(said(each, "roleName", own))),
            "ownerArn": world.arn("eks", f"addon/{world.name}/{one['name']}/eks.Addon/{one['name']}"),
            "disableSessionTags": False, "tags": {},
        })
