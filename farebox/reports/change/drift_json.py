"""A drift as JSON: the contract `farebox.drift/1` (docs/json.md)."""

from collections.abc import Iterable
from decimal import Decimal

from farebox.bill.statement import Statement
from farebox.diff.contract import SideOf
from farebox.diff.drift import Drift, DriftLine
from farebox.diff.drift_contract import SCHEMA, DriftLineOf, DriftOf, MovedOf
from farebox.diff.statements import exact_sum
from farebox.reports.change.diff_json import figures_of, key_fields, known, side_of
from farebox.reports.change.drift_view import notes
from farebox.reports.figures import plain, settled


def drift_document(drift: Drift, threshold_percent: Decimal | None) -> DriftOf[str]:
    """The contract of a drift; `threshold_percent` is what was allowed, if anything."""
    threshold = threshold_percent
    return DriftOf(
        schema=SCHEMA,
        currency="USD",
        old=_side(drift.old),
        new=_side(drift.new),
        drift=MovedOf(
            old=plain(settled(drift.usd_old)),
            new=plain(settled(drift.usd_new)),
            usd_per_month=plain(settled(drift.usd)),
            percent=known(drift.percent),
            usd_per_user_month=known(drift.usd_per_user),
            threshold_percent=known(threshold),
            over=None if threshold is None else drift.alarms(threshold),
        ),
        moved=_lines(drift.moved),
        only_old=_lines(drift.only_old),
        only_new=_lines(drift.only_new),
        same=drift.same_count,
        notes=notes(drift),
    )


def _side(side: Statement) -> SideOf[str]:
    return side_of(side, exact_sum(line.usd_per_month for line in side.lines))


def _lines(lines: Iterable[DriftLine]) -> list[DriftLineOf[str]]:
    return [_line(line) for line in lines]


def _line(line: DriftLine) -> DriftLineOf[str]:
    subject, change = line.subject, line.change
    return DriftLineOf(
        urn=subject.urn,
        type=subject.type,
        name=subject.name,
        component=subject.component,
        **key_fields(change.key),
        description=change.description,
        unit=change.unit,
        usd_per_month=plain(change.usd),
        old=figures_of(change.base),
        new=figures_of(change.head),
    )
