"""Why a tier's cost differs from the paper's row: each cause in USD per user-month.

The paper has one breakdown, at 100,000 users: compute 1.50, storage 0.80, egress 0.50,
relay 0.50, together 3.30. Its other rows are totals; what they leave beside 3.30 is the
team that they imply. The causes of a tier add up to its whole difference:

    arithmetic   the paper's own price and packing give more than the 1.50 it writes
    price        today's price of a machine's GiB-hour, and of a GB of storage
    packing      GiB of machine that a user takes: packing, spare machines, whole ones
    missing line what the paper does not count: snapshots, traffic between zones …
    use          the traffic and the relay that users really ask for
    team         the team by user count, against the one that the row implies

Prices are taken at today's value and packing at today's price: what both change
together counts as packing.
"""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from farebox.bill.statement import LineItem
from farebox.hosting.instance_types import instance_type
from farebox.hosting.paper import paper
from farebox.hosting.tiers.tiers import TierCost, line_of

ZERO = Decimal(0)

CAUSES = ("arithmetic", "price", "packing", "missing line", "use", "team")
"""All causes, in the order they are shown."""


class Cause(Struct, frozen=True, kw_only=True):
    """One part of the difference; more than 0 where ours is dearer than the paper's."""

    cause: str
    line: str
    usd_per_user_month: Decimal
    reason: str


def difference(cost: TierCost) -> Decimal | None:
    """Our likely total less the middle of the paper's row; None without a row."""
    row = paper.row_for(cost.users, hosted=cost.plan.hosted)
    return None if row is None else cost.total.likely - row.usd.likely


def causes(cost: TierCost) -> tuple[Cause, ...]:
    """The parts of `difference`, none of them 0; empty without a row of the paper."""
    row = paper.row_for(cost.users, hosted=cost.plan.hosted)
    if row is None:
        return ()
    if not cost.plan.hosted:
        found = [*_self_hosted(cost, row.usd.likely), *_missing(cost, ("proxies",))]
    else:
        found = [
            *_compute(cost),
            *_storage(cost),
            *_use(cost),
            *_missing(cost),
            _team(cost, row.usd.likely),
        ]
    return tuple(cause for cause in found if cause.usd_per_user_month)


def _self_hosted(cost: TierCost, stated: Decimal) -> Iterator[Cause]:
    """The paper counts relay and routing; proxies and their traffic are the routing."""
    lines = cost.lines
    ours = sum((lines[name].likely for name in ("relay", "proxies", "egress")), ZERO)
    yield Cause(
        cause="use",
        line="relay",
        usd_per_user_month=ours - stated,
        reason=(
            f"relay, proxies and their traffic are {ours:.4f} by the usage file; the"
            f" paper has {stated:.2f} in the middle"
        ),
    )


def _compute(cost: TierCost) -> Iterator[Cause]:
    """Compute by its factors: price of a GiB-hour x GiB of machine a user x hours."""
    plan, users = cost.plan, Decimal(cost.users)
    hours = cost.statement.hours_per_month
    gib = Decimal(str(instance_type(plan.instance_types[0]).memory_gib))
    theirs = paper.machine_like(gib)
    follows, stated = theirs.usd_per_user_month(hours), paper.stated("compute")
    yield Cause(
        cause="arithmetic",
        line="compute",
        usd_per_user_month=follows - stated,
        reason=(
            f"{theirs.usd_per_hour} x {hours:f} / {theirs.users_per_vm} ="
            f" {follows:.4f}; the paper writes {stated}"
        ),
    )
    usd = sum(
        (x.usd_per_month for x in cost.statement.lines if is_machine_hour(x)), ZERO
    )
    gib_hours = gib * plan.vms * hours
    usd_per_gib_hour = usd / gib_hours if gib_hours else ZERO
    paper_usd_per_gib_hour = theirs.usd_per_hour / theirs.memory_gib
    gib_per_user = gib * plan.vms / users
    yield Cause(
        cause="price",
        line="compute",
        usd_per_user_month=(
            (usd_per_gib_hour - paper_usd_per_gib_hour) * theirs.gib_per_user * hours
        ),
        reason=(
            f"a machine of {gib.normalize():f} GiB costs {usd_per_gib_hour * gib:.4f} an hour;"
            f" the paper's price makes it {paper_usd_per_gib_hour * gib:.4f}"
        ),
    )
    yield Cause(
        cause="packing",
        line="compute",
        usd_per_user_month=(
            usd_per_gib_hour * (gib_per_user - theirs.gib_per_user) * hours
        ),
        reason=(
            f"{plan.vms:,} machines hold {cost.users:,} users, spare ones included:"
            f" {gib_per_user:.2f} GiB a user; the paper has {theirs.gib_per_user:.2f}"
        ),
    )
    with_machines = cost.lines["compute"].likely - usd / users
    yield Cause(
        cause="missing line",
        line="compute",
        usd_per_user_month=with_machines,
        reason="root volumes and public addresses of the machines",
    )


