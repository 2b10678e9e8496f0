"""Which commands of the AWS CLI tell everything in an account and Region that a stack could have made.

Every part yields things: our name of the kind, the id that others name it by, and what AWS tells of it.
"""

import re

from aws_cli import AwsCli

# What one call lists: our name, the command, the list in its answer, the id.
EC2_LISTS = [
    ("ec2.Vpc", "describe-vpcs", "Vpcs", "VpcId"),
    ("ec2.Subnet", "describe-subnets", "Subnets", "SubnetId"),
    ("ec2.RouteTable", "describe-route-tables", "RouteTables", "RouteTableId"),
    ("ec2.InternetGateway", "describe-internet-gateways", "InternetGateways", "InternetGatewayId"),
    ("ec2.NatGateway", "describe-nat-gateways", "NatGateways", "NatGatewayId"),
    ("ec2.ElasticIp", "describe-addresses", "Addresses", "AllocationId"),
    ("ec2.SecurityGroup", "describe-security-groups", "SecurityGroups", "GroupId"),
    ("ec2.VpcEndpoint", "describe-vpc-endpoints", "VpcEndpoints", "VpcEndpointId"),
    ("ec2.FlowLog", "describe-flow-logs", "FlowLogs", "FlowLogId"),
    ("ec2.LaunchTemplate", "describe-launch-templates", "LaunchTemplates", "LaunchTemplateId"),
]
VPC_ATTRIBUTES = ["enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics"]

# What a cluster has: our name, what the command lists, under which key, how one is described, under which key, its id.
OF_CLUSTERS = [
    ("eks.Nodegroup", "nodegroups", "nodegroups", "nodegroup --nodegroup-name", "nodegroup", "nodegroupArn"),
    ("eks.FargateProfile", "fargate-profiles", "fargateProfileNames", "fargate-profile --fargate-profile-name",
     "fargateProfile", "fargateProfileArn"),
    ("eks.Addon", "addons", "addons", "addon --addon-name", "addon", "addonArn"),
    ("eks.AccessEntry", "access-entries", "accessEntries", "access-entry --principal-arn", "accessEntry",
     "accessEntryArn"),
    ("eks.PodIdentityAssociation", "pod-identity-associations", "associations[].associationId",
     "pod-identity-association --association-id", "association", "associationId"),
    ("eks.IdentityProviderConfig", "identity-provider-configs", "identityProviderConfigs[].name",
     "identity-provider-config --identity-provider-config", "identityProviderConfig.oidc", "identityProviderConfigArn"),
    ("eks.Capability", "capabilities", "capabilities[].capabilityName", "capability --capability-name", "capability",
     "capabilityName"),
]


def everything(aws: AwsCli):
    for part in (ec2, eks, iam, kms, logs, ecr, secrets):
        yield from part(aws)


def ec2(aws):
    for kind, command, key, id_key in EC2_LISTS:
        for thing in aws(f"ec2 {command}")[key]:
            if kind == "ec2.Vpc":
                of_vpc = ("--vpc-id", thing["VpcId"])
                told = [aws("ec2 describe-vpc-attribute --attribute", one, *of_vpc) for one in VPC_ATTRIBUTES]
                thing |= {key: value["Value"] for one in told for key, value in one.items() if key != "VpcId"}
            if kind == "ec2.LaunchTemplate":
                told = aws("ec2 describe-launch-template-versions --launch-template-id", thing[id_key])
                thing["Versions"] = told["LaunchTemplateVersions"]
            yield kind, thing[id_key], thing


def eks(aws):
    for cluster in aws("eks list-clusters")["clusters"]:
        yield "eks.Cluster", cluster, aws("eks describe-cluster --name", cluster)["cluster"]
        of_cluster = ("--cluster-name", cluster)
        for kind, listed, names, described, key, id_key in OF_CLUSTERS:
            for name in aws(f"eks list-{listed}", *of_cluster, "--query", names):
                name = f"type=oidc,name={name}" if kind == "eks.IdentityProviderConfig" else name
                told = aws(f"eks describe-{described}", name, *of_cluster, "--query", key)
                if kind == "eks.AccessEntry":
                    of_entry = (*of_cluster, "--principal-arn", name)
                    told |= aws("eks list-associated-access-policies", *of_entry)
                yield kind, told[id_key].rpartition("/")[2], told


