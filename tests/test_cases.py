"""Each case in `tests/cases/` gives the lines that its comment works out by hand."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from farebox.bill.statement import unaccounted
from farebox.prices.prefixes import without_prefix
from tests.casebook import case_files, frozen_book, load, statement_of

BOOK = frozen_book()
FILES = case_files()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_case_gives_the_lines_worked_by_hand(path: Path) -> None:
    case = load(path)
    statement = statement_of(case, BOOK)
    expected = case["expected"]

    lines = [
        [
            line.subject.name,
            without_prefix(line.key.usage_type, line.key.region),
            line.quantity,
            line.usd_per_month,
            line.usd_low,
            line.usd_high,
        ]
        for line in statement.lines
    ]
    wanted = []
    for row in expected.get("lines", []):
        name, usage_type, quantity, usd, *levels = row
        low, high = levels or (usd, usd)
        wanted.append([name, usage_type, *map(_decimal, (quantity, usd, low, high))])
    said = "\n".join(f"{e.subject.name}: {e.reason}" for e in statement.unpriced)
    assert sorted(lines) == sorted(wanted), f"unpriced is:\n{said}"
    assert sorted(
        [entry.subject.name, entry.code, entry.usage_key]
        for entry in statement.unpriced
    ) == sorted([*row, ""][:3] for row in expected.get("unpriced", [])), said
    free = sorted([free.subject.name, free.code] for free in statement.free)
    assert free == sorted(expected.get("free", []))
    assert round(statement.usd_per_month, 4) == _decimal(expected["total"])
    urns = [f"{item['type']}::{item['name']}" for item in case["resources"]]
    assert not unaccounted(urns, statement)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_case_shows_its_arithmetic_in_a_comment(path: Path) -> None:
    assert "# By hand" in path.read_text()


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value))
