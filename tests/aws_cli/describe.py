"""What the AWS CLI tells: every thing under a name, every field under a path."""

import base64
import json
import re
import tomllib
from dataclasses import dataclass

from aws_cli import AwsCli
from listing import everything

# What bears no tags has its name from AWS.
WITHOUT_TAGS = {
    "iam.Group": "GroupName", "ecr.Registry": "registryId", "ecr.RepositoryCreationTemplate": "prefix",
    "ecr.PullThroughCacheRule": "ecrRepositoryPrefix",
}

# What names other things to people.
NAMES = ["GroupName", "RoleName", "principalArn", "nodegroupName", "fargateProfileName", "addonName"]

# What tells the elements of a list apart: the first of these that an element has.
LABELS = [
    "DestinationCidrBlock", "DestinationPrefixListId", "CidrBlock", "DeviceName", "ResourceType", "GroupId", "SubnetId",
    "AllocationId", "VersionNumber", "PolicyName", "Sid", "key", "namespace", "policyArn", "rulePriority",
    "scanFrequency", "region", "filter",
]
ORDERED_LISTS = ("instanceTypes",)
DOCUMENTS = (
    "AssumeRolePolicyDocument", "PolicyDocument", "Policy", "Inline", "policyText", "repositoryPolicy", "policy",
)
TEXTS_OF_JSON = ("lifecyclePolicyText", "lifecyclePolicy", "configurationValues")

ID = re.compile("|".join([
    r"\b[a-z]+-[0-9a-f]{8,17}\b",  # of EC2
    r"\ba-[0-9a-z]{17}\b",  # of an association
    r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b",  # a UUID
    r"\b[0-9A-F]{32}\b",  # of an issuer
    r"(?<=:secret:)[^:]+$",  # the name of a secret, with letters that AWS puts after it
]))


@dataclass(frozen=True)
class Facts:
    """What AWS tells before a stack is applied: what is somebody else's, and in which zones endpoints can be."""

    things: dict[str, dict]
    zones: dict[str, list]


def facts(aws: AwsCli) -> Facts:
    services = aws("ec2 describe-vpc-endpoint-services")["ServiceDetails"]
    return Facts(describe(aws), {one["ServiceName"]: one["AvailabilityZones"] for one in services})


def describe(aws: AwsCli) -> dict[str, dict]:
    """Everything in the account and Region that a stack could have made: flat fields by the names of things."""
    prefixes = aws("ec2 describe-prefix-lists")["PrefixLists"]
    names = {one["PrefixListId"]: one["PrefixListName"] for one in prefixes}
    things: dict[str, dict] = {}
    for kind, id_of, thing in everything(aws):
        name = name_of(kind, id_of, thing)
        names[id_of] = name if name not in things else f"{name}, again as {id_of}"
        things[names[id_of]] = thing
        if kind == "eks.Cluster":
            names[thing["identity"]["oidc"]["issuer"].rpartition("/")[2]] = name
    things = {name: with_names(thing, names) for name, thing in things.items()}
    for rule in with_names(aws("ec2 describe-security-group-rules")["SecurityGroupRules"], names):
        things[rule_name(rule)] = rule
    return {name: flatten(thing) for name, thing in things.items()}


def name_of(kind: str, id_of: str, thing: dict) -> str:
    """The address in its tags; what has none is AWS's, or nobody's."""
    if kind in WITHOUT_TAGS:
        return f"{kind}/{thing[WITHOUT_TAGS[kind]]}"
    tags = thing.get("Tags") or thing.get("tags") or {}
    address = (tags_of(tags) if isinstance(tags, list) else tags).get("eksctl-rs.io/address")
    return address or f"untagged {kind}/{name_without_tags(id_of, thing)}"


def name_without_tags(id_of: str, thing: dict) -> str:
    if any(one.get("Main") for one in thing.get("Associations", [])):
        return "main"
    if "serviceAccount" in thing:
        return f"{thing['namespace']}/{thing['serviceAccount']}"
    name = next((thing[key] for key in NAMES if key in thing), id_of)
    # The last part of an ARN; EKS ends the name of a cluster's security group with a number of its own.
    return re.sub(r"-\d+$", "", name.rpartition("/")[2])


def rule_name(rule: dict) -> str:
    group = rule.get("ReferencedGroupInfo", {}).get("GroupId")
    peer = rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId") or group
    ports = "-".join(map(str, sorted({rule["FromPort"], rule["ToPort"]})))
    return f"{rule['GroupId']}: {'egress' if rule['IsEgress'] else 'ingress'} {rule['IpProtocol']} {ports} {peer}"


def with_names(value, names: dict):
    """The same with names instead of ids, which nobody can know before."""
    if isinstance(value, dict):
        return {with_names(key, names): with_names(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_names(inner, names) for inner in value]
    return ID.sub(lambda found: names.get(found[0], found[0]), value) if isinstance(value, str) else value


def flatten(value, path: str = "") -> dict:
    """The fields of a thing by their paths: `Tags.Name`, `Routes[0.0.0.0/0].State`. A list of texts is one field."""
    key = path.rpartition(".")[2]
    if key in DOCUMENTS:
        value = document(json.loads(value) if isinstance(value, str) else value)
    if key == "UserData" and isinstance(value, str):
        value = user_data(base64.b64decode(value).decode())
    if key in TEXTS_OF_JSON and isinstance(value, str):
        value = json.loads(value)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        value = tags_of(value) if set(value[0]) in ({"Key", "Value"}, {"TagKey", "TagValue"}) else labelled(value)
    if isinstance(value, dict) and value:
        steps = {f"{path}{key if key[0] == '[' else f'.{key}'}".lstrip("."): one for key, one in value.items()}
        inner = [flatten(one, step) for step, one in steps.items() if one is not None]
        return {field: leaf for fields in inner for field, leaf in fields.items()}
    is_set = isinstance(value, list) and not path.endswith(ORDERED_LISTS)
    return {path: sorted(value, key=str) if is_set else value}


def user_data(text: str):
    """Bottlerocket's is TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return text


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
