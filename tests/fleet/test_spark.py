"""A fleet that Spark prices has the figures of one that is priced here, to the digit."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.fleet.options import pricing_of
from farebox.fleet.priced import PricedStack
from farebox.fleet.pricing import Pricing, price_fleet
from farebox.fleet.spark import Task, price_on_spark, priced_apart
from farebox.fleet.stacks import Found, stacks_in
from farebox.prices.curated import curated_book
from tests.fleet.test_fleet import FIXED, run, state, states

__all__ = ["states"]


@pytest.fixture
def fleet(states: Path) -> Path:
    """Stacks of several kinds: priced, of a tag, broken, empty and of no document."""
    for copy in range(6):
        path = states / f"copy-{copy}.json"
        path.write_text(json.dumps(state(f"copy-{copy}", copy + 1, "web")))
    (states / "broken.json").write_text("{")
    (states / "none.json").write_text(json.dumps({"version": 3, "deployment": {}}))
    return states


def test_spark_prices_a_fleet_as_it_is_priced_here_and_a_bad_stack_stops_no_other(
    spark: str, fleet: Path, tmp_path: Path
) -> None:
    told, tables = [], []
    for name, more in (("here", []), ("there", ["--engine", spark])):
        out = tmp_path / name
        told.append(run("fleet", "price", fleet, "--out", out, *FIXED, *more))
        tables.append([_rows(out, t) for t in ("stacks", "lines", "unpriced")])
    assert tables[0] == tables[1]
    assert (told[0][0], told[1][0]) == (1, 1)
    assert told[0][1] == told[1][1]
    assert told[1][1]["failed"] >= 1
    kept = [
        sorted(path.name for path in (tmp_path / name / "stacks").rglob("*.json"))
        for name in ("here", "there")
    ]
    assert kept[0] == kept[1]


def _rows(out: Path, table: str) -> list[dict[str, Any]]:
    from pyarrow.parquet import read_table

    rows: list[dict[str, Any]] = read_table(out / f"{table}.parquet").to_pylist()
    assert rows or table == "unpriced"
    return rows


def test_what_spark_has_priced_is_not_priced_again_and_another_book_goes_along(
    spark: str, fleet: Path, tmp_path: Path
) -> None:
    pricing = _pricing(curated_book())
    stacks = [*stacks_in(fleet), Found("gone", tmp_path / "gone.json")]
    stacks.append(Found("refused", tmp_path, error="it is forbidden"))
    here = list(price_fleet(stacks, pricing, tmp_path / "here", workers=1))
    there = list(price_on_spark(stacks, pricing, tmp_path / "there", spark))
    assert here == there
    assert [one.error for one in there[-2:]] == [
        "No such file or directory",
        "it is forbidden",
    ]
    for path in (tmp_path / "there/stacks").rglob("*.json"):
        path.write_text(json.dumps({**json.loads(path.read_bytes()), "usd": "1"}))
    again = list(price_on_spark(stacks, pricing, tmp_path / "there", spark))
    assert {one.usd for one in again if not one.error} == {1}


def _pricing(book: Any) -> Pricing:
    from datetime import date
    from decimal import Decimal

    asked = {"usage": None, "region": "us-east-1", "hours": Decimal(730), "users": None}
    said = {"free_tier": "include", "on_demand_fallback": True}
    on = date(2026, 11, 23)
    found = pricing_of(**asked, **said, on=on, prices="embedded")
    return Pricing(book, found.options, found.usage)


def test_the_stack_that_a_worker_is_lost_over_is_found_and_the_others_are_priced() -> (
    None
):
    tasks = [Task(f"stack-{n}", str(n), b"") for n in range(11)]
    runs = []

    def fails(part: Sequence[Task]) -> list[PricedStack]:
        runs.append(len(part))
        if any(task.name == "stack-7" for task in part):
            raise RuntimeError("the worker was killed")
        return [PricedStack(task.name, task.content) for task in part]

    priced = priced_apart(tasks, fails)
    assert [one.name for one in priced] == [task.name for task in tasks]
    bad = [one for one in priced if one.error]
    assert [(one.name, one.error) for one in bad] == [
        ("stack-7", "Spark lost a worker over it: RuntimeError")
    ]
    # By hand: 11 fail, 5 are well, 6 fail, 3 fail, 1 is well, 2 fail, 7 alone, 8, 3.
    assert runs == [11, 5, 6, 3, 1, 2, 1, 1, 3]
