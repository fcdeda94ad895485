"""Grounds to check claims on: the real tiers, with figures that are easy by hand."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import structs

from farebox.bill.statement import BookSummary, Statement
from farebox.hosting.claims.claim_values import Checked, Ground, judged
from farebox.hosting.claims.claims import CLAIMS
from farebox.hosting.colo.colo_study import ColoStudy, Crossover
from farebox.hosting.paper.paper_figures import Paper, the_paper
from farebox.hosting.plan.sizing import plan_tier
from farebox.hosting.plan.tier_files import TierSource, read_tiers
from farebox.hosting.ranges import exactly
from farebox.hosting.tiers.curve import Curve
from farebox.hosting.tiers.overhead import PAPER, Overhead
from farebox.hosting.tiers.tiers import LINES, TierCost, TierTerms, tier_for
from farebox.hosting.uncertainty import Band
from farebox.prices import Price, PriceBook, Source
from tests.prices.books import price

ROOT = Path(__file__).parents[3]
ON = date(2026, 11, 23)
FRESH = Source("https://example.test/spot.json", "2026-11-20")
"""Three days old: fresh for spot and for lists."""
OLD = Source("https://example.test/spot.json", "2026-11-15")
"""Eight days old: a day too old for spot, fresh for lists."""

USD = {
    "compute": "2",
    "storage": "0.80",
    "snapshots": "0.20",
    "egress": "0.10",
    "inter-zone": "0.04",
    "relay": "0.01",
    "proxies": "0.02",
    "observability": "0",
    "overhead": "1.80",
    "card fee": "0.59",
}
"""A user's month by hand: infrastructure 3.17, all of it 5.56."""


@cache
def tiers() -> tuple[TierSource, ...]:
    """The tiers of this project."""
    return read_tiers(ROOT)


def spot(
    instance_type: str, zones: Mapping[str, str], source: Source = FRESH
) -> list[Price]:
    """Spot prices of a type by zone number: {"1": "0.35"} is use1-az1."""
    return [
        price(
            f"SpotUsage:{instance_type}",
            usd,
            purchase="spot",
            zone_id=f"use1-az{zone}",
            source=source,
        )
        for zone, usd in zones.items()
    ]


class Hand(Ground):
    """The real tiers and plans, with lines and curve given by hand."""

    def __init__(
        self,
        prices: Sequence[Price] = (),
        *,
        lines: Mapping[str, str] | None = None,
        infra: str = "3",
        overhead: Overhead = PAPER,
        paper: Paper | None = None,
        lower_bound: bool = False,
    ) -> None:
        book = PriceBook(prices, book_id="sha256:hand", kind="file")
        terms = TierTerms(book=book, on=ON, overhead=overhead)
        super().__init__(tiers(), terms, paper or the_paper())
        self.lines = USD | dict(lines or {})
        self.by_hand = Curve(
            lambda users: exactly(Decimal(infra)),
            tier=lambda users: "hand",
            overhead=overhead,
            most=1_000_000,
        )
        self.hidden = lower_bound

    @property
    def curve(self) -> Curve:
        return self.by_hand

    def cost(self, users: int | None = None) -> TierCost:
        return _cost(users or self.users, self.lines, lower_bound=self.hidden)

    def self_hosted_cost(self, source: TierSource, users: int) -> TierCost:
        return _cost(users, dict.fromkeys(LINES, "0") | {"relay": self.lines["relay"]})


def _cost(
    users: int, lines: Mapping[str, str], *, lower_bound: bool = False
) -> TierCost:
    """A tier's month with these lines; its statement has charges of no resource."""
    source = tier_for(tiers(), 100_000)
    gap: tuple[Any, ...] = ()
    if lower_bound:
        from farebox.bill.statement import Subject, Unpriced

        gap = (Unpriced(Subject(None, "account", "account"), "no-price", "none"),)
    statement = Statement(
        project="passepartout",
        stack="hand",
        hours_per_month=Decimal(730),
        on=ON.isoformat(),
        book=BookSummary("sha256:hand", "file", "2026-11-20", 0, 0, 0),
        lines=(),
        free=(),
        unpriced=gap,
    )
    return TierCost(
        tier="hand",
        users=users,
        price=Decimal(10),
        plan=_plan(source),
        statement=statement,
        lines={name: exactly(Decimal(lines.get(name, "0"))) for name in LINES},
    )


@cache
def _plan(source: TierSource) -> Any:
    return plan_tier(source.config, users=source.users, region=source.region)


def check(claim: str, ground: Ground) -> Checked:
    """One claim, judged."""
    return judged(next(one for one in CLAIMS if one.id == claim), ground)


def number(found: Checked) -> tuple[Any, ...]:
    """value, low and high of a verdict."""
    return structs.astuple(found.finding.number)


def band(low: float, likely: float, high: float) -> Band:
    """A band of the draws, whose median is the likely figure."""
    return Band(low=low, likely=likely, high=high, median=likely)


def study(ratio: Band, crossover: Band) -> ColoStudy:
    """A comparison with colo whose two answers are given."""
    return ColoStudy(
        users=(100_000,),
        usd_per_user_month={},
        ratios={"spot": (ratio,), "on-demand": (band(4.0, 5.0, 6.0),)},
        payback_months={},
        capex_usd=(),
        servers={},
        crossovers=(
            Crossover(
                from_="spot",
                to="colo",
                users=crossover,
                never=0.0,
                always=0.0,
                swings=(),
            ),
        ),
        swings_at=100_000,
        swings=(),
        first_users=100,
        last_users=1_000_000,
        points=(),
        inputs={},
        seed=1,
        draws=1,
    )
