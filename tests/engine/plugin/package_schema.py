"""The schema of the AWS package, as YAML programs need it: made from the SDK's annotations.

A YAML program names a type in short (`aws:s3:Bucket`), and its host asks the plugin for
the whole name and for the kinds of its properties.
"""

import json
import re
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

from tests.engine.plugin.schema import (
    DOCUMENT,
    Kind,
    call_of,
    inputs_of,
    object_of,
    outputs_of,
    result_of,
)
from tests.sdk_types import types_of_the_sdk

SCALARS = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}
OWN_KINDS = {"Any", "Asset", "Archive"}
"""Kinds that Pulumi's own schema has."""
FUNCTIONS = (
    "aws:index/getAvailabilityZones:getAvailabilityZones",
    "aws:index/getCallerIdentity:getCallerIdentity",
    "aws:index/getPartition:getPartition",
    "aws:index/getRegion:getRegion",
    "aws:ec2/getAmi:getAmi",
    "aws:iam/getPolicyDocument:getPolicyDocument",
    "aws:ssm/getParameter:getParameter",
)
"""What `answers.py` answers and YAML programs ask."""


def package_schema() -> str:
    """Pulumi's schema of the installed pulumi_aws, as JSON: about three seconds."""
    tokens = sorted(frozenset().union(*types_of_the_sdk().values()))
    resources = {
        token: {
            "inputProperties": _properties(token, inputs),
            "requiredInputs": _required(inputs),
            "properties": _properties(token, outputs_of(token)),
        }
        for token in tokens
        if (inputs := inputs_of(token)) is not None
    }
    functions = {token: _function(token) for token in FUNCTIONS}
    whole = {
        "name": "aws",
        "version": version("pulumi_aws"),
        "meta": {"moduleFormat": "(.*)(?:/[^/]*)"},
        "config": {},
        "provider": {"inputProperties": {"region": {"type": "string"}}},
        "resources": resources,
        "functions": functions,
        "types": _types([*resources.values(), *functions.values()]),
    }
    return json.dumps(whole)


def _function(token: str) -> dict[str, Any]:
    inputs, results = call_of(token), result_of(token)
    return {
        "inputs": {"properties": _properties(token, inputs)},
        "outputs": {"properties": _properties(token, results), "type": "object"},
    }


def _properties(token: str, kinds: Mapping[str, Kind]) -> dict[str, Any]:
    module = token.split(":")[1].partition("/")[0]
    return {name: _written(module, kind) for name, kind in kinds.items()}


def _required(kinds: Mapping[str, Kind]) -> list[str]:
    return [name for name, kind in kinds.items() if not kind.optional]


def _written(module: str, kind: Kind) -> dict[str, Any]:
    """A kind in the words of Pulumi's schema."""
    item = kind.item or Kind("Any")
    if kind.name == DOCUMENT:
        return {"$ref": "pulumi.json#/Any"}
    if kind.name in SCALARS:
        return {"type": SCALARS[kind.name]}
    if kind.name == "Sequence":
        return {"type": "array", "items": _written(module, item)}
    if kind.name == "Mapping":
        return {"type": "object", "additionalProperties": _written(module, item)}
    if kind.name in OWN_KINDS or not object_of(module, kind.name):
        own = kind.name if kind.name in OWN_KINDS else "Any"
        return {"$ref": f"pulumi.json#/{own}"}
    return {"$ref": f"#/types/aws:{module}/{kind.name}:{kind.name}"}


REFERENCE = re.compile(r'"#/types/aws:(\w+)/(\w+):\w+"')


def _types(users: list[dict[str, Any]]) -> dict[str, Any]:
    """Every nested type that is named, and those that they name in turn."""
    found: dict[str, Any] = {}
    waiting = set(_named(users))
    while waiting:
        module, name = waiting.pop()
        token = f"aws:{module}/{name}:{name}"
        kinds = object_of(module, name)
        found[token] = {
            "type": "object",
            "properties": _properties(token, kinds),
            "required": _required(kinds),
        }
        waiting |= {
            (of, other)
            for of, other in _named(found[token])
            if f"aws:{of}/{other}:{other}" not in found
        }
    return found


def _named(value: object) -> Iterator[tuple[str, str]]:
    for match in REFERENCE.finditer(json.dumps(value)):
        yield match[1], match[2]
