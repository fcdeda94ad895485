"""Prices as JSON: the contract `farebox.prices-show/1` (docs/json.md)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from farebox.prices import PriceBook, PriceKey, Source
from farebox.prices.timeline import Step, Timeline
from farebox.reports.figures import plain
from farebox.reports.prices.view import ShownPrice

SCHEMA = "farebox.prices-show/1"


def document(
    wanted: str, found: Sequence[ShownPrice], book: PriceBook
) -> dict[str, Any]:
    """The contract `farebox.prices-show/1` (docs/json.md)."""
    return {
        "schema": SCHEMA,
        "currency": "USD",
        "wanted": wanted,
        "book": {"id": book.id, "kind": book.kind},
        "prices": [price_document(item) for item in found],
    }


def price_document(item: ShownPrice) -> dict[str, Any]:
    """One price as plain dicts, lists and texts."""
    price, part = item.price, item.of_on_demand
    return {
        **key_document(price.key),
        "unit": price.unit,
        "usd_per_unit": plain(price.usd_per_unit),
        "tiers": [
            {
                "from_quantity": plain(tier.from_quantity),
                "usd_per_unit": plain(tier.usd_per_unit),
            }
            for tier in price.tiers
        ],
        "of_on_demand": None if part is None else plain(round(part, 6)),
        "age_days": item.age_days,
        "limit_days": item.limit_days,
        "stale": item.stale,
        "source": source_document(price.source),
        "history": None if item.history is None else _history(item.history),
    }


def key_document(key: PriceKey) -> dict[str, str]:
    """AWS's key, part by part."""
    return {
        "service": key.service,
        "region": key.region,
        "usage_type": key.usage_type,
        "operation": key.operation,
        "purchase": key.purchase,
        "zone_id": key.zone_id,
        "term": key.term,
    }


def source_document(source: Source) -> dict[str, str]:
    """Where a figure was read, and when it was true."""
    return {
        "url": source.url,
        "as_of": source.as_of,
        "version": source.version,
        "note": source.note,
    }


def _history(line: Timeline) -> dict[str, Any]:
    return {
        "seen": [_step(step) for step in line.steps],
        "coming": [_step(step) for step in line.coming],
    }


def _step(step: Step) -> dict[str, Any]:
    usd: Decimal | None = step.usd_per_unit
    return {
        "from": step.at.isoformat().replace("+00:00", "Z"),
        "usd_per_unit": None if usd is None else plain(usd),
    }
