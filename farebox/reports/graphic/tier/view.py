"""What a report shows of a tier that hosts users, beside its statement."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from farebox.hosting.choice.spot_map import MapRow
from farebox.hosting.claims.claim_values import Checked
from farebox.hosting.colo.colo_study import ColoStudy
from farebox.hosting.growth.ladder import BreakEven
from farebox.hosting.packing.contours import Contour
from farebox.hosting.paper.paper_figures import Paper
from farebox.hosting.plan.headroom import Headroom
from farebox.hosting.ranges import Range
from farebox.hosting.tiers.tier_swings import Swing
from farebox.hosting.tiers.tiers import TierCost
from farebox.prices.spot_series import SpotSeries


class TierView(Struct, frozen=True, kw_only=True):
    """A tier's figures, each as its command has them; USD per user-month.

    `cost` is of the tier at its own users, `curve` what a user costs by user count at
    the tier's price. `histories` are of the tier's first type, empty where no store has
    them.
    """

    cost: TierCost
    kill_target: float
    active_share: float
    curve: Mapping[int, Range]
    break_even: Sequence[BreakEven]
    contours: Sequence[Contour]
    study: ColoStudy
    swings: Sequence[Swing]
    spot_map: Sequence[MapRow]
    histories: Sequence[tuple[str, SpotSeries]]
    claims: Sequence[Checked]
    headroom: Headroom
    paper: Paper

    @property
    def price(self) -> Decimal:
        """What a user pays a month."""
        return self.cost.price
