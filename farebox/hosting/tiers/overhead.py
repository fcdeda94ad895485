"""What a user costs beside machines: the team, its tools, and the card fee.

    F(N) = engineers(N) x usd_per_engineer + supporters(N) x usd_per_supporter
           + tools + fixed
    supporters(N) = max(least, N x tickets per user-month / tickets per supporter)
    fee(P) = 2.9 % of P + 0.30

Three presets are tables below; a YAML file with the same keys replaces them
(docs/economics.md). All figures are USD a month and heads; each is low, likely, high.
"""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from farebox.hosting.errors import ConfigError
from farebox.hosting.input_files import figure_of, keys_of, mapping, range_of
from farebox.hosting.ranges import NOTHING, ZERO, Range, of

HUNDRED = Decimal(100)


class CardFee(Struct, frozen=True, kw_only=True):
    """What the payment provider keeps of one monthly payment.

    Recalled list price of a card payment: 2.9 % and 0.30 USD.
    Source: https://stripe.com/pricing
    """

    percent: Decimal = Decimal("2.9")
    usd: Decimal = Decimal("0.30")

    def of_price(self, usd_per_user_month: Decimal) -> Decimal:
        """USD kept of one payment of this price; nothing is kept of nothing."""
        if usd_per_user_month <= 0:
            return ZERO
        return usd_per_user_month * self.percent / HUNDRED + self.usd


class TeamStep(Struct, frozen=True, kw_only=True):
    """So many engineers from so many users on."""

    from_users: int
    engineers: Range


class Overhead(Struct, frozen=True, kw_only=True):
    """A team by user count, in heads and USD a month; `name` is the preset or file.

    `engineering_usd` and `support_usd` stand for heads times pay where they are given:
    the paper states dollars.
    """

    name: str
    engineers: tuple[TeamStep, ...] = ()
    usd_per_engineer: Range = NOTHING
    supporters_at_least: Range = NOTHING
    tickets_per_user_month: Range = NOTHING
    tickets_per_supporter: Decimal = Decimal(700)
    usd_per_supporter: Range = NOTHING
    tools_usd: Range = NOTHING
    fixed_usd: Range = NOTHING
    engineering_usd: Range | None = None
    support_usd: Range | None = None
    card_fee: CardFee = CardFee()

    def usd_per_month(self, users: int) -> Range:
        """F(N): USD a month of the whole team and its tools."""
        return (
            self.engineering(users)
            + self.support(users)
            + self.tools_usd
            + self.fixed_usd
        )

    def usd_per_user_month(self, users: int) -> Range:
        """F(N) / N."""
        return self.usd_per_month(users).over(Decimal(users))

    def engineering(self, users: int) -> Range:
        """USD a month of the engineers that so many users ask for."""
        if self.engineering_usd is not None:
            return self.engineering_usd
        return _product(self.engineers_at(users), self.usd_per_engineer)

    def support(self, users: int) -> Range:
        """USD a month of the supporters that so many users ask for."""
        if self.support_usd is not None:
            return self.support_usd
        return _product(self.supporters_at(users), self.usd_per_supporter)

    def engineers_at(self, users: int) -> Range:
        """Heads: the last step that the user count has reached."""
        reached = [step for step in self.engineers if step.from_users <= users]
        return reached[-1].engineers if reached else NOTHING

    def supporters_at(self, users: int) -> Range:
        """Heads, in fractions: by tickets, and at least the team's smallest size."""
        least = self.supporters_at_least
        busy = self.tickets_per_user_month.times(
            Decimal(users) / self.tickets_per_supporter
        )
        return Range(
            max(least.low, busy.low),
            max(least.likely, busy.likely),
            max(least.high, busy.high),
        )


def _product(one: Range, other: Range) -> Range:
    return Range(one.low * other.low, one.likely * other.likely, one.high * other.high)


