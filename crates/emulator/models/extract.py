#!/usr/bin/env python3
"""Cuts the API models that the emulator speaks out of AWS's own.

    python3 extract.py BOTOCORE

BOTOCORE is an unpacked `botocore` from PyPI (`pip download --no-deps botocore`, then unzip the wheel). For every
service in operations.json this writes <service>.json: the operations named there and the shapes that they reach, with
all documentation left out. Nothing is added and nothing is changed.
"""
import gzip
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
OPERATION = ["http", "input", "output", "errors", "idempotent", "endpoint", "authtype"]
SHAPE = ["type", "required", "enum", "min", "max", "pattern", "flattened", "timestampFormat", "error", "exception",
         "sensitive", "box", "union", "document", "payload", "locationName"]
MEMBER = ["shape", "location", "locationName", "queryName", "flattened", "idempotencyToken", "timestampFormat",
          "hostLabel", "streaming", "jsonvalue", "xmlAttribute"]


def only(source, keys):
    return {key: source[key] for key in keys if key in source}


def member(source):
    return only(source, MEMBER)


def shape(source):
    out = only(source, SHAPE)
    if "members" in source:
        out["members"] = {name: member(value) for name, value in source["members"].items()}
    for part in ("member", "key", "value"):
        if part in source:
            out[part] = member(source[part])
    return out


def operation(source):
    out = only(source, OPERATION)
    for part in ("input", "output"):
        if part in out:
            out[part] = only(out[part], ["shape", "resultWrapper", "locationName"])
    if "errors" in out:
        out["errors"] = [error["shape"] for error in out["errors"]]
    return out


def reach(model, operations):
    queue = []
    for name in operations:
        op = model["operations"][name]
        queue += [op[part]["shape"] for part in ("input", "output") if part in op]
        queue += [error["shape"] for error in op.get("errors", [])]
    seen = set()
    while queue:
        name = queue.pop()
        if name in seen:
            continue
        seen.add(name)
        source = model["shapes"][name]
        queue += [value["shape"] for value in source.get("members", {}).values()]
        queue += [source[part]["shape"] for part in ("member", "key", "value") if part in source]
    return seen


def main(botocore):
    for service, wanted in json.loads((HERE / "operations.json").read_text()).items():
        path = next(pathlib.Path(botocore).glob(f"**/data/{wanted['model']}/service-2.json.gz"))
        model = json.loads(gzip.decompress(path.read_bytes()))
        shapes = reach(model, wanted["operations"])
        out = {
            "metadata": only(model["metadata"], ["apiVersion", "endpointPrefix", "jsonVersion", "protocol", "protocols",
                                                 "serviceId", "signingName", "targetPrefix", "xmlNamespace"]),
            "operations": {name: operation(model["operations"][name]) for name in sorted(wanted["operations"])},
            "shapes": {name: shape(model["shapes"][name]) for name in sorted(shapes)},
        }
        (HERE / f"{service}.json").write_text(json.dumps(out, indent=0, sort_keys=False) + "\n")


main(*sys.argv[1:])
