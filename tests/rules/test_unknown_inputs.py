"""An input that is not known before deployment changes no figure without a word.

Every case is priced again with one input after the other unknown. What the resource
then costs is what it cost before, or the statement says what is not known.
"""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest

from farebox.bill.statement import Statement
from farebox.graph.values import UNKNOWN_TEXT
from tests.casebook import case_files, frozen_book, load, statement_of

BOOK = frozen_book()

TELLS_ONLY_WHICH = frozenset(
    (
        # Names by which others refer to a resource: who refers to it then cannot.
        ("aws:ec2/launchConfiguration:LaunchConfiguration", "name"),
        ("aws:ec2/launchTemplate:LaunchTemplate", "name"),
        ("aws:ecs/service:Service", "cluster"),
        ("aws:ecs/service:Service", "name"),
        ("aws:cloudwatch/eventTarget:EventTarget", "arn"),
        ("aws:cloudwatch/eventTarget:EventTarget", "rule"),
        ("kubernetes:batch/v1:Job", "metadata"),
        ("kubernetes:batch/v1:Job", "spec"),
        # A zone that is not known is taken for one of the region's own, not a local one.
        ("aws:ebs/volume:Volume", "availabilityZone"),
        ("aws:ec2/capacityReservation:CapacityReservation", "availabilityZone"),
        # What tells of Windows: an image that is not known is taken for Linux.
        ("aws:ec2/instance:Instance", "ami"),
        ("aws:ec2/instance:Instance", "getPasswordData"),
        # A provider that is not known is one of the stack's own, charged by itself.
        ("aws:ecs/service:Service", "capacityProviderStrategies"),
    )
)
"""Inputs whose absence is a documented assumption, with the reason above each."""

PLACES_OF_A_CASE = 12
"""How many values in blocks are tried in a case, drawn by the case's name."""

Place = tuple[str | int, ...]
SAYS = frozenset(("unknown-input", "no-usage"))


def told_of(statement: Statement, urn: str) -> tuple[Any, Any, Any]:
    """Lines, gaps and reasons to be free of one resource; a guess that is marked is a gap."""
    lines = sorted(
        (str(line.key), line.quantity)
        for line in statement.lines
        if line.subject.urn == urn
    )
    gaps = {
        (gap.code, gap.reason) for gap in statement.unpriced if gap.subject.urn == urn
    }
    gaps |= {
        ("unknown-input", line.because)
        for line in statement.lines
        if line.subject.urn == urn and line.usage == "assumed"
    }
    free = [free.reason for free in statement.free if free.subject.urn == urn]
    return lines, gaps, free


def places_in(value: Any, path: Place = ()) -> Iterator[Place]:
    """Where values stand in inputs: names of inputs, of blocks, and places in lists."""
    if path:
        yield path
    entries: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list):
        entries = enumerate(value)
    for name, inner in entries:
        yield from places_in(inner, (*path, name))


def silent(case: dict[str, Any], number: int, place: Place, before: Any) -> bool:
    """Whether an unknown value changes what a resource costs, and nothing says so."""
    resource = deepcopy(case["resources"][number])
    around = resource["inputs"]
    for name in place[:-1]:
        around = around[name]
    around[place[-1]] = UNKNOWN_TEXT
    resources = list(case["resources"])
    resources[number] = resource
    statement = statement_of({**case, "resources": resources}, BOOK)
    urn = f"{resource['type']}::{resource['name']}"
    lines, gaps, free = told_of(statement, urn)
    if (lines, gaps, free) == before or any(c == "unknown-input" for c, _ in gaps):
        return False
    old_lines, old_gaps, _ = before
    new = {code for code, _ in gaps - old_gaps}
    lost = [line for line in old_lines if line not in lines]
    if new & SAYS or ("no-price" in new and not lost):
        return False
    return bool(
        lost or len(lines) != len(old_lines) or old_gaps - gaps or free != before[2]
    )


def silent_ones(path: Path, sample: int | None = None) -> list[tuple[str, Place]]:
    """The places of a case that are silent: its inputs, or a sample of what is in them."""
    case = load(path)
    whole = statement_of(case, BOOK)
    places = [
        (number, place)
        for number, resource in enumerate(case["resources"])
        for place in places_in(resource.get("inputs") or {})
        if (len(place) == 1) == (sample is None)
        and (resource["type"], place[0]) not in TELLS_ONLY_WHICH
    ]
    if sample is not None and len(places) > sample:
        places = Random(path.stem).sample(places, sample)
    found = []
    for number, place in places:
        resource = case["resources"][number]
        before = told_of(whole, f"{resource['type']}::{resource['name']}")
        if silent(case, number, place, before):
            found.append((resource["type"], place))
    return found


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
def test_an_unknown_input_changes_no_figure_without_a_word(path: Path) -> None:
    assert silent_ones(path) == []


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
def test_an_unknown_value_in_a_block_changes_no_figure_without_a_word(
    path: Path,
) -> None:
    assert silent_ones(path, PLACES_OF_A_CASE) == []


def test_an_input_that_is_taken_for_absent_is_found() -> None:
    # A template that an instance names is priced with it. Under a name that is not known
    # nobody can name it: its reason to be free changes, without a word.
    case = {
        "resources": [
            {
                "type": "aws:ec2/launchTemplate:LaunchTemplate",
                "name": "one",
                "inputs": {"name": "one"},
            },
            {
                "type": "aws:ec2/instance:Instance",
                "name": "of-it",
                "inputs": {
                    "launchTemplate": {"name": "one"},
                    "instanceType": "t3.micro",
                },
            },
        ]
    }
    urn = "aws:ec2/launchTemplate:LaunchTemplate::one"
    before = told_of(statement_of(deepcopy(case), BOOK), urn)
    assert silent(case, 0, ("name",), before)
