#!/usr/bin/env python3
"""Validates what `manifests` renders of every environment and example against the schemas of those who read it.

Kubernetes's own objects: the JSON schemas of the stack's Kubernetes version, without unknown fields (kubernetes-validate).
Karpenter's: the validators and the types that @kubernetes-models/karpenter makes of Karpenter's published API, without
unknown fields either. Those of the VPC CNI plugin: schemas in vpc_cni.json, after the EKS user guide.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema
import kubernetes_validate
import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PROGRAM = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "eksctl-rs"
EMULATOR = ["--emulator", "--emulator-clock", "instant"]
# A stack with something of every kind: what no environment and no example has is validated all the same.
EVERYTHING = HERE / "everything.yaml"
KARPENTER = ("karpenter.sh/v1", "karpenter.k8s.aws/v1")
VPC_CNI = json.loads((HERE / "vpc_cni.json").read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--program", type=Path, default=PROGRAM, help="the binary (%(default)s)")
    parser.add_argument("--node-modules", type=Path, default=HERE / "node_modules", help="where npm has put its packages")
    parser.add_argument("--self-test", action="store_true", help="then break manifests, and check that it is noticed")
    options = parser.parse_args()
    if not options.program.is_file():
        sys.exit(f"there is no {options.program}: build it, or name it with --program")
    judge = Judge(options.node_modules)
    everything, wrong = [], 0
    for name, arguments in stacks():
        version, objects = render(options.program.resolve(), arguments)
        problems = judge.problems(version, objects)
        print(f"{name}: {len(objects)} objects for Kubernetes {version}, {len(problems)} problems")
        for problem in problems:
            print(f"  {problem}")
        wrong += len(problems)
        if arguments == ["-f", str(EVERYTHING)]:
            everything = objects
    if options.self_test:
        wrong += self_test(judge, everything)
    sys.exit(1 if wrong else 0)


def stacks():
    """The name of every stack, and how the program is told of it."""
    for directory in sorted((ROOT / "environments").iterdir()):
        if directory.is_dir() and list(directory.glob("*.y*ml")):
            yield f"environments/{directory.name}", [directory.name]
    for file in sorted((ROOT / "examples").glob("*/stack.yaml")):
        yield f"examples/{file.parent.name}", ["-f", str(file)]
    yield "everything", ["-f", str(EVERYTHING)]


def render(program: Path, arguments: list) -> tuple:
    """The Kubernetes version of a stack, and the objects that it needs. If they name ids, it is applied for them first."""
    with tempfile.TemporaryDirectory() as directory:
        shutil.copytree(ROOT / "environments", Path(directory) / "environments")

        def run(*command):
            environment = os.environ | {name: "value" for name in variables(arguments)}
            return subprocess.run([program, *command], cwd=directory, env=environment, capture_output=True, text=True)

        def insist(*command):
            done = run(*command)
            if done.returncode:
                sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
            return done.stdout

        graph = json.loads(insist("graph", *arguments, "--output", "json"))
        clusters = [one for one in graph["resources"] if one["address"].startswith("eks.Cluster/")]
        version = clusters[0]["spec"].get("version") or kubernetes_validate.latest_version()
        if run("manifests", *arguments, *EMULATOR).returncode:
            for planted in ground(arguments):
                insist(*planted)
            insist("apply", *arguments, *EMULATOR, "--auto-approve", "--skip-plan")
        text = insist("manifests", *arguments, *EMULATOR)
        objects = list(yaml.safe_load_all(text))
        files = Path(directory) / "out"
        insist("manifests", *arguments, *EMULATOR, "--out", str(files))
        in_files = [one for file in sorted(files.glob("*.yaml")) for one in yaml.safe_load_all(file.read_text())]
        if [one for one in objects if one] != in_files:
            sys.exit(f"{arguments}: the files say something else than standard output")
        return version, in_files


def ground(arguments: list) -> list:
    """The commands that the README of an example has its reader run first, to plant what others would have made."""
    readme = Path(arguments[-1]).parent / "README.md"
    lines = readme.read_text().splitlines() if arguments[0] == "-f" and readme.exists() else []
    return [line.split()[3:] for line in lines if line.startswith("cargo run -- emulator plant ")]


def variables(arguments: list) -> set:
    """The variables of the environment that a stack may ask for."""
    files = [Path(arguments[-1])] if arguments[0] == "-f" else (ROOT / "environments").rglob("*.yaml")
    found = (re.findall(r"\$\{([A-Z_][A-Z0-9_]*)\}|env: ([A-Z_][A-Z0-9_]*)", file.read_text()) for file in files)
    return {name for names in found for pair in names for name in pair if name}


class Judge:
    """Knows the schemas."""

    def __init__(self, node_modules: Path):
        self.node_modules = node_modules

    def problems(self, version: str, objects: list) -> list:
        """Everything that those who read the objects would refuse."""
        problems = [problem for one in objects if one["apiVersion"] not in KARPENTER for problem in self.own(version, one)]
        karpenter = [one for one in objects if one["apiVersion"] in KARPENTER]
        return problems + (self.karpenter(karpenter) if karpenter else [])

    def own(self, version: str, one: dict) -> list:
        """What is wrong with an object of Kubernetes or of the VPC CNI plugin."""
        schema = VPC_CNI.get(f"{one['apiVersion']}/{one['kind']}")
        if schema:
            errors = jsonschema.Draft202012Validator(schema).iter_errors(one)
            return [f"{title(one)}: {error.json_path}: {error.message}" for error in errors]
        try:
            kubernetes_validate.validate(one, version, strict=True)
            return []
        except kubernetes_validate.ValidationError as error:
            return [f"{title(one)}: {'.'.join(str(step) for step in error.path)}: {error.message}"]
        except kubernetes_validate.SchemaNotFoundError as error:
            return [f"{title(one)}: {error.message}"]

    def karpenter(self, objects: list) -> list:
        """What is wrong with objects of Karpenter."""
        command = ["node", HERE / "karpenter.mjs", self.node_modules.resolve()]
        done = subprocess.run(command, input=json.dumps(objects), capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"karpenter.mjs failed:\n{done.stderr}")
        return json.loads(done.stdout)


def title(one: dict) -> str:
    return f"{one['kind']} {one['metadata'].get('name')}"


# How each kind is broken: something that its schema must notice.
BROKEN = {
    "Namespace": [("metadata.labels.x", 1), ("metadata.lables", {})],
    "ResourceQuota": [("spec.hard.pods", [])],
    "LimitRange": [("spec.limits", {})],
    "NetworkPolicy": [("spec.policyTypes", "Ingress")],
    "ServiceAccount": [("metadata.annotations", ["x"]), ("annotations", {})],
    "StorageClass": [("parameters.encrypted", True), ("provisioner", None)],
    "SecurityGroupPolicy": [("spec.securityGroups.groupIds", []), ("spec.podSelectors", {})],
    "ENIConfig": [("spec.subnet", None), ("spec.subnets", [])],
    "EC2NodeClass": [("spec.metadataOptions.httpTokens", "maybe"), ("spec.volumes", []), ("spec.amiSelectorTerms", None)],
    "NodePool": [("spec.template.spec.expireAfter", "soon"), ("spec.taints", []), ("spec.weight", 1000)],
}


def self_test(judge: Judge, objects: list) -> int:
    """Breaks one object of every kind in each of its ways. How many of them nobody noticed."""
    missed = 0
    version = kubernetes_validate.latest_version()
    for kind, ways in BROKEN.items():
        found = [one for one in objects if one["kind"] == kind]
        if not found:
            print(f"self-test: {EVERYTHING.name} has no {kind}")
            missed += 1
            continue
        for path, value in ways:
            if not judge.problems(version, [broken(found[0], path.split("."), value)]):
                print(f"self-test: nobody noticed {path}: {value!r} in a {kind}")
                missed += 1
    kinds = {one["kind"] for one in objects}
    for kind in sorted(kinds - BROKEN.keys()):
        print(f"self-test: there is no way to break a {kind}")
        missed += 1
    print(f"self-test: {sum(len(ways) for ways in BROKEN.values())} ways to break manifests, {missed} missed")
    return missed


def broken(tree: dict, path: list, value):
    """The tree with `value` at a path, or without what is there."""
    key, rest = path[0], path[1:]
    if rest:
        return tree | {key: broken(tree.get(key) or {}, rest, value)}
    return {name: one for name, one in tree.items() if name != key} if value is None else tree | {key: value}


if __name__ == "__main__":
    main()
