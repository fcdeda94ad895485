"""A tier's view with figures that are easy by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec import structs

from farebox.hosting.choice.spot_map import MapRow
from farebox.hosting.growth.ladder import BreakEven
from farebox.hosting.packing.contours import Contour
from farebox.hosting.paper.paper_figures import the_paper
from farebox.hosting.plan.headroom import Headroom, LimitUse
from farebox.hosting.ranges import of
from farebox.hosting.spot.advisor import BUCKETS
from farebox.hosting.tiers.tier_swings import Swing
from farebox.prices import Source
from farebox.prices.spot_series import SpotSeries
from farebox.prices.timeline import Step
from farebox.reports.graphic.tier.view import TierView
from tests.hosting.claims.claim_grounds import Hand, band, check, study

END = datetime(2026, 11, 20, tzinfo=UTC)


def series(*usd: str) -> SpotSeries:
    """A price for ten days each, up to END."""
    first = END - timedelta(days=10 * len(usd))
    steps = tuple(
        Step(first + timedelta(days=10 * place), Decimal(one))
        for place, one in enumerate(usd)
    )
    return SpotSeries(steps, END, Source("https://example.test/spot", "2026-11-20"))


def use(name: str, need: float, limit: float | None) -> LimitUse:
    return LimitUse(
        name=name,
        code="",
        need=need,
        limit=limit,
        unit="TiB",
        source="hand",
        grows=True,
        users_at_limit=4_802 if limit else None,
    )


def view(**change: Any) -> TierView:
    """100,000 users at 5.56 each: the lines of `claim_grounds.USD`."""
    users = (1_000, 100_000)
    bands = (band(4, 5, 6), band(2, 3, 4))
    names = ("spot", "on-demand", "plan-1-year", "plan-3-year", "rented", "colo")
    compared = structs.replace(
        study(band(1, 2, 3), band(9_000, 17_022, float("inf"))),
        users=users,
        usd_per_user_month=dict.fromkeys(names, bands),
    )
    storage = use("gp3 storage", 1_000, 50)
    found = TierView(
        cost=Hand().cost(),
        kill_target=0.1,
        active_share=0.1,
        curve={1_000: of("100", "186", "250"), 100_000: of("5", "5.56", "7")},
        break_even=(
            BreakEven(
                price=Decimal(10), low=20_000, likely=31_000, high=None, fewest=1
            ),
            BreakEven(price=Decimal(5), low=None, likely=None, high=None, fewest=None),
        ),
        contours=(
            Contour(0.1, ((0.05, 248), (0.1, 218))),
            Contour(1.0, ((0.05, 254), (0.1, 224))),
        ),
        study=compared,
        swings=(
            Swing(line="compute", input="pools", usd_per_user_month=of("1", "2", "4")),
            Swing(line="relay", input="NLCU", usd_per_user_month=of("1", "1", "1.001")),
        ),
        spot_map=(
            MapRow(
                instance_type="r6a.48xlarge",
                own=False,
                bucket=BUCKETS[4],
                usd_per_gib_month={"use1-az1": Decimal("1.23")},
            ),
            MapRow(
                instance_type="r6a.8xlarge",
                own=True,
                bucket=BUCKETS[1],
                usd_per_gib_month={"use1-az2": Decimal("1.34")},
            ),
        ),
        histories=(("use1-az1", series("0.40", "0.50")),),
        claims=(check("C08", Hand()), check("C45", Hand())),
        headroom=Headroom(
            tier="hand",
            users=100_000,
            limits=(storage, use("Spot vCPUs", 20_800, None)),
            first=storage,
            refusal=None,
        ),
        paper=the_paper(),
    )
    return structs.replace(found, **change)
