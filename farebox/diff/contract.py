"""The shape of a diff's JSON, `farebox.diff/1` (docs/json.md).

One set of structs writes it and reads it, with figures as in `farebox.bill.contract`.
What has a default may be lacking in a file that is read.
"""

from typing import Annotated, Generic

from msgspec import UNSET, Meta, Struct, UnsetType

from farebox.bill.contract import F, PricesOf, Unit
from farebox.bill.statement import GapCode
from farebox.prices import Purchase

SCHEMA = "farebox.diff/1"


MOST_HIDDEN = 1_000_000
"""Charges without a figure: more than any stack has, and few enough to count."""


class SideOf(Struct, Generic[F], kw_only=True, gc=False):
    """One side's names and total; `hidden` counts charges that have no figure."""

    project: str
    stack: str
    on: str
    hours_per_month: F
    users: F | None = None
    prices: PricesOf
    usd_per_month: F
    low: F | None = None
    high: F | None = None
    lower_bound: bool = False
    hidden: Annotated[int, Meta(ge=0, le=MOST_HIDDEN)]
    usd_per_user_month: F | None = None


class ChangeOf(Struct, Generic[F], kw_only=True, gc=False):
    """US dollars a month of the whole change, the code's part and the market's."""

    usd_per_month: F
    percent: F | None = None
    code: F
    market: F
    usd_per_user_month: F | None = None
    lower_bound: bool = False


class ComponentChangeOf(Struct, Generic[F], kw_only=True, gc=False):
    """The sums of one component, or under None of what no component owns."""

    component: str | None
    base: F
    head: F
    usd_per_month: F
    code: F
    market: F


class FiguresOf(Struct, Generic[F], kw_only=True, gc=False):
    """One charge on one side."""

    quantity: F
    usd_per_unit: F
    usd_per_month: F | None = None
    low: F
    high: F
    because: str = ""


class LineChangeOf(Struct, Generic[F], kw_only=True, gc=False):
    """One charge, before and after."""

    service: str
    region: str
    usage_type: str
    operation: str
    purchase: Purchase
    zone_id: str
    term: str | UnsetType = UNSET
    description: str
    unit: Unit
    base: FiguresOf[F] | None
    head: FiguresOf[F] | None
    usd_per_month: F | None = None
    code: F
    market: F


class GapOf(Struct, Generic[F], kw_only=True, gc=False):
    """A charge without a figure."""

    code: GapCode
    usage_key: str = ""
    unit: Unit = ""
    usd_per_unit: F | None = None
    reason: str


class ResourceOf(Struct, Generic[F], kw_only=True, gc=False):
    """A resource that was added, removed or changed, with the charges that did."""

    urn: str | None
    type: str
    name: str
    component: str | None
    source_position: str
    renamed_from: str | None = None
    replaced: bool = False
    base: F | None = None
    head: F | None = None
    usd_per_month: F | None = None
    lines: list[LineChangeOf[F]]
    unpriced_opened: list[GapOf[F]] = []
    unpriced_closed: list[GapOf[F]] = []


class MoveOf(Struct, Generic[F], kw_only=True, gc=False):
    """A price that moved, and what it does to the head."""

    service: str
    region: str
    usage_type: str
    operation: str
    purchase: Purchase
    zone_id: str
    term: str | UnsetType = UNSET
    unit: Unit
    usd_per_unit_base: F
    usd_per_unit_head: F
    usd_per_month: F


class DiffOf(Struct, Generic[F], kw_only=True, gc=False):
    """The whole document."""

    schema: str
    currency: str
    base: SideOf[F]
    head: SideOf[F]
    change: ChangeOf[F]
    components: list[ComponentChangeOf[F]] = []
    added: list[ResourceOf[F]]
    removed: list[ResourceOf[F]]
    changed: list[ResourceOf[F]]
    same: int = 0
    market: list[MoveOf[F]] = []
    notes: list[str] = []
