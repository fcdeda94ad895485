"""A statement as JSON: the contract `farebox.statement/1` (docs/json.md)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from farebox.bill.statement import LineItem, Statement, Subject, Unpriced
from farebox.reports.figures import plain

SCHEMA = "farebox.statement/1"


def statement_json(
    statement: Statement, more: Mapping[str, Any] | None = None
) -> bytes:
    """The statement as one JSON document, decimals as text, UTF-8, with a newline.

    `more` are objects that stand beside the statement's own, after them.
    """
    from msgspec.json import encode, format

    whole = {**document(statement), **(more or {})}
    return bytes(format(encode(whole), indent=1)) + b"\n"


def document(statement: Statement) -> dict[str, Any]:
    """The statement as plain dicts, lists and texts."""
    users = statement.users
    book = statement.book
    total = {
        "usd_per_month": plain(statement.usd_per_month),
        "low": plain(statement.usd_low),
        "high": plain(statement.usd_high),
        "lower_bound": statement.lower_bound,
    }
    if users:
        total["usd_per_user_month"] = _per_user(statement.usd_per_month, users)
        total["low_per_user"] = _per_user(statement.usd_low, users)
        total["high_per_user"] = _per_user(statement.usd_high, users)
    return {
        "schema": SCHEMA,
        "project": statement.project,
        "stack": statement.stack,
        "currency": "USD",
        "hours_per_month": plain(statement.hours_per_month),
        "on": statement.on,
        "users": plain(users) if users else None,
        "prices": {
            "book": book.id,
            "kind": book.kind,
            "as_of": book.as_of,
            "stale": book.stale,
            "used": book.used,
            "stale_used": book.stale_used,
            "oldest_used": book.oldest_used,
        },
        "total": total,
        "components": _components(statement),
        "lines": [_line(line, users) for line in statement.lines],
        "free": [
            {
                "urn": free.subject.urn,
                "type": free.subject.type,
                "code": free.code,
                "reason": free.reason,
            }
            for free in statement.free
        ],
        "unpriced": [_unpriced(entry) for entry in statement.unpriced],
        "notes": list(statement.notes),
        "aliases": statement.aliases,
    }


def _per_user(usd: Decimal, users: Decimal) -> str:
    return plain(usd / users)


def _components(statement: Statement) -> list[dict[str, Any]]:
    """Totals by component; lines that no component owns are under null."""
    totals: dict[str | None, list[Decimal]] = {}
    for line in statement.lines:
        sums = totals.setdefault(line.subject.component, [Decimal(0)] * 3)
        figures = (line.usd_per_month, line.usd_low, line.usd_high)
        for place, usd in enumerate(figures):
            sums[place] += usd
    found = []
    for component, (likely, low, high) in totals.items():
        entry: dict[str, Any] = {
            "component": component,
            "usd_per_month": plain(likely),
            "low": plain(low),
            "high": plain(high),
        }
        if statement.users:
            entry["usd_per_user_month"] = _per_user(likely, statement.users)
        found.append(entry)
    return found


def _subject(subject: Subject) -> dict[str, Any]:
    return {
        "urn": subject.urn,
        "type": subject.type,
        "name": subject.name,
        "component": subject.component,
    }


def _line(line: LineItem, users: Decimal | None) -> dict[str, Any]:
    key = line.key
    usd_per_month = line.usd_per_month
    entry = {
        **_subject(line.subject),
        "service": key.service,
        "region": key.region,
        "usage_type": key.usage_type,
        "operation": key.operation,
        "purchase": key.purchase,
        "zone_id": key.zone_id,
        "description": line.description,
        "quantity": plain(line.quantity),
        "unit": line.unit,
        "usd_per_unit": plain(line.usd_per_unit),
        "usd_per_month": plain(usd_per_month),
        "low": plain(line.usd_low),
        "high": plain(line.usd_high),
        "because": line.because,
        "usage": line.usage,
        "source_position": line.subject.source_position,
        "price_source": {"url": line.source.url, "as_of": line.source.as_of},
    }
    if users:
        entry["usd_per_user_month"] = _per_user(usd_per_month, users)
    return entry


def _unpriced(entry: Unpriced) -> dict[str, Any]:
    key = entry.key
    return {
        "urn": entry.subject.urn,
        "type": entry.subject.type,
        "code": entry.code,
        "service": key.service if key else "",
        "region": key.region if key else "",
        "usage_type": key.usage_type if key else "",
        "operation": key.operation if key else "",
        "unit": entry.unit,
        "usd_per_unit": None
        if entry.usd_per_unit is None
        else plain(entry.usd_per_unit),
        "usage_key": entry.usage_key,
        "reason": entry.reason,
    }
