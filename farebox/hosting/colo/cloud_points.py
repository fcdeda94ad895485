"""What a user costs on the cloud at any user count, for each way to buy the machines.

A point is a statement of the nearest tier's plan at that user count (`tiers`), so its
prices are those of the book. Spot and on demand are both priced from the book; a
plan is the book's own rate for the hours of users' machines, as `fare spot` takes it;
where the book has none, or a person's input says so, it is on demand less that share.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import ceil, sqrt

from msgspec import Struct, structs

from farebox.bill.assumptions import LevelInForce
from farebox.bill.statement import LineItem, Statement
from farebox.bill.terms import Terms
from farebox.bill.usage import NO_USAGE
from farebox.hosting.colo.colo import Demand
from farebox.hosting.colo.colo_inputs import PLANS_OFF
from farebox.hosting.colo.machine_hours import on_demand_price, plan_prices
from farebox.hosting.errors import ConfigError, PlanError
from farebox.hosting.plan.plan_graph import SPOT_POOL, plan_graph
from farebox.hosting.plan.tier_files import TierSource
from farebox.hosting.plan_values import TierPlan
from farebox.hosting.tiers.tiers import TierTerms, line_of, tier_for, tier_statement
from farebox.hosting.uncertainty import Figure, Input, between
from farebox.prices.prefixes import without_prefix
from farebox.rating.estimate import estimate

PURCHASES: Mapping[str, tuple[str, str | None]] = {
    "spot": ("spot", None),
    "on-demand": ("on-demand", None),
    **{plan: ("on-demand", off) for plan, off in PLANS_OFF.items()},
}
"""Ways to buy machines: whose hours they are, and the input with what a plan takes off."""

GROUPS: Mapping[str, str] = {
    "compute": "cloud_machines",
    "snapshots": "snapshots",
    "egress": "traffic",
    "inter-zone": "traffic",
    "nat": "traffic",
    "relay": "traffic",
    "proxies": "traffic",
}
"""Lines of a user's month to the input that moves them; the others do not move."""

MOVERS = ("cloud_machines", "snapshots", "traffic")
"""Inputs that the statement's own ranges give; traffic moves the transit of colo too."""

LEAST_USERS = 100
"""The smallest user count that is asked for on the way to a crossover."""

Level = tuple[Figure, Figure, Figure]
"""USD per user-month, or GB, at the low, likely and high level."""


class CloudPoint(Struct, frozen=True, kw_only=True):
    """A user's month on the cloud at one user count.

    `hours` has the machines' hours by purchase, `plans` what of an hour on demand is left
    under the plans that the book prices, `lines` all the rest, by the input that
    moves it ("" for what does not move). `stacks` is more than 1 where the tier's
    limits do not let one stack hold so many. `gib_per_user` is machine memory a user.
    """

    users: int
    tier: str
    stacks: int
    hours: Mapping[str, Level]
    plans: Mapping[str, float]
    lines: Mapping[str, Level]
    egress_gb: Level
    storage_gib: float
    gib_per_user: float
    lower_bound: bool

    def usd_per_user_month(
        self, purchase: str, inputs: Mapping[str, Figure], at: Mapping[str, Figure]
    ) -> Figure:
        """USD for one way to buy the machines, at these positions of the movers."""
        basis, off = PURCHASES[purchase]
        left = 1 - inputs[off] if off else 1
        left = self.plans.get(purchase, left)
        hours = between(*self.hours[basis], at.get("cloud_machines", 0.0))
        rest = sum(
            between(*level, at.get(mover, 0.0)) for mover, level in self.lines.items()
        )
        return hours * left + rest

    def demand(self, at: Mapping[str, Figure]) -> Demand:
        """What a user stores and sends, for the other options."""
        return Demand(
            storage_gib_per_user=self.storage_gib,
            egress_gb_per_user=between(*self.egress_gb, at.get("traffic", 0.0)),
            memory_gib_per_user=self.gib_per_user,
        )


def cloud_point(
    sources: Sequence[TierSource],
    users: int,
    terms: TierTerms,
    inputs: Mapping[str, Input],
) -> CloudPoint:
    """A user's month at this user count, by the nearest hosted tier.

    Where the tier's limits do not hold so many in one stack, several stacks of at most
    the tier's own users are counted. Raises the errors of a plan and of an estimate.
    """
    source = tier_for(sources, users)
    terms = structs.replace(terms, each_volume=False)
    stacks = 1
    spot = _bought(source, percent=0)
    try:
        plan, statement = tier_statement(spot, terms, users=users)
    except PlanError:
        stacks = ceil(users / source.users)
        if stacks == 1:
            raise
        here = ceil(users / stacks)
        plan, statement = tier_statement(spot, terms, users=here)
    plans = _plans(plan, terms, inputs)
    return _point(
        source, plan, statement, terms, users=users, stacks=stacks, plans=plans
    )


