"""What a scaling table shows."""

from decimal import Decimal

from msgspec import Struct

from farebox.hosting.tiers.storage import Place
from farebox.hosting.tiers.tiers import TierCost


class TierTable(Struct, frozen=True, kw_only=True):
    """What a scaling table shows: its tiers, and the terms they were priced on.

    `places` has for each tier what its users' data would cost elsewhere.
    """

    costs: tuple[TierCost, ...]
    price: Decimal
    overhead: str
    places: tuple[tuple[Place, ...], ...] = ()
