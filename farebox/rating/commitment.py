"""A statement under a commitment: what it covers at the committed rate, the rest on demand.

A reservation is of one machine (or node, or database) for every hour of its term, so what
is covered is a whole number of them, counted over all that are alike. A savings plan is
so many dollars for every hour: it takes any share of machines that run all month, and of
what is metered (Fargate, Lambda) the share of use, as if that were spread over the hours.
Either is paid whether it is used or not, so it costs the same at every level of the
estimate. What has no committed rate stays as it is, and is named.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_FLOOR, Decimal

from msgspec import Struct
from msgspec.structs import replace

from farebox.bill.adjustments_file import HUNDRED, PlanRate
from farebox.bill.statement import LineItem, Statement
from farebox.prices import Price, PriceBook, PriceKey, Source
from farebox.prices.aliases import billed_key
from farebox.prices.commitments import Way, covers, is_whole, rate_of
from farebox.prices.values import Tier

ZERO = Decimal(0)
HALF = Decimal("0.5")
NAMED = 3
"""How many charges without a rate a note names."""


class Commitment(Struct, frozen=True):
    """A way to commit, the percentage that it is to cover, and rates that a person gave."""

    how: Way
    coverage_percent: Decimal = HUNDRED
    given: Sequence[PlanRate] = ()


class Covered(Struct, frozen=True):
    """A line that the commitment could cover: its rate, and how much of it is covered."""

    line: LineItem
    price: Price | None
    quantity: Decimal = ZERO


def committed(statement: Statement, book: PriceBook, plan: Commitment) -> Statement:
    """The statement with as much of it committed as the plan covers."""
    hours = statement.hours_per_month
    found = _covered(statement, book, plan)
    lines: list[LineItem] = []
    for place, line in enumerate(statement.lines):
        one = found.get(place)
        if one is None or one.price is None or not one.quantity:
            lines.append(line)
        else:
            lines += _split(one, one.price, plan.how, hours)
    notes = _notes(plan, tuple(found.values()), hours)
    return replace(statement, lines=tuple(lines), notes=(*statement.notes, *notes))


def _covered(
    statement: Statement, book: PriceBook, plan: Commitment
) -> dict[int, Covered]:
    """What the commitment is of, by the place of its line."""
    hours = statement.hours_per_month
    found = {
        place: Covered(line, _rate(line, book, plan))
        for place, line in enumerate(statement.lines)
        if line.usd_per_unit and line.quantity and covers(plan.how, line.key)
    }
    left = _to_reserve(found.values(), plan, hours)
    for place, one in found.items():
        if one.price is None:
            continue
        if plan.how.purchase == "reserved":
            count = min(left[one.line.key], _whole(one.line, hours))
            left[one.line.key] -= count
            quantity = count * hours
        elif is_whole(one.line.key):
            quantity = _whole(one.line, hours) * hours * _share(plan)
        else:
            quantity = one.line.quantity * _share(plan)
        found[place] = replace(one, quantity=quantity)
    return found


def _to_reserve(
    found: Iterable[Covered], plan: Commitment, hours: Decimal
) -> dict[PriceKey, Decimal]:
    """How many machines of each kind are to be reserved, of all lines together."""
    running: dict[PriceKey, Decimal] = {}
    for one in found:
        key = one.line.key
        running[key] = running.get(key, ZERO) + _whole(one.line, hours)
    return {key: _floor(count * _share(plan)) for key, count in running.items()}


def _share(plan: Commitment) -> Decimal:
    return plan.coverage_percent / HUNDRED


def _rate(line: LineItem, book: PriceBook, plan: Commitment) -> Price | None:
    """What a unit of the line costs under the commitment; None where nobody says."""
    for rate in plan.given:
        if rate.term == plan.how.term and rate.is_of(line.key):
            source = Source(rate.source, rate.as_of, note="given by --adjustments")
            return Price(line.key, (Tier(ZERO, rate.usd_per_unit),), line.unit, source)
    found = rate_of(book, line.key, plan.how)
    return found if found is not None and found.unit == line.unit else None


def _whole(line: LineItem, hours: Decimal) -> Decimal:
    """How many machines of the line run all month."""
    return _floor(line.quantity / hours) if hours else ZERO


def _floor(count: Decimal) -> Decimal:
    # Shares of zones do not add up exactly in decimals: 1.999…98 machines are two.
    return count.quantize(Decimal("1e-9")).to_integral_value(ROUND_FLOOR)


def _split(one: Covered, price: Price, how: Way, hours: Decimal) -> Iterator[LineItem]:
    """The line's covered part, and what of it is left on demand."""
    line, taken = one.line, one.quantity
    usd = taken * price.usd_per_unit
    word = "reserved" if how.purchase == "reserved" else f"{how.family} savings plan"
    upfront = _upfront(usd, how, hours)
    paid = f", {upfront:,.2f} USD of the term's paid at once" if upfront else ""
    yield replace(
        line,
        key=replace(line.key, purchase=how.purchase, term=how.term),
        description=f"{line.description.replace(' on demand', '')}, {word}",
        quantity=taken,
        usd_per_unit=price.usd_per_unit,
        because=f"{taken.normalize():f} {line.unit} are covered ({how.term}){paid}",
        source=price.source,
        usd_low=usd,
        usd_high=usd,
        list_usd_per_unit=line.usd_per_unit,
    )
    on_demand = taken * line.usd_per_unit
    rest = line.quantity - taken
    low = max(line.usd_low - on_demand, ZERO)
    high = max(line.usd_high - on_demand, ZERO)
    if rest > 0 or high > 0:
        yield replace(
            line,
            quantity=max(rest, ZERO),
            because=f"{line.because}, less {taken.normalize():f} covered",
            usd_low=low,
            usd_high=high,
        )


