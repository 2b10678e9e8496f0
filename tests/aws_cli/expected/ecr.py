"""Repositories, the registry, and templates of repositories that ECR makes by itself."""

from expected.world import allow, policy
from yaml_stack import said

PULL = "ecr: BatchGetImage GetDownloadUrlForLayer"
PUSH = "ecr: BatchCheckLayerAvailability BatchGetImage CompleteLayerUpload InitiateLayerUpload PutImage UploadLayerPart"


def parts(world):
    for one in said(world.tree, "ecr.repositories", []):
        yield repository(world, one)
    for one in said(world.tree, "ecr.creationTemplates", []):
        yield template(world, one["prefix"], said(one, "description", ""), one["appliedFor"], one, vouches=False)
    yield registry(world)


def repository(world, one):
    address = f"ecr.Repository/{one['name']}"
    is_enhanced = said(world.tree, "ecr.scanning.type") == "ENHANCED"
    return address, {
        "repositoryName": one["name"], "registryId": world.account,
        "repositoryArn": world.arn("ecr", f"repository/{one['name']}"),
        "repositoryUri": f"{world.account}.dkr.ecr.{world.region}.amazonaws.com/{one['name']}",
        # With Amazon Inspector ECR does not let anybody change it from what it is at first.
        "imageScanningConfiguration.scanOnPush": said(one, "scanOnPush", not is_enhanced),
        "lifecyclePolicyText": lifecycle(one), "policyText": access(world, one),
        "tags": world.tags(address, one["name"], **said(one, "tags", {})),
    } | kind_of_repository(world, one, "IMMUTABLE")


def kind_of_repository(world, one, mutability) -> dict:
    """What repositories and templates of some say in the same words."""
    key = said(one, "encryption.keyARN", world.key_for("images"))
    by = said(one, "encryption.type", "KMS" if key else "AES256")
    return {
        "imageTagMutability": said(one, "imageTagMutability", mutability),
        "imageTagMutabilityExclusionFilters": [
            {"filterType": "WILDCARD", "filter": one} for one in said(one, "imageTagMutabilityExclusions", [])
        ] or None,
        "encryptionConfiguration": {"encryptionType": by, "kmsKey": key if by != "AES256" else None},
    }


def lifecycle(one) -> dict | None:
    """A rule of the YAML is one in ECR for each of its prefixes and patterns."""
    rules = []
    for rule in said(one, "lifecycle", []):
        days = said(rule, "expireAfterDays") or said(rule, "expireUntaggedAfterDays")
        by_age = {"countType": "sinceImagePushed", "countUnit": "days", "countNumber": days}
        count = {"countType": "imageCountMoreThan", "countNumber": rule["keep"]} if "keep" in rule else by_age
        tagged = [{"tagStatus": "tagged", "tagPrefixList": [prefix]} for prefix in said(rule, "prefixes", [])]
        tagged += [{"tagStatus": "tagged", "tagPatternList": [pattern]} for pattern in said(rule, "patterns", [])]
        which = "untagged" if "expireUntaggedAfterDays" in rule else "any"
        for selection in tagged or [{"tagStatus": which}]:
            description = {"description": rule["description"]} if "description" in rule else {}
            rules.append({"selection": selection | count, "action": {"type": "expire"}} | description)
    numbered = [{"rulePriority": number} | rule for number, rule in enumerate(rules, 1)]
    return said(one, "lifecyclePolicy", {"rules": numbered} if numbered else None)


def access(world, one) -> dict | None:
    def who(names):
        return {"AWS": [world.role_arn(name[5:]) if name.startswith("role:") else name for name in names]}
    statements = []
    for key, actions in (("pull", PULL), ("push", PUSH)):
        if names := said(one, f"access.{key}"):
            statements.append(allowed(key.title(), who(names), actions))
    if organization := said(one, "access.organization"):
        inside = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": organization}}}
        statements.append(allowed("PullInOrganization", "*", PULL) | inside)
    return said(one, "policy", policy(*statements) if statements else None)


def allowed(sid, principal, actions) -> dict:
    statement = {"Principal": principal} | allow(actions, None, sid=sid)
    return {key: value for key, value in statement.items() if key != "Resource"}


def registry(world):
    """The registry is there with the account; what the YAML does not say of it stays as it is."""
    scanning, replication = said(world.tree, "ecr.scanning"), said(world.tree, "ecr.replication")
    fields = {"registryId": world.account}
    if scanning is not None:
        fields |= {
            "scanningConfiguration.scanType": said(scanning, "type", "BASIC"),
            "scanningConfiguration.rules": [
                {
                    "scanFrequency": said(rule, "frequency", "SCAN_ON_PUSH"),
                    "repositoryFilters": filters(said(rule, "filters", ["*"]), "WILDCARD"),
                }
                for rule in said(scanning, "rules", [])
            ],
        }
    if replication is not None:
        fields["replicationConfiguration.rules"] = [
            {
                "destinations": [
                    {"region": to["region"], "registryId": said(to, "account", world.account)}
                    for to in rule["destinations"]
                ],
                "repositoryFilters": filters(said(rule, "prefixes", []), "PREFIX_MATCH") or None,
            }
            for rule in replication
        ]
    return f"ecr.Registry/{world.account}", fields


def filters(texts, kind) -> list[dict]:
    return [{"filter": text, "filterType": kind} for text in texts]


def template(world, prefix, description, applied_for, one, vouches):
    """It bears no tags: a mark in its description says whose it is, and if it vouches for the rule of its prefix."""
    of_repositories = said(one, "repositories", {})
    role = world.role_arn("ecr-template") if needs_role(world, one) else None
    mark = f"[eksctl-rs {world.id} v1:{' pull-through' if vouches else ''}]"
    return f"ecr.RepositoryCreationTemplate/{prefix}", {
        "prefix": prefix, "description": f"{description} {mark}".strip(), "appliedFor": applied_for,
        "resourceTags": resource_tags(world, one) or None,
        "customRoleArn": said(of_repositories, "customRoleARN", role),
        "lifecyclePolicy": lifecycle(of_repositories), "repositoryPolicy": access(world, of_repositories),
    } | kind_of_repository(world, of_repositories, "MUTABLE")


def resource_tags(world, one) -> dict:
    return said(world.tree, "metadata.tags", {}) | said(one, "repositories.tags", {})


def needs_role(world, one) -> bool:
    """ECR makes repositories by itself, but for tags and keys it needs a role."""
    return bool(resource_tags(world, one) or said(one, "repositories.encryption") or world.key_for("images"))
