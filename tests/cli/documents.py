"""Small preview documents in the engine's own shape, made by hand."""

import json
from typing import Any

STACK_URN = "urn:pulumi:test::shop::pulumi:pulumi:Stack::shop-test"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def urn(type_: str, name: str) -> str:
    """The urn of a resource directly under the stack."""
    return f"urn:pulumi:test::shop::{type_}::{name}"


def step(
    type_: str,
    name: str,
    inputs: dict[str, Any],
    *,
    op: str = "create",
    dependencies: dict[str, list[str]] | None = None,
) -> dict[str, Any]:
    """One step that creates a resource (or does what `op` says)."""
    own = urn(type_, name)
    state = {
        "urn": own,
        "custom": True,
        "type": type_,
        "inputs": inputs,
        "parent": STACK_URN,
        "propertyDependencies": dependencies or {},
        "sourcePosition": "project:///__main__.py#7",
    }
    return {"op": op, "urn": own, "newState": state}


def preview(
    *steps: dict[str, Any],
    region: str | None = "us-east-1",
    summary: dict[str, int] | None = None,
    config: dict[str, str] | None = None,
) -> bytes:
    """A whole preview of a stack with these steps."""
    stack = {
        "op": "create",
        "urn": STACK_URN,
        "newState": {
            "urn": STACK_URN,
            "custom": False,
            "type": "pulumi:pulumi:Stack",
        },
    }
    known = {"aws:region": region} if region else {}
    document = {
        "config": {**known, **(config or {})},
        "steps": [stack, *steps],
        "duration": 1_000_000,
        "changeSummary": summary or {"create": len(steps) + 1},
    }
    return json.dumps(document, indent=4).encode()


def volume(name: str = "data", **inputs: Any) -> dict[str, Any]:
    """A gp3 volume of 100 GiB, unless the inputs say otherwise."""
    given = {"availabilityZone": "us-east-1a", "size": 100, "type": "gp3", **inputs}
    return step("aws:ebs/volume:Volume", name, given)
