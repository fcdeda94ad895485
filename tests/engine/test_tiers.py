"""A tier has one statement: offline, from the engine's preview, and in the program."""

from datetime import date
from itertools import zip_longest
from pathlib import Path

import pytest

from farebox.bill.statement import Statement
from farebox.bill.terms import Terms
from farebox.graph.document import read_document
from farebox.graph.offline.program import read_program
from farebox.graph.resource import ResourceGraph
from farebox.prices.embedded import embedded_book
from farebox.quote.basket import Basket, usage_at, users_of
from farebox.reports.page.as_text import as_text
from farebox.reports.statement.json import statement_json
from farebox.reports.statement.report import statement_report
from tests.engine.engine import ROOT, Engine

TIERS = ("self-hosted", "1k", "10k", "50k", "100k", "1m")


def priced(graph: ResourceGraph, tier: str) -> Statement:
    usage = usage_at(ROOT / f"stacks/{tier}.usage.yaml")
    basket = Basket(graph, usage, Terms(on=date.today(), users=users_of(graph)))
    statement = basket.at(embedded_book())
    assert not basket.unmatched_usage()
    return statement


def first_difference(one: bytes, other: bytes) -> tuple[bytes, bytes] | None:
    """The first lines that differ: a whole statement of 1m would fill a log."""
    lines = zip_longest(one.splitlines(), other.splitlines(), fillvalue=b"(the end)")
    return next((pair for pair in lines if pair[0] != pair[1]), None)


@pytest.mark.parametrize("tier", TIERS)
def test_a_tier_has_the_same_statement_on_all_three_paths(
    engine: Engine, tier: str, tmp_path: Path
) -> None:
    program = read_program(ROOT, tier)
    offline = priced(program, tier)
    assert not offline.unpriced
    assert offline.usd_low < offline.usd_per_month < offline.usd_high

    previewed = engine.preview(ROOT, tier)
    graph = read_document(previewed.document, name="the preview")
    in_preview = statement_json(priced(graph, tier))
    assert first_difference(in_preview, statement_json(offline)) is None

    messages = [entry["message"].strip() for entry in previewed.json()["diagnostics"]]
    (shown,) = (message for message in messages if message.startswith("passepartout/"))
    report = as_text(statement_report(offline, program).page()).strip()
    assert first_difference(shown.encode(), report.encode()) is None
    assert ("on colo" in shown) == (tier != "self-hosted")
