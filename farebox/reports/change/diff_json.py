"""A diff as JSON: the contract `farebox.diff/1` (docs/json.md)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from farebox.bill.statement import LineItem, Statement, Unpriced
from farebox.diff.statements import LineChange, ResourceChange, StatementDiff
from farebox.reports.change.diff_view import market_moves
from farebox.reports.figures import plain

SCHEMA = "farebox.diff/1"


def diff_json(diff: StatementDiff) -> bytes:
    """The diff as one JSON document, decimals as text, UTF-8, with a newline."""
    from msgspec.json import encode, format

    return bytes(format(encode(diff_document(diff)), indent=1)) + b"\n"


def diff_document(diff: StatementDiff) -> dict[str, Any]:
    """The diff as plain dicts, lists and texts; of what stayed the same, a count."""
    per = diff.usd_per_user
    return {
        "schema": SCHEMA,
        "currency": "USD",
        "base": side_document(diff.base, diff.usd_base),
        "head": side_document(diff.head, diff.usd_head),
        "change": {
            "usd_per_month": plain(diff.usd),
            "percent": plain(diff.usd / diff.usd_base * 100) if diff.usd_base else None,
            "code": plain(diff.usd_code),
            "market": plain(diff.usd_market),
            "usd_per_user_month": None if per is None else plain(per),
            "lower_bound": diff.lower_bound,
        },
        "components": [
            {
                "component": item.component,
                "base": plain(item.usd_base),
                "head": plain(item.usd_head),
                "usd_per_month": plain(item.usd),
                "code": plain(item.usd_code),
                "market": plain(item.usd_market),
            }
            for item in diff.components
        ],
        **{
            kind: [_resource(x) for x in _biggest_first(diff, kind)]
            for kind in ("added", "removed", "changed")
        },
        "same": sum(item.kind == "same" for item in diff.resources),
        "market": [
            {
                "service": move.key.service,
                "region": move.key.region,
                "usage_type": move.key.usage_type,
                "operation": move.key.operation,
                "purchase": move.key.purchase,
                "zone_id": move.key.zone_id,
                "unit": move.unit,
                "usd_per_unit_base": plain(move.usd_per_unit_base),
                "usd_per_unit_head": plain(move.usd_per_unit_head),
                "usd_per_month": plain(move.usd),
            }
            for move in market_moves(diff)
        ],
        "notes": list(diff.notes),
    }


def _biggest_first(diff: StatementDiff, kind: str) -> list[ResourceChange]:
    found = [item for item in diff.resources if item.kind == kind]
    return sorted(found, key=lambda item: -abs(item.usd))


def side_document(side: Statement, usd: Decimal) -> dict[str, Any]:
    """One side: its stack, its prices and its sums; `usd` is the exact total."""
    return {
        "project": side.project,
        "stack": side.stack,
        "on": side.on,
        "hours_per_month": plain(side.hours_per_month),
        "users": plain(side.users) if side.users else None,
        "prices": {
            "book": side.book.id,
            "kind": side.book.kind,
            "as_of": side.book.as_of,
            "stale": side.book.stale,
            "used": side.book.used,
            "stale_used": side.book.stale_used,
            "oldest_used": side.book.oldest_used,
        },
        "usd_per_month": plain(usd),
        "low": plain(side.usd_low),
        "high": plain(side.usd_high),
        "lower_bound": side.lower_bound,
        "hidden": sum(entry.hides_cost for entry in side.unpriced),
        "usd_per_user_month": plain(usd / side.users) if side.users else None,
    }


def _resource(item: ResourceChange) -> dict[str, Any]:
    subject = item.subject
    return {
        "urn": subject.urn,
        "type": subject.type,
        "name": subject.name,
        "component": item.component,
        "source_position": subject.source_position,
        "renamed_from": item.renamed_from or None,
        "replaced": item.replaced,
        "base": plain(item.usd_base),
        "head": plain(item.usd_head),
        "usd_per_month": plain(item.usd),
        "lines": [line_document(line) for line in item.lines if line.differs],
        "unpriced_opened": list(_gaps(item.gaps_opened)),
        "unpriced_closed": list(_gaps(item.gaps_closed)),
    }


def line_document(line: LineChange) -> dict[str, Any]:
    """One charge before and after, with AWS's key."""
    key = line.key
    return {
        "service": key.service,
        "region": key.region,
        "usage_type": key.usage_type,
        "operation": key.operation,
        "purchase": key.purchase,
        "zone_id": key.zone_id,
        "description": line.description,
        "unit": line.unit,
        "base": _figures(line.base),
        "head": _figures(line.head),
        "usd_per_month": plain(line.usd),
        "code": plain(line.usd_code),
        "market": plain(line.usd_market),
    }


def _figures(line: LineItem | None) -> dict[str, str] | None:
    if line is None:
        return None
    return {
        "quantity": plain(line.quantity),
        "usd_per_unit": plain(line.usd_per_unit),
        "usd_per_month": plain(line.usd_per_month),
        "low": plain(line.usd_low),
        "high": plain(line.usd_high),
        "because": line.because,
    }


def _gaps(gaps: Iterable[Unpriced]) -> Iterable[dict[str, Any]]:
    for gap in gaps:
        yield {
            "code": gap.code,
            "usage_key": gap.usage_key,
            "unit": gap.unit,
            "usd_per_unit": None
            if gap.usd_per_unit is None
            else plain(gap.usd_per_unit),
            "reason": gap.reason,
        }
