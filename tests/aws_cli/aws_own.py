"""What AWS tells besides: what is its own, and its documented defaults, with why nobody wrote it into the YAML.

In names of things, fields and texts, `*` is any text, `|` is or, and `{account}`, `{region}`, `{name}` are the stack's.
A value that is no text is exactly what AWS tells; `ANY` is anything.
"""

import re
from functools import cache

ANY = object()
NETWORK = "ec2.Vpc/main|ec2.Subnet/*"
DEFAULT_GROUP, CLUSTER_GROUP = "untagged ec2.SecurityGroup/default", "untagged ec2.SecurityGroup/eks-cluster-sg-{name}"

OWN = [
    # Of everything.
    ("*", "OwnerId|GroupOwnerId|AWSAccountId|NetworkInterfaceOwnerId", "{account}", "the account"),
    ("*", "CreatedBy|Versions[*].CreatedBy", "arn:aws:*:{account}:*", "whoever called"),
    ("*", "*CreateTime|CreationTime*|CreateDate|UpdateDate|CreationDate|creationTime|*edAt|*edDate", ANY, "a date"),
    ("*", "*AssociationId|*NetworkInterfaceId|SecurityGroupRuleId", "*-*", "an id that AWS gives"),
    ("*", "SubnetArn|SecurityGroupArn|SecurityGroupRuleArn", "arn:aws:ec2:{region}:{account}:*", "made of an id"),
    ("*", "Tags.eksctl-rs.io/spec|tags.eksctl-rs.io/spec", "v1:*", "the digest of what was applied"),
    ("*", "Tags.eksctl-rs.io/claim", "*-*", "the run that made it"),
    ("*", "*Operator.Managed", False, "no service of AWS's runs it"),
    # The network.
    ("ec2.Vpc/main", "DhcpOptionsId", "dopt-*", "the Region's own options"),
    ("ec2.Vpc/main", "InstanceTenancy", "default", "shared hardware"),
    (NETWORK, "State", "available", "it is there"),
    (NETWORK, "IsDefault|DefaultForAz", False, "it is not the one that AWS makes with an account"),
    (NETWORK, "BlockPublicAccessStates.InternetGatewayBlockMode", "off", "AWS blocks it where it is asked to"),
    (NETWORK, "Ipv6CidrBlockAssociationSet", [], "there is no IPv6"),
    (NETWORK, "AssignIpv6AddressOnCreation|Ipv6Native|EnableDns64|*.EnableResourceNameDnsAAAARecord", False, "no IPv6"),
    (NETWORK, "AvailabilityZoneId", "*-az*", "what the account's zone is for AWS"),
    ("*ec2.Subnet/*", "AvailableIpAddressCount", ANY, "it follows from the range and what is in it"),
    (NETWORK, "MapCustomerOwnedIpOnLaunch", False, "only on Outposts"),
    ("*ec2.RouteTable/*", "PropagatingVgws", [], "there is no virtual private gateway"),
    ("ec2.NatGateway/*", "AvailabilityMode", "zonal", "it stands in a subnet"),
    ("ec2.NatGateway/*|ec2.ElasticIp/*", "*PrivateIp|PrivateIpAddress|*PublicIp", "*.*.*.*", "AWS chooses it"),
    ("ec2.ElasticIp/*", "NetworkBorderGroup", "{region}", "the whole Region"),
    ("ec2.ElasticIp/*", "PublicIpv4Pool", "amazon", "nobody's own addresses"),
    ("ec2.SecurityGroup/*", "IpPermissions*", ANY, "told again by its rules, which are things of their own"),
    ("ec2.SecurityGroup/*: *", "Tags", [], "the stack tags groups, not their rules"),
    ("ec2.VpcEndpoint/*", "PolicyDocument.Version", "2008-10-17", "what AWS writes before a policy of its own"),
    ("ec2.VpcEndpoint/*", "DnsEntries*", ANY, "names that AWS makes"),
    ("ec2.VpcEndpoint/*", "NetworkInterfaceIds", ANY, "ids that AWS gives"),
    ("ec2.VpcEndpoint/*", "DnsOptions.DnsRecordIpType", "ipv4|service-defined", "the family of its addresses"),
    ("ec2.VpcEndpoint/*", "RequesterManaged", False, "no service of AWS's runs it"),
    # IAM, KMS and CloudWatch.
    ("iam.Role/*", "RoleId", "AROA*", "an id that AWS gives"),
    ("iam.Role/*", "RoleLastUsed", {}, "it was not used yet"),
    ("iam.Group/*", "GroupId", "AGPA*", "an id that AWS gives"),
    ("iam.Policy/*", "PolicyId", "ANPA*", "an id that AWS gives"),
    ("iam.Policy/*", "PermissionsBoundaryUsageCount", 0, "it bounds nobody"),
    ("iam.OidcProvider/*", "ThumbprintList", ANY, "the certificate that IAM found"),
    ("kms.Key/main", "Arn", "arn:aws:kms:{region}:{account}:key/kms.Key/main", "made of an id"),
    ("kms.Key/main", "CurrentKeyMaterialId|Rotation.NextRotationDate", ANY, "an id and a date"),
    ("kms.Key/main", "KeySpec|CustomerMasterKeySpec", "SYMMETRIC_DEFAULT", "the usual kind"),
    ("kms.Key/main", "EncryptionAlgorithms", ["SYMMETRIC_DEFAULT"], "the usual kind"),
    ("kms.Key/main", "KeyUsage|KeyManager|Origin", "ENCRYPT_DECRYPT|CUSTOMER|AWS_KMS", "the usual kind"),
    ("kms.Key/main", "PolicyName", "default", "there is no other name"),
    ("logs.LogGroup/*", "metricFilterCount|storedBytes", 0, "nothing was written yet"),
    # ECR and Secrets Manager.
    ("ecr.Registry/*", "scanningConfiguration.scanType", "BASIC", "as it is before anybody says otherwise"),
    ("ecr.Registry/*", "*Configuration.rules", [], "as it is before anybody says otherwise"),
    ("secretsmanager.Secret/*", "Versions", [["AWSCURRENT"]], "it was sent once"),
    # EKS.
    ("eks.*", "health.issues", [], "nothing is wrong"),
    ("eks.Cluster/*", "certificateAuthority.data", ANY, "made by EKS"),
    ("eks.Cluster/*", "endpoint", "https://*.{region}.*", "made by EKS"),
    ("eks.Addon/*", "addonVersion", "v*-eksbuild.*", "EKS's default, as the YAML names none"),
    ("eks.Addon/*", "owner|publisher", "aws|community|eks", "who made it"),
    ("eks.Addon/*", "health.issues[0].message", "* of replicas.", "the code in words"),
    ("eks.Cluster/*", "kubernetesNetworkConfig.serviceIpv4Cidr", "172.20.0.0/16|10.100.0.0/16", "EKS chooses it"),
    ("eks.Cluster/*", "platformVersion", "eks.*", "EKS moves it"),
    ("eks.Cluster/*", "computeConfig.nodePools", [], "Auto Mode is off"),
    ("eks.Cluster/*", "*elasticLoadBalancing.enabled|storageConfig.blockStorage.enabled", False, "Auto Mode is off"),
    ("eks.Nodegroup/*", "releaseVersion", "1.*", "the newest when the group was made"),
    ("eks.Nodegroup/*", "resources.autoScalingGroups[0].name", "eks-*", "made by EKS"),
    # What AWS makes along with a VPC, a cluster and the first use of a service.
    ("untagged ec2.RouteTable/main", "VpcId", "ec2.Vpc/main", "every VPC has a main table"),
    ("untagged ec2.RouteTable/main", "Tags", [], "nobody tags it"),
    ("untagged ec2.RouteTable/main", "Routes[*].GatewayId|*.Origin", "local|CreateRouteTable", "its only route"),
    ("untagged ec2.RouteTable/main", "Routes[*].State|*.AssociationState.State", "active|associated", "its only route"),
    ("untagged ec2.RouteTable/main", "Associations[0].Main", True, "this is what it is"),
    (DEFAULT_GROUP, "*", ANY, "every VPC has one"),
    (CLUSTER_GROUP, "Description|GroupName|Tags.Name|IpPermissions*", ANY, "every cluster has one"),
    (f"{DEFAULT_GROUP}: ingress -1 -1 {DEFAULT_GROUP}", "*", ANY, "as AWS makes it"),
    (f"{CLUSTER_GROUP}: ingress -1 -1 {CLUSTER_GROUP}", "*", ANY, "as EKS makes it"),
    (f"{DEFAULT_GROUP}: egress -1 -1 0.0.0.0/0|{CLUSTER_GROUP}: egress -1 -1 0.0.0.0/0", "*", ANY, "as AWS makes it"),
    ("untagged iam.Role/AWSServiceRoleFor*", "*", ANY, "AWS makes it for a service"),
    ("untagged eks.AccessEntry/AWSServiceRoleForAmazonEKS", "*", ANY, "EKS lets itself in"),
]


def is_own(tree: dict, thing: str, field: str, value) -> bool:
    """Whether a field is AWS's own, with a value that it can have."""
    stack = tuple(tree["metadata"][key] for key in ("account", "region", "name"))
    return value == thing or any(has_value(wanted, value, stack) for wanted in wanted_of(thing, field, stack))


@cache
def wanted_of(thing: str, field: str, stack: tuple) -> list:
    rows = [(fields, wanted) for things, fields, wanted, _ in OWN if is_like(things, thing, stack)]
    return [wanted for fields, wanted in rows if is_like(fields, field, stack)]


def has_value(wanted, value, stack: tuple) -> bool:
    if isinstance(wanted, str):
        return is_like(wanted, str(value), stack)
    return wanted is ANY or repr(wanted) == repr(value)


@cache
def is_like(pattern: str, text: str, stack: tuple) -> bool:
    pattern = pattern.format(account=stack[0], region=stack[1], name=stack[2])
    return any(re.fullmatch(re.escape(one).replace(r"\*", ".*"), text) for one in pattern.split("|"))