def _storage(cost: TierCost) -> Iterator[Cause]:
    """Storage: the price of a GB, the GB that whole volumes have, bought speed."""
    stored = [
        line
        for line in cost.statement.lines
        if line_of(line) == "storage" and line.unit == "GB-Mo"
    ]
    users = Decimal(cost.users)
    gb = sum((line.quantity for line in stored), ZERO)
    usd = sum((line.usd_per_month for line in stored), ZERO)
    usd_per_gb = usd / gb if gb else ZERO
    stated_gb = paper.stated_gb()
    stated = paper.stated("storage") / stated_gb
    yield Cause(
        cause="price",
        line="storage",
        usd_per_user_month=(usd_per_gb - stated) * stated_gb,
        reason=f"a GB of gp3 costs {usd_per_gb:f}; the paper's price is {stated:f}",
    )
    yield Cause(
        cause="packing",
        line="storage",
        usd_per_user_month=usd_per_gb * (gb / users - stated_gb),
        reason=(
            f"whole volumes have {gb / users:.2f} GB a user; the paper has {stated_gb}"
        ),
    )
    yield Cause(
        cause="missing line",
        line="storage",
        usd_per_user_month=cost.lines["storage"].likely - usd / users,
        reason="IOPS and MiB/s bought above what gp3 includes",
    )


def _use(cost: TierCost) -> Iterator[Cause]:
    for line in ("egress", "relay"):
        ours, stated = cost.lines[line].likely, paper.stated(line)
        yield Cause(
            cause="use",
            line=line,
            usd_per_user_month=ours - stated,
            reason=f"{ours:.4f} by plan and usage file; the paper has {stated}",
        )


def _missing(cost: TierCost, counted: tuple[str, ...] = ()) -> Iterator[Cause]:
    """Lines that the paper does not have, but for those that are `counted` elsewhere."""
    for line, reason in (
        ("snapshots", "the paper names snapshots and does not price them"),
        ("inter-zone", "users, proxies and relay are in several zones"),
        ("nat", "the tier has NAT gateways"),
        ("proxies", "the paper names reverse proxies and does not price them"),
        ("observability", "the control plane's log"),
        ("card fee", "a card payment costs 2.9 % and 0.30, or what the file says"),
    ):
        if line not in counted:
            yield Cause(
                cause="missing line",
                line=line,
                usd_per_user_month=cost.lines[line].likely,
                reason=reason,
            )


def _team(cost: TierCost, stated: Decimal) -> Cause:
    infra = paper.stated_infra()
    implied = stated - infra
    month = implied * cost.users
    ours = cost.lines["overhead"].likely
    row = "leaves" if month >= 0 else "is short of"
    return Cause(
        cause="team",
        line="overhead",
        usd_per_user_month=ours - implied,
        reason=(
            f"the team costs {ours * cost.users:,.0f} a month; the row {row}"
            f" {abs(month):,.0f} beside {infra} a user of infrastructure"
        ),
    )


def is_machine_hour(line: LineItem) -> bool:
    """Whether a charge is the hours of users' machines, on demand or spot."""
    kind = line.key.usage_type.partition(":")[0].rsplit("-", 1)[-1]
    return line_of(line) == "compute" and kind in ("BoxUsage", "SpotUsage")
