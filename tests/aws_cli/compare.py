#!/usr/bin/env python3
"""Compares what the AWS CLI describes on `emulator serve` with the YAML of stacks, in both directions.

Each stack is applied to an emulator of its own. Everything that AWS then tells must be expected or AWS's own, and
everything that the YAML says must count: were a value another one, something else would be expected. The YAML is read
here and its defaults are known here: a second opinion on what the program understood.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from aws_cli import AwsCli
from aws_own import is_own
from describe import Facts, describe, facts
from expected import expectations
from faults import break_things, is_like
from yaml_stack import changed, leaves, load, said, title, values_of

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "eksctl-rs"

# What the YAML says to nobody in AWS.
GOES_NOWHERE = {
    "apiVersion": "it says what the YAML is",
    "kind": "it says what the YAML is",
    "kms.deletionWindowInDays": "AWS hears of it when the key is deleted",
    "karpenter.nodeClasses": "it is for manifests",
    "karpenter.nodePools": "it is for manifests",
    "kubernetes": "it is for manifests",
}

# The value of every secret that a stack sends to AWS.
SECRET = "a text that nobody may tell"


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("stacks", nargs="*", default=["prod"], metavar="STACK",
                        help="an environment, or the path to a stack's file or directory; prod if none is named")
    parser.add_argument("--program", type=Path, default=PROGRAM, help="the binary (%(default)s)")
    parser.add_argument("--self-test", action="store_true", help="then break things, and check that it is noticed")
    options = parser.parse_args()
    if not options.program.is_file():
        sys.exit(f"there is no {options.program}: build it, or name it with --program")
    fine = [compare(name, options.program.resolve(), options.self_test) for name in options.stacks]
    sys.exit(0 if all(fine) else 1)


def compare(name: str, program: Path, is_self_test: bool) -> bool:
    """Applies a stack and compares it. Whether all is well."""
    files, words = files_of(name)
    tree = load(files)
    with emulator(program, tree) as (aws, directory):
        before = facts(aws)
        apply(program, words, tree, aws, directory)
        comparison = Comparison(tree, before, describe(aws))
        comparison.report(name)
        return not comparison.wrong and (not is_self_test or self_test(aws, tree, before, comparison.things))


def files_of(name: str) -> tuple[list[Path], list]:
    """The files of a stack, and how `apply` is told of it."""
    if "/" not in name:
        own = sorted((ROOT / "environments" / name).glob("*.y*ml")) or sys.exit(f"there is no environment {name}")
        return [ROOT / "environments" / "common.yaml", *own], [name]
    path = Path(name).resolve()
    file = path / "stack.yaml" if path.is_dir() else path
    return [file], ["--file", file]


@contextmanager
def emulator(program, tree):
    """The AWS CLI for an emulator of its own, in a directory of its own, with what the stack takes for granted."""
    metadata = tree["metadata"]
    with tempfile.TemporaryDirectory() as directory:
        shutil.copytree(ROOT / "environments", Path(directory) / "environments")
        for words in planted(tree):
            plant = [program, "emulator", "plant", *words, "--account", metadata["account"]]
            subprocess.run(plant, cwd=directory, stdout=subprocess.DEVNULL, check=True)
        serve = [program, "emulator", "serve", "--port", "0", "--clock", "instant"]
        running = subprocess.Popen(serve, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            url = running.stdout.readline().strip() or sys.exit(f"{program} did not start its emulator")
            yield AwsCli(url, metadata["account"], metadata["region"]), directory
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(timeout=60)


def planted(tree):
    """What others have made: the network that the stack is a guest in, and roles of IAM Identity Center."""
    if tags := said(tree, "vpc.existing.tags"):
        yield ["network", tags["Name"], "--region", tree["metadata"]["region"], "--cidr", "10.1.0.0/16"]
    for name in sorted(set(values_of(tree, "permissionSet"))):
        yield ["permission-set", name]


def apply(program, words, tree, aws, directory):
    """Applies the stack, with any text for each of its secrets."""
    secrets = {source["env"]: SECRET for source in values_of(tree, "valueFrom")}
    command = [program, "apply", *words, "--auto-approve"]
    environment = aws.environment | secrets
    did = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, timeout=600)
    if did.returncode != 0:
        sys.exit(f"{words[-1]} could not be applied:\n{did.stderr}")


class Comparison:
    """A tree of YAML and what AWS tells of it."""

    def __init__(self, tree: dict, before: Facts, things: dict[str, dict]):
        self.tree, self.before, self.things = tree, before, things
        self.expected = expectations(tree, before)
        self.leaves = {title(tree, steps): steps for steps in leaves(tree)}

    @cached_property
    def wrong(self) -> dict[str, str]:
        """Everything that is wrong, by the thing, field or value that it is about."""
        found = self.differences(self.tree, self.expected)
        idle = [leaf for leaf in self.leaves if not goes_nowhere(leaf) and not self.counts(leaf, found)]
        fields = {f"{name} {field}": value for name, told in self.things.items() for field, value in told.items()}
        open_ones = [field for field, value in fields.items() if SECRET in str(value)]
        found |= dict.fromkeys(idle, "nothing in AWS depends on it")
        return found | dict.fromkeys(open_ones, "it tells a secret")

    def differences(self, tree, expected) -> dict[str, str]:
        """What AWS tells otherwise than expected, what it does not tell, and what nobody expects."""
        found = {name: "AWS tells nothing of it" for name in expected.keys() - self.things.keys()}
        for name, told in self.things.items():
            wanted = expected.get(name, {})
            others = {field: value for field, value in told.items() if field not in wanted}
            others = {field: value for field, value in others.items() if not is_own(tree, name, field, value)}
            if not wanted and others:
                found[name] = "nothing in the YAML asks for it"
                continue
            for field in wanted.keys() - told.keys():
                found[f"{name} {field}"] = f"expected {wanted[field]!r}, AWS does not tell it"
            for field in wanted.keys() & told.keys():
                if repr(wanted[field]) != repr(told[field]):
                    found[f"{name} {field}"] = f"expected {wanted[field]!r}, AWS tells {told[field]!r}"
            found |= {f"{name} {field}": f"nobody expects it, AWS tells {value!r}" for field, value in others.items()}
        return found

    @cached_property
    def variants(self) -> dict:
        """What would be expected if a value were another one, for each; nothing where the other one means nothing."""
        return {leaf: self.variant(changed(self.tree, steps)) for leaf, steps in self.leaves.items()}

    def variant(self, tree):
        try:
            return tree, expectations(tree, self.before)
        except (KeyError, ValueError):
            return None

    def counts(self, leaf: str, found: dict) -> bool:
        """Whether a value of the YAML makes a difference."""
        return self.variants[leaf] is None or self.differences(*self.variants[leaf]) != found

    def because(self, name: str, field: str) -> list[str]:
        """The values of the YAML that an expectation follows from; none where it is a default."""
        expected = self.expected.get(name, {}).get(field)
        others = {leaf: variant[1][name] for leaf, variant in self.variants.items() if variant and name in variant[1]}
        return [leaf for leaf, other in others.items() if other.get(field) != expected]

    def report(self, environment: str):
        pairs = [(name, field) for name, told in self.things.items() for field in told]
        compared = [(name, field) for name, field in pairs if field in self.expected.get(name, {})]
        causes = {f"{name} {field}": self.because(name, field) for name, field in compared}
        for place, what in sorted(self.wrong.items()):
            print(f"{place}: {what}" + (f" (from {', '.join(causes[place])})" if causes.get(place) else ""))
        fields, from_yaml = len(pairs), sum(map(bool, causes.values()))
        nowhere = [leaf for leaf in self.leaves if goes_nowhere(leaf)]
        used = len(self.leaves) - len(nowhere) - len(self.leaves.keys() & self.wrong.keys())
        print(
            f"{environment}: {len(self.wrong)} differences. AWS tells {fields} fields of {len(self.things)} things: "
            f"{len(compared)} are compared, {from_yaml} of them with values of the YAML and the others with defaults; "
            f"{fields - len(compared)} are AWS's own. Of the {len(self.leaves)} values in the YAML, {used} make a "
            f"difference in AWS; {len(nowhere)} are not for AWS ({', '.join(sorted(set(map(goes_nowhere, nowhere))))})."
        )


def goes_nowhere(leaf: str) -> str | None:
    """What the YAML says to nobody in AWS, if a value is of it."""
    return next((path for path in GOES_NOWHERE if leaf == path or leaf.startswith((f"{path}.", f"{path}["))), None)


def self_test(aws, tree, before, things) -> bool:
    """Breaks things behind the stack's back. Whether that is noticed, and nothing else."""
    stack = f"{tree['metadata']['name']}.{tree['metadata']['region']}"
    broken = [*break_things(aws, stack, things), "metadata.annotations.broken"]
    tree = tree | {"metadata": tree["metadata"] | {"annotations": {"broken": "goes nowhere"}}}
    noticed = Comparison(tree, before, describe(aws)).wrong
    overlooked = [place for place in broken if not any(is_like(place, one) for one in noticed)]
    fine = [one for one in noticed if not any(is_like(place, one) for place in broken)]
    for place in overlooked:
        print(f"self-test: {place} was overlooked")
    for place in fine:
        print(f"self-test: {place} was noticed, and is not broken")
    print(f"self-test: {len(broken) - len(overlooked)} of {len(broken)} faults were noticed")
    return not overlooked and not fine


if __name__ == "__main__":
    main()
