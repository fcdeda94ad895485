"""What a user costs at any number of users, and from how many on a price covers it.

    cost(N) = v(N) + F(N)/N + fee(P)
    break-even: the N from which on cost(N) stays at most P, up to the largest tier
    price for a margin m: (cost without fee + 0.30) / (1 - m - 0.029)

v(N) is AWS's part, from the statement of the nearest tier's plan at N users; F(N) the
team's month; the fee is the payment provider's. USD per user-month throughout.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache, cached_property
from math import ceil

from msgspec import structs

from farebox.hosting.errors import ConfigError, PlanError
from farebox.hosting.plan.tier_files import TierSource
from farebox.hosting.ranges import Range
from farebox.hosting.tiers.overhead import HUNDRED, CardFee, Overhead
from farebox.hosting.tiers.tier_swings import Swing, aws_swings, team_swing, widest
from farebox.hosting.tiers.tiers import TierCost, TierTerms, cost_at, tier_for

ONE = Decimal(1)
FEWEST_USERS = 10
"""Where the search for break-even begins."""
LOOKED_AHEAD = 2
"""Counts after a crossing that are looked at too: whole machines make small steps up."""


class Curve:
    """What a user costs by user count; each count is worked out once.

    `infra` gives AWS's part at a user count, `tier` the name of the tier that it comes
    from; `most` is where the search for break-even ends. `infra` adds to `unpriced`
    the tiers that have charges without a price: their cost is a lower bound.
    `moved_by` has what each input makes of AWS's part.
    """

    def __init__(
        self,
        infra: Callable[[int], Range],
        *,
        tier: Callable[[int], str],
        overhead: Overhead,
        most: int,
        unpriced: set[str] | None = None,
        moved_by: Callable[[int], Sequence[Swing]] | None = None,
    ) -> None:
        self._moved_by = moved_by
        self._unpriced = set() if unpriced is None else unpriced
        self.overhead = overhead
        self.most = most
        self.tier = tier
        self._infra = infra
        self._known: dict[int, Range] = {}

    @property
    def unpriced(self) -> tuple[str, ...]:
        """Tiers asked for so far whose cost is a lower bound."""
        return tuple(sorted(self._unpriced))

    @property
    def card_fee(self) -> CardFee:
        """What the payment provider keeps."""
        return self.overhead.card_fee

    def infra(self, users: int) -> Range:
        """v(N): what AWS charges, USD per user-month."""
        if users < 1:
            raise ConfigError(f"users is {users:,}; a cost per user needs at least 1")
        if users not in self._known:
            self._known[users] = self._infra(users)
        return self._known[users]

    def without_fee(self, users: int) -> Range:
        """v(N) + F(N)/N: the cost before the card fee."""
        return self.infra(users) + self.overhead.usd_per_user_month(users)

    def swings(self, users: int) -> tuple[Swing, ...]:
        """The three inputs that move the cost most, widest first."""
        aws = () if self._moved_by is None else self._moved_by(users)
        return widest([*aws, team_swing(self.overhead.usd_per_user_month(users))])

    def cost(self, users: int, price: Decimal) -> Range:
        """The cost of a user who pays `price`."""
        fee = self.card_fee.of_price(price)
        return self.without_fee(users).each(lambda usd: usd + fee)

    def margin(self, users: int, price: Decimal) -> Range:
        """Share of the price that is left, low to high."""
        return margin_of(self.cost(users, price), price)

    def price_floor(self, users: int, margin: Decimal) -> Range:
        """The price that leaves this margin at this user count."""
        return self.without_fee(users).each(
            lambda usd: price_for_margin(usd, margin, self.card_fee)
        )

    def break_even_users(self, price: Decimal) -> tuple[int | None, ...]:
        """From how many users on the price covers the cost, at low, likely, high cost.

        It goes on covering it up to `most`. To two digits, rounded up; None where it
        does not cover it at `most`.
        """
        return tuple(self._stays_covered(covered) for covered in self._covers(price))

    def fewest_users(self, price: Decimal) -> tuple[int | None, ...]:
        """The fewest users whose cost the price covers, at low, likely and high cost.

        A larger team or a dearer tier may stand between them and break-even. To two
        digits, rounded up; None where the price covers it nowhere.
        """
        return tuple(self._first_covered(covered) for covered in self._covers(price))

    def _covers(self, price: Decimal) -> Iterator[Callable[[int], bool]]:
        """Whether the price covers the cost of so many users, at each level."""
        left = price - self.card_fee.of_price(price)

        def at(level: str) -> Callable[[int], bool]:
            return lambda users: bool(getattr(self.without_fee(users), level) <= left)

        yield from map(at, ("low", "likely", "high"))

    def _stays_covered(self, covered: Callable[[int], bool]) -> int | None:
        """Search the stretches from the last one down, as long as all is covered."""
        found: int | None = None
        for counts in reversed(self._stretches):
            if not covered(counts[-1]):
                break
            found = counts[covered_from(counts, covered)]
            if found > counts[0]:
                break
        return None if found is None else self._rounded_up(found)

    def _first_covered(self, covered: Callable[[int], bool]) -> int | None:
        for counts in self._stretches:
            if covered(counts[-1]):
                return self._rounded_up(counts[crossing(counts, covered)])
        return None

    def _rounded_up(self, users: int) -> int:
        return next(n for n in two_digits(FEWEST_USERS, self.most) if n >= users)

    @cached_property
    def _stretches(self) -> list[list[int]]:
        """User counts of two digits, cut where the tier or the team changes.

        Within a stretch the cost falls as users grow. One begins with the very count at
        which the change comes: there the cost is highest.
        """

        def kind(users: int) -> tuple[str, Range]:
            return self.tier(users), self.overhead.engineers_at(users)

        stretches: list[list[int]] = []
        for users in two_digits(FEWEST_USERS, self.most):
            if not stretches:
                stretches.append([users])
            elif kind(users) == kind(last := stretches[-1][-1]):
                stretches[-1].append(users)
            else:
                between = range(last + 1, users + 1)
                change = bisect_left(
                    between, 1, key=lambda n: int(kind(n) != kind(last))
                )
                stretches.append(sorted({between[change], users}))
        return stretches


def tier_curve(sources: Sequence[TierSource], terms: TierTerms) -> Curve:
    """The curve of a project's tiers. Raises ConfigError where none hosts users."""
    hosted = [source for source in sources if source.config.hosted]
    tier_for(hosted, 1)
    unpriced: set[str] = set()
    in_sum = structs.replace(terms, each_volume=False)

    @cache
    def cost_of(users: int) -> TierCost:
        return stacks_at(hosted, users, in_sum)

    def infra(users: int) -> Range:
        cost = cost_of(users)
        if cost.lower_bound:
            unpriced.add(cost.tier)
        return cost.infra

    return Curve(
        infra,
        tier=lambda users: tier_for(hosted, users).name,
        overhead=terms.overhead,
        most=max(source.users for source in hosted),
        unpriced=unpriced,
        moved_by=lambda users: aws_swings(cost_of(users)),
    )


