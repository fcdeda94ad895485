"""The price ladder: phases by users, with cost, price floor and margins at today's cost.

The paper prices each phase of growth apart: few users who pay much first, many who pay
little later. Here each phase stands at its first and its last user count, with the
cost from the tiers; beside it the paper's own figures, its margins read both ways:

    paired      the low cost at the low price, the high cost at the high price
    full range  the high cost at the low price, up to the low cost at the high price

USD per user-month; margins are shares of the price. docs/economics.md has the formulas.
"""

from decimal import Decimal

from msgspec import Struct

from farebox.hosting.errors import ConfigError
from farebox.hosting.paper.paper_figures import Paper, Phase
from farebox.hosting.ranges import Range
from farebox.hosting.tiers.curve import Curve, in_percent
from farebox.hosting.tiers.overhead import HUNDRED, CardFee
from farebox.hosting.tiers.tier_swings import Swing

ONE, ZERO = Decimal(1), Decimal(0)
MONTHS_PER_YEAR = Decimal(12)


class Span(Struct, frozen=True):
    """Two ends of a figure."""

    low: Decimal
    high: Decimal


class Margins(Struct, frozen=True):
    """Margins of two costs at two prices, read both ways."""

    paired: Span
    full: Span


class PhasePoint(Struct, frozen=True, kw_only=True):
    """A phase at one user count.

    `cost` has the card fee of the middle of the phase's prices; `price_floor` leaves
    the margin that was asked for; `margin` is at that middle price. `swings` are the
    inputs that move the cost most.
    """

    users: int
    tier: str
    price: Decimal
    cost: Range
    price_floor: Range
    margin: Range
    swings: tuple[Swing, ...]


class Rung(Struct, frozen=True, kw_only=True):
    """A phase of the ladder: the paper's figures, and ours at its first and last users.

    `margins` are those of our likely costs, fee included, at the paper's prices.
    """

    phase: Phase
    paper_margins: Margins
    first: PhasePoint
    last: PhasePoint
    margins: Margins


class BreakEven(Struct, frozen=True, kw_only=True):
    """From how many users on a price covers what they cost, the team included.

    It stays covered from there to the largest tier; None where it does not. `fewest`
    is the first count that the price covers at likely cost: less where a larger team or
    a dearer tier comes in between.
    """

    price: Decimal
    low: int | None
    likely: int | None
    high: int | None
    fewest: int | None


class TwoPrices(Struct, frozen=True, kw_only=True):
    """Early users at a high price beside others at a low one, at a user count.

    `share` is the least share of users at the high price that leaves `margin` of all
    that is paid, at low, likely and high cost; None where even all of them would not.
    """

    users: int
    low_price: Decimal
    high_price: Decimal
    margin: Decimal
    share: tuple[Decimal | None, Decimal | None, Decimal | None]


class Prepay(Struct, frozen=True, kw_only=True):
    """A year paid at once against twelve payments, at one price.

    `net` is what is left of a month's price after the fee; `even_discount` the discount
    that costs nothing because eleven fees are saved; `usd_up_front` what is in hand at
    the start, after the fee.
    """

    price: Decimal
    free_months: Decimal
    discount: Decimal
    net_monthly: Decimal
    net_prepaid: Decimal
    even_discount: Decimal
    usd_up_front: Decimal


class Ladder(Struct, frozen=True, kw_only=True):
    """All of it; `self_hosted` is None where the project has no such tier.

    `unpriced` names the tiers whose cost is a lower bound, for charges without a price.
    """

    margin: Decimal
    self_hosted: Range | None
    self_hosted_users: int
    rungs: tuple[Rung, ...]
    break_even: tuple[BreakEven, ...]
    two_prices: tuple[TwoPrices, ...]
    prepay: tuple[Prepay, ...]
    unpriced: tuple[str, ...]


class LadderQuestion(Struct, frozen=True, kw_only=True):
    """What a ladder is asked.

    The `margin` of price floors, a share; `prices` to find break-even and prepayment
    for; a `pair` of prices side by side, the lower one first; `free_months` of a year
    paid at once; `first_users`, where the first phase is looked at.
    """

    margin: Decimal
    prices: tuple[Decimal, ...]
    pair: tuple[Decimal, Decimal]
    free_months: Decimal
    first_users: int


