"""A drift as JSON: the contract `farebox.drift/1` (docs/json.md)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from farebox.bill.statement import Statement
from farebox.diff.drift import Drift, DriftLine
from farebox.diff.statements import exact_sum
from farebox.reports.change.diff_json import line_document, side_document
from farebox.reports.change.drift_view import notes
from farebox.reports.figures import plain

SCHEMA = "farebox.drift/1"


def drift_json(drift: Drift, threshold_percent: Decimal | None) -> bytes:
    """The drift as one JSON document, decimals as text, UTF-8, with a newline."""
    from msgspec.json import encode, format

    document = drift_document(drift, threshold_percent)
    return bytes(format(encode(document), indent=1)) + b"\n"


def drift_document(drift: Drift, threshold_percent: Decimal | None) -> dict[str, Any]:
    """The drift as plain dicts, lists and texts."""
    percent, per = drift.percent, drift.usd_per_user
    threshold = threshold_percent
    return {
        "schema": SCHEMA,
        "currency": "USD",
        "old": _side(drift.old),
        "new": _side(drift.new),
        "drift": {
            "old": plain(drift.usd_old),
            "new": plain(drift.usd_new),
            "usd_per_month": plain(drift.usd),
            "percent": None if percent is None else plain(percent),
            "usd_per_user_month": None if per is None else plain(per),
            "threshold_percent": None if threshold is None else plain(threshold),
            "over": None if threshold is None else drift.alarms(threshold),
        },
        "moved": list(_lines(drift.moved)),
        "only_old": list(_lines(drift.only_old)),
        "only_new": list(_lines(drift.only_new)),
        "same": drift.same_count,
        "notes": notes(drift),
    }


def _side(side: Statement) -> dict[str, Any]:
    return side_document(side, exact_sum(line.usd_per_month for line in side.lines))


def _lines(lines: Iterable[DriftLine]) -> Iterable[dict[str, Any]]:
    for line in lines:
        document = line_document(line.change)
        # All of it is the market's: there is one graph.
        del document["code"], document["market"]
        document["old"], document["new"] = document.pop("base"), document.pop("head")
        subject = line.subject
        yield {
            "urn": subject.urn,
            "type": subject.type,
            "name": subject.name,
            "component": subject.component,
            **document,
        }
