"""The only home of uncertainty: a figure with a low, a likely and a high value."""

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from farebox.bill.statement import UsageStatus

Level = Literal["low", "likely", "high"]


class Assumption(Struct, frozen=True, gc=False):
    """A figure that is not known exactly: low <= likely <= high, in `unit`."""

    low: Decimal
    likely: Decimal
    high: Decimal
    unit: str = ""
    source: str = ""
    status: UsageStatus = "assumed"

    @property
    def is_range(self) -> bool:
        """Whether the levels differ."""
        return not self.low == self.likely == self.high


def exactly(value: Decimal, *, status: UsageStatus = "given") -> Assumption:
    """A figure that is the same at every level."""
    return Assumption(value, value, value, status=status)


class LevelInForce:
    """The level that an estimate runs at, and at which levels it would differ.

    An estimate runs each rule at `likely`; where the rule read a figure that is
    another one at `low` or at `high`, it runs the rule again at that level.
    """

    __slots__ = ("differs_high", "differs_low", "level")

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Begin with another rule, at `likely`."""
        self.level: Level = "likely"
        self.differs_low = False
        self.differs_high = False

    def pick(self, assumption: Assumption) -> Decimal:
        """The assumption's value at the level in force."""
        likely = assumption.likely
        if assumption.low != likely:
            self.differs_low = True
        if assumption.high != likely:
            self.differs_high = True
        return getattr(assumption, self.level)  # type: ignore[no-any-return]
