"""The VPC and what is in it."""

from expected import existing
from expected.world import CLUSTER_GROUP
from yaml_stack import said

LOG_FORMAT = (
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} "
    "${packets} ${bytes} ${start} ${end} ${action} ${log-status}"
)
EVERYTHING = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
OUT_TO_EVERYBODY = [{"protocol": "all", "cidrs": ["0.0.0.0/0"]}]
ROLES = {"private": "kubernetes.io/role/internal-elb", "public": "kubernetes.io/role/elb"}


def parts(world):
    if world.has_own_network:
        yield from vpc_and_subnets(world)
        yield from ways_out(world)
        yield from route_tables(world)
    else:
        yield from tags_of_others(world)
    yield from security_groups(world)
    yield from endpoints(world)
    yield from flow_logs(world)


def subnet_tags(world, side: str) -> dict:
    """What load balancers and Karpenter look for, and the user's own."""
    if not said(world.tree, "vpc.tagSubnets", True):
        return {}
    for_karpenter = {"karpenter.sh/discovery": world.name} if side == "private" and "karpenter" in world.tree else {}
    return {ROLES[side]: "1"} | for_karpenter | said(world.tree, f"vpc.subnetTags.{side}", {})


def tags_of_others(world):
    for side in ROLES:
        for subnet in world.subnets(side):
            address = f"{side}-{subnet}"
            yield from existing.tagged(world, subnet, address, subnet_tags(world, side))


def vpc_and_subnets(world):
    yield "ec2.Vpc/main", {
        "CidrBlock": world.cidr,
        "CidrBlockAssociationSet": [{"CidrBlock": world.cidr, "CidrBlockState": {"State": "associated"}}],
        "EnableDnsSupport": True, "EnableDnsHostnames": True,  # EKS needs both.
        "EnableNetworkAddressUsageMetrics": said(world.tree, "vpc.networkAddressUsageMetrics", False),
        "Tags": world.tags("ec2.Vpc/main", "vpc"),
    }
    hostname = said(world.tree, "vpc.hostnameType", "ip-name")
    for side in ROLES:
        for zone in world.zones:
            yield f"ec2.Subnet/{side}-{zone}", {
                "VpcId": "ec2.Vpc/main", "AvailabilityZone": zone, "CidrBlock": world.range(side, zone),
                "MapPublicIpOnLaunch": side == "public" and has_public_nodes(world),
                "PrivateDnsNameOptionsOnLaunch.HostnameType": hostname,
                "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord": hostname == "resource-name",
                "Tags": world.tags(f"ec2.Subnet/{side}-{zone}", f"{side}-{zone}", **subnet_tags(world, side)),
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
    for one in said(world.tree, "vpc.securityGroups", []):
        yield group(world, one["name"], said(one, "description", one["name"]), **said(one, "tags", {}))
        for way, usual in (("ingress", []), ("egress", OUT_TO_EVERYBODY)):
            for rule in said(one, way, usual):
                yield from rules(world, one["name"], way, rule)
    if not all(map(by_routes, world.endpoints)):
        yield group(world, "vpc-endpoints", "Endpoints of AWS services")
        yield from rules(
            world, "vpc-endpoints", "ingress", {"ports": 443, "cidrs": ["vpc"], "description": "The VPC"}
        )


def group(world, name, description, **tags):
    return f"ec2.SecurityGroup/{name}", {
        "GroupName": f"{world.name}-{name}", "VpcId": world.vpc, "Description": description,
        "Tags": world.tags(f"ec2.SecurityGroup/{name}", name, **tags),
    }


def rules(world, group, way, rule):
    """A rule of the YAML is one in AWS for each range and each group; prefix lists are in no stack yet."""
    protocol = said(rule, "protocol", "tcp")
    all_ports = (-1, -1) if protocol == "all" else (0, 65535)
    ports = [int(port) for port in str(said(rule, "ports", "")).split("-") if port] or all_ports
    protocol = "-1" if protocol == "all" else protocol
    own = f"ec2.SecurityGroup/{group}"
    cidrs = [world.cidr if cidr == "vpc" else cidr for cidr in said(rule, "cidrs", [])]
    known = {"self": own, "cluster": f"{CLUSTER_GROUP}{world.name}"}
    groups = [known.get(name, f"ec2.SecurityGroup/{name}") for name in said(rule, "securityGroups", [])]
    peers = {cidr: {"CidrIpv4": cidr} for cidr in cidrs}
    peers |= {
        name: {"ReferencedGroupInfo": {"GroupId": name, "UserId": world.account, "VpcId": world.vpc}} for name in groups
    }
    which = "-".join(map(str, sorted(set(ports))))
    for peer, fields in peers.items():
        yield f"{own}: {way} {protocol} {which} {peer}", fields | {
            "GroupId": own, "IsEgress": way == "egress", "Description": said(rule, "description") or None,
            "IpProtocol": protocol, "FromPort": ports[0], "ToPort": ports[-1],
        }


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
            "ServiceName": service(world, one), "ServiceRegion": world.region, "VpcId": world.vpc,
            "VpcEndpointType": "Gateway" if is_gateway else "Interface", "State": "available", "IpAddressType": "ipv4",
            "RouteTableIds": [f"ec2.RouteTable/private-{zone}" for zone in world.zones] if is_gateway else [],
            "SubnetIds": [] if is_gateway else subnets_for(world, one),
            "Groups": [] if is_gateway else [group],
            "PolicyDocument": said(one, "policy", EVERYTHING),
            "PrivateDnsEnabled": not is_gateway and said(one, "privateDNS", True),
            "Tags": world.tags(address, one["service"]),
        }


def subnets_for(world, endpoint) -> list[str]:
    """Those in zones where AWS offers the service."""
    offered = world.facts.zones.get(service(world, endpoint), [])
    return [subnet for subnet in world.subnets("private") if any(subnet.endswith(zone) for zone in offered)]


def flow_logs(world):
    if logs := said(world.tree, "vpc.flowLogs"):
        yield "ec2.FlowLog/vpc", {
            "ResourceId": world.vpc, "FlowLogStatus": "ACTIVE", "DeliverLogsStatus": "SUCCESS",
            "TrafficType": said(logs, "trafficType", "ALL"),
            "MaxAggregationInterval": said(logs, "maxAggregationInterval", 600),
            "LogFormat": said(logs, "logFormat", LOG_FORMAT),
            "LogDestinationType": "cloud-watch-logs", "LogGroupName": f"/aws/vpc/{world.name}/flow-logs",
            "LogDestination": world.arn("logs", f"log-group:/aws/vpc/{world.name}/flow-logs"),
            "DeliverLogsPermissionArn": world.role_arn("flow-logs"),
            "Tags": world.tags("ec2.FlowLog/vpc", "flow-logs"),
        }
