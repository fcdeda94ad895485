"""What `fare report` shows of a tier that hosts users: the figures of `fare host`.

Each figure is from the function of the command that shows it: tiers, ladder, pack,
colo, optimize, spot, claims, limits.
"""

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from farebox.quote.quote import Quote

if TYPE_CHECKING:
    from farebox.hosting.plan.tier_files import TierSource
    from farebox.hosting.tiers.curve import Curve
    from farebox.reports.graphic.tier.view import TierView

USERS = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000)
"""User counts of the curve, with the largest tier's own at its end."""
PRICES = (Decimal(15), Decimal(25))
"""Prices beside the tier's own, of those that `fare host ladder` begins with."""
SWINGS = 10


def hosts_users(target: str) -> bool:
    """Whether the target is a stack of the project here that is a tier with users."""
    return _source(target) is not None


def _source(target: str) -> "TierSource | None":
    from farebox.hosting.errors import HostingError
    from farebox.hosting.plan.tier_files import read_tier
    from farebox.quote.target import stacks_here

    if target not in stacks_here():
        return None
    try:
        source = read_tier(Path.cwd(), target)
    except HostingError:
        return None
    return source if source.config.hosted else None


def tier_view(quoted: Quote, target: str, price: Decimal, team: str) -> "TierView":
    """The tier's figures at the prices and terms of its quote.

    Raises FareboxError where its plan or a price does not allow one of them.
    """
    from farebox.hosting.choice.choice_question import Limits, question_of
    from farebox.hosting.choice.spot_map import spot_map
    from farebox.hosting.claims.claim_values import Ground
    from farebox.hosting.claims.claims import check_claims
    from farebox.hosting.growth.ladder import break_even
    from farebox.hosting.instance_types import instance_type
    from farebox.hosting.packing.contours import contours
    from farebox.hosting.paper.paper_figures import the_paper
    from farebox.hosting.plan.headroom import headroom
    from farebox.hosting.plan.tier_files import read_tiers
    from farebox.hosting.spot.histories import spot_histories
    from farebox.hosting.spot.spot_inputs import spot_inputs
    from farebox.hosting.tiers.overhead import overhead_named
    from farebox.hosting.tiers.tier_swings import swings
    from farebox.hosting.tiers.tiers import TierTerms, tier_cost
    from farebox.reports.graphic.tier.view import TierView

    source = _source(target)
    assert source is not None  # asked only of a tier with users
    asked = quoted.basket.terms
    terms = TierTerms(
        book=quoted.book,
        on=asked.on,
        overhead=overhead_named(team),
        price=price,
        hours_per_month=asked.hours_per_month,
        on_demand_fallback=asked.on_demand_fallback,
        free_tier=asked.free_tier,
    )
    sources, paper = read_tiers(Path.cwd()), the_paper()
    ground = Ground(sources, terms, paper)
    cost = tier_cost(source, terms)
    plan, memory = cost.plan, source.config.memory
    first = instance_type(plan.instance_types[0])
    question = question_of(
        source,
        quoted.book,
        hours=terms.hours_per_month,
        inputs=spot_inputs(),
        limits=Limits(),
    ).limited(architecture=first.architecture)
    prices = sorted({price, *PRICES})
    return TierView(
        cost=cost,
        kill_target=memory.kills_per_user_year,
        active_share=memory.active_share,
        curve={n: ground.curve.cost(n, price) for n in _counts(ground.curve)},
        break_even=[break_even(ground.curve, one) for one in prices],
        contours=contours(memory, first.memory_gib),
        study=ground.colo.at([n for n in ground.colo.users if n >= USERS[0]]),
        swings=swings(cost, SWINGS),
        spot_map=spot_map(question, quoted.book),
        histories=spot_histories(quoted.book, plan.region, first.instance_type),
        claims=check_claims(ground),
        headroom=headroom(source),
        paper=paper,
    )


def _counts(curve: "Curve") -> list[int]:
    """User counts of the curve, up to the largest tier's."""
    return [*(users for users in USERS if users < curve.most), curve.most]
