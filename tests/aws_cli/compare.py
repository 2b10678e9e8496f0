#!/usr/bin/env python3
"""Compares what the AWS CLI describes on `emulator serve` with the YAML of environments, in both directions.

Each environment is applied to an emulator of its own. Everything that AWS then tells must be expected or AWS's own, and
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

from aws_own import is_own
from describe import AwsCli, describe
from expectations import expectations
from yaml_stack import changed, leaves, load, title

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "eksctl-rs"

# What the YAML says to nobody in AWS.
GOES_NOWHERE = {
    "apiVersion": "it says what the YAML is",
    "kind": "it says what the YAML is",
    "kms.deletionWindowInDays": "AWS hears of it when the key is deleted",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("environments", nargs="*", default=["prod"], metavar="ENV", help="prod if none is named")
    parser.add_argument("--program", type=Path, default=PROGRAM, help="the binary (%(default)s)")
    parser.add_argument("--self-test", action="store_true", help="then break things, and check that it is noticed")
    options = parser.parse_args()
    if not options.program.is_file():
        sys.exit(f"there is no {options.program}: build it, or name it with --program")
    fine = [compare(name, options.program.resolve(), options.self_test) for name in options.environments]
    sys.exit(0 if all(fine) else 1)


def compare(name: str, program: Path, is_self_test: bool) -> bool:
    """Applies an environment and compares it. Whether all is well."""
    tree = load(ROOT / "environments", name)
    with applied(program, name, tree["metadata"]) as aws:
        comparison = Comparison(tree, describe(aws))
        comparison.report(name)
        return not comparison.wrong and (not is_self_test or self_test(aws, tree))


@contextmanager
def applied(program, environment, metadata):
    """The AWS CLI for an emulator to which the environment has been applied, in a directory of its own."""
    with tempfile.TemporaryDirectory() as directory:
        shutil.copytree(ROOT / "environments", Path(directory) / "environments")
        serve = [program, "emulator", "serve", "--port", "0", "--clock", "instant"]
        emulator = subprocess.Popen(serve, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            url = emulator.stdout.readline().strip() or sys.exit(f"{program} did not start its emulator")
            aws = AwsCli(url, metadata["account"], metadata["region"])
            apply = [program, "apply", environment, "--auto-approve"]
            did = subprocess.run(apply, cwd=directory, env=aws.environment, capture_output=True, text=True, timeout=600)
            if did.returncode != 0:
                sys.exit(f"{environment} could not be applied:\n{did.stderr}")
            yield aws
        finally:
            emulator.send_signal(signal.SIGINT)
            emulator.wait(timeout=60)


class Comparison:
    """A tree of YAML and what AWS tells of it."""

    def __init__(self, tree: dict, things: dict[str, dict]):
        self.tree, self.things, self.expected = tree, things, expectations(tree)
        self.leaves = {title(tree, steps): steps for steps in leaves(tree)}

    @cached_property
    def wrong(self) -> dict[str, str]:
        """Everything that is wrong, by the thing, field or value that it is about."""
        found = self.differences(self.tree, self.expected)
        idle = [leaf for leaf in self.leaves if leaf not in GOES_NOWHERE and not self.counts(leaf, found)]
        return found | {leaf: "nothing in AWS depends on it" for leaf in idle}

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
            return tree, expectations(tree)
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
        nowhere = self.leaves.keys() & GOES_NOWHERE.keys()
        used = len(self.leaves) - len(nowhere) - len(self.leaves.keys() & self.wrong.keys())
        print(
            f"{environment}: {len(self.wrong)} differences. AWS tells {fields} fields of {len(self.things)} things: "
            f"{len(compared)} are compared, {from_yaml} of them with values of the YAML and the others with defaults; "
            f"{fields - len(compared)} are AWS's own. Of the {len(self.leaves)} values in the YAML, {used} make a "
            f"difference in AWS; {len(nowhere)} are not for AWS ({', '.join(sorted(nowhere))})."
        )


def self_test(aws, tree) -> bool:
    """Breaks things behind the stack's back. Whether that is noticed, and nothing else."""
    name, group = tree["metadata"]["name"], tree["managedNodeGroups"][0]["name"]
    vpc = aws("ec2 describe-vpcs", "--query", "Vpcs[0].VpcId")
    aws("ec2 create-tags", "--resources", vpc, "--tags", "Key=layer,Value=broken", "Key=nobody,Value=knows")
    aws(f"logs put-retention-policy --log-group-name /aws/eks/{name}/cluster --retention-in-days 3653")
    aws(f"eks update-nodegroup-config --cluster-name {name} --nodegroup-name {group} --scaling-config maxSize=99")
    aws(f"ec2 create-security-group --group-name broken --description broken --vpc-id {vpc}")
    tree = tree | {"metadata": tree["metadata"] | {"annotations": {"broken": "goes nowhere"}}}
    noticed = set(Comparison(tree, describe(aws)).wrong)
    broken = {
        "ec2.Vpc/main Tags.layer", "ec2.Vpc/main Tags.nobody", "logs.LogGroup/cluster retentionInDays",
        f"eks.Nodegroup/{group} scalingConfig.maxSize", "metadata.annotations.broken",
        "untagged ec2.SecurityGroup/broken", "untagged ec2.SecurityGroup/broken: egress -1 -1 0.0.0.0/0",
    }
    for place in sorted(broken ^ noticed):
        print(f"self-test: {place} was {'overlooked' if place in broken else 'noticed, and is not broken'}")
    print(f"self-test: {len(broken & noticed)} of {len(broken)} faults were noticed")
    return broken == noticed


if __name__ == "__main__":
    main()
