"""Roles, policies, groups and identity providers of one's own, and what every other role is made of."""

from expected import permissions
from expected.world import OF_AWS, allow, policy
from yaml_stack import said

PULL = "BatchCheckLayerAvailability BatchGetImage GetDownloadUrlForLayer"
PUSH = f"{PULL} CompleteLayerUpload InitiateLayerUpload PutImage UploadLayerPart"

EKS_ACCESS = {"describe": "eks: DescribeCluster"}


def parts(world):
    yield from providers(world)
    yield from policies(world)
    yield from groups(world)
    yield from roles(world)
    yield from service_accounts(world)
    yield from flow_logs(world)


def role(world, address, trust, description, attached=(), inline=None, seconds=3600, of_yaml=None):
    """A role; `of_yaml` is what the YAML says of it besides: its name, its boundary and its tags."""
    of_yaml = of_yaml or {}
    name = said(of_yaml, "roleName", world.iam_name(address))
    boundary = said(of_yaml, "permissionsBoundary", said(world.tree, "iam.serviceRolePermissionsBoundary"))
    return f"iam.Role/{address}", {
        "Path": f"/eksctl-rs/{world.id}/", "RoleName": name, "Arn": world.iam_arn(f"role/eksctl-rs/{world.id}/{name}"),
        "Description": description or None, "MaxSessionDuration": seconds,
        "PermissionsBoundary": boundary and {
            "PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary
        },
        "AssumeRolePolicyDocument": policy(*(trust if isinstance(trust, list) else [trust])),
        "AttachedPolicies": attached_ones(attached), "Inline": inline or {},
        "Tags": world.tags(f"iam.Role/{address}", address, **said(of_yaml, "tags", {})),
    }


def attached_ones(arns) -> list[dict]:
    return [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in sorted(arns)]


def of_aws(*names) -> list[str]:
    return [f"{OF_AWS}{name}" for name in names]


def by_service(*names) -> dict:
    services = [name if "." in name else f"{name}.amazonaws.com" for name in names]
    return {"Effect": "Allow", "Principal": {"Service": services}, "Action": "sts:AssumeRole"}


def by_pods() -> dict:
    """EKS Pod Identity."""
    return by_service("pods.eks.amazonaws.com") | {"Action": ["sts:AssumeRole", "sts:TagSession"]}


def by_tokens(world, issuer: str, subjects: list, audience="sts.amazonaws.com") -> dict:
    """Whoever has a token of an issuer. Subjects in which `*` is any text are not compared as they are."""
    how = "StringLike" if any("*" in one or "?" in one for one in subjects) else "StringEquals"
    condition: dict = {"StringEquals": {f"{issuer}:aud": audience}}
    condition.setdefault(how, {})[f"{issuer}:sub"] = subjects
    federated = {"Federated": world.iam_arn(f"oidc-provider/{issuer}")}
    action = "sts:AssumeRoleWithWebIdentity"
    return {"Effect": "Allow", "Principal": federated, "Action": action, "Condition": condition}


def by_service_account(world, namespace: str, name: str) -> dict:
    return by_tokens(world, world.issuer, [f"system:serviceaccount:{namespace}:{name}"])


def providers(world):
    own = [one for one in said(world.tree, "iam.oidcProviders", []) if not said(one, "existing", False)]
    for one in own:
        yield provider(world, one["name"], one["url"].removeprefix("https://"), one)
    if needs_provider(world):
        yield provider(world, "cluster", world.issuer, {})


def needs_provider(world) -> bool:
    """The YAML says so, or else whoever has a role by way of it."""
    tree = world.tree
    by_irsa = said(tree, "karpenter.identity") == "irsa" or bool(said(tree, "iam.serviceAccounts", []))
    of_addons = any(permissions.of(world, one)[0] for one in said(tree, "addons", []))
    return said(tree, "iam.withOIDC", by_irsa or of_addons)


def provider(world, name, issuer, of_yaml):
    address = f"iam.OidcProvider/{name}"
    return address, {
        "Arn": world.iam_arn(f"oidc-provider/{issuer}"), "Url": issuer,
        "ClientIDList": said(of_yaml, "clientIDs", ["sts.amazonaws.com"]),
        "Tags": world.tags(address, name, **said(of_yaml, "tags", {})),
    }


def policies(world):
    for one in said(world.tree, "iam.policies", []):
        address, arn = f"iam.Policy/{one['name']}", policy_arn(world, one["name"])
        yield address, {
            "PolicyName": arn.rpartition("/")[2], "Arn": arn, "Path": f"/eksctl-rs/{world.id}/", "IsAttachable": True,
            "Description": said(one, "description") or None, "DefaultVersionId": "v1",
            "PolicyDocument": said(one, "document") or policy(*images(world, one)),
            "Tags": world.tags(address, one["name"], **said(one, "tags", {})),
        }


