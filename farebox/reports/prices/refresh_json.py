"""What a refresh did as JSON: the contract `farebox.refresh/1` (docs/json.md)."""

from typing import Any

from msgspec import to_builtins

from farebox.prices.refreshed import Change, Refusal, Row, SourceResult, Summary
from farebox.prices.values import PriceKey
from farebox.reports.figures import plain

SCHEMA = "farebox.refresh/1"


def refresh_json(summary: Summary) -> bytes:
    """The contract `farebox.refresh/1` (docs/json.md)."""
    from msgspec.json import encode, format

    return bytes(format(encode(document(summary)), indent=1)) + b"\n"


def document(summary: Summary) -> dict[str, Any]:
    """The summary as plain dicts, lists and texts."""
    return {
        "schema": SCHEMA,
        "store": summary.store,
        "book": summary.book_id,
        "book_before": summary.book_before,
        "seen_at": summary.seen_at,
        "dry_run": summary.dry_run,
        "seconds": round(summary.seconds, 3),
        "sources": [_source(source) for source in summary.sources],
        "changes": [_change(change) for change in summary.changes],
    }


def _source(source: SourceResult) -> dict[str, Any]:
    return {
        "name": source.name,
        "kind": source.kind,
        "outcome": source.outcome,
        "accepted": source.accepted,
        "new": source.new,
        "changed": source.changed,
        "gone": source.gone,
        "unchanged": source.unchanged,
        "stale": source.stale,
        "facts": source.facts,
        "left_out": source.left_out,
        "bytes": source.byte_count,
        "seconds": round(source.seconds, 3),
        "as_of": source.as_of,
        "version": source.version,
        "reason": source.sentence,
        "refusals": [_refusal(refusal) for refusal in source.refusals],
    }


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return {
        "rule": refusal.rule,
        "because": refusal.because,
        "count": refusal.count,
        "rows": [_row(row) for row in refusal.rows],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        **_key(row.key),
        "old_usd": None if row.old is None else plain(row.old),
        "new_usd": None if row.new is None else plain(row.new),
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        **_key(change.key),
        "unit": change.unit,
        "old_usd": plain(change.old_usd),
        "new_usd": plain(change.new_usd),
    }


def _key(key: PriceKey) -> dict[str, Any]:
    fields: dict[str, Any] = to_builtins(key)
    return fields
