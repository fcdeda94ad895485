"""Python programs as people write them, through the real engine: each resource is accounted for.

`expected.yaml` has each program's total and how many charges have no figure, read by hand;
the arithmetic of the totals stands beside them.
"""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from farebox.bill.statement import Statement
from farebox.graph.document import read_document
from farebox.prices.embedded import embedded_book
from farebox.rating.estimate import estimate
from tests.engine.engine import Engine
from tests.programs.project import STACKS, programs, project_of

DAY = date(2026, 11, 30)
EXPECTED: dict[str, Any] = yaml.safe_load(
    (STACKS.parent / "expected.yaml").read_text(encoding="utf-8")
)
LEAST_KNOWN = 0.97
"""Share of a program's resources that must be priced, free or a named gap of use."""


@pytest.mark.parametrize("program", programs(".py"), ids=lambda path: path.stem)
def test_a_program_is_priced_as_it_was_worked_by_hand(
    engine: Engine, program: Path, tmp_path: Path
) -> None:
    folder = project_of(program, tmp_path / program.stem)
    document = engine.preview(folder, "prod").document
    graph = read_document(document, name=program.stem, region="us-east-1")
    statement = estimate(graph, embedded_book(), on=DAY)
    expected = EXPECTED[program.stem]
    gaps = Counter(gap.code for gap in statement.unpriced)
    assert f"{statement.usd_per_month:.2f}" == expected["total"]
    assert dict(sorted(gaps.items())) == expected.get("gaps", {})
    assert known_share(statement) >= LEAST_KNOWN


def known_share(statement: Statement) -> float:
    """How many of the resources have a rule or a reason to be free."""
    every = {line.subject.urn for line in statement.lines}
    every |= {free.subject.urn for free in statement.free}
    every |= {gap.subject.urn for gap in statement.unpriced}
    unknown = {g.subject.urn for g in statement.unpriced if g.code == "no-rule"}
    return 1 - len(unknown) / len(every)


def test_every_program_has_its_figures() -> None:
    assert {path.stem for path in programs()} == set(EXPECTED)
    assert len(EXPECTED) >= 29
