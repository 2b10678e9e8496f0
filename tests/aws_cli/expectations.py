"""What AWS must tell of a stack, from its YAML alone.

A thing has the name in its tag `eksctl-rs.io/address`; its fields are as the AWS CLI shows them, with names for ids.
To expect one more is one line in that thing: `said(..)` reads the YAML; its last argument is the default of the schema.
"""

from ipaddress import ip_network

from describe import flatten
from yaml_stack import said

LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
LOG_FORMAT = (
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} "
    "${packets} ${bytes} ${start} ${end} ${action} ${log-status}"
)
EVERYTHING = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
OF_AWS = "arn:aws:iam::aws:policy/"
CLUSTER_GROUP = "untagged ec2.SecurityGroup/eks-cluster-sg-"


class World:
    """What much of a stack needs."""

    def __init__(self, tree: dict):
        self.tree, metadata = tree, tree["metadata"]
        self.name, self.region, self.account = metadata["name"], metadata["region"], metadata["account"]
        self.id = f"{self.name}.{self.region}"
        self.zones = sorted(tree["availabilityZones"])
        self.cidr = said(tree, "vpc.cidr", "10.0.0.0/16")
        self.endpoints = said(tree, "vpc.endpoints", [])
        self.key_uses = said(tree, "kms.usedFor", ["secrets", "logs"]) if "kms" in tree else []

    def tags(self, address: str, name: str | None = None, **more) -> dict:
        """What every thing bears: a name for the console, the user's tags, and whose it is."""
        named = {"Name": f"{self.name}/{name}"} if name else {}
        own = {"eksctl-rs.io/stack": self.id, "eksctl-rs.io/address": address}
        return named | said(self.tree, "metadata.tags", {}) | more | own

    def arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def role_arn(self, name: str) -> str:
        return f"arn:aws:iam::{self.account}:role/eksctl-rs/{self.id}/{self.name}-{self.region}-{name}"

    def key_for(self, use: str) -> str | None:
        return self.arn("kms", "key/kms.Key/main") if use in self.key_uses else None

    def subnets(self, side: str) -> list:
        return [f"ec2.Subnet/{side}-{zone}" for zone in self.zones]

    def range(self, side: str, zone: str) -> str:
        """Of eight parts one for each letter; the seventh is cut into eight again, for public subnets."""
        number, network = "abcdef".index(zone[-1]), ip_network(self.cidr)
        parts = list(network.subnets(3)) if side == "private" else list(network.subnets(6))[6 * 8:]
        return str(parts[number])


def expectations(tree: dict) -> dict[str, dict]:
    """The fields of everything that the stack asks for, by the names of things."""
    parts = [network, ways_out, route_tables, security_groups, endpoints, flow_logs, roles, key, logs, cluster, nodes]
    return {name: flatten(fields) for part in parts for name, fields in part(World(tree))}


def network(world):
    yield "ec2.Vpc/main", {
        "CidrBlock": world.cidr,
        "CidrBlockAssociationSet": [{"CidrBlock": world.cidr, "CidrBlockState": {"State": "associated"}}],
        "EnableDnsSupport": True, "EnableDnsHostnames": True,  # EKS needs both.
        "EnableNetworkAddressUsageMetrics": said(world.tree, "vpc.networkAddressUsageMetrics", False),
        "Tags": world.tags("ec2.Vpc/main", "vpc"),
    }
    hostname = said(world.tree, "vpc.hostnameType", "ip-name")
    for side, role in [("private", "kubernetes.io/role/internal-elb"), ("public", "kubernetes.io/role/elb")]:
        for zone in world.zones:
            yield f"ec2.Subnet/{side}-{zone}", {
                "VpcId": "ec2.Vpc/main", "AvailabilityZone": zone, "CidrBlock": world.range(side, zone),
                "MapPublicIpOnLaunch": side == "public" and has_public_nodes(world),
                "PrivateDnsNameOptionsOnLaunch.HostnameType": hostname,
                "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord": hostname == "resource-name",
                "Tags": world.tags(f"ec2.Subnet/{side}-{zone}", f"{side}-{zone}", **{role: "1"}),
            }


def has_public_nodes(world) -> bool:
    return any(not said(group, "privateNetworking", True) for group in said(world.tree, "managedNodeGroups", []))


def ways_out(world):
    yield "ec2.InternetGateway/main", {
        "Attachments": [{"State": "available", "VpcId": "ec2.Vpc/main"}],
        "Tags": world.tags("ec2.InternetGateway/main", "internet-gateway"),
    }
    for zone in nat_zones(world):
        address = f"ec2.ElasticIp/nat-{zone}"
        yield address, {"Domain": "vpc", "Tags": world.tags(address, f"nat-{zone}")}
        yield f"ec2.NatGateway/{zone}", {
            "SubnetId": f"ec2.Subnet/public-{zone}", "VpcId": "ec2.Vpc/main", "State": "available",
            "ConnectivityType": "public",
            "NatGatewayAddresses": [{"AllocationId": address, "IsPrimary": True, "Status": "succeeded"}],
            "Tags": world.tags(f"ec2.NatGateway/{zone}", f"nat-{zone}"),
        }


