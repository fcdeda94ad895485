"""A value of another shape than AWS's, anywhere in a case, is no defect of a rule.

Each case is priced with one value after another replaced, drawn with the case's name as
the seed: the rule answers, or refuses with a sentence of its own.
"""

from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest

from farebox.graph.errors import UnreadableDocument
from farebox.rules.errors import EstimateError
from tests.casebook import case_files, frozen_book, load, statement_of

BOOK = frozen_book()
ODD: tuple[Any, ...] = ({"a": 1}, [1], 5, True, "x", [{"a": []}], None, -3)
DRAWS = 6


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value within a value."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*path, key))
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from places(item, (*path, place))


def changed(case: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    found = deepcopy(case)
    block: Any = found["resources"]
    for key in path[:-1]:
        block = block[key]
    block[path[-1]] = value
    return found


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
def test_a_value_of_another_shape_is_answered_or_refused(path: Path) -> None:
    case = load(path)
    every = [
        (number, "inputs", *place)
        for number, item in enumerate(case["resources"])
        for place in places(item.get("inputs", {}))
    ]
    draw = Random(path.stem)
    for place in draw.sample(every, min(DRAWS, len(every))):
        value = draw.choice(ODD)
        with suppress(EstimateError, UnreadableDocument):
            statement_of(changed(case, place, value), BOOK)


@pytest.mark.parametrize(
    ("stem", "place", "value"),
    [
        ("kubernetes", "parameters", [1]),
        (
            "wafv2",
            "rules",
            [{"statement": {"managedRuleGroupStatement": {"name": {}}}}],
        ),
    ],
)
def test_what_was_a_defect_once_is_answered(stem: str, place: str, value: Any) -> None:
    case = load(next(path for path in case_files() if path.stem == stem))
    for number, item in enumerate(case["resources"]):
        if place in item.get("inputs", {}):
            statement_of(changed(case, (number, "inputs", place), value), BOOK)
