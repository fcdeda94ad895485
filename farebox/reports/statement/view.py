"""A statement arranged for reading: by component, alike resources as one row."""

from collections.abc import Container, Iterable, Sequence
from decimal import Decimal

from msgspec import Struct

from farebox.bill.statement import LineItem, Statement, Subject, Unpriced
from farebox.reports.page.page import Remark

ZERO = Decimal(0)
SHORTEST_PREFIX = 3
"""Characters that names must share for `name*` to tell anything."""


class Charge(Struct, frozen=True, gc=False):
    """One charge of a row: the line, with the quantity and dollars of all alike."""

    line: LineItem
    quantity: Decimal
    usd: Decimal
    usd_low: Decimal
    usd_high: Decimal


class Row(Struct, frozen=True, gc=False):
    """One resource, or several that are charged alike."""

    label: str
    count: int
    charges: tuple[Charge, ...]
    usd: Decimal

    @property
    def shown(self) -> tuple[Charge, ...]:
        """The charges that are made as a rule; all of them where none is.

        A charge of quantity 0 only carries the range: a pool that is picked when
        others are full, a tier that is reached at the high level.
        """
        return tuple(x for x in self.charges if x.quantity) or self.charges


class Section(Struct, frozen=True, gc=False):
    """A component and its rows, dearest first; `type` is empty for the stack."""

    title: str
    type: str
    rows: tuple[Row, ...]
    usd: Decimal
    usd_low: Decimal
    usd_high: Decimal


def sections(statement: Statement) -> list[Section]:
    """The statement's components with their rows, dearest first."""
    by_component: dict[str | None, dict[int, list[LineItem]]] = {}
    for line in statement.lines:
        subject = line.subject
        resources = by_component.setdefault(subject.component, {})
        resources.setdefault(id(subject), []).append(line)
    shared = shared_names(line.subject for line in statement.lines)
    found = []
    for component, by_subject in by_component.items():
        title, type_ = component_name(component, flat=len(by_component) == 1)
        rows = sorted(_rows(by_subject.values(), shared), key=lambda row: -row.usd)
        usd = usd_low = usd_high = ZERO
        for row in rows:
            for charge in row.charges:
                usd += charge.usd
                usd_low += charge.usd_low
                usd_high += charge.usd_high
        found.append(Section(title, type_, tuple(rows), usd, usd_low, usd_high))
    return sorted(found, key=lambda section: -section.usd)


def dearest(statement: Statement) -> list[tuple[Row, Charge]]:
    """The charges that cost something, alike resources as one, dearest first."""
    charges = [
        (row, charge)
        for section in sections(statement)
        for row in section.rows
        for charge in row.charges
        if charge.usd
    ]
    return sorted(charges, key=lambda pair: (-pair[1].usd, pair[0].label))


def component_name(urn: str | None, *, flat: bool = False) -> tuple[str, str]:
    """(name, type) of a component; a urn is urn:pulumi:stack::project::types::name.

    In a `flat` program no resource has a component, and nothing is outside of any.
    """
    if urn is None:
        return ("all resources" if flat else "outside components"), ""
    types, _, name = urn.split("::", 2)[-1].partition("::")
    return name, types.rsplit("$", 1)[-1].rsplit(":", 1)[-1]


def _rows(resources: Iterable[list[LineItem]], shared: Container[str]) -> Iterable[Row]:
    alike: dict[tuple[object, ...], list[list[LineItem]]] = {}
    for lines in resources:
        shape = (
            lines[0].subject.type,
            *((x.description, x.quantity, x.usd_per_unit, x.usd_high) for x in lines),
            # Or the mark of a guess would hold for all, or for none.
            *(x.usage == "assumed" for x in lines),
        )
        alike.setdefault(shape, []).append(lines)
    for group in alike.values():
        names = [lines[0].subject.name for lines in group]
        count = len(group)
        if count == 1:
            charges = [
                Charge(x, x.quantity, x.usd_per_month, x.usd_low, x.usd_high)
                for x in group[0]
            ]
        else:
            charges = [_together(many) for many in zip(*group, strict=True)]
        usd = sum((charge.usd for charge in charges), ZERO)
        label = label_of(names, group[0][0].subject.type, shared)
        yield Row(label, count, tuple(charges), usd)


