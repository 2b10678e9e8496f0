"""Fargate profiles."""

from expected import iam, pull_through
from yaml_stack import said


def parts(world):
    profiles = said(world.tree, "fargateProfiles", [])
    for one in profiles:
        address = f"eks.FargateProfile/{one['name']}"
        yield address, {
            "fargateProfileName": one["name"], "clusterName": world.name, "status": "ACTIVE",
            "fargateProfileArn": world.arn("eks", f"fargateprofile/{world.name}/{one['name']}/{address}"),
            "podExecutionRoleArn": role_arn(world, one),
            "subnets": said(one, "subnets", world.subnets("private")),
            "selectors": [{"labels": {}} | selector for selector in one["selectors"]],
            "tags": world.tags(address, **said(one, "tags", {})),
        }
    if any(role_arn(world, one) == world.role_arn("fargate") for one in profiles):
        yield role(world)


def role_arn(world, profile) -> str:
    """The profile's own, that of all profiles, or one of the stack's."""
    of_all = said(world.tree, "iam.fargatePodExecutionRoleARN", world.role_arn("fargate"))
    return said(profile, "podExecutionRoleARN", of_all)


def role(world):
    """Only profiles of the cluster take it: EKS advises so against the confused deputy."""
    source = {"ArnLike": {"aws:SourceArn": world.arn("eks", f"fargateprofile/{world.name}/*")}}
    trust = iam.by_service("eks-fargate-pods") | {"Condition": source}
    attached = iam.of_aws("AmazonEKSFargatePodExecutionRolePolicy")
    inline = pull_through.import_policy(world)
    return iam.role(world, "fargate", trust, f"Pods of {world.id} on Fargate", attached, inline)
