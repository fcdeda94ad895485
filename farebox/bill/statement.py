"""A statement: what each resource is charged, what is free, and what has no figure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from farebox.prices import PriceKey, Source

ZERO = Decimal(0)

FreeCode = Literal["no-charge", "priced-with", "component", "data"]
GapCode = Literal["no-rule", "no-price", "unknown-input", "no-usage"]
UsageStatus = Literal["given", "usage-file", "measured", "assumed"]


class Subject(Struct, frozen=True, gc=False):
    """What a line is about: a resource of the stack, or the account in a region.

    `component` is the urn of the nearest component above; `urn` is None and `type`
    is `account` for usage that no resource owns.
    """

    urn: str | None
    type: str
    name: str
    component: str | None = None
    source_position: str = ""


REST = Subject(None, "part", "the rest of the stack")
"""What a preview that failed did not reach; a statement that names it is of a part."""


class LineItem(Struct, frozen=True, gc=False):
    """One charge of one subject at one price, for a month.

    `usd_low` and `usd_high` are US dollars of the same line when the estimate is
    run at the low and at the high level of its assumptions. `list_usd_per_unit` is AWS's
    own figure on demand where the line's is another: a commitment's, or a discount,
    which has none (0).
    """

    subject: Subject
    key: PriceKey
    description: str
    quantity: Decimal
    unit: str
    usd_per_unit: Decimal
    because: str
    usage: UsageStatus
    source: Source
    usd_low: Decimal
    usd_high: Decimal
    list_usd_per_unit: Decimal | None = None

    @property
    def usd_per_month(self) -> Decimal:
        """US dollars, unrounded."""
        return self.quantity * self.usd_per_unit


class Free(Struct, frozen=True, gc=False):
    """A resource that AWS does not charge by itself, and why."""

    subject: Subject
    code: FreeCode
    reason: str


class Unpriced(Struct, frozen=True, gc=False):
    """A charge, or a whole resource, that has no figure, and why.

    `key` names the charge where it is known; `usd_per_unit` and `usage_key` tell
    what it costs per unit and which usage would price it.
    """

    subject: Subject
    code: GapCode
    reason: str
    key: PriceKey | None = None
    unit: str = ""
    usd_per_unit: Decimal | None = None
    usage_key: str = ""

    @property
    def hides_cost(self) -> bool:
        """Whether the total is a lower bound because of this entry."""
        return self.code != "no-usage" or self.usd_per_unit != ZERO


class BookSummary(Struct, frozen=True, gc=False):
    """Which prices a statement stands on.

    `stale` counts prices of the whole book that are older than their kind's limit on
    the statement's day, `stale_used` those among the ones that this statement used.
    `oldest_used` is the oldest date among those, empty where none was used; `count` is
    how many prices the book has, 0 where a file of before does not tell.
    """

    id: str
    kind: str
    as_of: str
    stale: int
    used: int
    stale_used: int
    oldest_used: str = ""
    count: int = 0


class Statement(Struct, frozen=True, gc=False):
    """The month's bill of one stack, line by line, before it is deployed.

    `aliases` are earlier urns by urn: a renamed resource is not a new one.
    """

    project: str
    stack: str
    hours_per_month: Decimal
    on: str
    book: BookSummary
    lines: tuple[LineItem, ...]
    free: tuple[Free, ...]
    unpriced: tuple[Unpriced, ...]
    notes: tuple[str, ...] = ()
    users: Decimal | None = None
    aliases: Mapping[str, tuple[str, ...]] = {}

    @property
    def usd_per_month(self) -> Decimal:
        """US dollars, unrounded. A lower bound while `lower_bound` is true."""
        return sum((line.usd_per_month for line in self.lines), ZERO)

    @property
    def usd_low(self) -> Decimal:
        """US dollars at the low level of every assumption, unrounded."""
        return sum((line.usd_low for line in self.lines), ZERO)

    @property
    def usd_high(self) -> Decimal:
        """US dollars at the high level of every assumption, unrounded."""
        return sum((line.usd_high for line in self.lines), ZERO)

    @property
    def partial(self) -> bool:
        """Whether it is of a part of a stack, so that it can be held against nothing."""
        return any(entry.subject == REST for entry in self.unpriced)

    @property
    def lower_bound(self) -> bool:
        """Whether something that costs money has no figure."""
        return any(entry.hides_cost for entry in self.unpriced)


def unaccounted(urns: Iterable[str], statement: Statement) -> list[str]:
    """The urns that break the invariant: neither charged nor free, or both.

    Each resource has lines, or unpriced charges, or both, or it is free, once.
    """
    charged = {line.subject.urn for line in statement.lines}
    charged |= {entry.subject.urn for entry in statement.unpriced}
    free = [entry.subject.urn for entry in statement.free]
    free_once = set(free)
    doubled = len(free) - len(free_once)
    wrong = [urn for urn in urns if (urn in charged) == (urn in free_once)]
    return wrong if not doubled else [*wrong, *sorted(u for u in free_once if u)]