def policy_arn(world, name: str) -> str:
    """Of a policy in `iam.policies`."""
    one = {one["name"]: one for one in world.tree["iam"]["policies"]}[name]
    return world.iam_arn(f"policy/eksctl-rs/{world.id}/{said(one, 'policyName', world.iam_name(name))}")


def images(world, one):
    """What docker needs of ECR, whose token is for the whole registry."""
    def repositories(names):
        return [name if name.startswith("arn:") else world.arn("ecr", f"repository/{name}") for name in names]
    yield allow("ecr: GetAuthorizationToken", "*", sid="Token")
    if pull := said(one, "ecrPull"):
        yield allow(f"ecr: {PULL}", repositories(pull), sid="Pull")
    if push := said(one, "ecrPush"):
        yield allow(f"ecr: {PUSH}", repositories(push), sid="Push")


def groups(world):
    for one in said(world.tree, "iam.groups", []):
        name = said(one, "groupName", world.iam_name(one["name"]))
        path = f"/eksctl-rs/{world.id}/{one['name']}/"
        attached, inline = permissions.of(world, one)
        yield f"iam.Group/{name}", {
            "GroupName": name, "Path": path, "Arn": world.iam_arn(f"group{path}{name}"),
            "Users": said(one, "users", []), "AttachedPolicies": attached_ones(attached), "Inline": inline,
        }


def roles(world):
    for one in said(world.tree, "iam.roles", []):
        attached, inline = permissions.of(world, one)
        if access := said(one, "eksAccess"):
            inline["eksAccess"] = policy(allow(EKS_ACCESS[access], world.arn("eks", f"cluster/{world.name}")))
        seconds, description = said(one, "maxSessionDuration", 3600), said(one, "description")
        trust = list(trust_statements(world, one["trust"]))
        yield role(world, one["name"], trust, description, attached, inline, seconds, one)


def trust_statements(world, trust):
    people = [f"arn:aws:iam::{one}:root" for one in said(trust, "accounts", [])] + said(trust, "principalARNs", [])
    if people:
        condition = {}
        if external := said(trust, "externalID"):
            condition["StringEquals"] = {"sts:ExternalId": external}
        if said(trust, "mfa", False):
            condition["Bool"] = {"aws:MultiFactorAuthPresent": "true"}
        by_people = {"Effect": "Allow", "Principal": {"AWS": people}, "Action": "sts:AssumeRole"}
        yield by_people | ({"Condition": condition} if condition else {})
    if services := said(trust, "services"):
        yield by_service(*services)
    if oidc := said(trust, "oidc"):
        named = {one["name"]: one["url"].removeprefix("https://") for one in said(world.tree, "iam.oidcProviders", [])}
        issuer = (named | {"cluster": world.issuer})[oidc["provider"]]
        yield by_tokens(world, issuer, oidc["subjects"], said(oidc, "audience", "sts.amazonaws.com"))


def service_accounts(world):
    """IRSA: a role for each service account that has none yet."""
    for one in said(world.tree, "iam.serviceAccounts", []):
        namespace, name = said(one, "metadata.namespace", "default"), one["metadata"]["name"]
        if not said(one, "attachRoleARN"):
            trust = by_service_account(world, namespace, said(one, "subjectPattern", name))
            description = f"{namespace}/{name} in {world.id}"
            yield role(world, f"sa-{namespace}-{name}", trust, description, *permissions.of(world, one), of_yaml=one)


def flow_logs(world):
    if said(world.tree, "vpc.flowLogs"):
        group = world.arn("logs", f"log-group:/aws/vpc/{world.name}/flow-logs")
        calls = "CreateLogStream DescribeLogGroups DescribeLogStreams PutLogEvents"
        may = policy(allow(f"logs: {calls}", [group, f"{group}:*"]))
        trust = by_service("vpc-flow-logs")
        yield role(world, "flow-logs", trust, f"Flow logs of {world.id}", [], {"flow-logs": may})


def attachments(expected: dict[str, dict]):
    """How often each policy is attached: to whatever the stack attaches it."""
    for name in [name for name in expected if name.startswith("iam.Policy/")]:
        attached = f"AttachedPolicies[{expected[name]['PolicyName']}].PolicyArn"
        yield name, {"AttachmentCount": sum(attached in fields for fields in expected.values())}
