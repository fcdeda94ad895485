"""Reads the cases in `tests/cases/` and their frozen price book."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from farebox.bill.assumptions import Assumption
from farebox.bill.statement import Statement
from farebox.bill.terms import HOURS_PER_MONTH, Terms
from farebox.bill.usage import Entry, UsageFile, Value
from farebox.graph import Resource, ResourceGraph
from farebox.graph.outputs import Outputs, Recent, paths_of
from farebox.graph.templates.expand import with_templates
from farebox.prices import Price, PriceBook, PriceKey, Source, Tier
from farebox.rating.estimate import estimate

CASES = Path(__file__).parent / "cases"
BOOK_FILE = CASES / "book.yaml"
SOURCE = Source("https://example.test/price-list", "2026-11-01")


def case_files() -> list[Path]:
    """Every case, without the book that they share."""
    return sorted(path for path in CASES.glob("*.yaml") if path != BOOK_FILE)


def load(path: Path) -> dict[str, Any]:
    """One case as its file has it."""
    case: dict[str, Any] = yaml.safe_load(path.read_text())
    return case


def frozen_book() -> PriceBook:
    """The book of `cases/book.yaml`, which no refresh ever changes."""
    return _book([price_of(row) for row in yaml.safe_load(BOOK_FILE.read_text())])


def book_of(case: dict[str, Any], shared: PriceBook) -> PriceBook:
    """The shared book with the case's own `prices`, which go before the same keys."""
    own = [price_of(row) for row in case.get("prices", ())]
    if not own:
        return shared
    keys = {price.key for price in own}
    return _book([*(price for price in shared if price.key not in keys), *own])


def _book(prices: list[Price]) -> PriceBook:
    return PriceBook(prices, book_id="sha256:frozen", kind="file")


def price_of(row: dict[str, Any]) -> Price:
    """A price as a row of a case, or of the shared book, has it."""
    tiers = row["usd"] if isinstance(row["usd"], dict) else {"0": row["usd"]}
    return Price(
        PriceKey(
            row["service"],
            row["region"],
            row["usage_type"],
            row.get("operation", ""),
            row.get("purchase", "on-demand"),
            row.get("zone_id", ""),
        ),
        tuple(Tier(Decimal(start), Decimal(usd)) for start, usd in tiers.items()),
        row["unit"],
        SOURCE,
    )


def graph_of(case: dict[str, Any]) -> ResourceGraph:
    """The resources of a case; urns are `type::name`, so dependencies can name them."""
    region = case.get("region", "us-east-1")
    resources = [
        Resource(
            urn=f"{item['type']}::{item['name']}",
            type=item["type"],
            name=item["name"],
            raw_inputs=item.get("inputs", {}),
            region=item.get("region", region),
            dependencies=item.get("dependencies", {}),
            parent=item.get("parent"),
            custom=item.get("custom", True),
            operation=item.get("operation", "create"),
            id=item.get("id", ""),
            raw_outputs=item.get("outputs", {}),
            former_inputs=item.get("former"),
            outputs=_outputs(item),
        )
        for item in case["resources"]
    ]
    return ResourceGraph(with_templates(resources), project="case", stack="test")


def _outputs(item: dict[str, Any]) -> Outputs | None:
    """What AWS answered, where the case says it; `ignored` are ignoreChanges."""
    if "outputs" not in item:
        return None
    return Outputs(
        item["outputs"],
        Recent(),
        ignored=paths_of(item.get("ignored")),
        earlier=item.get("former"),
    )


def usage_of(case: dict[str, Any]) -> UsageFile:
    """The usage of a case: by resource name, and by region under `account`."""
    return UsageFile(
        resources=[
            Entry(name, {k: _value(v) for k, v in keys.items()})
            for name, keys in case.get("usage", {}).items()
        ],
        account=[
            Entry(region, {k: _value(v) for k, v in keys.items()})
            for region, keys in case.get("account", {}).items()
        ],
    )


def _value(value: Any) -> Value:
    if isinstance(value, dict) and "likely" in value:
        low, likely, high = (
            Decimal(str(value[level])) for level in ("low", "likely", "high")
        )
        return Assumption(low, likely, high, status="usage-file")
    if isinstance(value, dict):
        return {key: _value(item) for key, item in value.items()}
    if isinstance(value, int | float):
        exact = Decimal(str(value))
        return Assumption(exact, exact, exact, status="usage-file")
    return str(value)


def statement_of(case: dict[str, Any], book: PriceBook) -> Statement:
    """The case's statement on its own day, at its own hours and prices."""
    return estimate(
        graph_of(case),
        book_of(case, book),
        usage_of(case),
        Terms(
            on=date.fromisoformat(str(case.get("on", "2026-11-23"))),
            hours_per_month=Decimal(str(case.get("hours", HOURS_PER_MONTH))),
            on_demand_fallback=bool(case.get("on_demand_fallback", False)),
            free_tier=bool(case.get("free_tier", True)),
        ),
    )
