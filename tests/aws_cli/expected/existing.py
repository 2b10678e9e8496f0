"""What is not the stack's: it is found by its tags, and bears single tags of the stack beside its own."""

from fnmatch import fnmatchcase

from yaml_stack import said

# What moves by itself when something is made beside it.
MOVES = ("AvailableIpAddressCount",)


def untouched(before: dict[str, dict]) -> dict[str, dict]:
    """What was there before, as it was."""
    return {
        name: {field: value for field, value in fields.items() if field not in MOVES} for name, fields in before.items()
    }


def changed(before: dict, fields: dict) -> dict:
    """The fields of a thing with those that the stack asks for: an empty list may have something in it now."""
    filled = {field for field in before for one in fields if one.startswith((f"{field}[", f"{field}."))}
    return {field: value for field, value in before.items() if field not in filled} | fields


def vpc(world) -> str:
    """The one VPC that has the tags."""
    return the_only_one(found(world, "ec2.Vpc", world.tree["vpc"]["existing"]["tags"]))


def subnets(world, side: str) -> list[str]:
    tags = said(world.tree, f"vpc.existing.{side}SubnetTags")
    all_of_them = found(world, "ec2.Subnet", tags) if tags else []
    return sorted(name for name in all_of_them if world.facts.things[name]["VpcId"] == world.vpc)


def permission_set_role(world, name: str) -> str:
    """The ARN of the role that IAM Identity Center made for a permission set: its name ends with letters of its own."""
    roles = [fields for thing, fields in world.facts.things.items() if thing.startswith("untagged iam.Role/")]
    return the_only_one([
        fields["Arn"] for fields in roles if fields["RoleName"].rpartition("_")[0] == f"AWSReservedSSO_{name}"
    ])


def tagged(world, resource: str, address: str, tags: dict):
    """Tags of the stack on something, with a tag that says which of them are the stack's."""
    if tags:
        mark = " ".join([address, *sorted(tags)])
        yield resource, {"Tags": tags | {f"eksctl-rs.io/tags/{world.id}": mark}}


def found(world, kind: str, tags: dict) -> list[str]:
    def has_all(fields: dict) -> bool:
        return all(fnmatchcase(fields.get(f"Tags.{key}", ""), value) for key, value in tags.items())
    named = {name: fields for name, fields in world.facts.things.items() if name.startswith(f"untagged {kind}/")}
    return [name for name, fields in named.items() if has_all(fields)]


def the_only_one(found: list[str]) -> str:
    if len(found) != 1:
        raise ValueError(f"one was looked for, and {found} found")
    return found[0]
