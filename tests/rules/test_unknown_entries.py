"""An entry of a list that is not known before deployment is said, never left out."""

import copy
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from farebox.bill.statement import Statement
from farebox.graph.values import UNKNOWN_TEXT
from farebox.rules.errors import EstimateError
from tests.casebook import case_files, frozen_book, load, statement_of

BOOK = frozen_book()

Place = tuple[str | int, ...]


def entries(value: Any, place: Place = ()) -> Iterator[Place]:
    """Where the blocks stand that are entries of a list, at any depth."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from entries(inner, (*place, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            if isinstance(inner, dict):
                yield (*place, number)
            yield from entries(inner, (*place, number))


def hidden(inputs: dict[str, Any], place: Place) -> dict[str, Any]:
    """The inputs with one entry known only after deployment."""
    found: Any = copy.deepcopy(inputs)
    at = found
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = UNKNOWN_TEXT
    return dict(found)


def quantities(statement: Statement, name: str) -> dict[str, Decimal]:
    """What a resource is charged for, by usage type."""
    found: dict[str, Decimal] = {}
    for line in statement.lines:
        if line.subject.name == name:
            key = line.key.usage_type
            found[key] = found.get(key, Decimal(0)) + line.quantity
    return found


def gaps(statement: Statement, name: str) -> set[str]:
    return {entry.reason for entry in statement.unpriced if entry.subject.name == name}


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
def test_an_unknown_entry_takes_no_charge_away_without_a_word(path: Path) -> None:
    case = load(path)
    places = [
        (number, place)
        for number, item in enumerate(case["resources"])
        for place in entries(item.get("inputs", {}))
    ]
    whole = statement_of(case, BOOK) if places else None
    for number, place in places:
        assert whole is not None
        item = case["resources"][number]
        changed = dict(case, resources=list(case["resources"]))
        changed["resources"][number] = dict(item, inputs=hidden(item["inputs"], place))
        try:
            statement = statement_of(changed, BOOK)
        except EstimateError:
            continue
        name = item["name"]
        before, after = quantities(whole, name), quantities(statement, name)
        less = {k for k in before if after.get(k, Decimal(0)) < before[k]}
        said = gaps(statement, name) - gaps(whole, name)
        assert not less or said, f"{name}: {'.'.join(map(str, place))} hides {less}"