def nat_zones(world) -> list:
    gateways = {"HighlyAvailable": world.zones, "Single": world.zones[:1], "Disable": []}
    return gateways[said(world.tree, "vpc.nat.gateway", "Single")]


def route_tables(world):
    def table(name, subnets, *routes):
        associated = {"Main": False, "RouteTableId": f"ec2.RouteTable/{name}", "AssociationState.State": "associated"}
        local = {"DestinationCidrBlock": world.cidr, "GatewayId": "local", "Origin": "CreateRouteTable"}
        made = [{"Origin": "CreateRoute"} | route for route in routes]
        return f"ec2.RouteTable/{name}", {
            "VpcId": "ec2.Vpc/main",
            "Associations": [{"SubnetId": subnet} | associated for subnet in subnets],
            "Routes": [route | {"State": "active"} for route in [local, *made]],
            "Tags": world.tags(f"ec2.RouteTable/{name}", name),
        }
    everywhere = {"DestinationCidrBlock": "0.0.0.0/0"}
    to_services = [
        {"DestinationPrefixListId": service(world, one), "GatewayId": f"ec2.VpcEndpoint/{one['service']}"}
        for one in world.endpoints if by_routes(one)
    ]
    yield table("public", world.subnets("public"), everywhere | {"GatewayId": "ec2.InternetGateway/main"})
    for zone in world.zones:
        # The gateway of the zone, else the only one.
        way = [one for one in nat_zones(world) if one == zone] or nat_zones(world)[:1]
        out = [everywhere | {"NatGatewayId": f"ec2.NatGateway/{one}"} for one in way]
        yield table(f"private-{zone}", [f"ec2.Subnet/private-{zone}"], *out, *to_services)


def security_groups(world):
    def group(name, description):
        return f"ec2.SecurityGroup/{name}", {
            "GroupName": f"{world.name}-{name}", "VpcId": "ec2.Vpc/main", "Description": description,
            "Tags": world.tags(f"ec2.SecurityGroup/{name}", name),
        }

    def rule(group, way, protocol, cidr, description=None, port=-1):
        # Ranges of ports, and peers that are no ranges of addresses, are in no environment yet.
        protocol, cidr = "-1" if protocol == "all" else protocol, world.cidr if cidr == "vpc" else cidr
        return f"ec2.SecurityGroup/{group}: {way} {protocol} {port} {cidr}", {
            "GroupId": f"ec2.SecurityGroup/{group}", "IsEgress": way == "egress", "CidrIpv4": cidr,
            "IpProtocol": protocol, "FromPort": port, "ToPort": port, "Description": description or None,
        }

    for one in said(world.tree, "vpc.securityGroups", []):
        yield group(one["name"], said(one, "description", one["name"]))
        yield rule(one["name"], "egress", "all", "0.0.0.0/0")
        for ingress in said(one, "ingress", []):
            for cidr in said(ingress, "cidrs", []):
                protocol, description = said(ingress, "protocol", "tcp"), said(ingress, "description")
                yield rule(one["name"], "ingress", protocol, cidr, description)
    if not all(map(by_routes, world.endpoints)):
        yield group("vpc-endpoints", "Endpoints of AWS services")
        yield rule("vpc-endpoints", "ingress", "tcp", "vpc", "The VPC", 443)


def by_routes(endpoint) -> bool:
    usual = "Gateway" if endpoint["service"] in ("s3", "dynamodb") else "Interface"
    return said(endpoint, "type", usual) == "Gateway"


def service(world, endpoint) -> str:
    return f"com.amazonaws.{world.region}.{endpoint['service']}"


def endpoints(world):
    group = {"GroupId": "ec2.SecurityGroup/vpc-endpoints", "GroupName": f"{world.name}-vpc-endpoints"}
    for one in world.endpoints:
        address, is_gateway = f"ec2.VpcEndpoint/{one['service']}", by_routes(one)
        yield address, {
            "ServiceName": service(world, one), "ServiceRegion": world.region, "VpcId": "ec2.Vpc/main",
            "VpcEndpointType": "Gateway" if is_gateway else "Interface", "State": "available", "IpAddressType": "ipv4",
            "RouteTableIds": [f"ec2.RouteTable/private-{zone}" for zone in world.zones] if is_gateway else [],
            "SubnetIds": [] if is_gateway else world.subnets("private"),
            "Groups": [] if is_gateway else [group],
            "PolicyDocument": said(one, "policy", EVERYTHING),
            "PrivateDnsEnabled": not is_gateway and said(one, "privateDNS", True),
            "Tags": world.tags(address, one["service"]),
        }


