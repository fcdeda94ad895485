"""A tier has one statement: offline, from the engine's preview, and in the program."""

from datetime import date
from pathlib import Path

import pytest

from farebox.graph.document import read_document
from farebox.graph.offline import read_program
from farebox.graph.resource import ResourceGraph
from farebox.prices.embedded import embedded_book
from farebox.pricing import price_graph
from farebox.reports.statement_json import statement_json
from farebox.reports.text import text
from farebox.statement import Statement
from tests.engine.engine import ROOT, Engine

TIERS = ("self-hosted", "1k", "10k", "50k", "100k", "1m")


def priced(graph: ResourceGraph, tier: str) -> Statement:
    statement, remarks = price_graph(
        graph, embedded_book(), ROOT / f"stacks/{tier}.usage.yaml", on=date.today()
    )
    assert not remarks
    return statement


@pytest.mark.parametrize("tier", TIERS)
def test_a_tier_has_the_same_statement_on_all_three_paths(
    engine: Engine, tier: str, tmp_path: Path
) -> None:
    offline = priced(read_program(ROOT, tier), tier)
    assert not offline.unpriced
    assert offline.usd_low < offline.usd_per_month < offline.usd_high

    previewed = engine.preview(ROOT, tier)
    graph = read_document(previewed.document, name="the preview")
    assert statement_json(priced(graph, tier)) == statement_json(offline)

    messages = [entry["message"] for entry in previewed.json()["diagnostics"]]
    assert text(offline).strip() in [message.strip() for message in messages]
