"""A diff arranged for reading: by component, biggest change first, alike as one."""

from collections.abc import Container, Hashable, Iterable, Sequence
from decimal import Decimal

from msgspec import Struct

from farebox.diff.statements import (
    Kind,
    LineChange,
    ResourceChange,
    StatementDiff,
    exact_sum,
)
from farebox.prices import PriceKey
from farebox.reports.figures import count, rate, span
from farebox.reports.page.page import Remark
from farebox.reports.statement.view import (
    component_name,
    label_of,
    remarks_of,
    shared_names,
    short_type,
)

ZERO = Decimal(0)
PULUMI = "pulumi:"
RATE_DIGITS = Decimal("1e-10")
"""Digits of a rate that is worked out from dollars; the price list has at most ten."""


class ChargeChange(Struct, frozen=True, gc=False):
    """One charge of a row, summed over alike resources, in US dollars a month."""

    description: str
    quantity: str
    rate: str
    usd_base: Decimal
    usd_head: Decimal
    range: str

    @property
    def usd(self) -> Decimal:
        """US dollars a month that the charge changes by."""
        return self.usd_head - self.usd_base


class ChangeRow(Struct, frozen=True, gc=False):
    """One resource that changed, or several that changed alike."""

    label: str
    kind: Kind
    remark: str
    count: int
    usd_base: Decimal
    usd_head: Decimal
    charges: tuple[ChargeChange, ...]
    subject_type: str
    source_position: str

    @property
    def usd(self) -> Decimal:
        """US dollars a month that the row changes by."""
        return self.usd_head - self.usd_base


class ChangeSection(Struct, frozen=True, gc=False):
    """A component with all that it is charged, and the rows that changed."""

    title: str
    type: str
    usd_base: Decimal
    usd_head: Decimal
    rows: tuple[ChangeRow, ...]

    @property
    def usd(self) -> Decimal:
        """US dollars a month that the component changes by."""
        return self.usd_head - self.usd_base


class MarketMove(Struct, frozen=True, gc=False):
    """What a price that moved does to the head, in US dollars a month."""

    key: PriceKey
    unit: str
    usd_per_unit_base: Decimal
    usd_per_unit_head: Decimal
    usd: Decimal


def change_sections(diff: StatementDiff) -> list[ChangeSection]:
    """The components in which a charge changed, biggest change first."""
    changed: dict[str | None, list[ResourceChange]] = {}
    for item in diff.resources:
        if item.kind != "same" and item.lines:
            changed.setdefault(item.component, []).append(item)
    sums_of = diff.components
    shared = shared_names(item.subject for item in diff.resources if item.lines)
    found = []
    for sums in sums_of:
        items = changed.get(sums.component)
        if items:
            title, type_ = component_name(sums.component, flat=len(sums_of) == 1)
            rows = sorted(_rows(items, shared), key=lambda row: -abs(row.usd))
            found.append(
                ChangeSection(title, type_, sums.usd_base, sums.usd_head, tuple(rows))
            )
    return sorted(found, key=lambda x: -sum(abs(row.usd) for row in x.rows))


def market_moves(diff: StatementDiff) -> list[MarketMove]:
    """The prices that moved under the head's quantities, biggest effect first."""
    moves: dict[Hashable, MarketMove] = {}
    for item in diff.resources:
        for line in item.lines:
            if not line.usd_market:
                continue
            head = line.head
            after = head.usd_per_unit if head else ZERO
            before = after
            if head is not None and head.quantity:
                before = after - line.usd_market / head.quantity
                before = before.quantize(RATE_DIGITS).normalize()
            same = (line.key, line.unit, before, after)
            known = moves.get(same)
            usd = line.usd_market + (known.usd if known else ZERO)
            moves[same] = MarketMove(line.key, line.unit, before, after, usd)
    return sorted(moves.values(), key=lambda move: -abs(move.usd))


def gap_changes(diff: StatementDiff) -> tuple[list[Remark], list[Remark]]:
    """Charges without a figure that only the head has, and that only the base had."""
    opened = [gap for item in diff.resources for gap in item.gaps_opened]
    closed = [gap for item in diff.resources for gap in item.gaps_closed]
    return remarks_of(opened), remarks_of(closed)


def rename_sentence(diff: StatementDiff) -> str:
    """A sentence on resources that an alias tells are renamed, or empty."""
    renamed = sum(bool(item.renamed_from) for item in diff.resources)
    if not renamed:
        return ""
    what = "resource is" if renamed == 1 else "resources are"
    return f"{renamed:,} {what} renamed or moved by alias, not added and removed."


def free_changes(diff: StatementDiff) -> str:
    """A sentence on added and removed resources that are not charged, or empty."""
    parts = []
    for kind in ("added", "removed"):
        types: dict[str, int] = {}
        for item in diff.resources:
            # A preview leaves default providers out that a state holds.
            if item.subject.type.startswith(PULUMI) or item.kind != kind:
                continue
            if not (item.lines or item.unpriced_base or item.unpriced_head):
                short = short_type(item.subject.type)
                types[short] = types.get(short, 0) + 1
        if types:
            names = (f"{n:,} {name}" if n > 1 else name for name, n in types.items())
            parts.append(f"{kind} {', '.join(names)}")
    return f"Not charged by themselves: {'; '.join(parts)}." if parts else ""


