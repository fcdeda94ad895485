"""The shape of a diff's JSON, `farebox.diff/1`, as far as it is read back."""

from decimal import Decimal

from msgspec import Struct

from farebox.bill.statement import GapCode
from farebox.prices import Purchase


class DiffPrices(Struct, gc=False):
    """Which price book a side stands on."""

    book: str
    kind: str
    as_of: str
    stale: int = 0
    used: int = 0
    stale_used: int = 0
    oldest_used: str = ""


class DiffSide(Struct, gc=False):
    """One side's names and total; `hidden` counts charges that have no figure."""

    project: str
    stack: str
    on: str
    hours_per_month: Decimal
    prices: DiffPrices
    usd_per_month: Decimal
    hidden: int
    users: Decimal | None = None


class DiffTotals(Struct, gc=False):
    """US dollars a month of the whole change, the code's part and the market's."""

    usd_per_month: Decimal
    code: Decimal
    market: Decimal


class DiffFigures(Struct, gc=False):
    """One charge on one side."""

    quantity: Decimal
    usd_per_unit: Decimal
    low: Decimal
    high: Decimal
    because: str = ""


class DiffLine(Struct, gc=False):
    """One charge, before and after."""

    service: str
    region: str
    usage_type: str
    operation: str
    purchase: Purchase
    zone_id: str
    description: str
    unit: str
    base: DiffFigures | None
    head: DiffFigures | None
    code: Decimal
    market: Decimal


class DiffGap(Struct, gc=False):
    """A charge without a figure."""

    code: GapCode
    reason: str
    unit: str = ""
    usage_key: str = ""
    usd_per_unit: Decimal | None = None


class DiffResource(Struct, gc=False):
    """A resource that was added, removed or changed, with the charges that did."""

    urn: str | None
    type: str
    name: str
    component: str | None
    source_position: str
    lines: list[DiffLine]
    renamed_from: str | None = None
    replaced: bool = False
    unpriced_opened: list[DiffGap] = []
    unpriced_closed: list[DiffGap] = []


class DiffDocument(Struct, gc=False):
    """The whole document."""

    schema: str
    currency: str
    base: DiffSide
    head: DiffSide
    change: DiffTotals
    added: list[DiffResource]
    removed: list[DiffResource]
    changed: list[DiffResource]
    notes: list[str] = []
