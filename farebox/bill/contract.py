"""The shape of a statement's JSON, `farebox.statement/1` (docs/json.md).

One set of structs writes it and reads it. A figure is a decimal as text in the file:
`F` is `str` where a document is written, with every digit and no exponent, and
`Decimal` where it is read.
"""

from collections.abc import Mapping
from typing import Annotated, Generic, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType

from farebox.bill.statement import FreeCode, GapCode, UsageStatus
from farebox.bill.tag_spending import Kind
from farebox.prices import Purchase

SCHEMA = "farebox.statement/1"

Unit = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_ ./%()+-]{0,40}\Z")]
"""A unit of AWS's price lists (`GB-Mo`, `LCU-Hrs`, `1K tokens`): words, and nothing that
a page or a terminal could be steered with. It is checked where a file is read."""

F = TypeVar("F")
"""A figure: text to write, `Decimal` to read."""


class PricesOf(Struct, kw_only=True, gc=False):
    """Which price book a statement, or a side of a diff, stands on."""

    book: str
    kind: str
    as_of: str
    stale: int = 0
    used: int = 0
    stale_used: int = 0
    oldest_used: str = ""
    count: int = 0


class TotalOf(Struct, Generic[F], kw_only=True, gc=False):
    """US dollars a month at each level; per user where the users are known."""

    usd_per_month: F
    low: F
    high: F
    lower_bound: bool
    usd_per_user_month: F | UnsetType = UNSET
    low_per_user: F | UnsetType = UNSET
    high_per_user: F | UnsetType = UNSET


class ComponentOf(Struct, Generic[F], kw_only=True, gc=False):
    """The sums of one component, or under None of what no component owns."""

    component: str | None
    usd_per_month: F
    low: F
    high: F
    usd_per_user_month: F | UnsetType = UNSET


class PriceSourceOf(Struct, gc=False):
    """Where a price was read, and when it was true."""

    url: str
    as_of: str


class LineOf(Struct, Generic[F], kw_only=True, gc=False):
    """One charge of one resource at one price."""

    urn: str | None
    type: str
    name: str
    component: str | None
    service: str
    region: str
    usage_type: str
    operation: str
    purchase: Purchase
    zone_id: str
    description: str
    quantity: F
    unit: Unit
    usd_per_unit: F
    usd_per_month: F
    low: F
    high: F
    because: str
    usage: UsageStatus
    source_position: str
    price_source: PriceSourceOf
    term: str | UnsetType = UNSET
    list_usd_per_unit: F | UnsetType = UNSET
    usd_per_user_month: F | UnsetType = UNSET


class FreeOf(Struct, gc=False):
    """A resource that is not charged by itself, and why."""

    urn: str
    type: str
    code: FreeCode
    reason: str


class UnpricedOf(Struct, Generic[F], kw_only=True, gc=False):
    """A charge that has no figure, why, and what would give it one."""

    urn: str | None
    type: str
    code: GapCode
    service: str
    region: str
    usage_type: str
    operation: str
    unit: Unit
    usd_per_unit: F | None
    usage_key: str
    reason: str


class OptionOf(Struct, Generic[F], kw_only=True, gc=False):
    """Another way to run the same users: servers and US dollars."""

    option: str
    servers: int
    usd_per_month: F
    usd_per_user_month: F


class TagPartOf(Struct, Generic[F], kw_only=True, gc=False):
    """The sums of one value of a tag, or of what has none: `kind` says why."""

    kind: Kind
    value: str
    usd_per_month: F
    low: F
    high: F


class ByTagOf(Struct, Generic[F], kw_only=True, gc=False):
    """The whole statement by one tag of its resources."""

    key: str
    values: list[TagPartOf[F]]


class AlongsideOf(Struct, Generic[F], kw_only=True, gc=False):
    """What the same users cost elsewhere."""

    users: int
    options: list[OptionOf[F]]


class StatementOf(Struct, Generic[F], kw_only=True, gc=False):
    """The whole document."""

    schema: str
    project: str
    stack: str
    currency: str
    hours_per_month: F
    on: str
    users: F | None = None
    prices: PricesOf
    total: TotalOf[F]
    components: list[ComponentOf[F]] = []
    lines: list[LineOf[F]]
    free: list[FreeOf]
    unpriced: list[UnpricedOf[F]]
    notes: list[str] = []
    aliases: Mapping[str, tuple[str, ...]] = {}
    alongside: AlongsideOf[F] | UnsetType = UNSET
    by_tag: ByTagOf[F] | UnsetType = UNSET