def _together(alike: tuple[LineItem, ...]) -> Charge:
    return Charge(
        alike[0],
        sum((x.quantity for x in alike), ZERO),
        sum((x.usd_per_month for x in alike), ZERO),
        sum((x.usd_low for x in alike), ZERO),
        sum((x.usd_high for x in alike), ZERO),
    )


def shared_names(subjects: Iterable[Subject]) -> frozenset[str]:
    """The names that resources of several types have: a name alone tells them not."""
    types: dict[str, str] = {}
    return frozenset(
        subject.name
        for subject in subjects
        if types.setdefault(subject.name, subject.type) != subject.type
    )


def label_of(names: Sequence[str], type_: str = "", shared: Container[str] = ()) -> str:
    """One label for several names: `volume-* (250)`, or the first and how many more.

    It carries the type where a resource of another type has one of the names too.
    """
    label = _label(names)
    if type_ and any(name in shared for name in names):
        return f"{label} ({short_type(type_)})"
    return label


def _label(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    prefix = _common_prefix(names)
    if len(prefix) >= SHORTEST_PREFIX:
        return f"{prefix}* ({len(names):,})"
    return f"{names[0]} and {len(names) - 1:,} alike"


def _common_prefix(names: Sequence[str]) -> str:
    first, last = min(names), max(names)
    shared = 0
    while shared < min(len(first), len(last)) and first[shared] == last[shared]:
        shared += 1
    return first[:shared]


def free_remarks(statement: Statement) -> list[Remark]:
    """What is free, by reason: the types and how many of each."""
    groups: dict[tuple[str, str], dict[str, int]] = {}
    for free in statement.free:
        types = groups.setdefault((free.code, free.reason), {})
        short = short_type(free.subject.type)
        types[short] = types.get(short, 0) + 1
    return [
        Remark(code, ", ".join(_times(name, n) for name, n in types.items()), reason)
        for (code, reason), types in groups.items()
    ]


def gap_remarks(statement: Statement) -> list[Remark]:
    """What has no figure, by kind of charge: those that hide cost first."""
    return remarks_of(statement.unpriced)


def remarks_of(gaps: Iterable[Unpriced]) -> list[Remark]:
    """Charges without a figure, alike ones as one: those that hide cost first."""
    groups: dict[tuple[str, str, str], list[Unpriced]] = {}
    for entry in gaps:
        # The rate is part of it: a FIFO queue's requests cost more than others'.
        key = (entry.code, entry.subject.type, gap_reason(entry))
        groups.setdefault(key, []).append(entry)
    ordered = sorted(groups.values(), key=lambda group: group[0].code == "no-usage")
    return [
        Remark(
            group[0].code,
            label_of([_name(entry.subject) for entry in group]),
            gap_reason(group[0]),
        )
        for group in ordered
    ]


def gap_reason(entry: Unpriced) -> str:
    """The reason, with the rate where the book has one."""
    from farebox.reports.figures import rate

    if entry.usd_per_unit is None:
        return entry.reason
    return f"{entry.reason} (${rate(entry.usd_per_unit)} per {entry.unit})"


def short_type(type_: str) -> str:
    """`aws:ec2/route:Route` as `ec2.Route`."""
    parts = type_.split(":")
    if len(parts) != 3:
        return type_
    module = parts[1].split("/")[0]
    package = "" if parts[0] == "aws" else f"{parts[0]}."
    return f"{package}{module}.{parts[2]}"


def _times(name: str, count: int) -> str:
    return name if count == 1 else f"{count:,} {name}"


def _name(subject: Subject) -> str:
    return (
        f"{subject.name} ({short_type(subject.type)})" if subject.urn else subject.name
    )