def flow_logs(world):
    if logs := said(world.tree, "vpc.flowLogs"):
        yield "ec2.FlowLog/vpc", {
            "ResourceId": "ec2.Vpc/main", "FlowLogStatus": "ACTIVE", "DeliverLogsStatus": "SUCCESS",
            "TrafficType": said(logs, "trafficType", "ALL"),
            "MaxAggregationInterval": said(logs, "maxAggregationInterval", 600),
            "LogFormat": said(logs, "logFormat", LOG_FORMAT),
            "LogDestinationType": "cloud-watch-logs", "LogGroupName": f"/aws/vpc/{world.name}/flow-logs",
            "LogDestination": world.arn("logs", f"log-group:/aws/vpc/{world.name}/flow-logs"),
            "DeliverLogsPermissionArn": world.role_arn("flow-logs"),
            "Tags": world.tags("ec2.FlowLog/vpc", "flow-logs"),
        }


def roles(world):
    def role(name, service, description, policies, inline={}):
        trust = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
        return f"iam.Role/{name}", {
            "Path": f"/eksctl-rs/{world.id}/", "RoleName": f"{world.name}-{world.region}-{name}",
            "Arn": world.role_arn(name), "Description": f"{description} {world.id}", "MaxSessionDuration": 3600,
            "AssumeRolePolicyDocument": policy(trust),
            "AttachedPolicies": [{"PolicyName": one, "PolicyArn": f"{OF_AWS}{one}"} for one in policies],
            "Inline": inline,
            "Tags": world.tags(f"iam.Role/{name}", name),
        }
    has_vpc_policy = said(world.tree, "iam.vpcResourceControllerPolicy", True)
    of_cluster = ["AmazonEKSClusterPolicy"] + ["AmazonEKSVPCResourceController"] * has_vpc_policy
    of_nodes = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"]
    yield role("cluster", "eks", "The control plane of", of_cluster)
    yield role("node", "ec2", "Nodes of", of_nodes)
    if said(world.tree, "vpc.flowLogs"):
        calls = ["CreateLogStream", "DescribeLogGroups", "DescribeLogStreams", "PutLogEvents"]
        actions = [f"logs:{call}" for call in calls]
        group = world.arn("logs", f"log-group:/aws/vpc/{world.name}/flow-logs")
        may = policy({"Effect": "Allow", "Action": actions, "Resource": [group, f"{group}:*"]})
        yield role("flow-logs", "vpc-flow-logs", "Flow logs of", [], {"flow-logs": may})


def policy(*statements) -> dict:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def key(world):
    if kms := said(world.tree, "kms"):
        rotates = said(kms, "enableKeyRotation", True)
        yield "kms.Key/main", {
            "Aliases": [said(kms, "alias", f"alias/{world.name}")],
            "Description": said(kms, "description", f"The stack {world.id}"),
            "MultiRegion": said(kms, "multiRegion", False), "Enabled": True, "KeyState": "Enabled",
            "Rotation.KeyRotationEnabled": rotates,
            "Rotation.RotationPeriodInDays": said(kms, "rotationPeriodInDays", 365) if rotates else None,
            "Policy": policy(*key_statements(world)),
            "Tags": world.tags("kms.Key/main", "key"),
        }