def iam(aws):
    for role in aws("iam list-roles")["Roles"]:
        told = aws("iam get-role --role-name", role["RoleName"])["Role"]
        yield "iam.Role", role["RoleId"], told | permissions(aws, "role", role["RoleName"])
    for group in aws("iam list-groups")["Groups"]:
        users = aws("iam get-group --group-name", group["GroupName"])["Users"]
        told = group | {"Users": [user["UserName"] for user in users]}
        yield "iam.Group", group["GroupId"], told | permissions(aws, "group", group["GroupName"])
    for policy in aws("iam list-policies --scope Local")["Policies"]:
        of_policy = ("--policy-arn", policy["Arn"])
        version = aws("iam get-policy-version", *of_policy, "--version-id", policy["DefaultVersionId"])["PolicyVersion"]
        told = aws("iam get-policy", *of_policy)["Policy"] | {"PolicyDocument": version["Document"]}
        yield "iam.Policy", policy["PolicyId"], told
    for provider in aws("iam list-open-id-connect-providers")["OpenIDConnectProviderList"]:
        told = aws("iam get-open-id-connect-provider --open-id-connect-provider-arn", provider["Arn"])
        yield "iam.OidcProvider", provider["Arn"], provider | told


def permissions(aws, of: str, name: str) -> dict:
    """The policies of a role or a group: those that are attached, and those that are written into it."""
    of_one = (f"--{of}-name", name)
    inline = {
        policy: aws(f"iam get-{of}-policy", *of_one, "--policy-name", policy)["PolicyDocument"]
        for policy in aws(f"iam list-{of}-policies", *of_one)["PolicyNames"]
    }
    return aws(f"iam list-attached-{of}-policies", *of_one) | {"Inline": inline}


def kms(aws):
    aliases = aws("kms list-aliases")["Aliases"]
    for key in aws("kms list-keys")["Keys"]:
        of_key = ("--key-id", key["KeyId"])
        told = aws("kms describe-key", *of_key)["KeyMetadata"] | aws("kms list-resource-tags", *of_key)
        told |= aws("kms get-key-policy --policy-name default", *of_key)
        told["Rotation"] = aws("kms get-key-rotation-status", *of_key)
        told["Aliases"] = [one["AliasName"] for one in aliases if one.get("TargetKeyId") == key["KeyId"]]
        yield "kms.Key", key["KeyId"], told


def logs(aws):
    for group in aws("logs describe-log-groups")["logGroups"]:
        told = group | aws("logs list-tags-for-resource --resource-arn", group["logGroupArn"])
        yield "logs.LogGroup", group["logGroupName"], told


def ecr(aws):
    for repository in aws("ecr describe-repositories")["repositories"]:
        of_repository = ("--repository-name", repository["repositoryName"])
        told = repository | aws("ecr list-tags-for-resource --resource-arn", repository["repositoryArn"])
        told |= aws.unless("LifecyclePolicyNotFoundException", "ecr get-lifecycle-policy", *of_repository)
        told |= aws.unless("RepositoryPolicyNotFoundException", "ecr get-repository-policy", *of_repository)
        yield "ecr.Repository", repository["repositoryName"], told
    told = aws("ecr describe-registry") | aws("ecr get-registry-scanning-configuration")
    told |= aws.unless("RegistryPolicyNotFoundException", "ecr get-registry-policy")
    yield "ecr.Registry", told["registryId"], told
    for template in aws("ecr describe-repository-creation-templates")["repositoryCreationTemplates"]:
        # The mark in a description has a digest of what was applied.
        template["description"] = re.sub(r"\bv1:[0-9a-f]{16}\b", "v1:", template.get("description", ""))
        yield "ecr.RepositoryCreationTemplate", template["prefix"], template
    for rule in aws("ecr describe-pull-through-cache-rules")["pullThroughCacheRules"]:
        yield "ecr.PullThroughCacheRule", rule["ecrRepositoryPrefix"], rule


def secrets(aws):
    """Everything of secrets but their values."""
    for secret in aws("secretsmanager list-secrets")["SecretList"]:
        of_secret = ("--secret-id", secret["ARN"])
        told = aws("secretsmanager describe-secret", *of_secret)
        told["Versions"] = sorted(told.pop("VersionIdsToStages").values())
        told |= aws("secretsmanager get-resource-policy", *of_secret)
        yield "secretsmanager.Secret", secret["ARN"].partition(":secret:")[2], told