def lower_bound_sentence(diff: StatementDiff) -> str:
    """Empty, or how many charges the two totals leave out."""
    if not diff.lower_bound:
        return ""
    before, after = (
        sum(entry.hides_cost for entry in side.unpriced)
        for side in (diff.base, diff.head)
    )
    return (
        f"The totals are lower bounds: {before:,} charges before and {after:,} after "
        "have no figure, and the change is only of those that have one."
    )


def percent(diff: StatementDiff) -> str:
    """The change in percent of the base, empty where the base costs nothing."""
    if not diff.usd_base:
        return ""
    share = diff.usd / diff.usd_base * 100
    return f"{share:+.2f} %" if round(share, 2) else "0.00 %"


def _rows(
    items: Iterable[ResourceChange], shared: Container[str]
) -> Iterable[ChangeRow]:
    alike: dict[Hashable, list[ResourceChange]] = {}
    for item in items:
        alike.setdefault(_shape(item), []).append(item)
    for group in alike.values():
        first = group[0]
        yield ChangeRow(
            label=label_of(
                [item.subject.name for item in group], first.subject.type, shared
            ),
            kind=first.kind,
            remark=_remark(first, len(group)),
            count=len(group),
            usd_base=exact_sum(item.usd_base for item in group),
            usd_head=exact_sum(item.usd_head for item in group),
            charges=tuple(_charges(group)),
            subject_type=short_type(first.subject.type),
            source_position=first.subject.source_position,
        )


def _shape(item: ResourceChange) -> Hashable:
    return (
        item.subject.type,
        item.kind,
        item.replaced,
        bool(item.renamed_from),
        *(
            (line.description, *_figures(line.base), *_figures(line.head))
            for line in item.lines
        ),
    )


def _figures(line: object) -> tuple[object, ...]:
    names = ("quantity", "usd_per_unit", "usd_low", "usd_high")
    return tuple(getattr(line, name, None) for name in names)


def _remark(item: ResourceChange, number: int) -> str:
    said = []
    if item.replaced:
        said.append("replaced")
    if item.renamed_from:
        old = item.renamed_from.rpartition("::")[2]
        said.append(f"was {old}" if number == 1 else "renamed")
    return ", ".join(said)


def _charges(group: Sequence[ResourceChange]) -> Iterable[ChargeChange]:
    """The charges that changed, of all alike resources together."""
    lines = group[0].lines
    shown = [place for place, line in enumerate(lines) if _matters(line)]
    # A resource that carries nothing but ranges still shows what it is.
    for place in shown or range(len(lines)):
        yield charge_change([item.lines[place] for item in group])


def _matters(line: LineChange) -> bool:
    """A charge of quantity 0 on its only side just carries the range."""
    if not line.differs:
        return False
    return any(side is not None and side.quantity for side in (line.base, line.head))


def charge_change(lines: Sequence[LineChange]) -> ChargeChange:
    """One charge of alike resources, summed, with what moved in it."""
    first = lines[0]
    old, new = first.base, first.head
    number = len(lines)
    return ChargeChange(
        description=first.description,
        quantity=_arrow(
            None if old is None else count(old.quantity * number),
            None if new is None else count(new.quantity * number),
            first.unit,
        ),
        rate=_arrow(
            None if old is None else rate(old.usd_per_unit),
            None if new is None else rate(new.usd_per_unit),
        ),
        usd_base=exact_sum(line.usd_base for line in lines),
        usd_head=exact_sum(line.usd_head for line in lines),
        range=_range_change(lines),
    )


def _arrow(before: str | None, after: str | None, unit: str = "") -> str:
    """`before → after unit`, or the one that there is."""
    known = [text for text in dict.fromkeys((before, after)) if text is not None]
    return f"{' → '.join(known)} {unit}".rstrip()


def _range_change(lines: Sequence[LineChange]) -> str:
    """`low – high → low – high` where only the range moved, else empty."""
    if any(line.usd for line in lines) or not (lines[0].base and lines[0].head):
        return ""
    spans = []
    for side in ("base", "head"):
        of_side = [getattr(line, side) for line in lines]
        low = exact_sum(line.usd_low for line in of_side)
        high = exact_sum(line.usd_high for line in of_side)
        spans.append(span(low, high))
    return "" if spans[0] == spans[1] else " → ".join(spans)


__all__ = [
    "ChangeRow",
    "ChangeSection",
    "ChargeChange",
    "MarketMove",
    "change_sections",
    "charge_change",
    "free_changes",
    "gap_changes",
    "lower_bound_sentence",
    "market_moves",
    "percent",
    "rename_sentence",
]
