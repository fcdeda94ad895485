"""Small documents in the shape in which Pulumi's engine writes them.

The shapes follow `PreviewDigest`, `ResourceV3` and `EngineEvent` of Pulumi's engine,
and what version 3.259 printed for a program of 16 resources.
"""

import json
from typing import Any

UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
STACK_URN = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
VOLUME = "aws:ebs/volume:Volume"
DEFAULT_PROVIDER = (
    f"urn:pulumi:dev::shop::pulumi:providers:aws::default_7_51_0::{UNKNOWN_TEXT}"
)


def urn_of(kind: str, name: str) -> str:
    """The urn of a resource; `kind` may hold the types of components above it."""
    return f"urn:pulumi:dev::shop::{kind}::{name}"


def state(kind: str, name: str, /, **fields: Any) -> dict[str, Any]:
    """A resource's state, as steps and state exports hold it."""
    return {
        "urn": urn_of(kind, name),
        "custom": True,
        "type": kind.rpartition("$")[2],
        "inputs": {},
        "parent": STACK_URN,
        "provider": DEFAULT_PROVIDER,
        "propertyDependencies": {},
        "created": "0001-01-01T00:00:00Z",
        "sourcePosition": "project:///__main__.py#7",
        "stackTrace": [{"sourcePosition": "project:///__main__.py#7"}],
        **fields,
    }


def step(
    op: str,
    new: dict[str, Any] | None = None,
    old: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A step of a preview."""
    known = new or old or {}
    found = {"op": op, "urn": known.get("urn", ""), "detailedDiff": None}
    if old is not None:
        found["oldState"] = old
    if new is not None:
        found["newState"] = new
    return found


def root(op: str = "create") -> dict[str, Any]:
    """The step of the stack itself, which a preview always holds."""
    root_state = {
        "urn": STACK_URN,
        "custom": False,
        "type": "pulumi:pulumi:Stack",
        "sourcePosition": "project:///../venv/lib/python3.11/pulumi/stack.py#235",
    }
    return step(op, root_state, root_state if op == "same" else None)


def preview(
    *steps: dict[str, Any],
    config: dict[str, str] | None = None,
    summary: dict[str, int] | None = None,
    **fields: Any,
) -> bytes:
    """A preview; the change summary counts the steps unless it is given."""
    if summary is None:
        summary = {}
        for item in steps:
            if item["op"] not in ("read", "create-replacement", "delete-replaced"):
                summary[item["op"]] = summary.get(item["op"], 0) + 1
    document = {
        "config": {"aws:region": "us-east-1"} if config is None else config,
        "steps": list(steps),
        **fields,
        "duration": 1500000000,
        "changeSummary": summary,
    }
    return json.dumps(document, indent=4).encode()


def export(*resources: dict[str, Any], **fields: Any) -> bytes:
    """A state export."""
    deployment = {
        "manifest": {"time": "2026-11-23T10:00:00Z", "magic": "", "version": ""},
        "secrets_providers": {"type": "passphrase", "state": {"salt": "v1:x"}},
        "resources": list(resources),
        "metadata": {},
        **fields,
    }
    return json.dumps({"version": 3, "deployment": deployment}, indent=4).encode()


def stream(*events: dict[str, Any]) -> bytes:
    """A stream of engine events, one a line."""
    lines = [
        json.dumps({"sequence": number, "timestamp": 1795454661, **event})
        for number, event in enumerate(events)
    ]
    return ("\n".join(lines) + "\n").encode()


def planned(
    op: str,
    new: dict[str, Any] | None = None,
    old: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The event before a step; events know neither dependencies nor positions."""
    fields = ("type", "urn", "custom", "delete", "id", "parent", "inputs", "provider")
    known = new or old or {}

    def thin(full: dict[str, Any] | None) -> dict[str, Any] | None:
        if full is None:
            return None
        kept = {key: full[key] for key in fields if key in full}
        return {"id": "", "outputs": full.get("outputs", {}), **kept}

    metadata = {
        "op": op,
        "urn": known.get("urn", ""),
        "type": known.get("type", ""),
        "old": thin(old),
        "new": thin(new),
        "detailedDiff": None,
        "logical": True,
        "provider": known.get("provider", ""),
    }
    return {"resourcePreEvent": {"metadata": metadata, "planning": True}}


PRELUDE = {"preludeEvent": {"config": {"aws:region": "us-east-1"}}}


def summary(changes: dict[str, int], result: str = "succeeded") -> dict[str, Any]:
    """The last event of a stream."""
    return {
        "summaryEvent": {
            "maybeCorrupt": False,
            "durationSeconds": 2,
            "resourceChanges": changes,
            "PolicyPacks": {},
            "isPreview": True,
            "result": result,
        }
    }