PAPER = Overhead(
    name="paper",
    # "Engineering 4-5 people ~0.80-1.60", "Support 2-3 people ~0.40-0.80" a user at
    # 100,000 users: 80-160 and 40-80 thousand dollars a month, whatever the users.
    engineering_usd=of("80000", "120000", "160000"),
    support_usd=of("40000", "60000", "80000"),
)
FOUNDERS = Overhead(
    name="founders",
    # Assumption: founders who pay themselves nothing, little, or a salary each.
    fixed_usd=of("0", "15000", "30000"),
)
STAFFED = Overhead(
    name="staffed",
    # Assumption: what keeps the service up around the clock, by size.
    engineers=(
        TeamStep(from_users=0, engineers=of("1", "2", "3")),
        TeamStep(from_users=10_000, engineers=of("2", "3", "4")),
        TeamStep(from_users=50_000, engineers=of("4", "4.5", "5")),
        TeamStep(from_users=500_000, engineers=of("6", "8", "10")),
    ),
    # Assumption: all-in, with taxes and equipment.
    usd_per_engineer=of("13000", "17000", "22000"),
    supporters_at_least=of("1", "2", "3"),
    # Assumption: three users in a hundred write in a month.
    tickets_per_user_month=of("0.01", "0.03", "0.06"),
    tickets_per_supporter=Decimal(700),
    usd_per_supporter=of("5000", "7000", "9000"),
)
PRESETS: Mapping[str, Overhead] = {
    preset.name: preset for preset in (PAPER, FOUNDERS, STAFFED)
}


def overhead_named(name: str) -> Overhead:
    """A preset by its name, or the file at that path. Raises ConfigError."""
    if name in PRESETS:
        return PRESETS[name]
    path = Path(name)
    if not path.is_file():
        raise ConfigError(
            f"overhead {name!r} is neither a preset ({', '.join(PRESETS)}) nor a file"
        )
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name}: it cannot be read as text: {error}") from error
    # Errors say where the file is; a table's title has room for its name.
    return structs.replace(parse_overhead(text, name=name), name=path.name)


class _Step(Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of one step of engineers."""

    from_users: int
    engineers: Any


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of an overhead file; figures may be ranges."""

    version: int = 1
    engineers: Any = 0
    usd_per_engineer: Any = 0
    supporters_at_least: Any = 0
    tickets_per_user_month: Any = 0
    tickets_per_supporter: Any = 700
    usd_per_supporter: Any = 0
    tools_usd: Any = 0
    fixed_usd: Any = 0
    card_percent: Any = CardFee().percent
    card_usd: Any = CardFee().usd


def parse_overhead(text: str, *, name: str) -> Overhead:
    """The overhead that a YAML text describes. Raises ConfigError, one sentence."""
    given = keys_of(mapping(text, name=name), _File, name)
    if given.version != 1:
        raise ConfigError(f"{name}: version {given.version} is not known; write 1")

    def figure(key: str) -> Decimal:
        return figure_of(getattr(given, key), f"{name}: {key}")

    def span(key: str) -> Range:
        return range_of(getattr(given, key), f"{name}: {key}")

    if figure("tickets_per_supporter") == 0:
        raise ConfigError(f"{name}: tickets_per_supporter must be more than 0")
    if figure("card_percent") >= HUNDRED:
        raise ConfigError(f"{name}: card_percent must be less than 100")
    return Overhead(
        name=name,
        engineers=_steps(given.engineers, name),
        usd_per_engineer=span("usd_per_engineer"),
        supporters_at_least=span("supporters_at_least"),
        tickets_per_user_month=span("tickets_per_user_month"),
        tickets_per_supporter=figure("tickets_per_supporter"),
        usd_per_supporter=span("usd_per_supporter"),
        tools_usd=span("tools_usd"),
        fixed_usd=span("fixed_usd"),
        card_fee=CardFee(percent=figure("card_percent"), usd=figure("card_usd")),
    )


def _steps(value: Any, name: str) -> tuple[TeamStep, ...]:
    """Engineers: a figure or a range for all sizes, or a list of steps by users."""
    where = f"{name}: engineers"
    if not isinstance(value, list):
        return (TeamStep(from_users=0, engineers=range_of(value, where)),)
    steps = [keys_of(item, _Step, where) for item in value]
    starts = [step.from_users for step in steps]
    if starts != sorted(set(starts)) or not starts or starts[0] != 0:
        raise ConfigError(f"{where} must be steps whose from_users grow from 0 on")
    return tuple(
        TeamStep(from_users=step.from_users, engineers=range_of(step.engineers, where))
        for step in steps
    )
