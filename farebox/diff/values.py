"""What a diff says: each charge, resource and component before and after.

Every sum is exact: no figure of a statement is rounded when figures are added.
"""

from collections.abc import Iterable
from decimal import Context, Decimal
from typing import Literal

from msgspec import Struct

from farebox.bill.statement import LineItem, Statement, Subject, Unpriced
from farebox.diff.lines import figures_differ, gap_signatures
from farebox.prices import PriceKey

ZERO = Decimal(0)
EXACT = Context(prec=999)
"""Digits enough that no sum of statement figures is ever rounded."""

Kind = Literal["added", "removed", "changed", "same"]


def exact_sum(figures: Iterable[Decimal]) -> Decimal:
    """The sum, with every digit."""
    total = ZERO
    for figure in figures:
        total = EXACT.add(total, figure)
    return total


class LineChange(Struct, frozen=True, gc=False):
    """One charge of one resource, before and after, in US dollars a month.

    `base` or `head` is None where that side lacks the charge. Both are None for a
    charge that the head would only have at the base's prices: then the code's part
    and the market's part cancel.
    """

    description: str
    key: PriceKey
    unit: str
    base: LineItem | None
    head: LineItem | None
    usd_code: Decimal
    usd_market: Decimal

    @property
    def usd_base(self) -> Decimal:
        """US dollars a month before."""
        return self.base.usd_per_month if self.base else ZERO

    @property
    def usd_head(self) -> Decimal:
        """US dollars a month after."""
        return self.head.usd_per_month if self.head else ZERO

    @property
    def usd(self) -> Decimal:
        """US dollars a month that this charge changes by."""
        return EXACT.subtract(self.usd_head, self.usd_base)

    @property
    def differs(self) -> bool:
        """Whether quantity, rate, dollars or range are not what they were."""
        if self.base is None or self.head is None:
            return True
        return figures_differ(self.base, self.head)


class ResourceChange(Struct, frozen=True, gc=False):
    """One resource of either side, in exactly one of four kinds.

    `subject` is the head's where the head has the resource; `component` is the urn
    of the nearest component above, as the head names it. `renamed_from` is the
    resource's urn in the base, where an alias tells that it had another one.
    """

    subject: Subject
    kind: Kind
    component: str | None
    lines: tuple[LineChange, ...]
    unpriced_base: tuple[Unpriced, ...] = ()
    unpriced_head: tuple[Unpriced, ...] = ()
    renamed_from: str = ""
    replaced: bool = False

    @property
    def usd_base(self) -> Decimal:
        """US dollars a month before, exact."""
        return exact_sum(line.usd_base for line in self.lines)

    @property
    def usd_head(self) -> Decimal:
        """US dollars a month after, exact."""
        return exact_sum(line.usd_head for line in self.lines)

    @property
    def usd(self) -> Decimal:
        """US dollars a month that the resource changes by, exact."""
        return EXACT.subtract(self.usd_head, self.usd_base)

    @property
    def gaps_opened(self) -> tuple[Unpriced, ...]:
        """Charges without a figure that only the head has."""
        known = gap_signatures(self.unpriced_base)
        return tuple(x for x in self.unpriced_head if not gap_signatures([x]) <= known)

    @property
    def gaps_closed(self) -> tuple[Unpriced, ...]:
        """Charges without a figure that only the base had."""
        known = gap_signatures(self.unpriced_head)
        return tuple(x for x in self.unpriced_base if not gap_signatures([x]) <= known)


class ComponentChange(Struct, frozen=True, gc=False):
    """The sums of one component, or under None of what no component owns."""

    component: str | None
    usd_base: Decimal
    usd_head: Decimal
    usd_code: Decimal
    usd_market: Decimal

    @property
    def usd(self) -> Decimal:
        """US dollars a month that the component changes by, exact."""
        return EXACT.subtract(self.usd_head, self.usd_base)


class StatementDiff(Struct, frozen=True, gc=False):
    """Two statements side by side: each resource of either, once.

    `notes` say what the reader must know to compare the two sides.
    """

    base: Statement
    head: Statement
    resources: tuple[ResourceChange, ...]
    usd_base: Decimal
    usd_head: Decimal
    usd_code: Decimal
    usd_market: Decimal
    notes: tuple[str, ...] = ()

    @property
    def usd(self) -> Decimal:
        """US dollars a month of the whole change: the code's and the market's."""
        return EXACT.subtract(self.usd_head, self.usd_base)

    @property
    def usd_per_user(self) -> Decimal | None:
        """Change of US dollars per user and month; None unless both sides have users."""
        before, after = self.base.users, self.head.users
        if not before or not after:
            return None
        return self.usd_head / after - self.usd_base / before

    @property
    def lower_bound(self) -> bool:
        """Whether either side leaves charges without a figure out of its total."""
        return self.base.lower_bound or self.head.lower_bound

    @property
    def is_empty(self) -> bool:
        """Whether both sides are charged alike."""
        return all(item.kind == "same" for item in self.resources)

    def of_kind(self, kind: Kind) -> list[ResourceChange]:
        """The resources that were added, removed or changed, or stayed the same."""
        return [item for item in self.resources if item.kind == kind]

    @property
    def components(self) -> list[ComponentChange]:
        """The sums by component; together they are the whole change."""
        lines: dict[str | None, list[LineChange]] = {}
        for item in self.resources:
            if item.lines:
                lines.setdefault(item.component, []).extend(item.lines)
        return [
            ComponentChange(
                component,
                exact_sum(line.usd_base for line in of_it),
                exact_sum(line.usd_head for line in of_it),
                exact_sum(line.usd_code for line in of_it),
                exact_sum(line.usd_market for line in of_it),
            )
            for component, of_it in lines.items()
        ]
