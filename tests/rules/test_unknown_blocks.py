"""What is unknown inside a block changes no line without a word.

`test_unknown_inputs` has the inputs themselves; here each value within them, at any
depth, is made unknown in turn. What it was the cause of may go away or change, but then
the statement has a gap that
says so, or a line that is marked as a guess.
"""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from farebox.bill.statement import Statement
from farebox.graph.values import UNKNOWN_TEXT
from tests.casebook import case_files, frozen_book, load, statement_of

BOOK = frozen_book()
OPEN = frozenset(
    {
        # A certificate that is unknown is taken for one of the distribution's own.
        "cloudfront",
        # A device whose name is unknown is one more.
        "ec2_stopped_and_attached",
        # A version that is unknown is the one that the deployment makes.
        "ec2_template_versions",
        # An unknown provider means one of the stack's own, which it depends on.
        "ecs_own_providers",
        # A subnet that is unknown as a whole is counted as one without an Elastic IP.
        "elb",
    }
)
"""Cases in which something unknown has a meaning of its own, as said above each."""


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


def gaps_of(statement: Statement, name: str) -> list[tuple[str, str]]:
    """What the statement says of a resource that it cannot price, or guesses."""
    unpriced = [
        (entry.code, entry.reason)
        for entry in statement.unpriced
        if entry.subject.name == name
    ]
    guesses = [
        ("assumed", f"{line.key.usage_type}: {line.because}")
        for line in statement.lines
        if line.subject.name == name and line.usage == "assumed"
    ]
    return unpriced + guesses


def silent_changes(case: dict[str, Any]) -> Iterator[str]:
    """What in a block changes lines of its resource when unknown, and leaves no gap."""
    usual = statement_of(case, BOOK)
    for number, resource in enumerate(case["resources"]):
        name, inputs = resource["name"], resource.get("inputs", {})
        lines, gaps = lines_of(usual, name), gaps_of(usual, name)
        for path in (path for path in paths_of(inputs) if len(path) > 1):
            changed = {**case, "resources": [*case["resources"]]}
            changed["resources"][number] = {
                **resource,
                "inputs": without_knowing(inputs, path),
            }
            statement = statement_of(changed, BOOK)
            if lines_of(statement, name) == lines:
                continue
            said = gaps_of(statement, name)
            if not any(gap[0] == "unknown-input" or gap not in gaps for gap in said):
                yield f"{name}: {'.'.join(map(str, path))}"


@pytest.mark.parametrize(
    "path",
    [path for path in case_files() if path.stem not in OPEN],
    ids=lambda path: path.stem,
)
def test_what_is_unknown_in_a_block_changes_no_line_without_a_gap(path: Path) -> None:
    assert not list(silent_changes(load(path)))


def test_the_open_cases_are_cases() -> None:
    assert not OPEN - {path.stem for path in case_files()}
