"""Caches of other registries: rules, the templates of their repositories, credentials, and who may use them."""

from expected import ecr, iam
from expected.world import allow, policy
from yaml_stack import said

# ECR's word for a registry, and its host.
REGISTRIES = {
    "docker-hub": ("docker-hub", "registry-1.docker.io"),
    "ecr-public": ("ecr-public", "public.ecr.aws"),
    "quay": ("quay", "quay.io"),
    "kubernetes": ("k8s", "registry.k8s.io"),
    "github": ("github-container-registry", "ghcr.io"),
    "gitlab": ("gitlab-container-registry", "registry.gitlab.com"),
    "azure": ("azure-container-registry", None),
    "ecr": ("ecr", None),
}


def parts(world):
    for one in caches(world):
        prefix = prefix_of(one)
        registry, host = REGISTRIES[one["upstream"]]
        host = said(one, "registry", host)
        yield ecr.template(world, prefix, f"Images of {prefix}", ["PULL_THROUGH_CACHE"], one, vouches=True)
        yield f"ecr.PullThroughCacheRule/{prefix}", {
            "ecrRepositoryPrefix": prefix, "registryId": world.account,
            "upstreamRegistry": registry, "upstreamRegistryUrl": host,
            "upstreamRepositoryPrefix": said(one, "upstreamPrefix", "ROOT"),
            "credentialArn": credential(world, one), "customRoleArn": said(one, "customRoleARN"),
        }
        if "credentials" in one and "secretARN" not in one["credentials"]:
            yield secret(world, one["credentials"], prefix, host)
    if needing := templates(world):
        calls = "ecr: CreateRepository ReplicateImage TagResource"
        may = policy(allow(calls, repositories(world, needing), sid="Repositories"))
        description = f"With this ECR makes repositories for {world.id}"
        yield iam.role(world, "ecr-template", iam.by_service("ecr"), description, [], {"make-repositories": may})


def caches(world) -> list[dict]:
    return said(world.tree, "pullThroughCache", [])


def prefix_of(one: dict) -> str:
    return said(one, "prefix", one["upstream"])


def credential(world, one) -> str | None:
    own = f"secret:secretsmanager.Secret/{prefix_of(one)}"
    return said(one["credentials"], "secretARN", world.arn("secretsmanager", own)) if "credentials" in one else None


def secret(world, credentials, prefix, host):
    """Its tags say from where each of its texts comes; the texts themselves nobody tells."""
    def source(text):
        return f"value:{text['value']}" if "value" in text else f"env:{text['valueFrom']['env']}"
    address = f"secretsmanager.Secret/{prefix}"
    return address, {
        "Name": f"ecr-pullthroughcache/{world.name}/{prefix}/credential",
        "ARN": world.arn("secretsmanager", f"secret:{address}"),
        "Description": f"With this ECR reads {host} for {world.id}",
        "Tags": world.tags(address, prefix, **{
            "eksctl-rs.io/from/username": source(credentials["username"]),
            "eksctl-rs.io/from/accessToken": source(credentials["accessToken"]),
            "eksctl-rs.io/recovery-window-in-days": str(said(credentials, "recoveryWindowInDays", 7)),
            "eksctl-rs.io/revision": str(said(credentials, "revision", 1)),
        }),
    }


def templates(world) -> list[str]:
    """The prefixes of those that need a role of the stack's."""
    named = [(prefix_of(one), one) for one in caches(world)]
    named += [(one["prefix"], one) for one in said(world.tree, "ecr.creationTemplates", [])]
    needing = [(prefix, one) for prefix, one in named if ecr.needs_role(world, one)]
    return [prefix for prefix, one in needing if not said(one, "repositories.customRoleARN")]


def import_policy(world) -> dict:
    """For whatever pulls: what is not there yet is fetched, and a repository made for it."""
    prefixes = [prefix_of(one) for one in caches(world)]
    calls = "ecr: BatchImportUpstreamImage CreateRepository"
    return {"pull-through-cache": policy(allow(calls, repositories(world, prefixes)))} if prefixes else {}


def repositories(world, prefixes) -> list[str]:
    below = ["*" if prefix == "ROOT" else f"{prefix}/*" for prefix in prefixes]
    return [world.arn("ecr", f"repository/{names}") for names in below]
