"""What the self-test breaks behind a stack's back, and where that must show.

A row is about the first thing, by name, that is like it, and is left out where a stack has none: `*` is any text. In
commands and places `$thing` is its name, `$last` the end of that, `$vpc` the id of the VPC, and other words are fields.
"""

import re
from string import Template

from aws_cli import AwsCli

ANYTHING = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
ANYBODY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*","Principal":"*"}]}'
OTHERS = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"*"}}]}'
FEW = (
    '{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":1},'
    '"action":{"type":"expire"}}]}'
)
ALL_IMAGES = "scanFrequency=SCAN_ON_PUSH,repositoryFilters=[{filter=broken,filterType=WILDCARD}]"
CLUSTER_POLICY = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
OF_ENTRY = "--cluster-name $clusterName --principal-arn $principalArn"

FAULTS = [
    # The network, and that of others.
    ("*ec2.Vpc/*", "ec2 create-tags --resources $vpc --tags Key=nobody,Value=knows", ["$thing Tags.nobody"]),
    ("ec2.Vpc/*", "ec2 delete-tags --resources $vpc --tags Key=Name", ["$thing Tags.Name"]),
    ("*ec2.Vpc/*", "ec2 create-security-group --group-name broken --description broken --vpc-id $vpc",
     ["untagged ec2.SecurityGroup/broken", "untagged ec2.SecurityGroup/broken: egress -1 -1 0.0.0.0/0"]),
    ("untagged ec2.Subnet/*", "ec2 delete-tags --resources $last --tags Key=eksctl-rs.io/tags/$stack",
     ["$thing Tags.eksctl-rs.io/tags/$stack"]),
    # IAM and CloudWatch.
    ("iam.Role/cluster", f"iam detach-role-policy --role-name $RoleName --policy-arn {CLUSTER_POLICY}",
     ["$thing AttachedPolicies[AmazonEKSClusterPolicy].PolicyArn"]),
    ("iam.Role/cluster", f"iam update-assume-role-policy --role-name $RoleName --policy-document {OTHERS}",
     ["$thing AssumeRolePolicyDocument.*"]),
    ("iam.Role/sa-*", f"iam put-role-policy --role-name $RoleName --policy-name broken --policy-document {ANYTHING}",
     ["$thing Inline.broken.*"]),
    ("iam.Policy/*", f"iam create-policy-version --policy-arn $Arn --policy-document {ANYTHING} --set-as-default",
     ["$thing DefaultVersionId", "$thing PolicyDocument.*"]),
    ("iam.OidcProvider/github", "iam add-client-id-to-open-id-connect-provider --client-id broken "
     "--open-id-connect-provider-arn $Arn", ["$thing ClientIDList"]),
    ("iam.Group/*", f"iam put-group-policy --group-name $GroupName --policy-name broken --policy-document {ANYTHING}",
     ["$thing Inline*"]),
    ("iam.Role/*", "iam create-group --group-name broken", ["iam.Group/broken"]),
    ("logs.LogGroup/*", "logs put-retention-policy --log-group-name $logGroupName --retention-in-days 3653",
     ["$thing retentionInDays"]),
    # EKS.
    ("eks.Nodegroup/*", "eks update-nodegroup-config --cluster-name $clusterName --nodegroup-name $nodegroupName "
     "--scaling-config maxSize=99", ["$thing scalingConfig.maxSize"]),
    ("eks.FargateProfile/*", "eks create-fargate-profile --cluster-name $clusterName --fargate-profile-name broken "
     "--pod-execution-role-arn $podExecutionRoleArn --selectors namespace=broken",
     ["untagged eks.FargateProfile/broken"]),
    ("eks.Addon/kube-proxy", "eks delete-addon --cluster-name $clusterName --addon-name $addonName", ["$thing"]),
    ("eks.Addon/coredns", "eks update-addon --cluster-name $clusterName --addon-name $addonName "
     '--configuration-values {"replicaCount":7}', ["$thing configurationValues.*"]),
    ("eks.AccessEntry/*", f"eks update-access-entry {OF_ENTRY} --kubernetes-groups broken",
     ["$thing kubernetesGroups"]),
    ("eks.AccessEntry/*", f"eks associate-access-policy {OF_ENTRY} --policy-arn {VIEW} --access-scope type=cluster",
     [f"$thing associatedAccessPolicies[{VIEW}].accessScope.*"]),
    ("untagged eks.PodIdentityAssociation/*", "eks create-pod-identity-association --cluster-name $clusterName "
     "--namespace broken --service-account broken --role-arn $roleArn",
     ["untagged eks.PodIdentityAssociation/broken/broken"]),
    # ECR and Secrets Manager.
    ("ecr.Repository/*", f"ecr put-lifecycle-policy --repository-name $repositoryName --lifecycle-policy-text {FEW}",
     ["$thing lifecyclePolicyText.*"]),
    ("ecr.Repository/*", f"ecr set-repository-policy --repository-name $repositoryName --policy-text {ANYBODY}",
     ["$thing policyText.*"]),
    ("ecr.Registry/*", f"ecr put-registry-scanning-configuration --scan-type ENHANCED --rules {ALL_IMAGES}",
     ["$thing scanningConfiguration.*"]),
    ("ecr.RepositoryCreationTemplate/*", "ecr update-repository-creation-template --prefix $prefix "
     "--image-tag-mutability IMMUTABLE", ["$thing imageTagMutability"]),
    ("ecr.PullThroughCacheRule/*", "ecr delete-pull-through-cache-rule --ecr-repository-prefix $ecrRepositoryPrefix",
     ["$thing"]),
    ("secretsmanager.Secret/*", "secretsmanager put-secret-value --secret-id $Name --secret-string broken",
     ["$thing Versions"]),
]


def break_things(aws: AwsCli, stack: str, things: dict[str, dict]) -> list[str]:
    """Breaks whatever a stack has of all this. Where it must be noticed."""
    vpc, places = aws("ec2 describe-vpcs --query Vpcs[0].VpcId"), []
    for pattern, command, shows in FAULTS:
        if name := next((name for name in sorted(things) if is_like(pattern, name)), None):
            words = things[name] | {"thing": name, "last": name.rpartition("/")[2], "vpc": vpc, "stack": stack}
            aws(Template(command).substitute(words))
            places += [Template(place).substitute(words) for place in shows]
    return places


def is_like(pattern: str, text: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text) is not None
