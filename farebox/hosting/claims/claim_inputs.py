"""The inputs of claims: figures of the paper, prices of the book, lines of a cost, assumptions."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from msgspec import structs

from farebox.bill.statement import LineItem
from farebox.hosting.claims.claim_values import ClaimInput, Ground, Number
from farebox.hosting.paper.paper_figures import Machine, Said
from farebox.hosting.plan_values import MemoryModel
from farebox.hosting.ranges import Range
from farebox.hosting.spot.machine_prices import spot_price
from farebox.hosting.tiers.tiers import TierCost, line_of, tier_for
from farebox.prices import Price
from farebox.prices.ages import is_stale as price_is_stale
from farebox.prices.ages import is_stale_source, kind_of

LACKING = "some charges have no price in the book, so the cost is more: "
"""Before what cannot be said of a lower bound."""


def stated(
    ground: Ground, name: str, value: Decimal, unit: str, said: str = ""
) -> ClaimInput:
    """A figure of the paper."""
    source = ground.paper.source
    return ClaimInput(
        name=name,
        value=value,
        unit=unit,
        source=f"the paper: {said}" if said else "the paper",
        as_of=source.as_of,
    )


def assumed(name: str, value: Decimal, unit: str, source: str) -> ClaimInput:
    """A declared input without a date: an assumption, or a limit with its page."""
    return ClaimInput(name=name, value=value, unit=unit, source=source)


def priced(ground: Ground, price: Price) -> ClaimInput:
    """A price of the book."""
    return ClaimInput(
        name=str(price.key),
        value=price.usd_per_unit,
        unit=f"USD/{price.unit}",
        source=price.source.url,
        as_of=price.source.as_of,
        stale=price_is_stale(price, ground.on),
    )


def line_inputs(
    ground: Ground, cost: TierCost, names: Iterable[str]
) -> tuple[ClaimInput, ...]:
    """The lines of a user's month, each with the date of the oldest price behind it."""
    moving: dict[str, list[LineItem]] = {}
    for line in cost.statement.lines:
        if line.usd_high or line.usd_per_month:
            moving.setdefault(line_of(line), []).append(line)
    return tuple(
        _line_input(ground, cost, name, moving.get(name, []))
        for name in names
        if cost.lines[name].high or cost.lines[name].likely
    )


def _line_input(
    ground: Ground, cost: TierCost, name: str, moving: Sequence[LineItem]
) -> ClaimInput:
    usage = f"plan and usage file of {cost.tier} at {cost.users:,} users"
    if moving:
        source = f"{usage}, at prices of the book"
    elif name == "card fee":
        source = "recalled card price: 2.9 % and 0.30, or what --overhead says"
    else:
        source = f"overhead preset or file: {ground.terms.overhead.name}"
    return ClaimInput(
        name=f"{name} at {cost.users:,} users",
        value=cost.lines[name].likely,
        unit="USD/user-month",
        source=source,
        as_of=min((line.source.as_of for line in moving), default=""),
        stale=any(_old(line, ground.on) for line in moving),
    )


def _old(line: LineItem, on: date) -> bool:
    """Whether the price of a line is older than its kind's limit."""
    return is_stale_source(line.source, kind_of(line.key), on)


def within(value: Decimal, paper: Decimal, share: Decimal) -> bool:
    """Whether a figure is the paper's, give or take a share of it."""
    return abs(value - paper) <= share * paper


def range_text(said: Said, *, scale: int = 1) -> str:
    """A range as the claims print it: 4.50-5.70, 25-40+."""
    low, high = (
        f"{(end * scale).normalize() if scale > 1 else end:,f}"
        for end in (said.low, said.high)
    )
    plus = "+" if said.at_least else ""
    return f"{low}{plus}" if low == high else f"{low}-{high}{plus}"


def levels(found: Range) -> Number:
    """A range as the number of a finding."""
    return Number(found.likely, found.low, found.high)


def alone(figure: Decimal) -> Number:
    """A number without a range."""
    return Number(figure, figure, figure)


def spot_prices(ground: Ground, name: str) -> list[Price]:
    """The spot prices of a type in the region, zone by zone."""
    zones = ground.book.spot_zones(ground.region, name)
    found = (spot_price(ground.book, ground.region, name, zone) for zone in zones)
    return [price for price in found if price is not None]


def paper_memory(ground: Ground) -> MemoryModel:
    """The tier's memory model with the memory that the paper gives a user."""
    idle, active = ground.paper.idle_gib, ground.paper.active_gib
    return structs.replace(
        ground.memory,
        idle_gib=(float(idle.low), float(idle.high)),
        active_gib=(float(active.low), float(active.high)),
    )


def exact(figure: float) -> Decimal:
    """A figure of a model as the digits that it prints."""
    return Decimal(repr(float(figure)))


def config_name(ground: Ground) -> str:
    """Whose assumption a figure of a config is."""
    return f"assumption of tier {tier_for(ground.sources, ground.users).name}"


def machine_inputs(ground: Ground, machine: Machine) -> tuple[ClaimInput, ...]:
    """A machine of the paper: price, users and memory."""
    name = machine.instance_type
    return (
        stated(ground, f"spot price of {name}", machine.usd_per_hour, "USD/hour"),
        stated(ground, f"users on {name}", Decimal(machine.users_per_vm), "users"),
        stated(ground, f"memory of {name}", machine.memory_gib, "GiB"),
    )


def memory_inputs(ground: Ground, model: MemoryModel) -> tuple[ClaimInput, ...]:
    """The figures of a memory model that decide how users fit."""
    paper = ground.paper
    figures = (
        ("active_share", model.active_share, "share"),
        ("overhead_mib", model.overhead_mib, "MiB"),
        ("correlation", model.correlation, "rho"),
        ("session_hours", model.session_hours, "hours"),
        ("kills_per_user_year", model.kills_per_user_year, "kills/user-year"),
    )
    return (
        stated(
            ground,
            "idle memory, middle",
            paper.idle_gib.middle,
            "GiB",
            paper.idle_gib.said,
        ),
        stated(
            ground,
            "active memory, middle",
            paper.active_gib.middle,
            "GiB",
            paper.active_gib.said,
        ),
        *(
            assumed(name, exact(figure), unit, config_name(ground))
            for name, figure, unit in figures
        ),
    )
