"""A statement under reservations: whole machines at a committed rate, the rest on demand.

A reservation is of one machine (or node, or database) for every hour of its term, so what
is covered is a whole number of them; it is paid whether it runs or not, at every level of
the estimate. What the book has no committed rate for stays as it is, and is counted.
"""

from collections.abc import Iterable, Iterator
from decimal import ROUND_FLOOR, Decimal

from msgspec import Struct
from msgspec.structs import replace

from farebox.bill.statement import LineItem, Statement
from farebox.prices import Price, PriceBook
from farebox.prices.commitments import Reservation, reserved

ZERO = Decimal(0)
HUNDRED = Decimal(100)
HOURLY = frozenset(("Hrs", "Hours"))


class Commitment(Struct, frozen=True):
    """A way to reserve, and the share of what runs that it is to cover, in percent."""

    how: Reservation
    coverage_percent: Decimal = HUNDRED


def committed(statement: Statement, book: PriceBook, plan: Commitment) -> Statement:
    """The statement with as many whole machines reserved as the plan covers."""
    lines: list[LineItem] = []
    machines, upfront, without = ZERO, ZERO, 0
    for line in statement.lines:
        price = _rate_of(line, book, plan.how)
        count = _whole(line, statement.hours_per_month, plan)
        if price is None or not count:
            without += price is None and _is_machine(line)
            lines.append(line)
            continue
        machines += count
        if plan.how.upfront == "all":
            upfront += price.usd_per_unit * plan.how.hours * count
        lines += _split(line, price, count * statement.hours_per_month, plan.how)
    notes = _notes(plan, machines, upfront, without)
    return replace(statement, lines=tuple(lines), notes=(*statement.notes, *notes))


def _is_machine(line: LineItem) -> bool:
    """Whether a line is hours on demand of something with a type in its name."""
    key = line.key
    return (
        key.purchase == "on-demand"
        and line.unit in HOURLY
        and ":" in key.usage_type
        and "Usage:" in key.usage_type
    )


def _rate_of(line: LineItem, book: PriceBook, how: Reservation) -> Price | None:
    """What an hour of the line costs under a reservation; None where there is none."""
    if not _is_machine(line):
        return None
    found = reserved(book, line.key, how)
    return found if found is not None and found.unit == line.unit else None


def _whole(line: LineItem, hours: Decimal, plan: Commitment) -> Decimal:
    """How many machines of the line run all month and are to be covered."""
    if not hours:
        return ZERO
    running = line.quantity * plan.coverage_percent / HUNDRED / hours
    # Shares of zones do not add up exactly in decimals: 1.999…98 machines are two.
    return running.quantize(Decimal("1e-9")).to_integral_value(ROUND_FLOOR)


def _split(
    line: LineItem, price: Price, hours: Decimal, how: Reservation
) -> Iterator[LineItem]:
    """The line's covered hours, and what of it is left on demand."""
    usd = hours * price.usd_per_unit
    yield replace(
        line,
        key=replace(line.key, purchase="reserved", term=how.term),
        description=f"{line.description.replace(' on demand', '')}, reserved",
        quantity=hours,
        usd_per_unit=price.usd_per_unit,
        because=f"{hours:f} hours are reserved ({how.term})",
        source=price.source,
        usd_low=usd,
        usd_high=usd,
    )
    taken = hours * line.usd_per_unit
    rest = line.quantity - hours
    low, high = max(line.usd_low - taken, ZERO), max(line.usd_high - taken, ZERO)
    if rest > 0 or high > 0:
        yield replace(
            line,
            quantity=max(rest, ZERO),
            because=f"{line.because}, less {hours:f} hours reserved",
            usd_low=low,
            usd_high=high,
        )


def _notes(
    plan: Commitment, machines: Decimal, upfront: Decimal, without: int
) -> Iterable[str]:
    how = plan.how
    yield (
        f"{machines:f} machines are reserved ({how.term}), {plan.coverage_percent:f} % of "
        f"those that run all month: they are paid for {how.years} years whether they "
        "run or not."
    )
    if upfront:
        yield f"{upfront:,.2f} USD of it are paid at once, for the whole term."
    elif how.upfront == "partial":
        yield "A part is paid at once; the sources do not say how large it is."
    if without:
        yield f"{without} charges by the hour have no such rate in the book."
