"""A diff as JSON: the contract `farebox.diff/1` (docs/json.md)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypedDict

from msgspec import UNSET, UnsetType

from farebox.bill.statement import LineItem, Statement, Unpriced
from farebox.diff.contract import (
    SCHEMA,
    ChangeOf,
    ComponentChangeOf,
    DiffOf,
    FiguresOf,
    GapOf,
    LineChangeOf,
    MoveOf,
    ResourceOf,
    SideOf,
)
from farebox.diff.statements import (
    Kind,
    LineChange,
    ResourceChange,
    StatementDiff,
)
from farebox.prices import PriceKey, Purchase
from farebox.reports.change.diff_view import MarketMove, market_moves
from farebox.reports.figures import plain, settled
from farebox.reports.page.as_json import as_json
from farebox.reports.statement.json import prices_of


def diff_json(diff: StatementDiff) -> bytes:
    """The diff as one JSON document, decimals as text, UTF-8, with a newline."""
    return as_json(diff_document(diff))


def diff_document(diff: StatementDiff) -> DiffOf[str]:
    """The contract of a diff; of what stayed the same, a count."""
    return DiffOf(
        schema=SCHEMA,
        currency="USD",
        base=side_of(diff.base, diff.usd_base),
        head=side_of(diff.head, diff.usd_head),
        change=_change(diff),
        components=[
            ComponentChangeOf(
                component=item.component,
                base=plain(settled(item.usd_base)),
                head=plain(settled(item.usd_head)),
                usd_per_month=plain(settled(item.usd)),
                code=plain(settled(item.usd_code)),
                market=plain(settled(item.usd_market)),
            )
            for item in diff.components
        ],
        added=_biggest_first(diff, "added"),
        removed=_biggest_first(diff, "removed"),
        changed=_biggest_first(diff, "changed"),
        same=sum(item.kind == "same" for item in diff.resources),
        market=[_move(move) for move in market_moves(diff)],
        notes=list(diff.notes),
    )


def _change(diff: StatementDiff) -> ChangeOf[str]:
    share = diff.usd / diff.usd_base * 100 if diff.usd_base else None
    return ChangeOf(
        usd_per_month=plain(settled(diff.usd)),
        percent=known(share),
        code=plain(settled(diff.usd_code)),
        market=plain(settled(diff.usd_market)),
        usd_per_user_month=known(diff.usd_per_user),
        lower_bound=diff.lower_bound,
    )


def _biggest_first(diff: StatementDiff, kind: Kind) -> list[ResourceOf[str]]:
    found = sorted(diff.of_kind(kind), key=lambda item: -abs(item.usd))
    return [_resource(item) for item in found]


def _move(move: MarketMove) -> MoveOf[str]:
    return MoveOf(
        **key_fields(move.key),
        unit=move.unit,
        usd_per_unit_base=plain(move.usd_per_unit_base),
        usd_per_unit_head=plain(move.usd_per_unit_head),
        usd_per_month=plain(move.usd),
    )


def side_of(side: Statement, usd: Decimal) -> SideOf[str]:
    """One side: its stack, its prices and its sums; `usd` is the exact total."""
    return SideOf(
        project=side.project,
        stack=side.stack,
        on=side.on,
        hours_per_month=plain(side.hours_per_month),
        users=plain(side.users) if side.users else None,
        prices=prices_of(side.book),
        usd_per_month=plain(settled(usd)),
        low=plain(settled(side.usd_low)),
        high=plain(settled(side.usd_high)),
        lower_bound=side.lower_bound,
        hidden=sum(entry.hides_cost for entry in side.unpriced),
        usd_per_user_month=plain(usd / side.users) if side.users else None,
    )


def _resource(item: ResourceChange) -> ResourceOf[str]:
    subject = item.subject
    return ResourceOf(
        urn=subject.urn,
        type=subject.type,
        name=subject.name,
        component=item.component,
        source_position=subject.source_position,
        renamed_from=item.renamed_from or None,
        replaced=item.replaced,
        base=plain(item.usd_base),
        head=plain(item.usd_head),
        usd_per_month=plain(item.usd),
        lines=[_line(line) for line in item.lines if line.differs],
        unpriced_opened=list(_gaps(item.gaps_opened)),
        unpriced_closed=list(_gaps(item.gaps_closed)),
    )


def _line(line: LineChange) -> LineChangeOf[str]:
    return LineChangeOf(
        **key_fields(line.key),
        description=line.description,
        unit=line.unit,
        base=figures_of(line.base),
        head=figures_of(line.head),
        usd_per_month=plain(line.usd),
        code=plain(line.usd_code),
        market=plain(line.usd_market),
    )


class KeyFields(TypedDict):
    """What a price is asked for by, as the contracts of changes name it."""

    service: str
    region: str
    usage_type: str
    operation: str
    purchase: Purchase
    zone_id: str
    term: str | UnsetType


def key_fields(key: PriceKey) -> KeyFields:
    """The fields of a key; no `term` where nothing was committed to."""
    return {
        "service": key.service,
        "region": key.region,
        "usage_type": key.usage_type,
        "operation": key.operation,
        "purchase": key.purchase,
        "zone_id": key.zone_id,
        "term": key.term or UNSET,
    }


def figures_of(line: LineItem | None) -> FiguresOf[str] | None:
    """One charge on one side; None where that side lacks it."""
    if line is None:
        return None
    return FiguresOf(
        quantity=plain(line.quantity),
        usd_per_unit=plain(line.usd_per_unit),
        usd_per_month=plain(line.usd_per_month),
        low=plain(line.usd_low),
        high=plain(line.usd_high),
        because=line.because,
    )


def _gaps(gaps: Iterable[Unpriced]) -> Iterable[GapOf[str]]:
    for gap in gaps:
        yield GapOf(
            code=gap.code,
            usage_key=gap.usage_key,
            unit=gap.unit,
            usd_per_unit=known(gap.usd_per_unit),
            reason=gap.reason,
        )


def known(figure: Decimal | None) -> str | None:
    """A figure as text where there is one."""
    return None if figure is None else plain(figure)
