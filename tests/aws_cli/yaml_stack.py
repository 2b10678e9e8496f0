"""What the YAML of a stack says: read and merged here, by the rules of the README, without asking the program."""

import copy
import sys
from pathlib import Path

import yaml

# The lists whose elements have names, and what names them. Every other list is replaced as a whole.
NAMED = {
    "managedNodeGroups": "name",
    "managedNodeGroups.additionalVolumes": "volumeName",
    "vpc.endpoints": "service",
    "vpc.securityGroups": "name",
}


def load(environments: Path, name: str) -> dict:
    """The merged tree of an environment."""
    tree: dict = {}
    own = sorted((environments / name).glob("*.y*ml")) or sys.exit(f"there is no environment {name} in {environments}")
    for file in [environments / "common.yaml", *own]:
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
        key = NAMED[path]
        merged = merge({one[key]: one for one in base}, {one[key]: one for one in over}, path)
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
    text = ""
    for step in steps:
        tree = tree[step]
        names = [tree[key] for key in NAMED.values() if isinstance(tree, dict) and key in tree]
        text += f"[{(names or [step])[0]}]" if isinstance(step, int) else f".{step}"
    return text.lstrip(".")


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
