"""What the strategy paper says: `data/paper.yaml`, read and checked.

The figures are kept as the paper has them, disagreements included; `fare host claims`,
`fare host ladder`, `fare host market` and `fare host tiers` hold their own beside them.
"""

from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from msgspec import Struct, ValidationError, convert

from farebox.hosting.errors import DataError

FILE = "paper.yaml"
PLUS = 2
"""How many times the high end of a range with a plus sign still is in it."""


class Said(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A range as the paper writes it: low to high, or more where `at_least` is set."""

    low: Decimal
    high: Decimal
    said: str
    at_least: bool = False

    @property
    def middle(self) -> Decimal:
        """Half way between low and high."""
        return (self.low + self.high) / 2

    def holds(self, figure: Decimal, tolerance: Decimal = Decimal(0)) -> bool:
        """Whether the figure lies in the range, widened by the tolerance.

        A plus sign is read as up to `PLUS` times the high end: 25-40+ is no 185.
        """
        most = self.high * PLUS if self.at_least else self.high
        return self.low - tolerance <= figure <= most + tolerance


class Machine(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A VM of the paper: USD an hour on spot, GiB of memory, users on it."""

    instance_type: str
    memory_gib: Decimal
    usd_per_hour: Decimal
    users_per_vm: int

    @property
    def gib_per_user(self) -> Decimal:
        """GiB of the machine for each user."""
        return self.memory_gib / self.users_per_vm

    def usd_per_user_month(self, hours: Decimal) -> Decimal:
        """The paper's own arithmetic: price x hours / users."""
        return self.usd_per_hour * hours / self.users_per_vm


class Breakdown(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """USD per user-month at `users` users, by line, and the team's heads."""

    users: int
    lines: dict[str, Said]
    infra: Said
    gb_per_user: Decimal
    engineers: Said
    engineering: Said
    supporters: Said
    support: Said
    overhead: Said
    total: Said
    price: Decimal
    margin: Said


class ScalingRow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """USD per user-month at a number of users; no margin where it is negative."""

    users: int
    cost: Said
    margin: Said | None = None


class MarketYear(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A row of the market table; `mrr` is USD a month, `revenue` USD a year."""

    year: int
    agent_users: Said
    users: Said
    mrr: Said
    revenue: Said


class Market(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The market table, with the capture, price and margin that it takes."""

    capture: Decimal
    price: Decimal
    margin: Decimal
    years: tuple[MarketYear, ...]


class Reach(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The share of agent users who would pay a price, USD a month."""

    price: Said
    share: Said


class Phase(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A phase of the price ladder; `below_users` is None for the last."""

    name: str
    from_users: int
    below_users: int | None = None
    cost: Said
    price: Said
    margin: Said


class PaperSource(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The paper itself."""

    title: str
    path: str
    as_of: str


class Paper(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every figure of the paper; USD per user-month where no other unit is named."""

    version: int
    source: PaperSource
    idle_gib: Said
    active_gib: Said
    machines: tuple[Machine, ...]
    breakdown: Breakdown
    scaling: tuple[ScalingRow, ...]
    break_even_users: Said
    colo_ratio: Said
    colo_ratio_users: int
    colo_crossover_users: Said
    chatbot_users: Said
    agent_users: Said
    market: Market
    reach: tuple[Reach, ...]
    self_hosted: Said
    phases: tuple[Phase, ...]

    def row(self, users: int) -> ScalingRow | None:
        """The scaling table's row of that many users, or None."""
        return next((row for row in self.scaling if row.users == users), None)


@cache
def the_paper() -> Paper:
    """The figures that farebox ships. Raises DataError when the file was damaged."""
    path = files("farebox.hosting") / "data" / FILE
    return parse_paper(path.read_text(encoding="utf-8"))


def parse_paper(text: str, *, name: str = FILE) -> Paper:
    """The figures of a text of that form. Raises DataError, one sentence."""
    from farebox.hosting.input_files import mapping

    try:
        paper = convert(mapping(text, name=name), Paper, strict=False)
    except ValidationError as error:
        said, _, at = str(error).partition(" - at ")
        raise DataError(f"{name}: {said} at {at or 'the top'}") from None
    for place, span in _ranges(paper, ""):
        if not 0 <= span.low <= span.high:
            raise DataError(
                f"{name}: {place} is {span.low} to {span.high}; it must be low to high,"
                " none negative"
            )
    for rows, what in (
        ([row.users for row in paper.scaling], "scaling"),
        ([phase.from_users for phase in paper.phases], "phases"),
        ([row.year for row in paper.market.years], "market.years"),
    ):
        if rows != sorted(set(rows)) or not rows:
            raise DataError(f"{name}: {what} must be rows that grow")
    return paper


def _ranges(value: Any, place: str) -> list[tuple[str, Said]]:
    """Every range below a value, with the place where it stands."""
    if isinstance(value, Said):
        return [(place, value)]
    if isinstance(value, Struct):
        parts = [(name, getattr(value, name)) for name in value.__struct_fields__]
    elif isinstance(value, dict):
        parts = list(value.items())
    elif isinstance(value, tuple):
        parts = [(str(number), one) for number, one in enumerate(value, start=1)]
    else:
        return []
    return [
        found
        for name, part in parts
        for found in _ranges(part, f"{place}.{name}" if place else str(name))
    ]
