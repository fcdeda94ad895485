"""Databases and caches: an input that is not known changes no line without a gap.

Each input of each resource in the cases of these services, at any depth, is made
unknown in turn. What it was the cause of may go away or change, but then the statement
says that something is not known.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from farebox.bill.statement import Statement
from farebox.graph.values import UNKNOWN_TEXT
from tests.casebook import CASES, frozen_book, load, statement_of

BOOK = frozen_book()
NAMES = (
    "aurora",
    "dax",
    "docdb",
    "dynamodb",
    "elasticache",
    "keyspaces_and_timestream",
    "memorydb",
    "neptune",
    "opensearch",
    "rds_instances",
    "redshift",
)


def paths_of(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where everything in a value stands, itself first."""
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths_of(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from paths_of(item, (*path, number))


def without_knowing(inputs: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    """The inputs with what stands at a path unknown."""
    changed = deepcopy(inputs)
    at: Any = changed
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = UNKNOWN_TEXT
    return changed


def lines_of(statement: Statement, name: str) -> list[tuple[str, str]]:
    """Usage types and quantities of a resource."""
    return sorted(
        (line.key.usage_type, f"{line.quantity:f}")
        for line in statement.lines
        if line.subject.name == name
    )


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_input_changes_no_line_without_a_gap(name: str) -> None:
    case = load(CASES / f"{name}.yaml")
    usual = statement_of(case, BOOK)
    for number, resource in enumerate(case["resources"]):
        inputs = resource.get("inputs", {})
        for path in list(paths_of(inputs))[1:]:
            changed = {**case, "resources": [*case["resources"]]}
            changed["resources"][number] = {
                **resource,
                "inputs": without_knowing(inputs, path),
            }
            statement = statement_of(changed, BOOK)
            if lines_of(statement, resource["name"]) == lines_of(
                usual, resource["name"]
            ):
                continue
            assert any(
                entry.code == "unknown-input"
                for entry in statement.unpriced
                if entry.subject.name == resource["name"]
            ), f"{resource['name']}: {path}"
