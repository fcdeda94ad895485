"""What the strategy paper of 2026-05-31 says, as figures to hold ours against.

The paper is "Pass as a Service: Hosting Economics". USD per user-month; GB of memory are
taken as GiB; a month has 730 hours.
"""

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct

from farebox.hosting.ranges import Range, of

PRICE = Decimal(10)
"""The price that the paper's margins are at."""

COMPUTE, STORAGE, EGRESS, RELAY = map(Decimal, ("1.50", "0.80", "0.50", "0.50"))
INFRA = COMPUTE + STORAGE + EGRESS + RELAY
"""Infrastructure at 100,000 users: 3.30."""

STORAGE_GB = Decimal(10)
"""gp3 a user."""


class Machine(Struct, frozen=True, kw_only=True):
    """One of the paper's two machines: its spot price and users on it."""

    instance_type: str
    memory_gib: Decimal
    usd_per_hour: Decimal
    users: Decimal

    def usd_per_user_month(self, hours: Decimal) -> Decimal:
        """Its own arithmetic: price x hours / users."""
        return self.usd_per_hour * hours / self.users

    @property
    def gib_per_user(self) -> Decimal:
        """GiB of the machine for each user."""
        return self.memory_gib / self.users


SMALL = Machine(
    instance_type="r6a.4xlarge",
    memory_gib=Decimal(128),
    usd_per_hour=Decimal("0.23"),
    users=Decimal(80),
)
LARGE = Machine(
    instance_type="r6a.8xlarge",
    memory_gib=Decimal(256),
    usd_per_hour=Decimal("0.45"),
    users=Decimal(160),
)


def machine_like(memory_gib: Decimal) -> Machine:
    """The paper's machine nearest in size: the small one up to 128 GiB."""
    return SMALL if memory_gib <= SMALL.memory_gib else LARGE


class PaperRow(Struct, frozen=True, kw_only=True):
    """A row of the scaling table; `open_ended` where the paper writes 25-40+.

    `margin` is the share of a price of 10, None where the paper says "negative".
    """

    usd: Range
    margin: Range | None
    open_ended: bool = False


def _row(low: str, high: str, margin: tuple[str, str] | None, **more: bool) -> PaperRow:
    return PaperRow(usd=_span(low, high), margin=margin and _span(*margin), **more)


def _span(low: str, high: str) -> Range:
    middle = (Decimal(low) + Decimal(high)) / 2
    return of(low, str(middle), high)


ROWS: Mapping[int, PaperRow] = {
    1_000: _row("25", "40", None, open_ended=True),
    10_000: _row("8", "12", ("0", "0.20")),
    50_000: _row("5", "7", ("0.30", "0.50")),
    100_000: _row("4.50", "5.70", ("0.43", "0.55")),
    1_000_000: _row("2", "4", ("0.60", "0.80")),
}
"""Rows by hosted users; `likely` is the middle, which the paper does not state."""

SELF_HOSTED = _row("0.50", "1", None)
"""A user who hosts itself: "relay + routing"."""


def row_for(users: int, *, hosted: bool) -> PaperRow | None:
    """The paper's row for a tier, None where it has none."""
    return ROWS.get(users) if hosted else SELF_HOSTED
