"""Which inputs move a mix or a choice most: each at its low and high, the others likely."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from msgspec import Struct

from farebox.hosting.choice.choice_question import Question
from farebox.hosting.choice.choices import (
    Choice,
    Sized,
    downtime_minutes_per_user_year,
    usd_per_month,
)
from farebox.hosting.spot.purchase_mixes import (
    RECLAIMED,
    SPOT_PRICE,
    Level,
    Levels,
    Mix,
    figures,
    one_at,
)
from farebox.hosting.spot.spot_fleet import TierFleet
from farebox.hosting.spot.spot_inputs import exact

SHOWN = 3
ENDS: tuple[Level, ...] = ("low", "high")


class Mover(Struct, frozen=True):
    """An input, and a figure with it at low and high, the others likely."""

    name: str
    at_low: Decimal
    at_high: Decimal


def movers(
    fleet: TierFleet, mix: Mix, headroom: float, figure: str
) -> tuple[Mover, ...]:
    """The inputs that move a figure of `Figures` most, the first most of all."""
    return _moved_most(
        (RECLAIMED, SPOT_PRICE, *fleet.inputs),
        lambda level: getattr(figures(fleet, mix, headroom, level), figure),
    )


def choice_movers(
    question: Question, choice: Choice, size: Sized
) -> Mapping[str, tuple[Mover, ...]]:
    """The inputs that move a choice's USD and downtime most, by the figure's name."""
    names = (RECLAIMED, SPOT_PRICE, *question.inputs)

    def usd(level: Levels) -> Decimal:
        lines = usd_per_month(question, choice, size, level)
        return sum(lines.values(), Decimal(0)) / question.users

    return {
        "usd_per_user_month": _moved_most(names, usd),
        "downtime_minutes_per_user_year": _moved_most(
            names, lambda level: downtime_minutes_per_user_year(question, choice, level)
        ),
    }


def _moved_most(
    names: Iterable[str], figure: Callable[[Levels], Decimal | float]
) -> tuple[Mover, ...]:
    found = []
    for name in names:
        low, high = (figure(one_at(name, level)) for level in ENDS)
        if low != high:
            low, high = (
                one if isinstance(one, Decimal) else exact(one) for one in (low, high)
            )
            found.append(Mover(name, low, high))
    found.sort(key=lambda mover: -abs(mover.at_high - mover.at_low))
    return tuple(found[:SHOWN])