def key_statements(world):
    def may(sid, principal, actions, condition=None):
        actions = [f"kms:{action}" for action in actions.split()]
        said_so = {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "*"}
        return said_so | {"Condition": condition}
    account = f"arn:aws:iam::{world.account}"
    yield may("Account", {"AWS": f"{account}:root"}, "*")
    if "secrets" in world.key_uses:
        yield may("Secrets", {"AWS": world.role_arn("cluster")}, "CreateGrant Decrypt DescribeKey Encrypt ListGrants")
    if "logs" in world.key_uses:
        groups = [world.arn("logs", f"log-group:{fields['logGroupName']}") for _, fields in logs(world)]
        condition = {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": groups}}
        actions = "Decrypt* Describe* Encrypt* GenerateDataKey* ReEncrypt*"
        yield may("Logs", {"Service": f"logs.{world.region}.amazonaws.com"}, actions, condition)
    if "volumes" in world.key_uses:
        scaling = f"{account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
        by_scaling = {"ArnEquals": {"aws:PrincipalArn": scaling}}
        for_volumes = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
        yield may("Volumes", {"AWS": "*"}, "Decrypt DescribeKey Encrypt GenerateDataKey* ReEncrypt*", by_scaling)
        yield may("VolumeGrants", {"AWS": "*"}, "CreateGrant", by_scaling | for_volumes)
        through_ec2 = {"kms:CallerAccount": world.account, "kms:ViaService": f"ec2.{world.region}.amazonaws.com"}
        actions = "CreateGrant Decrypt DescribeKey Encrypt GenerateDataKey* ReEncrypt*"
        yield may("VolumesThroughEC2", {"AWS": "*"}, actions, {"StringEquals": through_ec2})


def logs(world):
    def group(address, name, title, settings, protected=False, kind="STANDARD"):
        return f"logs.LogGroup/{address}", {
            "logGroupName": name, "logGroupClass": kind, "deletionProtectionEnabled": protected,
            "logGroupArn": world.arn("logs", f"log-group:{name}"), "arn": world.arn("logs", f"log-group:{name}:*"),
            # 0 is for ever, of which AWS tells nothing.
            "retentionInDays": said(settings, "logRetentionInDays", 90) or None,
            "kmsKeyId": world.key_for("logs"),
            "tags": world.tags(f"logs.LogGroup/{address}", title),
        }
    logging, flow_logs = said(world.tree, "cloudWatch.clusterLogging", {}), said(world.tree, "vpc.flowLogs")
    if said(logging, "enableTypes", []):
        protected, kind = said(logging, "logGroupDeletionProtection", False), said(logging, "logGroupClass", "STANDARD")
        yield group("cluster", f"/aws/eks/{world.name}/cluster", "control-plane-logs", logging, protected, kind)
    if flow_logs:
        yield group("flow-logs", f"/aws/vpc/{world.name}/flow-logs", "flow-logs", flow_logs)


def cluster(world):
    tree, secrets_key = world.tree, world.key_for("secrets")
    types = said(tree, "cloudWatch.clusterLogging.enableTypes", [])
    is_on = {one: one in types or "*" in types or "all" in types for one in LOG_TYPES}
    logging = [{"enabled": on, "types": [one for one in LOG_TYPES if is_on[one] == on]} for on in (True, False)]
    is_public = said(tree, "vpc.clusterEndpoints.publicAccess", False)
    yield f"eks.Cluster/{world.name}", {
        "name": world.name, "arn": world.arn("eks", f"cluster/{world.name}"), "status": "ACTIVE",
        "version": said(tree, "metadata.version"),
        "roleArn": world.role_arn("cluster"),
        "resourcesVpcConfig": {
            "vpcId": "ec2.Vpc/main", "subnetIds": world.subnets("private"), "securityGroupIds": [],
            "clusterSecurityGroupId": CLUSTER_GROUP + world.name,
            "endpointPrivateAccess": said(tree, "vpc.clusterEndpoints.privateAccess", True),
            "endpointPublicAccess": is_public,
            "publicAccessCidrs": said(tree, "vpc.publicAccessCIDRs", ["0.0.0.0/0"]) if is_public else [],
        },
        "kubernetesNetworkConfig.ipFamily": said(tree, "kubernetesNetworkConfig.ipFamily", "IPv4").lower(),
        "logging.clusterLogging": [some for some in logging if some["types"]],
        "encryptionConfig": [{"resources": ["secrets"], "provider.keyArn": secrets_key}] if secrets_key else None,
        "accessConfig.authenticationMode": said(tree, "accessConfig.authenticationMode", "API"),
        "upgradePolicy.supportType": said(tree, "upgradePolicy.supportType", "STANDARD"),
        "zonalShiftConfig.enabled": said(tree, "zonalShiftConfig.enabled", False),
        "computeConfig.enabled": said(tree, "autoModeConfig.enabled", False),
        "deletionProtection": said(tree, "deletionProtection", False),
        "controlPlaneScalingConfig.tier": said(tree, "controlPlaneScalingConfig.tier", "standard"),
        "tags": world.tags(f"eks.Cluster/{world.name}"),
    }


def nodes(world):
    for group in said(world.tree, "managedNodeGroups", []):
        template, least = f"ec2.LaunchTemplate/{group['name']}", said(group, "minSize", 1)
        percentage = said(group, "updateConfig.maxUnavailablePercentage")
        yield template, launch_template(world, group, template)
        yield f"eks.Nodegroup/{group['name']}", {
            "nodegroupName": group["name"], "clusterName": world.name, "status": "ACTIVE",
            "version": said(world.tree, "metadata.version"),
            "nodeRole": world.role_arn("node"),
            "subnets": world.subnets("private" if said(group, "privateNetworking", True) else "public"),
            "instanceTypes": said(group, "instanceTypes") or [said(group, "instanceType")],
            "amiType": {"AmazonLinux2023": "AL2023_x86_64_STANDARD"}[said(group, "amiFamily", "AmazonLinux2023")],
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
    data = {
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": volume}],
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
