"""What the YAML of a stack says: read and merged here, by the rules of the README, without asking the program."""

import copy
import sys
from operator import itemgetter
from pathlib import Path

import yaml

def name_of_entry(entry: dict) -> str:
    """An access entry without a name has that of its principal."""
    return entry.get("name") or entry.get("role") or entry.get("permissionSet") or entry["principalARN"]


# The lists whose elements have names, and what names them. Every other list is replaced as a whole.
NAMED = {
    "accessConfig.accessEntries": name_of_entry,
    "accessConfig.accessEntries.accessPolicies": itemgetter("policyARN"),
    "addons.podIdentityAssociations": itemgetter("serviceAccountName"),
    "ecr.creationTemplates": itemgetter("prefix"),
    "iam.podIdentityAssociations": lambda one: f"{one['namespace']}/{one['serviceAccountName']}",
    "iam.serviceAccounts": lambda one: f"{one['metadata'].get('namespace', 'default')}/{one['metadata']['name']}",
    "managedNodeGroups.additionalVolumes": itemgetter("volumeName"),
    "pullThroughCache": lambda one: one.get("prefix", one["upstream"]),
    "vpc.endpoints": itemgetter("service"),
} | dict.fromkeys([
    "addons", "capabilities", "ecr.repositories", "fargateProfiles", "iam.groups", "iam.oidcProviders", "iam.policies",
    "iam.roles", "identityProviders", "karpenter.nodeClasses", "karpenter.nodePools", "kubernetes.namespaces",
    "kubernetes.storageClasses", "managedNodeGroups", "vpc.securityGroups",
], itemgetter("name"))


def load(files: list[Path]) -> dict:
    """The merged tree of some files, each laid over those before it."""
    tree: dict = {}
    for file in files:
        text = file.read_text()
        if "${" in text:
            sys.exit(f"{file}: this script reads no variables of the environment")
        tree = merge(tree, yaml.safe_load(text) or {})
    return without_nulls(tree)


def merge(base, over, path: str = ""):
    """`over` laid over `base`: maps merge, named lists merge by their names, the rest is replaced."""
    if isinstance(base, dict) and isinstance(over, dict):
        return base | {key: merge(base.get(key), value, f"{path}.{key}".strip(".")) for key, value in over.items()}
    if isinstance(base, list) and isinstance(over, list) and path in NAMED:
        merged = {NAMED[path](one): one for one in base}
        for one in over:
            merged[NAMED[path](one)] = merge(merged.get(NAMED[path](one)), one, path)
        return list(merged.values())
    return over


def without_nulls(tree):
    """The tree without what `null` removes."""
    if isinstance(tree, list):
        return [without_nulls(element) for element in tree]
    return {key: without_nulls(one) for key, one in tree.items() if one is not None} if isinstance(tree, dict) else tree


def said(tree: dict, path: str, default=None):
    """What stands at a dotted path, or the default of the schema where nothing does."""
    for key in path.split("."):
        if key not in tree:
            return default
        tree = tree[key]
    return tree


def leaves(tree, steps=()):
    """Every value that holds no others, by the keys and numbers that lead to it."""
    inner = list(tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ())
    for key, value in inner:
        yield from leaves(value, (*steps, key))
    if not inner:
        yield steps


def title(tree, steps) -> str:
    """The way to a value as people write it: `vpc.endpoints[ecr.api].service`."""
    text, path = "", ""
    for step in steps:
        tree = tree[step]
        if isinstance(step, int):
            text += f"[{NAMED[path](tree) if path in NAMED else step}]"
        else:
            text, path = f"{text}.{step}", f"{path}.{step}".lstrip(".")
    return text.lstrip(".")


def values_of(tree, key: str):
    """Whatever stands under a key, anywhere."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for step, value in inner:
        if step == key:
            yield value
        yield from values_of(value, key)


def changed(tree, steps):
    """A copy of a tree in which the value at the end of `steps` is another one of the same kind."""
    tree = copy.copy(tree)
    tree[steps[0]] = changed(tree[steps[0]], steps[1:]) if steps[1:] else another(tree[steps[0]])
    return tree


def another(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):  # Ranges stay ranges, and zones keep the letter that they end with.
        return "172.31.0.0/16" if value.count(".") == 3 and "/" in value else f"x{value}"
    return {"x": "x"} if isinstance(value, dict) else ["x"]
