"""What a report on spot shows, and what both its forms work out of it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from farebox.hosting.choice.movers import Mover
from farebox.hosting.spot.purchase_mixes import Assessment, RiskLimits
from farebox.hosting.spot.spot_fleet import TierFleet
from farebox.prices import PriceBook


class SpotView(Struct, frozen=True, kw_only=True):
    """What the report shows: a tier's fleet, its mixes, the target and the cheapest."""

    fleet: TierFleet
    book: PriceBook
    on: date
    rows: tuple[Assessment, ...]
    target: RiskLimits
    cheapest: Assessment
    moves_most: Mapping[str, tuple[Mover, ...]]


def restarts_a_day(fleet: TierFleet, row: Assessment) -> Decimal:
    """Containers of the tier that start anew in a day."""
    return row.cold_restarts_per_user_year.likely * fleet.plan.users / 365
