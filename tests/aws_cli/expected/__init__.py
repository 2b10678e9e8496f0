"""What AWS must tell of a stack, from its YAML alone.

A thing has the name in its tag `eksctl-rs.io/address`; its fields are as the AWS CLI shows them, with names for ids.
To expect one more is one line in that thing: `said(..)` reads the YAML; its last argument is the default of the schema.
"""

from describe import Facts, flatten
from expected import access, addons, cluster, ecr, existing, fargate, iam, karpenter, keys, network, nodes, pull_through
from expected.world import World

PARTS = [
    network.parts, cluster.parts, keys.parts, iam.parts, nodes.parts, fargate.parts, karpenter.parts, access.parts,
    addons.parts, ecr.parts, pull_through.parts,
]


def expectations(tree: dict, facts: Facts) -> dict[str, dict]:
    """The fields of everything that the stack asks for, by the names of things.

    What AWS told before the stack was applied is somebody else's, and stays as it is but for what the stack says of it.
    """
    world = World(tree, facts)
    expected = existing.untouched(facts.things)
    for part in PARTS:
        for name, fields in part(world):
            expected[name] = existing.changed(expected.get(name, {}), flatten(fields))
    for name, fields in iam.attachments(expected):
        expected[name] |= fields
    return expected
