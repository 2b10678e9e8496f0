"""Who may use the cluster: access entries, Pod Identity, and an identity provider."""

from expected import existing, fargate, iam, nodes, permissions
from yaml_stack import said

OF_EKS = "arn:aws:eks::aws:cluster-access-policy/"

# What EKS makes of the type of an entry: the name of the user in Kubernetes, and its groups.
USERS = {
    "EC2_LINUX": ("system:node:{{EC2PrivateDNSName}}", ["system:nodes"]),
    "FARGATE_LINUX": ("system:node:{{SessionName}}", ["system:bootstrappers", "system:node-proxier", "system:nodes"]),
}


def parts(world):
    yield from entries(world)
    yield from entries_of_eks(world)
    yield from associations(world)
    yield from identity_providers(world)


def entries(world):
    for one in said(world.tree, "accessConfig.accessEntries", []):
        principal = principal_of(world, one)
        own = said(one, "name") or said(one, "role") or said(one, "permissionSet") or principal.rpartition("/")[2]
        address, kind = f"eks.AccessEntry/{own}", said(one, "type", "STANDARD")
        yield address, entry(world, address, principal, kind, one) | {
            "tags": world.tags(address, **said(one, "tags", {})),
        }
    if "karpenter" in world.tree:
        address = "eks.AccessEntry/karpenter-node"
        tags = {"tags": world.tags(address)}
        yield address, entry(world, address, world.role_arn("karpenter-node"), "EC2_LINUX") | tags


def principal_of(world, one) -> str:
    if role := said(one, "role"):
        return world.role_arn(role)
    if name := said(one, "permissionSet"):
        return existing.permission_set_role(world, name)
    return one["principalARN"]


def entry(world, name, principal, kind, one=None) -> dict:
    """What an entry says but for its tags; EKS knows a role by its name, without the path."""
    one, (account, what) = one or {}, principal.split(":")[4:]
    what, user = what.partition("/")[0], what.rpartition("/")[2]
    session = f"arn:aws:sts::{account}:assumed-role/{user}/{{{{SessionName}}}}"
    usual, groups = USERS.get(kind, (session if what == "role" else principal, []))
    return {
        "clusterName": world.name, "principalArn": principal, "type": kind,
        "accessEntryArn": world.arn("eks", f"access-entry/{world.name}/{what}/{account}/{user}/{name}"),
        "username": said(one, "kubernetesUsername", usual), "kubernetesGroups": said(one, "kubernetesGroups", groups),
        "associatedAccessPolicies": [
            {
                "policyArn": policy["policyARN"] if ":" in policy["policyARN"] else f"{OF_EKS}{policy['policyARN']}",
                "accessScope": {"type": "cluster", "namespaces": []} | said(policy, "accessScope", {}),
            }
            for policy in said(one, "accessPolicies", [])
        ],
    }


def entries_of_eks(world):
    """EKS itself lets nodes in, and whoever creates the cluster unless it is told not to."""
    roles = {nodes.role_arn(world, group): "EC2_LINUX" for group in said(world.tree, "managedNodeGroups", [])}
    profiles = said(world.tree, "fargateProfiles", [])
    roles |= {fargate.role_arn(world, profile): "FARGATE_LINUX" for profile in profiles}
    for principal, kind in roles.items():
        name = f"untagged eks.AccessEntry/{principal.rpartition('/')[2]}"
        yield name, entry(world, name, principal, kind) | {"tags": {}}
    if said(world.tree, "accessConfig.bootstrapClusterCreatorAdminPermissions", True):
        # The access key of whoever applies is that of a user of the emulator's.
        name, creator = "untagged eks.AccessEntry/emulator", world.iam_arn("user/emulator")
        as_admin = {"accessPolicies": [{"policyARN": "AmazonEKSClusterAdminPolicy"}]}
        yield name, entry(world, name, creator, "STANDARD", as_admin) | {"tags": {}}


def associations(world):
    for one in said(world.tree, "iam.podIdentityAssociations", []):
        namespace, account = one["namespace"], one["serviceAccountName"]
        address, role = f"eks.PodIdentityAssociation/{namespace}-{account}", f"pod-{namespace}-{account}"
        others = said(one, "roleARN") or said(one, "role")
        if not others:
            description = f"{namespace}/{account} in {world.id}"
            yield iam.role(
                world, role, iam.by_pods(), description, *permissions.of(world, one), of_yaml=of_role(one)
            )
        yield address, association(world, address, namespace, account, {
            "roleArn": said(one, "roleARN") or world.role_arn(said(one, "role", role)),
            "targetRoleArn": said(one, "targetRoleARN"), "policy": said(one, "policy"),
            "disableSessionTags": said(one, "disableSessionTags", False),
            "tags": world.tags(address, **said(one, "tags", {})),
        })


def of_role(one: dict) -> dict:
    """What an association says of its role, in the words of roles."""
    named = {"permissionsBoundary": said(one, "permissionsBoundaryARN"), "roleName": said(one, "roleName")}
    return {key: value for key, value in named.items() if value} | {"tags": said(one, "tags", {})}


def association(world, name, namespace, account, fields) -> dict:
    return {
        "clusterName": world.name, "namespace": namespace, "serviceAccount": account, "associationId": name,
        "associationArn": world.arn("eks", f"podidentityassociation/{world.name}/{name}"),
    } | fields


def identity_providers(world):
    for one in said(world.tree, "identityProviders", []):
        address = f"eks.IdentityProviderConfig/{one['name']}"
        claim, issuer = said(one, "usernameClaim", "sub"), one["issuerURL"]
        yield address, {
            "identityProviderConfigName": one["name"], "clusterName": world.name, "status": "ACTIVE",
            "identityProviderConfigArn":
                world.arn("eks", f"identityproviderconfig/{world.name}/oidc/{one['name']}/{address}"),
            "issuerUrl": issuer, "clientId": one["clientID"], "usernameClaim": claim,
            "usernamePrefix": said(one, "usernamePrefix", None if claim == "email" else f"{issuer}#"),
            "groupsClaim": said(one, "groupsClaim"), "groupsPrefix": said(one, "groupsPrefix"),
            "requiredClaims": said(one, "requiredClaims", {}),
            "tags": world.tags(address, **said(one, "tags", {})),
        }
