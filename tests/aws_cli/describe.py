"""What the AWS CLI tells: every thing under a name, every field under a path."""

import json
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

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

# What tells the elements of a list apart: the first of these that an element has.
LABELS = [
    "DestinationCidrBlock", "DestinationPrefixListId", "CidrBlock", "DeviceName", "ResourceType", "GroupId", "SubnetId",
    "AllocationId", "VersionNumber", "PolicyName", "Sid", "key",
]
ORDERED_LISTS = ("instanceTypes",)
DOCUMENTS = ("AssumeRolePolicyDocument", "PolicyDocument", "Policy", "Inline")
ID = re.compile(r"\b[a-z]+-[0-9a-f]{8,17}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


class AwsCli:
    """The AWS CLI against one endpoint, as one account."""

    def __init__(self, url: str, account: str, region: str):
        clean = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        self.environment = clean | {
            "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": account, "AWS_SECRET_ACCESS_KEY": "x", "AWS_PAGER": "",
            "AWS_DEFAULT_REGION": region, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def __call__(self, words: str, *more: str):
        """Runs a command: `aws("ec2 describe-vpcs", "--vpc-ids", id)`."""
        command = ["aws", "--output", "json", *words.split(), *more]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}: {done.stderr.strip()}")
        return json.loads(done.stdout or "{}")


def describe(aws: AwsCli) -> dict[str, dict]:
    """Everything in the account and Region that a stack could have made: flat fields by the names of things."""
    with ThreadPoolExecutor(4) as pool:  # A command takes half a second before it asks anything.
        lists = [pool.submit(ec2, aws, *one) for one in EC2_LISTS]
        parts = [pool.submit(part, aws) for part in (eks, iam, kms, logs)]
        rules = pool.submit(aws, "ec2 describe-security-group-rules")
        prefixes = pool.submit(aws, "ec2 describe-prefix-lists")
    names = {one["PrefixListId"]: one["PrefixListName"] for one in prefixes.result()["PrefixLists"]}
    things: dict[str, dict] = {}
    for kind, id_of, thing in (found for part in lists + parts for found in part.result()):
        name = name_of(kind, id_of, thing)
        names[id_of] = name if name not in things else f"{name}, again as {id_of}"
        things[names[id_of]] = thing
    for rule in with_names(rules.result()["SecurityGroupRules"], names):
        things[rule_name(rule)] = rule
    return {name: flatten(with_names(thing, names)) for name, thing in things.items()}


def ec2(aws, kind, command, key, id_key):
    found = [(kind, thing[id_key], thing) for thing in aws(f"ec2 {command}")[key]]
    for _, id_of, thing in found:
        if kind == "ec2.Vpc":
            told = [aws("ec2 describe-vpc-attribute --attribute", one, "--vpc-id", id_of) for one in VPC_ATTRIBUTES]
            thing |= {key: value["Value"] for one in told for key, value in one.items() if key != "VpcId"}
        if kind == "ec2.LaunchTemplate":
            told = aws("ec2 describe-launch-template-versions --launch-template-id", id_of)
            thing["Versions"] = told["LaunchTemplateVersions"]
    return found


def eks(aws):
    for cluster in aws("eks list-clusters")["clusters"]:
        yield "eks.Cluster", cluster, aws("eks describe-cluster --name", cluster)["cluster"]
        for group in aws("eks list-nodegroups --cluster-name", cluster)["nodegroups"]:
            told = aws("eks describe-nodegroup --cluster-name", cluster, "--nodegroup-name", group)["nodegroup"]
            yield "eks.Nodegroup", told["nodegroupArn"], told


def iam(aws):
    for role in aws("iam list-roles")["Roles"]:
        of_role = ("--role-name", role["RoleName"])
        told = aws("iam get-role", *of_role)["Role"] | aws("iam list-attached-role-policies", *of_role)
        inline = aws("iam list-role-policies", *of_role)["PolicyNames"]
        told["Inline"] = {
            name: aws("iam get-role-policy", *of_role, "--policy-name", name)["PolicyDocument"] for name in inline
        }
        yield "iam.Role", role["RoleId"], told


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


def name_of(kind: str, id_of: str, thing: dict) -> str:
    """The address in its tags; what has none is AWS's, or nobody's."""
    tags = thing.get("Tags") or thing.get("tags") or {}
    address = (tags_of(tags) if isinstance(tags, list) else tags).get("eksctl-rs.io/address")
    is_main = any(one.get("Main") for one in thing.get("Associations", []))
    # EKS ends the name of a cluster's security group with a number of its own.
    name = re.sub(r"-\d+$", "", thing.get("GroupName", "")) or thing.get("RoleName") or ("main" if is_main else id_of)
    return address or f"untagged {kind}/{name}"


def rule_name(rule: dict) -> str:
    group = rule.get("ReferencedGroupInfo", {}).get("GroupId")
    peer = rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId") or group
    ports = "-".join(map(str, sorted({rule["FromPort"], rule["ToPort"]})))
    return f"{rule['GroupId']}: {'egress' if rule['IsEgress'] else 'ingress'} {rule['IpProtocol']} {ports} {peer}"


def with_names(value, names: dict):
    """The same with names instead of ids, which nobody can know before."""
    if isinstance(value, dict):
        return {key: with_names(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_names(inner, names) for inner in value]
    return ID.sub(lambda found: names.get(found[0], found[0]), value) if isinstance(value, str) else value


def flatten(value, path: str = "") -> dict:
    """The fields of a thing by their paths: `Tags.Name`, `Routes[0.0.0.0/0].State`. A list of texts is one field."""
    if path.rpartition(".")[2] in DOCUMENTS:
        value = document(json.loads(value) if isinstance(value, str) else value)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        value = tags_of(value) if set(value[0]) in ({"Key", "Value"}, {"TagKey", "TagValue"}) else labelled(value)
    if isinstance(value, dict) and value:
        steps = {f"{path}{key if key[0] == '[' else f'.{key}'}".lstrip("."): one for key, one in value.items()}
        inner = [flatten(one, step) for step, one in steps.items() if one is not None]
        return {field: leaf for fields in inner for field, leaf in fields.items()}
    is_set = isinstance(value, list) and not path.endswith(ORDERED_LISTS)
    return {path: sorted(value, key=str) if is_set else value}


def tags_of(tags: list) -> dict:
    return {tag.get("Key", tag.get("TagKey")): tag.get("Value", tag.get("TagValue")) for tag in tags}


def labelled(elements: list) -> dict:
    """The elements of a list by what tells them apart, else by their numbers."""
    found = {}
    for number, element in enumerate(elements):
        key = next((key for key in LABELS if key in element), None)
        label = f"[{element[key] if key else number}]"
        found[label if label not in found else f"[{number}]"] = {one: element[one] for one in element if one != key}
    return found


def document(value, key: str = ""):
    """A policy as it is meant: one is a list of one, and an account is its root."""
    if isinstance(value, dict) and key != "Statement":
        return {inner: document(one, inner) for inner, one in value.items()}
    if key in ("Version", "Sid", "Effect") or value is None:
        return value
    return [
        document(one) if isinstance(one, dict) else re.sub(r"^(\d{12})$", r"arn:aws:iam::\1:root", one)
        for one in (value if isinstance(value, list) else [value])
    ]
