"""Makes a state of a hundred priced types, from the resources of `tests/cases`.

The cases are taken in the order of their names until the types that they charge are a
hundred; then they repeat, each copy under names and ids of its own, until there are
resources enough. Their usage is a file beside it. The same cases always give the same.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.casebook import case_files

TYPES = 100
STACK, PROJECT = "mixed", "benchmark"
ROOT = f"urn:pulumi:{STACK}::{PROJECT}::pulumi:pulumi:Stack::{PROJECT}-{STACK}"

Case = dict[str, Any]


def mixed(resources: int, types: int = TYPES) -> tuple[bytes, str]:
    """A stack's export of at least so many resources, and the usage file of the cases."""
    cases = charging(types)
    made: list[Case] = [{"urn": ROOT, "type": "pulumi:pulumi:Stack", "custom": False}]
    usage: dict[str, Any] = {}
    copy = 0
    while len(made) < resources:
        for number, case in enumerate(cases):
            mark = f"{number}-{copy}"
            made += _copy(case, mark)
            usage |= {f"{x}-{mark}": y for x, y in case.get("usage", {}).items()}
        copy += 1
    deployment = {"manifest": {"version": "v3.250.0"}, "resources": made}
    state = json.dumps({"version": 3, "deployment": deployment}, indent=4).encode()
    return state, yaml.dump({"version": 1, "resource_usage": usage})


def charging(types: int) -> list[Case]:
    """The first cases that charge so many types between them, without odd input."""
    found: list[Case] = []
    seen: set[str] = set()
    for path in case_files():
        if "odd" in path.stem:
            continue
        case = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        new = set(_charged(case)) - seen
        if not new or len(seen | new) > types:
            continue
        seen |= new
        found.append(case)
        if len(seen) == types:
            return found
    raise ValueError(f"the cases charge {len(seen)} types; {types} were asked for")


def _charged(case: Case) -> Iterator[str]:
    """The types of a case's resources that have lines."""
    of_name = {item["name"]: item["type"] for item in case["resources"]}
    for name, *_ in case.get("expected", {}).get("lines", ()):
        if name in of_name:
            yield of_name[name]


def _copy(case: Case, mark: str) -> Iterator[dict[str, Any]]:
    """A case's resources as a state has them, with ids that no other copy has."""
    text = json.dumps(case["resources"], default=str)
    for item in case["resources"]:
        if item.get("id"):
            own = json.dumps(item["id"])
            text = text.replace(own, f'{own[:-1]}-{mark}"')
    for item in json.loads(text):
        inputs = {"region": case.get("region", "us-east-1"), **item.get("inputs", {})}
        yield {
            "urn": f"urn:pulumi:{STACK}::{PROJECT}::{item['type']}::"
            f"{item['name']}-{mark}",
            "type": item["type"],
            "custom": item.get("custom", True),
            "id": item.get("id") or f"{item['name']}-{mark}",
            "inputs": inputs,
            "outputs": item.get("outputs", {}),
            "parent": ROOT,
        }


if __name__ == "__main__":
    state, usage = mixed(int(sys.argv[1]))
    Path(sys.argv[2]).write_bytes(state)
    Path(sys.argv[3]).write_text(usage, encoding="utf-8")