def stacks_at(sources: Sequence[TierSource], users: int, terms: TierTerms) -> TierCost:
    """The nearest tier at `users`; where one stack cannot hold them, one of several.

    Raises PlanError where the tier cannot even hold its own users.
    """
    try:
        return cost_at(sources, users, terms)
    except PlanError:
        source = tier_for(sources, users)
        stacks = ceil(users / source.users)
        if stacks == 1:
            raise
        return cost_at([source], ceil(users / stacks), terms)


def margin_of(cost: Range, price: Decimal) -> Range:
    """1 - cost/price, at high, likely and low cost. Raises ConfigError without a price."""
    if price <= 0:
        raise ConfigError(f"a price of {price} has no margin; give one of more than 0")
    return Range(*(ONE - usd / price for usd in (cost.high, cost.likely, cost.low)))


def price_for_margin(without_fee: Decimal, margin: Decimal, fee: CardFee) -> Decimal:
    """The price that leaves `margin` of itself after cost and fee.

    Raises ConfigError where margin and the fee's share leave nothing of the price.
    """
    left = ONE - margin - fee.percent / HUNDRED
    if left <= 0:
        raise ConfigError(
            f"a margin of {in_percent(margin)} beside a card fee of"
            f" {fee.percent:f} % leaves nothing of the price; ask for less than"
            f" {HUNDRED - fee.percent:f} %"
        )
    return (without_fee + fee.usd) / left


def in_percent(share: Decimal) -> str:
    """A share as percent, with the digits that it has: 20 %."""
    return f"{(share * HUNDRED).normalize():f} %"


def crossing(counts: Sequence[int], covered: Callable[[int], bool]) -> int:
    """The place in `counts` where what is covered begins; the last one is covered."""
    low, high = -1, len(counts) - 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if covered(counts[middle]) else (middle, high)
    return high


def covered_from(counts: Sequence[int], covered: Callable[[int], bool]) -> int:
    """As `crossing`, but past small steps up that come soon after it."""
    if covered(counts[0]):
        return 0
    first = crossing(counts, covered)
    for ahead in range(min(first + LOOKED_AHEAD, len(counts) - 1), first, -1):
        if not covered(counts[ahead]):
            return ahead + 1 + covered_from(counts[ahead + 1 :], covered)
    return first


def two_digits(first: int, last: int) -> list[int]:
    """Whole numbers of two significant digits from first to last, and last itself."""
    found = []
    step = 1
    while step * 10 <= last:
        found += [
            digits * step for digits in range(10, 100) if first <= digits * step < last
        ]
        step *= 10
    return [*found, last]