def _plans(
    plan: TierPlan, terms: TierTerms, inputs: Mapping[str, Input]
) -> Mapping[str, float]:
    """What is left of an hour of the plan's machines under each plan of the book."""
    on_demand = on_demand_price(terms.book, plan.region, plan.instance_types[0])
    if on_demand is None:
        return {}
    return {
        rest: float(price.usd_per_unit / on_demand.usd_per_unit)
        for rest, price in plan_prices(terms.book, on_demand, inputs).items()
    }


def curve_users(sources: Sequence[TierSource]) -> list[int]:
    """User counts at which points make a curve: each tier's own and where tiers change.

    Between them a line of a user's month is a part a user and a part of fixed size
    divided by users, so it is straight over 1/users. Raises ConfigError.
    """
    own = sorted({source.users for source in sources if source.config.hosted})
    if not own:
        raise ConfigError("no tier hosts users, so none can say what a user costs")
    wanted = {*own, min(LEAST_USERS, own[0])}
    for one, other in pairwise(own):
        change = int(sqrt(one * other))
        wanted |= {change, change + 1}
    return sorted(wanted)


def _bought(source: TierSource, *, percent: int) -> TierSource:
    """The tier with all machines on spot (0) or all on demand (100)."""
    config = structs.replace(source.config, on_demand_base=0, on_demand_percent=percent)
    return structs.replace(source, config=config)


def _point(
    source: TierSource,
    plan: TierPlan,
    statement: Statement,
    terms: TierTerms,
    *,
    users: int,
    stacks: int,
    plans: Mapping[str, float],
) -> CloudPoint:
    here = plan.users
    lines: dict[str, list[LineItem]] = {}
    machines = []
    for line in statement.lines:
        name = line_of(line)
        if name == "compute" and _is_hours(line):
            machines.append(line)
        else:
            lines.setdefault(GROUPS.get(name, ""), []).append(line)
    on_demand = _machines_on_demand(plan, source, terms)
    for each in (statement, on_demand):
        _check_machines(each)
    return CloudPoint(
        users=users,
        tier=source.name,
        stacks=stacks,
        hours={
            "spot": _level(machines, here),
            "on-demand": _level([x for x in on_demand.lines if _is_hours(x)], here),
        },
        plans=plans,
        lines={mover: _level(found, here) for mover, found in lines.items()},
        egress_gb=_egress_gb(source),
        storage_gib=float(plan.volumes.gib_per_user if plan.volumes else 0),
        gib_per_user=_machine_gib(plan) / plan.users_per_vm,
        lower_bound=statement.lower_bound or on_demand.lower_bound,
    )


def _machines_on_demand(
    plan: TierPlan, source: TierSource, terms: TierTerms
) -> Statement:
    """The statement of the users' machines alone, all of them on demand."""
    zones = tuple(structs.replace(zone, volumes=0) for zone in plan.zones)
    bare = structs.replace(plan, zones=zones, on_demand_base=0, on_demand_percent=100)
    graph = plan_graph(bare, project=source.project, stack=source.name)
    statement = estimate(
        graph,
        terms.book,
        NO_USAGE,
        Terms(on=terms.on, hours_per_month=terms.hours_per_month),
    )
    in_pool = [line for line in statement.lines if line_of(line) == "compute"]
    # What else is in that graph has its figures, and its gaps, in the whole statement.
    gaps = [
        gap for gap in statement.unpriced if f"{SPOT_POOL}$" in str(gap.subject.urn)
    ]
    return structs.replace(statement, lines=tuple(in_pool), unpriced=tuple(gaps))


def _check_machines(statement: Statement) -> None:
    """Refuse to compare where users' machines have no price: they are most of a month."""
    for gap in statement.unpriced:
        if gap.code == "no-price" and f"{SPOT_POOL}$" in str(gap.subject.urn):
            raise ConfigError(
                f"users' machines cannot be compared: {gap.reason}"
                " (another book: --prices FILE)"
            )


def _is_hours(line: LineItem) -> bool:
    usage_type = without_prefix(line.key.usage_type, line.key.region)
    return usage_type.startswith(("SpotUsage:", "BoxUsage:"))


def _level(lines: Sequence[LineItem], users: int) -> Level:
    """The sum of lines per user; money becomes an estimate's float only here."""
    return (
        float(sum(line.usd_low for line in lines)) / users,
        float(sum(line.usd_per_month for line in lines)) / users,
        float(sum(line.usd_high for line in lines)) / users,
    )


def _egress_gb(source: TierSource) -> Level:
    """GB that a user sends to the internet in a month, from the tier's usage file."""
    usage = source.usage.of_account(source.region, LevelInForce())
    given = usage.assumption("monthly_outbound_internet_gb")
    if given is None:
        return (0.0, 0.0, 0.0)
    return (
        float(given.low) / source.users,
        float(given.likely) / source.users,
        float(given.high) / source.users,
    )


def _machine_gib(plan: TierPlan) -> float:
    from farebox.hosting.instance_types import instance_type

    return instance_type(plan.instance_types[0]).memory_gib
