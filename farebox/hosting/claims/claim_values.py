"""What a claim is, what it stands on, and how its verdict comes about.

* pass, fail     the claim's rule holds, or it does not
* stale          its rule was applied, but a price behind it is older than its kind's
                 limit; `would_be` is what the rule says all the same
* unsupported    nothing that Farebox has can check it; the sentence says what is missing

A claim that fails by the paper's own figures is a fail whatever prices are today.
"""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, structs

from farebox.hosting.paper.paper_figures import Paper
from farebox.hosting.plan.tier_files import TierSource
from farebox.hosting.plan_values import MemoryModel
from farebox.hosting.tiers.curve import Curve, tier_curve
from farebox.hosting.tiers.overhead import STAFFED, Overhead
from farebox.hosting.tiers.tiers import (
    TierCost,
    TierTerms,
    cost_at,
    tier_cost,
    tier_for,
)
from farebox.prices import PriceBook

if TYPE_CHECKING:
    from farebox.hosting.colo.colo_study import ColoStudy

Verdict = Literal["pass", "fail", "stale", "unsupported"]
VERDICTS: tuple[Verdict, ...] = ("pass", "fail", "stale", "unsupported")


class ClaimInput(Struct, frozen=True, kw_only=True):
    """A figure behind a claim: where it is from and when it was true ("" if undated)."""

    name: str
    value: Decimal
    unit: str
    source: str
    as_of: str = ""
    stale: bool = False


class Number(Struct, frozen=True):
    """A figure with its range; None where there is none, such as no such user count."""

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


class Finding(Struct, frozen=True, kw_only=True):
    """What checking a claim gave.

    `holds` is None where there is no way to check. `by_paper` marks what the paper's
    own figures decide, so that no price's age matters.
    """

    paper: str
    holds: bool | None
    because: str
    unit: str = "USD/user-month"
    number: Number = Number()
    inputs: tuple[ClaimInput, ...] = ()
    by_paper: bool = False


class Claim(Struct, frozen=True, kw_only=True):
    """A claim of the paper: what it says, the rule it is held to and by how much."""

    id: str
    says: str
    rule: str
    tolerance: str
    check: "Check"


class Checked(Struct, frozen=True, kw_only=True):
    """A claim with its verdict; `would_be` is the rule's word where that is stale."""

    claim: Claim
    finding: Finding
    verdict: Verdict
    would_be: Verdict

    @property
    def as_of(self) -> str:
        """The oldest date behind the verdict."""
        return min((one.as_of for one in self.finding.inputs if one.as_of), default="")


class Ground:
    """What claims are checked on: the tiers, the book, the day, the team, the paper.

    A cost that several claims ask for is worked out once.
    """

    def __init__(
        self, sources: Iterable[TierSource], terms: TierTerms, paper: Paper
    ) -> None:
        self.sources = tuple(sources)
        self.terms = terms
        self.paper = paper
        self._costs: dict[int, TierCost] = {}

    @property
    def book(self) -> PriceBook:
        """The price book."""
        return self.terms.book

    @property
    def on(self) -> date:
        """The day that decides what is stale."""
        return self.terms.on

    @property
    def price(self) -> Decimal:
        """What a user pays a month."""
        return self.terms.price

    @cached_property
    def curve(self) -> Curve:
        """What a user costs at any user count."""
        return tier_curve(self.sources, self.terms)

    @property
    def users(self) -> int:
        """The user count of the paper's breakdown: 100,000."""
        return self.paper.breakdown.users

    @property
    def region(self) -> str:
        """The region of the tier of that size."""
        return tier_for(self.sources, self.users).region

    @property
    def memory(self) -> MemoryModel:
        """That tier's memory model: the share of active users and the kill target."""
        return tier_for(self.sources, self.users).config.memory

    @property
    def team(self) -> Overhead:
        """The team whose pay the paper's dollars are held against."""
        return self.terms.overhead if self.terms.overhead.engineers else STAFFED

    @property
    def self_hosted(self) -> TierSource | None:
        """The tier of users who host themselves, if the project has one."""
        return next((one for one in self.sources if not one.config.hosted), None)

    def cost(self, users: int | None = None) -> TierCost:
        """What a user costs at a user count, 100,000 if none is given."""
        count = users or self.users
        if count not in self._costs:
            in_sum = structs.replace(self.terms, each_volume=False)
            self._costs[count] = cost_at(self.sources, count, in_sum)
        return self._costs[count]

    def self_hosted_cost(self, source: TierSource, users: int) -> TierCost:
        """What so many users cost who host themselves."""
        return tier_cost(source, self.terms, users=users)

    @cached_property
    def colo(self) -> "ColoStudy":
        """Cloud against colo, at 100,000 users and where the cloud's curve bends.

        The team is the same whatever the machines, and stays out.
        """
        from farebox.hosting.colo.cloud_points import curve_users
        from farebox.hosting.colo.colo_inputs import shipped_inputs
        from farebox.hosting.colo.colo_study import colo_study
        from farebox.hosting.uncertainty import DRAWS, SEED

        return colo_study(
            self.sources,
            self.terms,
            shipped_inputs(),
            users=(self.paper.colo_ratio_users, *curve_users(self.sources)),
            seed=SEED,
            draws=DRAWS,
        )


Check = Callable[[Ground], Finding]
"""How a claim is checked: one small function each."""


def judged(claim: Claim, ground: Ground) -> Checked:
    """The claim, checked."""
    finding = claim.check(ground)
    if finding.holds is None:
        return Checked(
            claim=claim, finding=finding, verdict="unsupported", would_be="unsupported"
        )
    would_be: Verdict = "pass" if finding.holds else "fail"
    old = any(one.stale for one in finding.inputs) and not finding.by_paper
    return Checked(
        claim=claim,
        finding=finding,
        verdict="stale" if old else would_be,
        would_be=would_be,
    )
