"""How `fare host pack` reads figures: finite reals, their ranges, and sizes of memory."""

from math import isfinite
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

if TYPE_CHECKING:
    from farebox.hosting.packing.pack_range import Levels

MOST_GIB = 65_536
MOST_SIGMA = 2


class Real(click.ParamType["float"]):
    """A finite number from `low` to `high`; both are left out where `open_`."""

    name = "number"

    def __init__(self, low: float, high: float, *, open_: bool = False) -> None:
        self.low, self.high, self.open_ = low, high, open_

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number, or a usage error that says the range."""
        try:
            figure = float(value)
        except ValueError:
            self.fail(f"{value!r} is not a number", param, ctx)
        inside = (
            self.low < figure < self.high
            if self.open_
            else self.low <= figure <= self.high
        )
        if not isfinite(figure) or not inside:
            between = "between" if self.open_ else "from"
            to = "and" if self.open_ else "to"
            self.fail(
                f"{value} is not {between} {self.low:g} {to} {self.high:g}", param, ctx
            )
        return figure


class RealLevels(click.ParamType["Levels"]):
    """A number from `low` to `high` alone, or as its range low:likely:high."""

    name = "levels"

    def __init__(self, low: float, high: float, *, open_: bool = False) -> None:
        self.real = Real(low, high, open_=open_)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> "Levels":
        """The levels, or a usage error that shows the forms."""
        from farebox.hosting.packing.pack_range import Levels

        if isinstance(value, Levels):
            return value
        figures = [self.real.convert(one, param, ctx) for one in str(value).split(":")]
        if len(figures) == 1:
            return Levels(*figures * 3)
        if len(figures) != 3 or figures != sorted(figures):
            self.fail(
                f"{value!r} is neither one figure nor low:likely:high, in that order",
                param,
                ctx,
            )
        return Levels(*figures)


class SizeGiven(Struct, frozen=True):
    """A size of memory as the user wrote it: bounds in GiB, sigma where lognormal."""

    text: str
    bounds: tuple[float, float]
    sigma: float = 0.0


class Size(click.ParamType["SizeGiven"]):
    """One size, two bounds of a uniform one, or the median and sigma of a lognormal."""

    name = "size"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> SizeGiven:
        """The size, or a usage error that shows the forms."""
        if isinstance(value, SizeGiven):
            return value
        text = str(value)
        lognormal = text.startswith("lognormal:")
        try:
            figures = [float(x) for x in text.removeprefix("lognormal:").split(":")]
        except ValueError:
            figures = []
        if len(figures) != 2 and (lognormal or len(figures) != 1):
            forms = "0.75, 0.5:1.0 or lognormal:0.7:0.3"
            self.fail(f"{text!r} is no size like {forms}", param, ctx)
        low, high = figures[0], figures[-1]
        if not all(isfinite(x) and 0 < x <= MOST_GIB for x in figures):
            self.fail(f"{text}: a size is more than 0 GiB", param, ctx)
        if lognormal and high > MOST_SIGMA:
            self.fail(f"{text}: a sigma above {MOST_SIGMA} is no memory", param, ctx)
        if not lognormal and low > high:
            self.fail(f"{text}: the smaller size comes first", param, ctx)
        if lognormal:
            return SizeGiven(text, (low, low), sigma=high)
        return SizeGiven(text, (low, high))


def complete_types(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[str]:
    """The instance types that Farebox knows."""
    from farebox.hosting.instance_types import all_types

    names = [one.instance_type for one in all_types()]
    return [name for name in names if name.startswith(incomplete)]
