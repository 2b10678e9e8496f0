"""What much of a stack needs to know."""

import json
from hashlib import sha256
from ipaddress import ip_network

from describe import Facts
from expected import existing
from yaml_stack import said

OF_AWS = "arn:aws:iam::aws:policy/"
CLUSTER_GROUP = "untagged ec2.SecurityGroup/eks-cluster-sg-"


class World:
    """A stack, and what was there before it."""

    def __init__(self, tree: dict, facts: Facts):
        self.tree, self.facts, metadata = tree, facts, tree["metadata"]
        self.name, self.region, self.account = metadata["name"], metadata["region"], metadata["account"]
        self.id = f"{self.name}.{self.region}"
        self.has_own_network = "existing" not in said(tree, "vpc", {})
        self.zones = sorted(said(tree, "availabilityZones", [f"{self.region}{letter}" for letter in "abc"]))
        self.vpc = "ec2.Vpc/main" if self.has_own_network else existing.vpc(self)
        self.cidr = said(tree, "vpc.cidr", "10.0.0.0/16")
        self.endpoints = said(tree, "vpc.endpoints", [])
        self.key_uses = said(tree, "kms.usedFor", ["secrets", "logs"]) if "kms" in tree else []
        self.issuer = f"oidc.eks.{self.region}.amazonaws.com/id/eks.Cluster/{self.name}"

    def tags(self, address: str, name: str | None = None, **more) -> dict:
        """What every thing bears: a name for the console, the user's tags, and whose it is."""
        named = {"Name": f"{self.name}/{name}"} if name else {}
        own = {"eksctl-rs.io/stack": self.id, "eksctl-rs.io/address": address}
        return named | said(self.tree, "metadata.tags", {}) | more | own

    def arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def iam_arn(self, rest: str) -> str:
        return f"arn:aws:iam::{self.account}:{rest}"

    def iam_name(self, name: str) -> str:
        """Of a role, a policy or a group: IAM knows no Regions. A digest stands for what is too long for a role."""
        whole = f"{self.name}-{self.region}-{name}"
        return whole if len(whole) <= 64 else f"{whole[:55]}-{sha256(json.dumps(whole).encode()).hexdigest()[:8]}"

    def role_arn(self, name: str) -> str:
        """By what the stack calls the role, which in IAM may have a name of its own."""
        of_its_own = {one["name"]: one for one in said(self.tree, "iam.roles", [])}.get(name, {})
        return self.iam_arn(f"role/eksctl-rs/{self.id}/{said(of_its_own, 'roleName', self.iam_name(name))}")

    def key_for(self, use: str) -> str | None:
        return self.arn("kms", "key/kms.Key/main") if use in self.key_uses else None

    def subnets(self, side: str) -> list:
        own = [f"ec2.Subnet/{side}-{zone}" for zone in self.zones]
        return own if self.has_own_network else existing.subnets(self, side)

    def range(self, side: str, zone: str) -> str:
        """Of eight parts one for each letter; the seventh is cut into eight again, for public subnets."""
        number, whole = "abcdef".index(zone[-1]), ip_network(self.cidr)
        parts = list(whole.subnets(3)) if side == "private" else list(whole.subnets(6))[6 * 8:]
        return str(parts[number])


def policy(*statements) -> dict:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(actions, resources, condition=None, sid=None) -> dict:
    """A statement; actions may be words of one service: `ecr: PutImage UploadLayerPart`."""
    if isinstance(actions, str):
        service, _, words = actions.partition(": ")
        actions = [f"{service}:{word}" for word in words.split()]
    said_so = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources, "Condition": condition}
    return {key: value for key, value in said_so.items() if value is not None}