def _upfront(usd_per_month: Decimal, how: Way, hours: Decimal) -> Decimal:
    """USD paid at once for what costs so much in a month of these hours.

    Of a savings plan's `partial` AWS asks for half of the commitment at least; how a
    reservation's is split the sources do not say.
    """
    whole = usd_per_month / hours * how.hours if hours else ZERO
    if how.upfront == "all":
        return whole
    halved = how.upfront == "partial" and how.purchase == "savings-plan"
    return whole * HALF if halved else ZERO


def _notes(plan: Commitment, found: Sequence[Covered], hours: Decimal) -> Iterator[str]:
    """What is committed, what is paid at once, and what stays on demand for which reason."""
    how, taken = plan.how, [one for one in found if one.price and one.quantity]
    usd = sum(
        (one.quantity * one.price.usd_per_unit for one in taken if one.price), ZERO
    )
    if not found:
        yield f"Nothing in this stack is what AWS sells {how.term} for."
    if taken and how.purchase == "reserved":
        machines = sum((one.quantity for one in taken), ZERO) / hours
        yield (
            f"{machines.normalize():f} machines are reserved ({how.term}), "
            f"{plan.coverage_percent:f} % of those that run all month: they are paid for "
            f"{_years(how)} whether they run or not."
        )
    elif taken:
        yield (
            f"{usd / hours:,.4f} USD an hour are committed ({how.term}), for "
            f"{plan.coverage_percent:f} % of what the plan covers: it is paid for "
            f"{_years(how)} whether it is used or not."
        )
        if not all(is_whole(one.line.key) for one in taken):
            yield "Metered use counts as if it were spread evenly over the hours."
    upfront = _upfront(usd, how, hours)
    if upfront:
        yield f"{upfront:,.2f} USD of it are paid at once, for the whole term."
    elif taken and how.upfront == "partial":
        yield "A part is paid at once; the sources do not say how large it is."
    if taken:
        oldest = min(one.price.source.as_of for one in taken if one.price)
        yield f"The oldest of these rates is of {oldest or 'an unknown day'}."
    yield from _left(plan, found)


def _years(how: Way) -> str:
    return f"{how.years} year{'s' if how.years > 1 else ''}"


def _charges(count: int) -> str:
    return f"{count} charge{'' if count == 1 else 's'}"


def _left(plan: Commitment, found: Sequence[Covered]) -> Iterator[str]:
    """Why some charges that such a commitment is for stay on demand."""
    without = [one.line for one in found if one.price is None]
    if without:
        keys = map(billed_key, dict.fromkeys(line.key for line in without))
        names = [f"{key.usage_type} ({key.region})" for key in keys]
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        yield (
            f"No rate of {plan.how.term} is known for {_charges(len(without))}, on demand "
            f"as before: {', '.join(names[:NAMED])}{more}. "
            "Rates can be fetched (fare refresh --only plans) or given (--adjustments, "
            "plan_rates)."
        )
    short = sum(1 for one in found if one.price is not None and not one.quantity)
    if short:
        yield (
            f"On demand as before: {_charges(short)}, for what does not run all month, or "
            "of which the share is less than a whole machine."
        )
