"""A figure with its range: low, likely, high, and the little arithmetic that it needs."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from msgspec import Struct

from farebox.hosting.errors import ConfigError

ZERO = Decimal(0)


class Range(Struct, frozen=True, forbid_unknown_fields=True):
    """Low, likely and high of one figure; its unit is in the name that holds it."""

    low: Decimal
    likely: Decimal
    high: Decimal

    def __add__(self, other: "Range") -> "Range":
        """Both at each level: low with low, high with high."""
        return Range(
            self.low + other.low, self.likely + other.likely, self.high + other.high
        )

    def times(self, factor: Decimal) -> "Range":
        """The range multiplied; `factor` is not negative."""
        return self.each(lambda figure: figure * factor)

    def over(self, divisor: Decimal) -> "Range":
        """The range divided; `divisor` is more than 0."""
        return self.each(lambda figure: figure / divisor)

    def each(self, change: Callable[[Decimal], Decimal]) -> "Range":
        """Each level changed alike, by what keeps their order."""
        return Range(change(self.low), change(self.likely), change(self.high))

    @property
    def width(self) -> Decimal:
        """High less low."""
        return self.high - self.low


NOTHING = Range(ZERO, ZERO, ZERO)


def exactly(figure: Decimal) -> Range:
    """A figure that is the same at each level."""
    return Range(figure, figure, figure)


def of(low: str, likely: str, high: str) -> Range:
    """A range from texts, as tables of inputs have them."""
    return Range(Decimal(low), Decimal(likely), Decimal(high))


def total(ranges: Iterable[Range]) -> Range:
    """The sum at each level."""
    return sum(ranges, NOTHING)


def in_order(found: Range, name: str) -> Range:
    """The range itself; ConfigError where it is negative or its levels are not in order."""
    if not 0 <= found.low <= found.likely <= found.high:
        raise ConfigError(
            f"{name} is {found.low}, {found.likely}, {found.high}; it must be low,"
            " likely, high, each at least the one before and none negative"
        )
    return found
