"""The shape of a drift's JSON, `farebox.drift/1` (docs/json.md)."""

from typing import Generic

from msgspec import UNSET, Struct, UnsetType

from farebox.bill.contract import F
from farebox.diff.contract import FiguresOf, SideOf
from farebox.prices import Purchase

SCHEMA = "farebox.drift/1"


class MovedOf(Struct, Generic[F], kw_only=True, gc=False):
    """US dollars a month of what both books price, at each, and the move."""

    old: F
    new: F
    usd_per_month: F
    percent: F | None
    usd_per_user_month: F | None
    threshold_percent: F | None
    over: bool | None


class DriftLineOf(Struct, Generic[F], kw_only=True, gc=False):
    """One charge of one resource at both books; all of its change is the market's."""

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
    term: str | UnsetType = UNSET
    description: str
    unit: str
    usd_per_month: F
    old: FiguresOf[F] | None
    new: FiguresOf[F] | None


class DriftOf(Struct, Generic[F], kw_only=True, gc=False):
    """The whole document."""

    schema: str
    currency: str
    old: SideOf[F]
    new: SideOf[F]
    drift: MovedOf[F]
    moved: list[DriftLineOf[F]]
    only_old: list[DriftLineOf[F]]
    only_new: list[DriftLineOf[F]]
    same: int
    notes: list[str]