def ladder(
    curve: Curve,
    paper: Paper,
    question: LadderQuestion,
    *,
    self_hosted: Range | None = None,
    self_hosted_users: int = 0,
) -> Ladder:
    """The whole ladder; `self_hosted` is what a user costs who hosts itself.

    Raises ConfigError for a margin, prices or months that cannot be.
    """
    margin, prices, pair = question.margin, question.prices, question.pair
    if not -ONE < margin < ONE:
        raise ConfigError(
            f"a margin of {in_percent(margin)} cannot be; ask for less than 100 %"
        )
    rungs = tuple(
        rung(curve, phase, margin, question.first_users) for phase in paper.phases
    )
    carried = tuple(break_even(curve, price) for price in prices)
    counts = dict.fromkeys(
        step.users for one in rungs for step in (one.first, one.last)
    )
    return Ladder(
        margin=margin,
        self_hosted=self_hosted,
        self_hosted_users=self_hosted_users,
        rungs=rungs,
        break_even=carried,
        two_prices=tuple(two_prices(curve, users, pair, margin) for users in counts),
        prepay=tuple(
            prepay(curve.card_fee, price, question.free_months) for price in prices
        ),
        unpriced=curve.unpriced,
    )


def rung(curve: Curve, phase: Phase, margin: Decimal, first_users: int) -> Rung:
    """A phase at its first and last users, between the curve's first and last."""
    first = max(phase.from_users, first_users)
    last = min(phase.below_users or curve.most, curve.most)
    middle = phase.price.middle
    steps = [
        PhasePoint(
            users=users,
            tier=curve.tier(users),
            price=middle,
            cost=curve.cost(users, middle),
            price_floor=curve.price_floor(users, margin),
            margin=curve.margin(users, middle),
            swings=curve.swings(users),
        )
        for users in (min(first, last), last)
    ]
    ours = [curve.without_fee(step.users).likely for step in steps]
    return Rung(
        phase=phase,
        paper_margins=margins(
            Span(phase.cost.low, phase.cost.high),
            Span(phase.price.low, phase.price.high),
        ),
        first=steps[0],
        last=steps[1],
        margins=margins(
            Span(min(ours), max(ours)),
            Span(phase.price.low, phase.price.high),
            curve.card_fee,
        ),
    )


def margins(cost: Span, price: Span, fee: CardFee | None = None) -> Margins:
    """Margins of a cost range at a price range, paired and over the full range.

    `cost` is without the card fee where `fee` is given.
    """

    def margin(usd: Decimal, at: Decimal) -> Decimal:
        if at <= 0:
            raise ConfigError(f"a price of {at} has no margin; give more than 0")
        return ONE - (usd + (fee.of_price(at) if fee else ZERO)) / at

    paired = margin(cost.low, price.low), margin(cost.high, price.high)
    return Margins(
        Span(min(paired), max(paired)),
        Span(margin(cost.high, price.low), margin(cost.low, price.high)),
    )


def break_even(curve: Curve, price: Decimal) -> BreakEven:
    """Break-even users of a price."""
    low, likely, high = curve.break_even_users(price)
    fewest = curve.fewest_users(price)[1]
    return BreakEven(price=price, low=low, likely=likely, high=high, fewest=fewest)


def two_prices(
    curve: Curve, users: int, pair: tuple[Decimal, Decimal], margin: Decimal
) -> TwoPrices:
    """The least share of users at the higher price that leaves the margin.

    s ((1 - m) P1 - fee(P1)) + (1 - s) ((1 - m) P2 - fee(P2)) = cost without fee
    """
    low, high = pair
    if not 0 < low < high:
        raise ConfigError(
            f"two prices of {low} and {high} do not stand side by side; give the lower"
            " one first, both more than 0"
        )
    fee = curve.card_fee
    at_low, at_high = (
        (ONE - margin) * price - fee.of_price(price) for price in (low, high)
    )
    if at_high <= at_low:
        raise ConfigError(
            f"a margin of {in_percent(margin)} leaves no more of {high} than of"
            f" {low} after the card fee; ask for less"
        )

    def share(usd: Decimal) -> Decimal | None:
        needed = max(ZERO, (usd - at_low) / (at_high - at_low))
        return needed if needed <= 1 else None

    cost = curve.without_fee(users)
    return TwoPrices(
        users=users,
        low_price=low,
        high_price=high,
        margin=margin,
        share=(share(cost.low), share(cost.likely), share(cost.high)),
    )


def prepay(fee: CardFee, price: Decimal, free_months: Decimal) -> Prepay:
    """A year paid at once, `free_months` of it for nothing.

    net monthly = P - fee(P) ; net prepaid = (12 - free) P (1 - 0.029)/12 - 0.30/12
    """
    if not 0 <= free_months < MONTHS_PER_YEAR:
        raise ConfigError(
            f"{free_months} free months of a year cannot be; give 0 to less than 12"
        )
    paid = (MONTHS_PER_YEAR - free_months) * price
    up_front = paid - fee.of_price(paid)
    monthly = price - fee.of_price(price)
    kept = ONE - fee.percent / HUNDRED
    saved = fee.usd - fee.usd / MONTHS_PER_YEAR
    return Prepay(
        price=price,
        free_months=free_months,
        discount=free_months / MONTHS_PER_YEAR,
        net_monthly=monthly,
        net_prepaid=up_front / MONTHS_PER_YEAR,
        even_discount=saved / (kept * price),
        usd_up_front=up_front,
    )
